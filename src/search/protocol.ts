/** What page and worker say to each other: plain data, full precision. */
import type {Catalogue, Backend} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import type {ErrorBand, Plan, PlanDetail, SearchResult, Targets} from "../engine/result.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {Images} from "../engine/models/vision.js";
import type {Quant} from "../engine/quant.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {Database} from "../engine/ops/table.js";
import type {Interpolation} from "../engine/interpolation/rules.js";
import type {TransferPolicy} from "../engine/transfer.js";

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
}

export interface Ask {
  problem: Problem;
  targets: Targets;
}

/** Which tables the figures of one system come from. */
export interface DataNote {
  system: string;
  backend: Backend;
  /** Of the tables, or of those that the surfaces were fitted to; empty when there are neither. */
  version: string;
  database: Database;
  /** GPU model as the tables name it; empty when nothing is measured. */
  device: string;
  /** Slices that the model needs of these tables, and of their rows those borrowed from other versions. */
  slices: number;
  rows: number;
  borrowedRows: number;
  borrowedFrom: string[];
  /** Whose timings they are, when the system has none: they are carried over. */
  donor?: DonorNote;
  /** Of embedded surfaces: how far off they are on the rows that they were fitted to. */
  fitError?: ErrorBand;
}

export interface DonorNote {
  system: string;
  label: string;
  /** Why this one, in words. */
  why: string;
  /** How far off whole estimates carried over like this were. */
  error: {ttft: ErrorBand; tpot: ErrorBand};
  /** What was assumed of the system, a sentence part each. */
  assumptions: string[];
}

export interface Answer {
  ask: Ask;
  result: SearchResult;
  /** What was assumed of the model, a sentence each. */
  assumptions: string[];
  data: DataNote[];
  /** What the model computes and stores in, before any override. */
  quant: Quant;
  evaluateMs: number;
  answerMs: number;
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
  | {type: "open"; catalogue: Catalogue; calibrations: CalibrationEntry[]; urls: DataUrls; systems: SystemSpec[]}
  | {type: "ask"; id: number; ask: Ask}
  | {type: "detail"; id: number; plan: Plan};

export type FromWorker =
  | {type: "answer"; id: number; answer: Answer}
  | {type: "detail"; id: number; detail: PlanDetail}
  | {type: "progress"; id: number; progress: Progress}
  | {type: "error"; id: number; message: string};
