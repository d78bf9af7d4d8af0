/** From a chosen point to a deployment: every value decided here, with its reason, and checked as the engine would. */
import {InputError} from "../engine/errors.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Parallel, WorkerPoint} from "../engine/result.js";
import {backends, type Backend} from "../engine/schema.js";
import {hardwareEnv, hardwareOf, joinsNodes, sharedMemoryGiB} from "./hardware.js";
import {checkPlan} from "./check-plan.js";
import {sglang} from "./engines/sglang.js";
import {Notes, type EngineWriter, type RoleContext} from "./engines/role.js";
import {trtllm} from "./engines/trtllm.js";
import {vllm} from "./engines/vllm.js";
import {benchmarkOf, predictedOf} from "./figures.js";
import {kvDtypeOf, loadQuantization, modelOf} from "./model-facts.js";
import type {ChosenPoint, DeployablePlan, PlanOptions} from "./options.js";
import {placeWorkers} from "./placement.js";
import {planFormat, type DeploymentPlan, type PlanModel, type RoleName, type RolePlan} from "./plan.js";
import {checkFrontendPort} from "./ports.js";
import {checkContainerPath, checkImage, checkKubernetesName, checkText, kubernetesName} from "./quote.js";
import {parseSettings, type PlanSettings, type Settings} from "./settings.js";
import {chooseVersions, engineLabels, sglangRow, trtllmRow, vllmRow, type ChosenVersions} from "./versions.js";

const writers: Record<Backend, EngineWriter> = {vllm, sglang, trtllm};
const rowOf = {vllm: vllmRow, sglang: sglangRow, trtllm: trtllmRow};

/** Longest name; what files add to it still is one. */
const nameLength = 40;

/** A role as it was chosen. */
interface ChosenRole {
  role: RoleName;
  point: WorkerPoint;
  workers: number;
  serving: ServingChoices;
}

/**
 * The deployment of `point`. What the user set wins over everything else; what the engine would refuse is an InputError
 * with the reason. The same input gives the same plan. Source: generator.md §§3–5, 8, 9.
 */
export function makePlan(point: ChosenPoint, options: PlanOptions = {}): DeploymentPlan {
  const roles = chosenRoles(point);
  const settings = parseSettings(
    options.set ?? {},
    roles.map(({role}) => role)
  );
  const merged = mergeOptions(options, settings.plan);
  const {backend} = roles[0].point;
  const notes = new Notes();
  const versions = chooseVersions(backend, merged);
  const chosenRow = rowOf[backend](versions.engineVersion);
  notes.warn(...versions.warnings, ...chosenRow.warnings);
  const model = modelOf(point, merged, roles, notes);
  const gpusPerNode = checkGpusPerNode(merged.gpusPerNode ?? point.system.gpusPerNode);
  const workload = {isl: point.workload.isl, osl: point.workload.osl, prefix: point.workload.prefix ?? 0};
  checkWorkload(workload);
  const router = merged.router ?? (workload.prefix > 0 ? "kv" : "round-robin");
  notes.because(
    "frontend.router",
    router,
    merged.router ? "set by the user" : workload.prefix > 0 ? "prompts share a prefix" : "prompts share nothing"
  );
  const shared = {
    backend,
    model,
    versions,
    gpusPerNode,
    workload,
    router,
    settings,
    notes,
    options: merged,
    point
  } as const;
  const planned = roles.map((chosen) => planRole(shared, chosen));
  agree(planned);
  const nodes = placeWorkers(planned, gpusPerNode);
  const spans = planned.some(({nodesPerWorker}) => nodesPerWorker > 1);
  warnOfSystem(shared, planned);
  const mode = point.plan.mode;
  const name = `${kubernetesName(checkText("name", merged.name ?? point.model.id), nameLength - mode.length - 1)}-${mode}`;
  const workers = planned.reduce((sum, role) => sum + role.workers, 0);
  const plan: DeploymentPlan = {
    format: planFormat,
    name,
    namespace: checkKubernetesName("namespace", merged.namespace ?? "dynamo"),
    mode,
    rules: merged.rules ?? "default",
    model,
    engine: {
      backend,
      label: engineLabels[backend],
      version: versions.engineVersion,
      row: chosenRow.row.version,
      dataVersions: dataVersions(point, roles)
    },
    dynamo: {release: versions.dynamoRelease, engineVersion: versions.dynamo.engines[backend]},
    hardware: hardwareOf(point.system, gpusPerNode, spans, merged.nodeSelector ?? {}),
    workload,
    images: imagesOf(backend, versions, merged.image),
    frontend: {port: checkFrontendPort(merged.frontendPort ?? 8000, nodes, planned), router},
    hfTokenSecret: secretOf(merged.hfTokenSecret),
    modelCache: cacheOf(merged.modelCache),
    imagePullSecrets: (merged.imagePullSecrets ?? []).map((secret) => checkKubernetesName("pull secret", secret)),
    configFolder: configFolderOf(merged),
    roles: planned,
    nodes,
    totals: {
      workers,
      gpus: planned.reduce((sum, role) => sum + role.workers * role.gpusPerWorker, 0),
      nodes: nodes.length
    },
    transfer:
      mode === "agg"
        ? null
        : {backend: merged.transferBackend ?? writers[backend].transferBackend(versions.engineVersion)},
    predicted: predictedOf(point.plan),
    benchmark: benchmarkOf(planned),
    set: {...options.set},
    reasons: notes.reasons,
    warnings: notes.warnings
  };
  warnOfDataVersion(plan);
  plan.warnings = [...new Set([...plan.warnings])];
  checkPlan(plan);
  return plan;
}

