/** What a search is asked, and the problem that the engine makes of it. */
import {InputError, unknownName} from "../engine/errors.js";
import {defaultAcceptRates} from "../engine/models/quant.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Platform} from "../engine/ops/table.js";
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import type {SearchProblem} from "../engine/search/evaluate.js";
import type {Preferences} from "../engine/search/goals.js";
import {defaultPredictor} from "../engine/search/predictor.js";
import type {Predictor} from "../engine/search/predictor.js";
import {tuningOf} from "../engine/session/tuning.js";
import type {Tuning} from "../engine/session/tuning.js";
import type {SystemSpec} from "../engine/system.js";
import type {PlatformChoice, Tables} from "../perf/tables.js";
import {taskProblem} from "../task/problem.js";
import type {ProblemConfig} from "../task/problem.js";
import type {LookUps, PlatformRequest, Task, TaskConfig} from "../task/types.js";
import {unlessAborted} from "./call.js";
import type {CallOptions} from "./call.js";
import type {ModelRequest} from "./model.js";

/** GPUs and serving engine of a kind of workers. */
export interface Side extends Omit<PlatformRequest, "system" | "backend"> {
  /** Id of a known system, or one described. */
  system: string | SystemSpec;
  /** `trtllm` unless given, of decode workers as the others; `auto` tries all that have tables, or else all. */
  backend?: Backend | "auto";
}

type Loosened =
  "model" | "platform" | "decodePlatform" | "totalGpus" | "workload" | "lookUps" | "tuning" | "preferences";

/**
 * What to search. The `config` of a task is one, and so is the little that has no default: model, platform, GPUs,
 * workload.
 */
export interface SearchRequest extends Partial<Omit<TaskConfig, Loosened>> {
  model: ModelRequest;
  /** Aggregated and prefill workers. */
  platform: Side;
  /** Decode workers; undefined where they are as the others. */
  decodePlatform?: Side;
  lookUps?: Partial<LookUps>;
  totalGpus: number;
  /** Tokens of a request: in, out, and of those in how many are cached already. */
  workload: Omit<SearchProblem["workload"], "prefix" | "encoder"> & {prefix?: number};
  tuning?: Partial<Tuning>;
  preferences?: Preferences;
}

export function requestOf(asked: SearchRequest | Task): SearchRequest {
  return "config" in asked ? asked.config : asked;
}

/** Which way a request is answered: as it says, else by simulation where that can be. */
export function predictorOf({
  predictor,
  lookUps,
  workload
}: Pick<SearchRequest, "predictor" | "lookUps" | "workload">): Predictor {
  const isSimulated = lookUps?.database !== "sol" && !workload.images;
  if (predictor === "simulation" && !isSimulated)
    throw new InputError(
      `invalid predictor: simulation; ${workload.images ? "images are" : "database sol is"} not simulated, ask for formula`
    );
  return predictor ?? (isSimulated ? defaultPredictor : "formula");
}

/** Backends that a side asks for. */
export function backendsOf({store}: Tables, {system, backend = "trtllm"}: Side): readonly Backend[] {
  if (backend !== "auto") return [backend];
  const id = typeof system === "string" ? system : system.id;
  const measured = backends.filter((each) => store.versions(id, each).length > 0);
  return measured.length > 0 ? measured : backends;
}

/** The problem on one backend, with everything loaded that it looks into. */
export async function openProblem(
  tables: Tables,
  request: SearchRequest,
  model: ModelConfig,
  backend: Backend,
  {signal, onProgress}: CallOptions
): Promise<SearchProblem> {
  const {quant, serving, decodeServing = serving, lookUps = {}} = request;
  const need = {model, quant, serving};
  const decodeNeed = {model, quant: request.decodeQuant ?? quant, serving: decodeServing};
  const open = (side: Side, asked: typeof need) => {
    const own = side.backend === undefined || side.backend === "auto" ? backend : side.backend;
    return openPlatform(tables, {...side, backend: own}, lookUps, asked);
  };
  const {platform: side, decodePlatform: other} = request;
  const platform = await unlessAborted(open(side, need), signal);
  const decodePlatform = other && (await unlessAborted(open(decodeSide(tables, other, platform), decodeNeed), signal));
  const sides = [
    {...need, platform},
    {...decodeNeed, platform: decodePlatform ?? platform}
  ];
  await unlessAborted(
    tables.load(sides, (done, total) => onProgress?.({phase: "tables", done, total})),
    signal
  );
  return taskProblem(configOf(request), {model, platform, decodePlatform});
}

async function openPlatform(
  tables: Tables,
  {system, backend, version}: Side & {backend: Backend},
  {database, donor}: Partial<LookUps>,
  need: Pick<PlatformChoice, "model" | "quant" | "serving">
): Promise<Platform> {
  return tables.platform({...need, system: findSystem(tables, system), backend, version, database, donor});
}

/** The decode side keeps the version where its system has tables of it, and takes the newest there otherwise. */
function decodeSide({store}: Tables, other: Side, {version, backend}: Platform): Side {
  const isSame = other.backend === undefined || other.backend === "auto" || other.backend === backend;
  if (other.version !== undefined || !isSame) return other;
  const id = typeof other.system === "string" ? other.system : other.system.id;
  return store.versions(id, backend).includes(version) ? {...other, version} : other;
}

/** A system by id. Throws InputError for one that is not known. */
export function findSystem({systems}: Tables, system: string | SystemSpec): SystemSpec {
  if (typeof system !== "string") return system;
  const found = systems.find(({id}) => id === system);
  const ids = systems.map(({id}) => id);
  if (!found) throw new InputError(unknownName("system", system, ids));
  return found;
}

/** What a task would say of the problem: every default, which are the search's own. */
function configOf(request: SearchRequest): ProblemConfig {
  const {workload, lookUps, tuning, quant = {}} = request;
  return {
    servingMode: "auto",
    decodeQuant: quant,
    serving: {},
    acceptRates: defaultAcceptRates,
    exactKvCache: false,
    space: {},
    ...withoutUndefined(request),
    quant,
    lookUps: {interpolation: "shared", clampToLight: false, ...lookUps},
    workload: {...workload, prefix: workload.prefix ?? 0},
    tuning: tuningOf(tuning)
  };
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
