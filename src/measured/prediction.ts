/** What a predictor says of a row, as plain data that pages and workers share. */
import type {Database} from "../engine/ops/table.js";
import type {Quant} from "../engine/quant.js";
import type {Source, Tier} from "../engine/result.js";
import type {Predictor} from "../engine/search/predictor.js";
import type {MeasuredLatency} from "./read.js";

/** Why a row has no prediction. */
export const missReasons = ["model", "system", "workers", "sizes", "types", "tables", "data"] as const;
export type MissReason = (typeof missReasons)[number];

export interface Miss {
  reason: MissReason;
  /** `what: got; what would do`. */
  message: string;
}

export interface Predicted extends MeasuredLatency {
  /** Id of the model that was taken. */
  model: string;
  /** What was run, as plans are identified: `agg:tp4pp1dp1etp1ep1@16c4000`, `disagg:5xtp4…@1,3xtp4…@64`. */
  configuration: string;
  /** Types in place of those of the checkpoint. */
  quant: Partial<Quant>;
  gpus: number;
  /** Whether the configuration fits the GPU's memory by the engine's own reckoning; it is predicted all the same. */
  fits: boolean;
  /** Of the tables that answered, and whether they are the row's own version. */
  version: string;
  database: Database;
  /** Weakest source of any operator behind the figures. */
  source: Source;
  tier: Tier;
  /** What had to be assumed of the row, a sentence each. */
  notes: string[];
}

export type Prediction = {predicted: Predicted; miss?: undefined} | {miss: Miss; predicted?: undefined};

/** The same row by either predictor. */
export type Predictions = Record<Predictor, Prediction>;
