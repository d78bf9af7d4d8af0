/**
 * llm-d: values for its modelservice chart. Facts about the chart are of v0.4.12: `vllmServe` adds model, port, sizes and
 * served name itself; GPUs of a pod are those of its limits; env values pass through Helm's template engine, args do not.
 */
import {InputError} from "../../engine/errors.js";
import type {Arg, DeploymentPlan, RolePlan} from "../plan.js";
import {kubernetesText, shellLine, show, yamlText} from "../quote.js";
import {comments} from "./header.js";
import {launchEnv, podPorts, sideChannelHost, usesSideChannel} from "./launch.js";
import {podCommand} from "./pod-command.js";
import {modelLabel, sharesNvlink, type EnvVar} from "./pod.js";
import type {Step, Target, TargetFile} from "./target.js";

const path = "llm-d-values.yaml";
const servicePort = 8000;
/** Where the engine of a decode pod listens behind the routing sidecar. */
const targetPort = 8200;
const modelMount = "/model-cache";

export const llmD: Target = {name: "llm-d", title: "llm-d", files, steps, excludes, doubts};

function excludes(plan: DeploymentPlan): string | undefined {
  const {label, version, backend} = plan.engine;
  if (backend === "trtllm") return "llm-d routes to vLLM and SGLang; TensorRT-LLM is not among them";
  if (plan.roles.some(({launch}) => launch.plain.multiNode && launch.plain.multiNode.method !== "flags"))
    return `llm-d's chart cannot start a worker that spans nodes the way ${label} ${version} needs`;
  if (plan.roles.some((role) => sharesNvlink(plan, role)))
    return "llm-d's chart brings no ComputeDomain for workers that span nodes";
  return undefined;
}

function files(plan: DeploymentPlan): TargetFile[] {
  return [{path, text: comments(plan, path) + yamlText(values(plan))}];
}

function values(plan: DeploymentPlan): object {
  const [first, second] = plan.roles;
  const decode = second ?? first;
  return {
    fullnameOverride: plan.name,
    multinode: plan.roles.some(({nodesPerWorker}) => nodesPerWorker > 1),
    modelArtifacts: modelArtifacts(plan),
    accelerator: {type: "nvidia", dra: false},
    routing: {servicePort, proxy: proxy(plan)},
    decode: roleValues(plan, decode),
    prefill: second ? roleValues(plan, first) : {create: false, replicas: 0}
  };
}

function modelArtifacts(plan: DeploymentPlan) {
  const {model, modelCache, hfTokenSecret} = plan;
  return {
    name: model.servedName,
    labels: {"llm-d.ai/inference-serving": "true", "llm-d.ai/model": modelLabel(plan)},
    uri: `hf://${model.id}`,
    size: "2Ti",
    // The chart reads the key HF_TOKEN only; another key is referred to by the containers.
    authSecretName: hfTokenSecret?.key === "HF_TOKEN" ? hfTokenSecret.name : "",
    mountPath: modelCache?.mountPath ?? modelMount
  };
}

/** A decode pod's sidecar sends the prompt to a prefill pod first. */
function proxy({mode, engine}: DeploymentPlan) {
  if (mode === "agg") return {enabled: false, targetPort};
  return {enabled: true, targetPort, connector: engine.backend === "sglang" ? "sglang" : "nixlv2", secure: false};
}

function roleValues(plan: DeploymentPlan, role: RolePlan): object {
  const {hardware, imagePullSecrets, modelCache} = plan;
  const extra = {
    ...(Object.keys(hardware.nodeSelector).length > 0 ? {nodeSelector: hardware.nodeSelector} : {}),
    ...(imagePullSecrets.length > 0 ? {imagePullSecrets: imagePullSecrets.map((name) => ({name}))} : {})
  };
  return {
    create: true,
    replicas: role.workers,
    parallelism: parallelism(plan, role),
    ...(hardware.tolerations.length > 0 ? {tolerations: hardware.tolerations} : {}),
    ...(Object.keys(extra).length > 0 ? {extraConfig: extra} : {}),
    volumes: [
      {name: "shared-memory", emptyDir: {medium: "Memory", sizeLimit: `${role.sharedMemoryGiB}Gi`}},
      ...(modelCache ? [{name: "model-cache", persistentVolumeClaim: {claimName: modelCache.claim}}] : [])
    ],
    containers: [container(plan, role)]
  };
}

/** As the chart means it: GPUs of a pod are tensor · dataLocal, pods of a worker are `workers`. */
function parallelism(plan: DeploymentPlan, role: RolePlan) {
  const {tp, dp} = role.parallel;
  if (!chartServes(plan, role))
    return {tensor: role.gpusPerPod, data: role.nodesPerWorker, dataLocal: 1, workers: role.nodesPerWorker};
  return {tensor: tp, data: dp, dataLocal: dp, workers: 1};
}

/** The chart's own command knows neither pipelines nor ranks of nodes, and writes the model's id without quotes. */
function chartServes({engine, model}: DeploymentPlan, {nodesPerWorker, parallel}: RolePlan): boolean {
  return (
    engine.backend === "vllm" &&
    nodesPerWorker === 1 &&
    parallel.pp === 1 &&
    model.path === model.id &&
    /^[A-Za-z][\w-]*\/[A-Za-z][\w.-]*$/.test(model.id)
  );
}

