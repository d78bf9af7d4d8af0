/** Kubernetes without an operator for serving: Deployments and Services, LeaderWorkerSets where a worker spans nodes. */
import type {DeploymentPlan, RolePlan} from "../plan.js";
import {kubernetesText, kubernetesYaml, shellLine, shellWord} from "../quote.js";
import {comments} from "./header.js";
import {podPorts, servesHere, type Part} from "./launch.js";
import {podCommand} from "./pod-command.js";
import {
  cacheVolume,
  computeClaim,
  computeDomain,
  configMap,
  configVolume,
  labels,
  objectMeta,
  placement,
  resourceClaims,
  selector,
  sharedMemoryVolume,
  sharesNvlink,
  workerEnv,
  type Volume
} from "./pod.js";
import {needsRouter, routerFile, routerOf, type Endpoint, type Router} from "./router.js";
import type {Step, Target, TargetFile} from "./target.js";
import {engineConfigs} from "./engine-config.js";

const path = "kubernetes.yaml";

export const kubernetes: Target = {
  name: "kubernetes",
  title: "Plain Kubernetes",
  files,
  steps,
  doubts
};

/** Where requests go, whatever is behind it; Dynamo's operator gives its Service the same name. */
export const frontendName = ({name}: DeploymentPlan) => `${name}-frontend`;
export const frontendUrl = (plan: DeploymentPlan) =>
  `http://${frontendName(plan)}.${plan.namespace}.svc.cluster.local:${plan.frontend.port}`;

const roleName = ({name}: DeploymentPlan, {role}: RolePlan) => `${name}-${role}`;
const sshSecret = ({name}: DeploymentPlan) => `${name}-mpi-ssh`;
const usesSsh = ({launch}: RolePlan) => launch.plain.multiNode?.method === "mpi";

function files(plan: DeploymentPlan): TargetFile[] {
  const router = podRouter(plan);
  const data = {...engineConfigs(plan), ...(router?.file ? {[router.file.path]: router.file.text} : {})};
  const documents = [
    ...configMap(plan, data),
    ...plan.roles.flatMap((role) => roleObjects(plan, role)),
    ...(router ? [routerDeployment(plan, router)] : []),
    frontendService(plan, router),
    ...computeDomain(plan)
  ];
  return [{path, text: comments(plan, path) + kubernetesYaml(documents)}];
}

/** Aggregated workers are alike behind one Service; those of disaggregated serving need names that a router can list. */
function roleObjects(plan: DeploymentPlan, role: RolePlan): object[] {
  if (role.nodesPerWorker > 1) return [leaderWorkerSet(plan, role)];
  return podRouter(plan) ? [headlessService(plan, role), statefulSet(plan, role)] : [deployment(plan, role)];
}

const podMeta = (plan: DeploymentPlan, {role}: RolePlan) => ({labels: labels(plan, role)});

function deployment(plan: DeploymentPlan, role: RolePlan): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: objectMeta(plan, roleName(plan, role), role.role),
    spec: {
      replicas: role.workers,
      selector: {matchLabels: selector(plan, role.role)},
      template: {metadata: podMeta(plan, role), spec: podSpec(plan, role, "leader")}
    }
  };
}

function statefulSet(plan: DeploymentPlan, role: RolePlan): object {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: objectMeta(plan, roleName(plan, role), role.role),
    spec: {
      serviceName: roleName(plan, role),
      podManagementPolicy: "Parallel",
      replicas: role.workers,
      selector: {matchLabels: selector(plan, role.role)},
      template: {metadata: podMeta(plan, role), spec: podSpec(plan, role, "leader")}
    }
  };
}

/** Gives every pod of a StatefulSet a name of its own; a LeaderWorkerSet makes the like itself. */
function headlessService(plan: DeploymentPlan, role: RolePlan): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: objectMeta(plan, roleName(plan, role), role.role),
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: selector(plan, role.role),
      ports: [{name: "http", port: podPorts(plan, role.role).http}]
    }
  };
}

function leaderWorkerSet(plan: DeploymentPlan, role: RolePlan): object {
  const template = (part: Part) => ({metadata: podMeta(plan, role), spec: podSpec(plan, role, part)});
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    metadata: objectMeta(plan, roleName(plan, role), role.role),
    spec: {
      replicas: role.workers,
      startupPolicy: "LeaderCreated",
      networkConfig: {subdomainPolicy: "Shared"},
      leaderWorkerTemplate: {
        size: role.nodesPerWorker,
        restartPolicy: "RecreateGroupOnPodRestart",
        leaderTemplate: template("leader"),
        workerTemplate: template("follower")
      }
    }
  };
}