/** Options with what was set by key laid over them. */
interface MergedOptions extends Omit<PlanOptions, "set"> {
  transferBackend?: string;
  trustRemoteCode?: boolean;
  nextn?: number;
}

function mergeOptions(options: PlanOptions, set: PlanSettings): MergedOptions {
  const {set: _, ...given} = options;
  if (set.router !== undefined && set.router !== "kv" && set.router !== "round-robin")
    throw new InputError(`invalid router: ${set.router}; must be round-robin or kv`);
  const cache = set.model_cache ?? given.modelCache?.claim;
  if (set.model_cache_path !== undefined && cache === undefined)
    throw new InputError("invalid model_cache_path: no claim to mount; give model_cache too");
  const laid: MergedOptions = {
    name: set.name,
    namespace: set.namespace,
    servedName: set.served_model_name,
    modelPath: set.model_path,
    image: set.image,
    frontendPort: set.frontend_port,
    router: set.router as MergedOptions["router"],
    hfTokenSecret: set.hf_token_secret === "none" ? null : set.hf_token_secret,
    modelCache:
      cache === undefined ? undefined : {claim: cache, mountPath: set.model_cache_path ?? given.modelCache?.mountPath},
    imagePullSecrets: set.image_pull_secret === undefined ? undefined : [set.image_pull_secret],
    nodeSelector: set.node_selector === undefined ? undefined : selectorOf(set.node_selector),
    configFolder: set.config_folder,
    transferBackend: set.transfer_backend,
    trustRemoteCode: set.trust_remote_code,
    nextn: set.nextn
  };
  return {...given, ...Object.fromEntries(Object.entries(laid).filter(([, value]) => value !== undefined))};
}

function selectorOf(text: string): Record<string, string> {
  const match = /^([\w./-]{1,316})=([\w.-]{0,63})$/.exec(text);
  if (!match) throw new InputError(`invalid node_selector: ${JSON.stringify(text)}; must be like label=value`);
  return {[match[1]]: match[2]};
}

