/** A plan explains itself. */
import type {Plan, Targets} from "../result.js";
import type {Evaluation} from "../search/evaluate.js";
import type {Preferences} from "../search/goals.js";
import {tuningOf} from "../session/tuning.js";
import {hardLimits} from "./limits.js";
import {memoryWhy} from "./memory.js";
import type {MemoryWhy} from "./memory.js";
import {neighboursOf} from "./neighbours.js";
import type {Neighbour} from "./neighbours.js";
import {timeWhy} from "./time.js";
import type {TimeWhy} from "./time.js";

export interface PlanWhy {
  time: TimeWhy;
  /** Of disaggregated plans: which pool sets the pace, and how much of the time each is busy. */
  pace: PaceWhy | null;
  memory: MemoryWhy[];
  neighbours: Neighbour[];
}

/** Shares of what a pool could do that the other lets it do; the one that sets the pace has 1. */
export interface PaceWhy {
  setBy: "prefill" | "decode";
  prefillLoad: number;
  decodeLoad: number;
}

/** What a plan is judged by, where its neighbours are to be too. */
export interface Judged {
  targets?: Targets;
  preferences?: Preferences;
}

/**
 * Where a plan's time goes, what limits it, what it leaves of memory, and what its neighbours do. Plain data.
 *
 * Throws InputError for a plan of another problem.
 */
export function explainPlan(evaluation: Evaluation, plan: Plan, judged: Judged = {}): PlanWhy {
  const {targets = {ttftMs: Infinity, tpotMs: Infinity}, preferences = {}} = judged;
  return {
    time: timeWhy(evaluation, plan),
    pace: paceWhy(evaluation, plan),
    memory: memoryWhy(evaluation, plan),
    neighbours: neighboursOf(evaluation, plan, {limits: hardLimits(targets, preferences), preferences})
  };
}

function paceWhy({problem}: Evaluation, {prefill, decode}: Plan): PaceWhy | null {
  if (!prefill || !decode) return null;
  const {prefillRateShare, decodeRateShare} = tuningOf(problem.tuning);
  const prefillRate = prefill.requestsPerSecPerWorker * prefill.workers * prefillRateShare;
  const decodeRate = decode.requestsPerSecPerWorker * decode.workers * decodeRateShare;
  const rate = Math.min(prefillRate, decodeRate);
  return {
    setBy: prefillRate <= decodeRate ? "prefill" : "decode",
    prefillLoad: rate / prefillRate,
    decodeLoad: rate / decodeRate
  };
}
