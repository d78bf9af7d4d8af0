/** What a predictor says of a row, as plain data that pages and workers share. */
import type {Database} from "../engine/ops/table.js";
import type {Source, Tier} from "../engine/result.js";
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