/** Roles of the point; prefill and decode must run the same engine on the same GPUs. */
function chosenRoles({plan, serving = {}, decodeServing}: ChosenPoint): ChosenRole[] {
  if (plan.mode === "agg") {
    if (!plan.agg) throw new InputError("invalid plan: aggregated without a worker; choose another point");
    return [{role: "agg", point: plan.agg, workers: checkCount("replicas", plan.replicas), serving}];
  }
  const {prefill, decode} = plan;
  if (!prefill || !decode)
    throw new InputError("invalid plan: disaggregated without prefill and decode; choose another point");
  if (prefill.system !== decode.system)
    throw new InputError(
      `invalid plan: prefill on ${prefill.system}, decode on ${decode.system}; files need one system for both`
    );
  if (prefill.backend !== decode.backend)
    throw new InputError(
      `invalid plan: prefill on ${prefill.backend}, decode on ${decode.backend}; KV passes only between the same engine`
    );
  const count = (workers: number) => checkCount("workers", workers) * checkCount("replicas", plan.replicas);
  return [
    {role: "prefill", point: prefill, workers: count(prefill.workers), serving},
    {role: "decode", point: decode, workers: count(decode.workers), serving: decodeServing ?? serving}
  ];
}

function checkCount(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 4096) return value;
  throw new InputError(`invalid ${what}: ${value}; must be 1 to 4096`);
}

function checkGpusPerNode(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 128) return value;
  throw new InputError(`invalid GPUs per node: ${value}; must be 1 to 128`);
}

function checkWorkload(workload: {isl: number; osl: number; prefix: number}): void {
  for (const [name, value] of Object.entries(workload)) {
    const least = name === "prefix" ? 0 : 1;
    if (!Number.isInteger(value) || value < least)
      throw new InputError(`invalid ${name}: ${value}; must be a whole number of at least ${least}`);
  }
  if (workload.prefix >= workload.isl)
    throw new InputError(`invalid prefix: ${workload.prefix}; must be below isl ${workload.isl}`);
}

interface SharedContext {
  backend: Backend;
  model: PlanModel;
  versions: ChosenVersions;
  gpusPerNode: number;
  workload: {isl: number; osl: number; prefix: number};
  router: "round-robin" | "kv";
  settings: Settings;
  notes: Notes;
  options: MergedOptions;
  point: ChosenPoint;
}

function planRole(shared: SharedContext, {role, point, workers, serving}: ChosenRole): RolePlan {
  const {backend, model, versions, settings, notes, options} = shared;
  const writer = writers[backend];
  checkSizes(role, point.parallel, shared.point.model);
  writer.checkParallel(point.parallel, model.isMoe, serving);
  const sizes = sizesOf(role, point.parallel, shared.gpusPerNode);
  const context: RoleContext = {
    role,
    version: versions.engineVersion,
    dynamo: versions.dynamo,
    dynamoRelease: versions.dynamoRelease,
    rules: options.rules ?? "default",
    workload: shared.workload,
    model,
    config: shared.point.model,
    system: shared.point.system,
    parallel: point.parallel,
    ...sizes,
    batchPerRank: checkCount(`${role} batch`, point.batchPerRank),
    ctxTokens: point.ctxTokens,
    memoryGiB: point.memoryGiB,
    freeMemoryFraction: shared.point.freeMemoryFraction,
    kvDtype: kvDtypeOf(point, settings.roles[role], shared.point.model, notes),
    quantization: loadQuantization(role, backend, point, settings.roles[role], shared.point.model, notes),
    serving,
    router: shared.router,
    transferBackend: options.transferBackend,
    configFolder: configFolderOf(options),
    settings: settings.roles[role],
    notes
  };
  notes.because(
    `${role}.workers`,
    workers,
    role === "agg" ? "replicas that fit the GPUs" : "workers of a replica times replicas"
  );
  notes.because(
    `${role}.gpusPerWorker`,
    sizes.gpusPerWorker,
    "tp · pp · dp; attention DP shares the GPUs of tensor parallelism on SGLang and TensorRT-LLM"
  );
  notes.because(`${role}.gpusPerPod`, sizes.gpusPerPod, "GPUs of a worker over its nodes");
  const env = {...hardwareEnv(shared.point.system, backend, sizes.nodesPerWorker), ...settings.roles[role].env};
  return {
    role,
    service: writer.services[role],
    workers,
    parallel: {...point.parallel},
    ...sizes,
    batchPerRank: context.batchPerRank,
    ...writer.decide(context),
    nextn: model.nextn,
    quantization: context.quantization,
    env,
    sharedMemoryGiB: settings.roles[role].shared_memory_gib ?? sharedMemoryGiB(shared.point.system, role)
  };
}