/** Added by the chart. */
const chartFlags = ["--tensor-parallel-size", "--data-parallel-size", "--served-model-name", "--port", "--host"];

function container(plan: DeploymentPlan, role: RolePlan): object {
  const port = plan.mode === "disagg" && role.role === "decode" ? targetPort : servicePort;
  const gpus = {"nvidia.com/gpu": String(role.gpusPerPod)};
  const env = environment(plan, role);
  return {
    name: role.role === "agg" ? "decode" : role.role,
    image: plan.images.engine,
    imagePullPolicy: "IfNotPresent",
    ...commandOf(plan, role, port, env),
    env: env.map((each) => (each.value === undefined ? each : {...each, value: helmText(each.value)})),
    ports: [{name: role.role === "prefill" ? "http" : "vllm", containerPort: port, protocol: "TCP"}],
    resources: {limits: gpus, requests: gpus},
    ...(plan.modelCache ? {} : {mountModelVolume: true}),
    volumeMounts: [
      {name: "shared-memory", mountPath: "/dev/shm"},
      ...(plan.modelCache ? [{name: "model-cache", mountPath: plan.modelCache.mountPath}] : [])
    ],
    extraConfig: {
      startupProbe: {httpGet: {path: "/health", port}, periodSeconds: 10, failureThreshold: 720},
      readinessProbe: {httpGet: {path: "/health", port}, periodSeconds: 10, timeoutSeconds: 5}
    }
  };
}

function environment(plan: DeploymentPlan, role: RolePlan): EnvVar[] {
  const launch = role.launch.plain;
  const {hfTokenSecret, modelCache} = plan;
  return [
    ...(hfTokenSecret && hfTokenSecret.key !== "HF_TOKEN"
      ? [{name: "HF_TOKEN", valueFrom: {secretKeyRef: {...hfTokenSecret, optional: true}}}]
      : []),
    ...(modelCache ? [{name: "HF_HOME", value: kubernetesText(modelCache.mountPath)}] : []),
    ...launchEnv(role, launch, podPorts(plan, role.role)).map(([name, value]) => ({
      name,
      value: kubernetesText(value)
    })),
    ...(usesSideChannel(launch) ? [{name: sideChannelHost, valueFrom: {fieldRef: {fieldPath: "status.podIP"}}}] : [])
  ];
}

function helmText(value: string): string {
  if (!value.includes("{{")) return value;
  throw new InputError(`invalid environment value: ${show(value)}; {{ would be run as a template by the chart`);
}

function commandOf(plan: DeploymentPlan, role: RolePlan, port: number, env: readonly EnvVar[]): object {
  const launch = role.launch.plain;
  const ports = {...podPorts(plan, role.role), http: port};
  const options = {gpusPerPod: role.gpusPerPod, env: env.map(({name}) => name)};
  if (!chartServes(plan, role)) {
    if (role.nodesPerWorker > 1) return {modelCommand: "custom", ...groupCommand(role, ports, options)};
    return {modelCommand: "custom", ...podCommand(launch, ports, "leader", options)};
  }
  const isOurs = ({flag}: Arg) => !chartFlags.includes(flag);
  const own = {
    ...launch,
    args: launch.args.filter(isOurs),
    portFlags: launch.portFlags.filter(({flag}) => flag !== "--port")
  };
  return {modelCommand: "vllmServe", args: podCommand(own, ports, "leader", options).args};
}

/** The chart has one template for leader and followers, so the pod looks which one it is. */
function groupCommand(
  {launch}: RolePlan,
  ports: ReturnType<typeof podPorts>,
  options: {gpusPerPod: number; env: readonly string[]}
) {
  const [leader, follower] = (["leader", "follower"] as const)
    .map((part) => podCommand(launch.plain, ports, part, options))
    .map(({command, args}) => [...command, ...args]);
  const script = 'n=$1; shift; if [ "$LWS_WORKER_INDEX" = 0 ]; then exec "${@:1:n}"; else shift "$n"; exec "$@"; fi';
  return {
    command: ["bash", "-c", kubernetesText(script), "bash"],
    args: [String(leader.length), ...leader, ...follower]
  };
}

function steps(plan: DeploymentPlan): Step[] {
  const {namespace, name} = plan;
  return [
    {text: "The cluster needs llm-d's gateway and inference scheduler; the chart here brings the model servers."},
    {
      text: "Once: where the chart lies.",
      command: "helm repo add llm-d-modelservice https://llm-d-incubation.github.io/llm-d-modelservice/"
    },
    {
      text: "Start it.",
      command: shellLine([
        ...["helm", "install", name, "llm-d-modelservice/llm-d-modelservice"],
        ...["-n", namespace, "--create-namespace", "-f", path]
      ])
    },
    {
      text: "Watch it load.",
      command: shellLine(["kubectl", "get", "pods", "-n", namespace, "-l", "llm-d.ai/inference-serving=true", "-w"])
    }
  ];
}

function doubts(plan: DeploymentPlan): string[] {
  const isSglang = plan.engine.backend === "sglang" && plan.mode === "disagg";
  return isSglang ? ["llm-d: its routing sidecar's sglang connector was not checked against a release"] : [];
}
