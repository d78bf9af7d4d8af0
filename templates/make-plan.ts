/** From a chosen point to a deployment: every value decided here, with its reason, and checked as the engine would. */
import type {Backend} from "../engine/schema.js";
import {checkPlan} from "./check-plan.js";
import {agree, checkCount, checkGpusPerNode, checkWorkload, chosenRoles, type ChosenRole} from "./chosen-roles.js";
import {dataVersionsOf, warnOfSystem} from "./doubts.js";
import {Notes, type EngineWriter, type RoleContext} from "./engines/role.js";
import {sglang} from "./engines/sglang.js";
import {trtllm} from "./engines/trtllm.js";
import {vllm} from "./engines/vllm.js";
import {benchmarkOf, predictedOf} from "./figures.js";
import {hardwareEnv, hardwareOf, sharedMemoryGiB} from "./hardware.js";
import {cacheOf, configFolderOf, imagesOf, mergeOptions, secretOf, type MergedOptions} from "./merged-options.js";
import {kvDtypeOf, loadQuantization, modelOf} from "./model-facts.js";
import type {ChosenPoint, PlanOptions} from "./options.js";
import {placeWorkers} from "./placement.js";
import {planFormat, type DeploymentPlan, type PlanModel, type RolePlan} from "./plan.js";
import {checkFrontendPort} from "./ports.js";
import {checkKubernetesName, checkText, kubernetesName} from "./quote.js";
import {parseSettings, type Settings} from "./settings.js";
import {chooseVersions, engineLabels, sglangRow, trtllmRow, vllmRow, type ChosenVersions} from "./versions.js";
import {checkSizes, sizesOf} from "./worker-sizes.js";

const writers: Record<Backend, EngineWriter> = {vllm, sglang, trtllm};
const rowOf = {vllm: vllmRow, sglang: sglangRow, trtllm: trtllmRow};

/** Longest name; what files add to it still is one. */
const nameLength = 40;

/**
 * The deployment of `point`. What the user set wins over everything else; what the engine would refuse is an InputError
 * with the reason. The same input gives the same plan. Source: generator.md §§3–5, 8, 9.
 */
export function makePlan(point: ChosenPoint, options: PlanOptions = {}): DeploymentPlan {
  const chosen = chosenRoles(point);
  const names = chosen.map(({role}) => role);
  const settings = parseSettings(options.set ?? {}, names);
  const shared = shareContext(point, mergeOptions(options, settings.plan), settings, chosen);
  const roles = chosen.map((each) => planRole(shared, each));
  agree(roles);
  const plan = assemble(shared, chosen, roles, options.set ?? {});
  checkPlan(plan);
  return plan;
}

/** What is decided once, before any role. */
function shareContext(
  point: ChosenPoint,
  options: MergedOptions,
  settings: Settings,
  chosen: readonly ChosenRole[]
): SharedContext {
  const {backend} = chosen[0].point;
  const notes = new Notes();
  const versions = chooseVersions(backend, options);
  const {row, warnings} = rowOf[backend](versions.engineVersion);
  notes.warn(...versions.warnings, ...warnings);
  const {isl, osl, prefix = 0} = point.workload;
  const workload = {isl, osl, prefix};
  checkWorkload(workload);
  const reason = prefix > 0 ? "prompts share a prefix" : "prompts share nothing";
  return {
    backend,
    model: modelOf(point, options, chosen, notes),
    versions,
    row: row.version,
    gpusPerNode: checkGpusPerNode(options.gpusPerNode ?? point.system.gpusPerNode),
    workload,
    router: notes.choose("frontend.router", options.router, prefix > 0 ? "kv" : "round-robin", reason),
    settings,
    notes,
    options,
    point
  };
}

function assemble(
  shared: SharedContext,
  chosen: readonly ChosenRole[],
  roles: RolePlan[],
  set: Readonly<Record<string, string>>
): DeploymentPlan {
  const {backend, versions, options, point, gpusPerNode, notes} = shared;
  const {mode} = point.plan;
  const label = engineLabels[backend];
  const version = versions.engineVersion;
  const nodes = placeWorkers(roles, gpusPerNode);
  const dataVersions = dataVersionsOf(point, chosen, label, version, notes);
  warnOfSystem(point.system, gpusPerNode, label, roles, notes);
  return {
    format: planFormat,
    name: nameOf(options.name ?? point.model.id, mode),
    namespace: checkKubernetesName("namespace", options.namespace ?? "dynamo"),
    mode,
    rules: options.rules ?? "default",
    model: shared.model,
    engine: {backend, label, version, row: shared.row, dataVersions},
    dynamo: {release: versions.dynamoRelease, engineVersion: versions.dynamo.engines[backend]},
    hardware: hardwareOf(point.system, gpusPerNode, roles.some(spansNodes), options.nodeSelector ?? {}),
    workload: shared.workload,
    images: imagesOf(backend, versions, options.image),
    frontend: {port: checkFrontendPort(options.frontendPort ?? 8000, nodes, roles), router: shared.router},
    hfTokenSecret: secretOf(options.hfTokenSecret),
    modelCache: cacheOf(options.modelCache),
    imagePullSecrets: (options.imagePullSecrets ?? []).map((secret) => checkKubernetesName("pull secret", secret)),
    configFolder: configFolderOf(options),
    roles,
    nodes,
    totals: {
      workers: sum(roles, ({workers}) => workers),
      gpus: sum(roles, ({workers, gpusPerWorker}) => workers * gpusPerWorker),
      nodes: nodes.length
    },
    transfer: mode === "agg" ? null : {backend: options.transferBackend ?? writers[backend].transferBackend(version)},
    predicted: predictedOf(point.plan),
    benchmark: benchmarkOf(roles),
    set: {...set},
    reasons: notes.reasons,
    warnings: notes.warnings
  };
}

/** Ends in the mode; never the same for two models. */
function nameOf(text: string, mode: string): string {
  return `${kubernetesName(checkText("name", text), nameLength - mode.length - 1)}-${mode}`;
}

const spansNodes = ({nodesPerWorker}: RolePlan) => nodesPerWorker > 1;

function sum(roles: readonly RolePlan[], count: (role: RolePlan) => number): number {
  return roles.reduce((total, role) => total + count(role), 0);
}

interface SharedContext {
  backend: Backend;
  model: PlanModel;
  versions: ChosenVersions;
  /** Row of the engine's table. */
  row: string;
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
  const {env: engineEnv, ...decision} = writer.decide(context);
  const hardware = hardwareEnv(shared.point.system, backend, sizes.nodesPerWorker);
  const env = {...hardware, ...engineEnv, ...settings.roles[role].env};
  return {
    role,
    service: writer.services[role],
    workers,
    parallel: {...point.parallel},
    ...sizes,
    batchPerRank: context.batchPerRank,
    ...decision,
    nextn: model.nextn,
    quantization: context.quantization,
    env,
    sharedMemoryGiB: settings.roles[role].shared_memory_gib ?? sharedMemoryGiB(shared.point.system, role)
  };
}