/** Throws InputError for sizes that no engine can cut this model into. */
function checkSizes(role: RoleName, parallel: Parallel, model: ModelConfig): void {
  const {tp, pp, moeTp, moeEp} = parallel;
  const refuse = (name: string, value: number, wish: string) =>
    new InputError(`invalid ${role} ${name}: ${value}; ${wish}`);
  for (const [name, value] of Object.entries(parallel))
    if (!Number.isInteger(value) || value < 1) throw refuse(name, value, "must be a whole number of at least 1");
  if (model.heads % tp !== 0) throw refuse("tp", tp, `must divide the ${model.heads} attention heads of ${model.id}`);
  const groups =
    model.layerGroups?.map(({kvHeads}) => kvHeads) ?? (model.kvHeads > 0 && !model.kvLoraRank ? [model.kvHeads] : []);
  const odd = groups.find((kvHeads) => kvHeads % tp !== 0 && tp % kvHeads !== 0);
  if (odd !== undefined)
    throw refuse("tp", tp, `must divide the ${odd} KV heads of ${model.id}, or be a multiple of them`);
  if (pp > model.layers) throw refuse("pp", pp, `${model.id} has ${model.layers} layers`);
  if (model.experts === 0) {
    if (moeTp !== 1 || moeEp !== 1) throw refuse("moeEp", moeEp, `${model.id} has no experts, use moeTp 1 and moeEp 1`);
    return;
  }
  if (moeEp > model.experts || model.experts % moeEp !== 0)
    throw refuse("moeEp", moeEp, `must divide the ${model.experts} experts of ${model.id}`);
  if (model.moeInterSize % moeTp !== 0)
    throw refuse("moeTp", moeTp, `must divide the ${model.moeInterSize} columns of an expert of ${model.id}`);
}

function sizesOf(role: RoleName, {tp, pp, dp}: Parallel, gpusPerNode: number) {
  const gpusPerWorker = tp * pp * dp;
  if (gpusPerWorker > gpusPerNode && gpusPerWorker % gpusPerNode !== 0)
    throw new InputError(
      `impossible split: a ${role} worker of ${gpusPerWorker} GPUs over nodes of ${gpusPerNode}; every node must give as many, so use a multiple of ${gpusPerNode}${evenHint(gpusPerWorker, gpusPerNode)}`
    );
  const nodesPerWorker = Math.max(1, gpusPerWorker / gpusPerNode);
  return {gpusPerWorker, nodesPerWorker: Math.ceil(nodesPerWorker), gpusPerPod: Math.min(gpusPerWorker, gpusPerNode)};
}

function evenHint(gpusPerWorker: number, gpusPerNode: number): string {
  const share = gpusPerWorker / Math.ceil(gpusPerWorker / gpusPerNode);
  return Number.isInteger(share) ? `, or say that nodes give ${share} (GPUs per node)` : "";
}

/** Throws InputError where prefill and decode differ in what both ends of a transfer must share. */
function agree(roles: readonly RolePlan[]): void {
  const [first, second] = roles;
  if (!second) return;
  const shared: [string, (role: RolePlan) => unknown][] = [
    ["kv_cache_dtype", ({kvCache}) => kvCache.engine],
    ["block_tokens", ({kvCache}) => kvCache.blockTokens],
    ["transfer_buffer_tokens", ({limits}) => limits.transferBufferTokens]
  ];
  for (const [key, value] of shared)
    if (value(first) !== value(second))
      throw new InputError(
        `invalid ${key}: ${value(first)} on prefill, ${value(second)} on decode; must be the same for KV to pass`
      );
}

