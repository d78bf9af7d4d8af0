/** What page and worker say to each other: plain data, full precision. */
import type {Backend} from "../engine/schema.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {SystemSpec} from "../engine/system.js";
import type {SearchResult, Targets} from "../engine/result.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {Images} from "../engine/models/vision.js";
import type {Quant} from "../engine/quant.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {Interpolation} from "../engine/interpolation/rules.js";
import type {TransferPolicy} from "../engine/transfer.js";
import type {SearchSpace} from "../engine/search/space.js";
import type {Tuning} from "../engine/session/tuning.js";
import type {DataNote} from "../perf/data-note.js";
import type {CallName, Part, StreamName} from "./calls.js";
import type {MissesWhy} from "../engine/explain/misses.js";
import type {GoalMetric, Preferences} from "../engine/search/goals.js";
import type {Sensitivity, SensitivityRow} from "../engine/sensitivity/sensitivity.js";

export type {DataNote, DonorNote} from "../perf/data-note.js";

/** Everything that changes what has to be evaluated; targets do not. */
export interface Problem {
  model: string;
  /** Text of a config.json when the model is not one of the catalogue. */
  config?: string;
  /** Text of the hf_quant_config.json beside it. */
  hfQuantConfig?: string;
  system: SystemSpec;
  decodeSystem?: SystemSpec;
  /** The measured system that answers for one without tables; undefined: the nearest. */
  donor?: string;
  backend: Backend;
  /** Undefined: the newest with measured tables. */
  version?: string;
  totalGpus: number;
  workload: {isl: number; osl: number; prefix: number; images?: Images};
  quant?: Partial<Quant>;
  /** How experts are spread and fed; undefined: as by default. */
  serving?: ServingChoices;
  /** Counts the KV cache that each layer really keeps. */
  exactKvCache?: boolean;
  /** Undefined: measured tables and nothing else, where there are any, else the embedded surfaces. */
  database?: "hybrid" | "calibrated" | "empirical" | "sol";
  /** Between and beyond measured points; undefined: neighbouring curves share what they know. */
  interpolation?: Interpolation;
  /** What gaps may be estimated from; undefined: anything. */
  transfer?: TransferPolicy;
  /** Sizes, batches and replicas that are tried; undefined: the usual ones. */
  space?: SearchSpace;
  /** What is known better of two pools than by default. */
  tuning?: Partial<Tuning>;
}

export interface Ask {
  problem: Problem;
  targets: Targets;
  preferences: Preferences;
}

export interface Answer {
  ask: Ask;
  result: SearchResult;
  /** What was assumed of the model, a sentence each. */
  assumptions: string[];
  /** What the targets keep out, and what to relax; null where a plan meets them. */
  misses: Misses | null;
  data: DataNote[];
  /** What the model computes and stores in, before any override. */
  quant: Quant;
  evaluateMs: number;
  answerMs: number;
}

/** With the relaxation to offer: limits at numbers that people write, and what those admit. */
export interface Misses extends MissesWhy {
  offer: Offer | null;
}

export interface Offer {
  limits: {metric: GoalMetric; threshold: number}[];
  admits: number;
}

/** What an answer hangs on, as far as it is known. */
export interface Sensed extends Sensitivity {
  /** Inputs that are still to be changed. */
  waiting: SensedInput[];
}

/** An input as it is. */
export type SensedInput = Omit<SensitivityRow, "down" | "up" | "effect">;

/** Tables on their way, then what is known so far. */
export interface SensitivityPart {
  progress: {done: number; total: number};
  tables: Progress;
  sensed: Sensed | null;
}

export interface Progress {
  loaded: number;
  total: number;
}

/** Folders that slices and embedded surfaces lie in, with a slash at the end. */
export interface DataUrls {
  data: string;
  calibration: string;
}

export type ToWorker =
  | {type: "open"; catalogue: CatalogueIndex; calibrations: CalibrationEntry[]; urls: DataUrls; systems: SystemSpec[]}
  | {type: "ask"; id: number; ask: Ask}
  | {type: "call"; id: number; name: CallName; asked: unknown}
  | {type: "stream"; id: number; name: StreamName; asked: unknown}
  | {type: "cancel"; id: number};

export type FromWorker =
  | {type: "answer"; id: number; answer: Answer}
  | {type: "result"; id: number; result: unknown}
  | {type: "part"; id: number; part: Part}
  | {type: "progress"; id: number; progress: Progress}
  | {type: "error"; id: number; message: string};
