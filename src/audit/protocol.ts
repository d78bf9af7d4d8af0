/** What the pages about the tables and their worker say to each other: plain data. */
import type {CalibrationEntry} from "../engine/calibration.js";
import type {CoverageCell, SliceQuality, VersionJump} from "../engine/quality.js";
import type {Backend, TableName} from "../engine/schema.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {Support} from "../engine/support.js";
import type {SystemSpec} from "../engine/system.js";
import type {Parallel} from "../engine/result.js";
import type {Place} from "../perf/support.js";

/** One square of a support matrix. */
export interface SupportAsk extends Place {
  model: string;
  totalGpus: number;
}

/** What was found out of one square when the site was built. */
export interface KnownSupport {
  ask: SupportAsk;
  support: Support;
}

/** One table of one version. */
export interface TableRef {
  system: string;
  backend: string;
  version: string;
  table: TableName;
}

/** Two columns of a table. */
export interface CoverageAsk {
  ref: TableRef;
  x: string;
  y: string;
}

/** A table and an older version of it. */
export interface JumpAsk {
  ref: TableRef;
  older: string;
}

export interface ClampAsk {
  model: string;
  system: string;
  backend: Backend;
  version: string;
}

/** Predictions from the tables as they are, and with every row raised to the speed of light. */
export interface ClampAnswer {
  batch: number;
  isl: number;
  osl: number;
  /** One worker of each size that the tables answer. */
  sizes: ClampSize[];
}

export interface ClampSize {
  parallel: Parallel;
  fits: boolean;
  ttftMs: {measured: number; clamped: number};
  tpotMs: {measured: number; clamped: number};
  /** Operators that change, largest change first. */
  ops: {name: string; phase: string; measuredMs: number; clampedMs: number}[];
}

/** Requests with one answer each. */
export interface Calls {
  quality: {ask: TableRef; answer: SliceQuality};
  coverage: {ask: CoverageAsk; answer: CoverageCell[]};
  jump: {ask: JumpAsk; answer: VersionJump};
  clamp: {ask: ClampAsk; answer: ClampAnswer};
}
export type CallName = keyof Calls;

export type ToWorker =
  | {
      type: "open";
      catalogue: CatalogueIndex;
      systems: SystemSpec[];
      calibrations: CalibrationEntry[];
      /** Folders of slices and of embedded surfaces. */
      dataUrl: string;
      calibrationUrl: string;
    }
  /** Answered square by square, in order; a newer one ends it. */
  | {type: "support"; id: number; asks: SupportAsk[]}
  | {[Name in CallName]: {type: "call"; id: number; name: Name; ask: Calls[Name]["ask"]}}[CallName];

export type FromWorker =
  | {type: "verdict"; id: number; index: number; support: Support; bytes: number}
  | {type: "answer"; id: number; answer: Calls[CallName]["answer"]}
  | {type: "error"; id: number; message: string};