function warnOfSystem({point, notes, backend, gpusPerNode}: SharedContext, roles: readonly RolePlan[]): void {
  const {system} = point;
  const largest = Math.max(...roles.map(({gpusPerWorker}) => gpusPerWorker));
  if (joinsNodes(system) && largest > system.gpusPerRack)
    notes.warn(
      `a worker of ${largest} GPUs is larger than a rack of ${system.gpusPerRack}: NVLink does not join all of it`
    );
  if (gpusPerNode !== system.gpusPerNode)
    notes.warn(`nodes are taken to give ${gpusPerNode} GPUs, ${system.label} has ${system.gpusPerNode}`);
  if (system.smVersion < 0)
    notes.warn(`${system.label} is no NVIDIA GPU: files name nvidia.com/gpu and images for CUDA`);
  const [prefill, decode] = roles;
  if (decode && prefill.parallel.tp * prefill.parallel.dp !== decode.parallel.tp * decode.parallel.dp)
    notes.warn(
      `KV passes from tp ${prefill.parallel.tp} to tp ${decode.parallel.tp}: whether ${engineLabels[backend]}'s transport can do that differs by release and was not proved`
    );
  if (roles.some(({nodesPerWorker, launch}) => nodesPerWorker > 1 && launch.plain.multiNode?.method === "ray"))
    notes.warn("this vLLM spans nodes by Ray: a Ray cluster must run on them before the leader starts");
  if (roles.some(({nodesPerWorker}) => nodesPerWorker > 1) && !joinsNodes(system))
    notes.warn("workers span nodes: UCX and NCCL need the transports of your network, which no file here can know");
}

function dataVersions({plan}: ChosenPoint, roles: readonly ChosenRole[]): string[] {
  return plan.ttftMs === undefined ? [] : [...new Set(roles.map(({point}) => point.version))];
}

function warnOfDataVersion(plan: DeploymentPlan): void {
  const others = plan.engine.dataVersions.filter((version) => version !== plan.engine.version);
  if (others.length > 0)
    plan.warnings.push(
      `figures come from measurements of ${plan.engine.label} ${others.join(" and ")}, the files are for ${plan.engine.version}`
    );
}

const dynamoImages: Record<Backend, string> = {vllm: "vllm", sglang: "sglang", trtllm: "tensorrtllm"};

function imagesOf(backend: Backend, {engineVersion, dynamoRelease}: ChosenVersions, image: string | undefined) {
  if (image !== undefined) return {engine: checkImage(image), dynamo: checkImage(image)};
  const engine = {
    vllm: `vllm/vllm-openai:v${engineVersion}`,
    sglang: `lmsysorg/sglang:v${engineVersion}`,
    trtllm: `nvcr.io/nvidia/tensorrt-llm/release:${engineVersion}`
  }[backend];
  return {
    engine,
    dynamo: `nvcr.io/nvidia/ai-dynamo/${dynamoImages[backend]}-runtime:${dynamoRelease.replace(/^v/, "")}`
  };
}

function secretOf(name: string | null | undefined): DeploymentPlan["hfTokenSecret"] {
  if (name === null) return null;
  return {name: checkKubernetesName("secret", name ?? "hf-token-secret"), key: "HF_TOKEN"};
}

function cacheOf(cache: MergedOptions["modelCache"]): DeploymentPlan["modelCache"] {
  if (!cache) return null;
  const mountPath = checkContainerPath("model cache path", cache.mountPath ?? "/workspace/model_cache");
  return {claim: checkKubernetesName("claim", cache.claim), mountPath};
}

function configFolderOf({configFolder}: MergedOptions): string {
  return checkContainerPath("config folder", configFolder ?? "/workspace/engine_configs").replace(/(?<=.)\/+$/, "");
}

/** Backends that there are files for. */
export const plannedBackends = backends;
export type {DeployablePlan};