function volumesOf(plan: DeploymentPlan, role: RolePlan): Volume[] {
  const ssh: Volume = {
    volume: {name: "mpi-ssh", secret: {secretName: sshSecret(plan), defaultMode: 0o400}},
    mount: {name: "mpi-ssh", mountPath: "/etc/mpi-ssh", readOnly: true}
  };
  return [
    sharedMemoryVolume(role),
    ...(role.engineConfigFile === null ? [] : [configVolume(plan)]),
    ...cacheVolume(plan),
    ...(usesSsh(role) ? [ssh] : [])
  ];
}

function podSpec(plan: DeploymentPlan, role: RolePlan, part: Part): object {
  const volumes = volumesOf(plan, role);
  const claims = resourceClaims(plan, role);
  return {
    ...placement(plan),
    ...(claims.length > 0 ? {resourceClaims: claims} : {}),
    containers: [container(plan, role, part, volumes)],
    volumes: volumes.map(({volume}) => volume)
  };
}

function container(plan: DeploymentPlan, role: RolePlan, part: Part, volumes: readonly Volume[]): object {
  const launch = role.launch.plain;
  const env = workerEnv(plan, role, launch);
  const ports = podPorts(plan, role.role);
  const gpus = {"nvidia.com/gpu": String(role.gpusPerPod)};
  const serves = servesHere(launch, part);
  return {
    name: role.role,
    image: plan.images.engine,
    imagePullPolicy: "IfNotPresent",
    ...podCommand(launch, ports, part, {gpusPerPod: role.gpusPerPod, env: env.map(({name}) => name)}),
    env,
    ...(serves ? {ports: [{name: "http", containerPort: ports.http}], ...probes(ports.http)} : {}),
    resources: {limits: gpus, requests: gpus, ...(sharesNvlink(plan, role) ? {claims: [{name: computeClaim}]} : {})},
    volumeMounts: volumes.map(({mount}) => mount)
  };
}

/** Two hours to load a model, then ready once it answers. */
function probes(port: number): object {
  const httpGet = {path: "/health", port};
  return {
    startupProbe: {httpGet, periodSeconds: 10, failureThreshold: 720},
    readinessProbe: {httpGet, periodSeconds: 10, timeoutSeconds: 5},
    livenessProbe: {httpGet, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6}
  };
}

/** Servers of disaggregated workers by the names that their pods have. */
export function podEndpoints(plan: DeploymentPlan): Endpoint[] {
  return plan.roles.flatMap((role) => {
    const {http, bootstrap} = podPorts(plan, role.role);
    return servingPods(role).map((pod) => ({
      role: role.role,
      host: `${roleName(plan, role)}-${pod}.${roleName(plan, role)}.${plan.namespace}.svc.cluster.local`,
      port: http,
      bootstrapPort: bootstrap
    }));
  });
}

/** `0`, `1`, … of a StatefulSet or of leaders; `0-1` for the others of a group that serve too. */
function servingPods({workers, nodesPerWorker, launch}: RolePlan): string[] {
  const parts = servesHere(launch.plain, "follower") ? nodesPerWorker : 1;
  return range(workers).flatMap((worker) =>
    range(parts).map((part) => (part === 0 ? String(worker) : `${worker}-${part}`))
  );
}

const range = (length: number) => Array.from({length}, (_, i) => i);

/** Of disaggregated serving; a Service spreads requests over aggregated workers. */
function podRouter(plan: DeploymentPlan): Router | undefined {
  const endpoints = podEndpoints(plan);
  return plan.mode === "disagg" && needsRouter(plan, endpoints) ? routerOf(plan, endpoints) : undefined;
}

function routerDeployment(plan: DeploymentPlan, router: Router): object {
  const {port} = plan.frontend;
  const volume = router.file ? [configVolume(plan)] : [];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: objectMeta(plan, `${plan.name}-router`, "router"),
    spec: {
      replicas: 1,
      selector: {matchLabels: selector(plan, "router")},
      template: {
        metadata: {labels: labels(plan, "router")},
        spec: {
          ...placement({...plan, hardware: {...plan.hardware, nodeSelector: {}}}),
          containers: [
            {
              name: "router",
              image: plan.images.engine,
              imagePullPolicy: "IfNotPresent",
              ...routerCommand(plan, router),
              ports: [{name: "http", containerPort: port}],
              readinessProbe: {tcpSocket: {port}, periodSeconds: 10},
              ...(volume.length > 0 ? {volumeMounts: volume.map(({mount}) => mount)} : {})
            }
          ],
          ...(volume.length > 0 ? {volumes: volume.map(({volume: each}) => each)} : {})
        }
      }
    }
  };
}

