/** NVIDIA Dynamo: a DynamoGraphDeployment for its operator, and scripts for hosts. */
import type {DeploymentPlan, RolePlan} from "../plan.js";
import {kubernetesText, kubernetesYaml, shellLine} from "../quote.js";
import {compareReleases} from "../release-order.js";
import {engineConfigs, engineFiles} from "./engine-config.js";
import {comments} from "./header.js";
import {frontendWords, hostScripts} from "./host-script.js";
import {frontendName, forwardStep, tokenStep} from "./kubernetes.js";
import {podPorts} from "./launch.js";
import {podCommand, type ContainerCommand} from "./pod-command.js";
import {
  cacheVolume,
  computeClaim,
  computeDomain,
  configMap,
  configVolume,
  objectMeta,
  placement,
  resourceClaims,
  sharesNvlink,
  tokenEnv,
  workerEnv,
  type EnvVar,
  type Volume
} from "./pod.js";
import type {Step, Target, TargetFile} from "./target.js";

const path = "k8s_deploy.yaml";

export const dynamo: Target = {
  name: "dynamo",
  title: "Dynamo",
  files,
  steps,
  doubts: dynamoDoubts
};

function files(plan: DeploymentPlan): TargetFile[] {
  const usesConfigs = plan.roles.some(({engineConfig}) => engineConfig !== null);
  return [
    graphFile(plan, path, graphV1alpha1(plan)),
    ...hostScripts(plan, "dynamo", "dynamo_"),
    ...(usesConfigs ? engineFiles(plan) : [])
  ];
}

/** The graph with what it needs: configs before it, the domain of nodes that share NVLink after it. */
export function graphFile(plan: DeploymentPlan, name: string, graph: object): TargetFile {
  const documents = [...configMap(plan, engineConfigs(plan)), graph, ...computeDomain(plan)];
  return {path: name, text: comments(plan, name) + kubernetesYaml(documents)};
}

/** What a component needs, before either version of the API arranges it. */
export interface Component extends ContainerCommand {
  env: EnvVar[];
  volumes: Volume[];
}

export function frontendComponent(plan: DeploymentPlan): Component {
  const [python, ...words] = frontendWords(plan).map(kubernetesText);
  const volumes = cacheVolume(plan);
  return {command: [python, ...words.slice(0, 2)], args: words.slice(2), env: frontendEnv(plan), volumes};
}

function frontendEnv(plan: DeploymentPlan): EnvVar[] {
  const {modelCache} = plan;
  return [...tokenEnv(plan), ...(modelCache ? [{name: "HF_HOME", value: kubernetesText(modelCache.mountPath)}] : [])];
}

/** The operator sets this one itself, and probes it. */
const systemPort = "DYN_SYSTEM_PORT";

/** The operator also adds what nodes of one worker need to know of each other. */
export function workerComponent(plan: DeploymentPlan, role: RolePlan): Component {
  const launch = {...role.launch.dynamo, multiNode: null};
  const ports = podPorts(plan, role.role);
  return {
    ...podCommand(launch, ports, "leader", {gpusPerPod: role.gpusPerPod, env: []}),
    env: workerEnv(plan, role, launch).filter(({name}) => name !== systemPort),
    volumes: [...(role.engineConfigFile === null ? [] : [configVolume(plan)]), ...cacheVolume(plan)]
  };
}

function graphV1alpha1(plan: DeploymentPlan): object {
  const services = plan.roles.map((role) => [role.service, workerService(plan, role)]);
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: objectMeta(plan, plan.name),
    spec: {
      backendFramework: plan.engine.backend,
      services: {Frontend: frontendService(plan), ...Object.fromEntries(services)}
    }
  };
}

/** Operators before 1.0 want it said; later ones find it themselves. */
function graphNamespace({name, dynamo: {release}}: DeploymentPlan) {
  return compareReleases(release, "1.0") < 0 ? {dynamoNamespace: name} : {};
}

function frontendService(plan: DeploymentPlan): object {
  return {
    componentType: "frontend",
    ...graphNamespace(plan),
    replicas: 1,
    ...podParts({...plan, hardware: {...plan.hardware, nodeSelector: {}}}, frontendComponent(plan), {
      ports: [{name: "http", containerPort: plan.frontend.port}]
    })
  };
}

function workerService(plan: DeploymentPlan, role: RolePlan): object {
  const claims = resourceClaims(plan, role);
  return {
    componentType: "worker",
    ...(role.role === "agg" ? {} : {subComponentType: role.role}),
    ...graphNamespace(plan),
    replicas: role.workers,
    ...(role.nodesPerWorker > 1 ? {multinode: {nodeCount: role.nodesPerWorker}} : {}),
    resources: {
      limits: {gpu: String(role.gpusPerPod)},
      requests: {gpu: String(role.gpusPerPod)},
      ...(sharesNvlink(plan, role) ? {claims: [{name: computeClaim}]} : {})
    },
    sharedMemory: {size: `${role.sharedMemoryGiB}Gi`},
    ...podParts(plan, workerComponent(plan, role), {}, claims)
  };
}

function podParts(
  plan: DeploymentPlan,
  {command, args, env, volumes}: Component,
  extra: object,
  claims: readonly object[] = []
): object {
  return {
    ...(env.length > 0 ? {envs: env} : {}),
    extraPodSpec: {
      ...placement(plan),
      ...(claims.length > 0 ? {resourceClaims: claims} : {}),
      ...(volumes.length > 0 ? {volumes: volumes.map(({volume}) => volume)} : {}),
      mainContainer: {
        image: plan.images.dynamo,
        imagePullPolicy: "IfNotPresent",
        command,
        args,
        ...(volumes.length > 0 ? {volumeMounts: volumes.map(({mount}) => mount)} : {}),
        ...extra
      }
    }
  };
}

function steps(plan: DeploymentPlan): Step[] {
  return [
    {text: `The cluster needs Dynamo's operator of release ${plan.dynamo.release} or later.`},
    ...graphSteps(plan, path),
    {
      text: "Without Kubernetes: start etcd and NATS on node 0, then on every node its script.",
      command: "bash dynamo_node_0_run.sh"
    }
  ];
}

export function graphSteps(plan: DeploymentPlan, file: string): Step[] {
  const {namespace, name} = plan;
  return [
    {text: "Once: the namespace.", command: shellLine(["kubectl", "create", "namespace", namespace])},
    ...tokenStep(plan),
    {text: "Start it.", command: shellLine(["kubectl", "apply", "-f", file])},
    {
      text: "Watch it load; it is up when the graph is ready.",
      command: shellLine(["kubectl", "get", "dynamographdeployment", name, "-n", namespace, "-w"])
    },
    forwardStep(plan)
  ];
}

export function dynamoDoubts(plan: DeploymentPlan): string[] {
  const {port} = plan.frontend;
  return [
    ...(port === 8000
      ? []
      : [
          `Dynamo: operators known here give the Service ${frontendName(plan)} port 8000, whatever the frontend's (${port})`
        ]),
    ...(plan.hardware.computeDomain ? ["Dynamo: a ComputeDomain needs NVIDIA's DRA driver in the cluster"] : [])
  ];
}