function routerCommand(plan: DeploymentPlan, {words, install, file}: Router) {
  const args = words.map((word) => {
    if (word === routerFile) return kubernetesText(`${plan.configFolder}/${file!.path}`);
    return kubernetesText(typeof word === "string" ? word : `${word.before}${word.at.host}:${word.at.port}`);
  });
  if (!install) return {command: args.slice(0, 1), args: args.slice(1)};
  const {command, requirement} = install;
  const ensure = `${command} >/dev/null 2>&1 || python3 -m pip install --quiet ${shellWord(requirement)}; exec "$@"`;
  return {command: ["bash", "-c", kubernetesText(ensure), "bash"], args};
}

/** The one address of the deployment. Of a group of pods only those that serve are behind it. */
function frontendService(plan: DeploymentPlan, router: Router | undefined): object {
  const [first] = plan.roles;
  const isLeaderOnly = !router && first.nodesPerWorker > 1 && !servesHere(first.launch.plain, "follower");
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: objectMeta(plan, frontendName(plan), "frontend"),
    spec: {
      selector: {
        ...selector(plan, router ? "router" : first.role),
        ...(isLeaderOnly ? {"leaderworkerset.sigs.k8s.io/worker-index": "0"} : {})
      },
      ports: [{name: "http", port: plan.frontend.port, targetPort: "http"}]
    }
  };
}

function steps(plan: DeploymentPlan): Step[] {
  const namespace = ["-n", plan.namespace];
  const ssh = plan.roles.some(usesSsh);
  const key = sshSecret(plan);
  return [
    {text: "Once: the namespace.", command: shellLine(["kubectl", "create", "namespace", plan.namespace])},
    ...tokenStep(plan),
    ...(plan.roles.some(({nodesPerWorker}) => nodesPerWorker > 1)
      ? [{text: "The cluster needs the LeaderWorkerSet controller (lws.sigs.k8s.io), as a worker spans nodes."}]
      : []),
    ...(ssh
      ? [
          {
            text: "A key by which pods of one worker start MPI ranks in each other.",
            command: `ssh-keygen -q -t ed25519 -N '' -f mpi-key && ${shellLine([
              ...["kubectl", "create", "secret", "generic", key, ...namespace],
              ...["--from-file=ssh-privatekey=mpi-key", "--from-file=ssh-publickey=mpi-key.pub"]
            ])}`
          }
        ]
      : []),
    {text: "Start it.", command: shellLine(["kubectl", "apply", "-f", path])},
    {
      text: "Watch it load; it is up when all pods are ready.",
      command: shellLine(["kubectl", "get", "pods", ...namespace, "-l", `app.kubernetes.io/name=${plan.name}`, "-w"])
    },
    forwardStep(plan)
  ];
}

/** Puts the token into the secret that pods refer to; it is nowhere in the files. */
export function tokenStep({hfTokenSecret, namespace}: DeploymentPlan): Step[] {
  if (!hfTokenSecret) return [];
  const {name, key} = hfTokenSecret;
  const words = shellLine(["kubectl", "create", "secret", "generic", name, "-n", namespace]);
  return [
    {text: "Once, for gated models: the Hugging Face token.", command: `${words} --from-literal=${key}="$HF_TOKEN"`}
  ];
}

export function forwardStep(plan: DeploymentPlan): Step {
  const {port} = plan.frontend;
  return {
    text: "Reach it from here.",
    command: shellLine([
      "kubectl",
      "port-forward",
      "-n",
      plan.namespace,
      `service/${frontendName(plan)}`,
      `${port}:${port}`
    ])
  };
}

function doubts(plan: DeploymentPlan): string[] {
  return [
    ...(plan.roles.some(usesSsh)
      ? ["plain Kubernetes, several nodes: TensorRT-LLM's ranks start over SSH inside the pods; not tried on a cluster"]
      : []),
    ...(plan.mode === "disagg"
      ? [
          "plain Kubernetes: pods ask for no RDMA devices, so KV moves over whatever network pods have; add your cluster's"
        ]
      : [])
  ];
}
