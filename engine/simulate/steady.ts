/**
 * What a closed loop settles at, by balance instead of by steps: each request takes its decode steps, and every prompt
 * that comes meanwhile makes one of them longer. A guess for searches, that a simulation then replaces, and how much TTFT
 * of pools turns on their prefill times.
 */
import {msPerSecond} from "../units.js";
import {meanLength} from "./lengths.js";
import {curveAt, surfaceAt} from "./step-time.js";
import type {DisaggregatedProblem, EngineLimits, Load, PoolProblem} from "./types.js";

export interface Steady {
  /** By Little's law: what of a request's time is not decoding. */
  ttftMs: number;
  tpotMs: number;
  requestsPerSec: number;
}

type Lengths = Pick<Load, "input" | "output" | "prefixTokens">;

/** What steps of a worker take, and how many ranks make them. */
export interface Stepping extends Pick<PoolProblem, "curves" | "constants"> {
  engine: Pick<EngineLimits, "dpRanks" | "tokensPerStep">;
}

/** One aggregated worker with `users` requests in flight. */
export function steadyAggregated(pool: Omit<PoolProblem, "workers">, users: number, load: Lengths): Steady {
  const {engine} = pool;
  const ranks = engine.dpRanks ?? 1;
  const {prompt, steps, tokensPerStep, mean} = sizesOf(pool, load);
  const sequences = Math.min(engine.maxSequences, users / ranks, Math.max(1, engine.kvTokens / heldOf(engine, load)));
  const decodeMs = decodeStepMs(pool, sequences, mean);
  // As many prompts to a step as come in the time of one, within its budget.
  const together = Math.min(Math.max(1, sequences / steps), Math.max(1, engine.maxBatchedTokens / prompt));
  const extraMs = Math.max(0, prefillStepMs(pool, together, prompt, sequences, mean) - decodeMs) / together;
  const stepMs = decodeMs + (sequences / steps) * extraMs;
  const requestMs = steps * stepMs + extraMs;
  const perMs = (sequences * ranks) / requestMs;
  // It also waits for the step that runs.
  const leastMs = arrivalMs(pool, prompt) + decodeMs + extraMs;
  return {
    ttftMs: Math.max(leastMs, users / perMs - steps * stepMs),
    tpotMs: stepMs / tokensPerStep,
    requestsPerSec: perMs * msPerSecond
  };
}

/** Pools with `users` requests in flight: whichever is slower sets the pace, and fills the other less. */
export function steadyDisaggregated(
  prefill: PoolProblem,
  decode: PoolProblem,
  users: number,
  load: Lengths & Pick<DisaggregatedProblem, "transfer">
): Steady {
  const {bytesPerToken, bytesPerSec, latencyMs} = load.transfer;
  const wayMs = latencyMs + (sizesOf(prefill, load).prompt * bytesPerToken * msPerSecond) / bytesPerSec;
  return balance(prefill, decode, users, load, wayMs);
}

/** What a worker of a pool does by itself, however many feed it or are fed by it. */
export interface Busy {
  /** Until a prompt is computed, or between two tokens; nothing queues. */
  latencyMs: number;
  requestsPerSec: number;
}

/** A prefill worker whose steps have `batch` prompts each. */
export function busyPrefill(pool: Stepping, batch: number, load: Lengths): Busy {
  const {prompt} = sizesOf(pool, load);
  const stepMs = prefillStepMs(pool, batch, prompt, 0, 0);
  return {
    latencyMs: arrivalMs(pool, prompt) + stepMs,
    requestsPerSec: (batch * (pool.engine.dpRanks ?? 1) * msPerSecond) / stepMs
  };
}

/** A decode worker with `batch` sequences on each rank. */
export function busyDecode(pool: Stepping, batch: number, load: Lengths): Busy {
  const {steps, tokensPerStep, mean} = sizesOf(pool, load);
  const stepMs = decodeStepMs(pool, batch, mean);
  return {
    latencyMs: stepMs / tokensPerStep,
    requestsPerSec: (batch * (pool.engine.dpRanks ?? 1) * msPerSecond) / (steps * stepMs)
  };
}

/** Middles of the fifths of a normal distribution, in its standard deviations. */
const fifths = [-1.2816, -0.5244, 0, 0.5244, 1.2816];

/**
 * Prefill workers whose times are known to a spread alone, with the times that let a prediction of TTFT err least.
 * Where a few hundredths decide whether they are saturated, TTFT is many times what is measured if they are taken as
 * too slow, but at most once too little if as too fast. Errors are shares of what is measured: each TTFT that may be
 * weighs as its inverse, and the one in the middle of that is taken.
 */
export function withLeastError(prefill: PoolProblem, decode: PoolProblem, users: number, load: Lengths): PoolProblem {
  const {prefillSpread = 0, ...constants} = prefill.constants;
  if (prefillSpread === 0) return prefill;
  const at = (logs: number): PoolProblem => {
    const share = Math.exp(logs);
    const prefillScale = share * constants.prefillScale;
    return {...prefill, constants: {...constants, prefillScale, prefillGapMs: share * constants.prefillGapMs}};
  };
  const logs = fifths.map((deviations) => deviations * prefillSpread);
  const weights = logs.map((log) => 1 / balance(at(log), decode, users, load).ttftMs);
  return at(middleOf(logs, weights));
}

/** Weighted median, between the two values that it lies between. */
function middleOf(values: readonly number[], weights: readonly number[]): number {
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let before = 0;
  let last = -Infinity;
  for (const [i, weight] of weights.entries()) {
    const middle = before + weight / 2;
    if (middle >= half)
      return i === 0 ? values[0] : values[i - 1] + ((half - last) / (middle - last)) * (values[i] - values[i - 1]);
    [before, last] = [before + weight, middle];
  }
  return values[values.length - 1];
}

function balance(prefill: PoolProblem, decode: PoolProblem, users: number, load: Lengths, wayMs = 0): Steady {
  const {prompt} = sizesOf(prefill, load);
  const {steps, tokensPerStep, mean} = sizesOf(decode, load);
  const ranks = decode.workers * (decode.engine.dpRanks ?? 1);
  const prefillRanks = prefill.workers * (prefill.engine.dpRanks ?? 1);
  const together = Math.max(1, Math.min(prefill.engine.maxSequences, prefill.engine.maxBatchedTokens / prompt));
  const prefillMs = prefillStepMs(prefill, together, prompt, 0, 0);
  const mostPerMs = (prefillRanks * together) / prefillMs;
  const fitting = Math.max(1, decode.engine.kvTokens / heldOf(decode.engine, load));
  const most = Math.min(decode.engine.maxSequences, users / ranks, fitting);
  let sequences = most;
  for (let i = 0; i < rounds; ++i) {
    const requestMs = steps * decodeStepMs(decode, sequences, mean);
    const [all, fed] = [(users - sequences * ranks) / ranks, (mostPerMs * requestMs) / ranks];
    // Requests that prefill are not decoding; nor are those that no prefill worker has fed yet.
    const prefilling = Math.min(all + sequences, ((sequences * ranks) / requestMs) * (prefillMs / ranks));
    sequences = (sequences + Math.max(minSequences, Math.min(most - prefilling, fed))) / 2;
  }
  const stepMs = decodeStepMs(decode, sequences, mean);
  const perMs = (sequences * ranks) / (steps * stepMs);
  const leastMs = arrivalMs(prefill, prompt) + prefillStepMs(prefill, 1, prompt, 0, 0) + wayMs;
  const queueMs = prefillMs * waitShare(Math.min(mostBusy, perMs / mostPerMs), prefillRanks);
  return {
    ttftMs: Math.max(leastMs + queueMs, users / perMs - steps * stepMs),
    tpotMs: stepMs / tokensPerStep,
    requestsPerSec: perMs * msPerSecond
  };
}

/** Mean wait before servers of a fixed time that are busy for a share of it, in such times. Source: Sakasegawa (1977). */
function waitShare(busy: number, servers: number): number {
  return busy ** (Math.sqrt(2 * (servers + 1)) - 1) / (2 * servers * (1 - busy));
}

/** Users wait for their answers: no queue grows without end. */
const mostBusy = 0.9;

/** Enough to settle. */
const rounds = 12;
const minSequences = 0.25;

function sizesOf({curves, engine}: Stepping, {input, output, prefixTokens = 0}: Lengths) {
  const tokensPerStep = engine.tokensPerStep ?? curves.tokensPerStep;
  const [whole, answer] = [meanLength(input), meanLength(output)];
  return {
    prompt: Math.max(1, whole - prefixTokens),
    steps: Math.max(1, (answer - 1) / tokensPerStep),
    tokensPerStep,
    mean: whole + answer / 2
  };
}

/** KV tokens of a request. */
function heldOf({policy}: EngineLimits, {input, output}: Lengths): number {
  const answer = meanLength(output);
  return meanLength(input) + (policy.admission.kind === "answer" ? answer : answer / 2);
}

function arrivalMs({constants}: Stepping, prompt: number): number {
  return constants.arrivalMs + constants.arrivalMsPerToken * prompt;
}

function decodeStepMs({curves, constants}: Stepping, sequences: number, mean: number): number {
  const {decodeScale, decodeAttentionScale = decodeScale, decodeGapMs} = constants;
  const rest = curveAt(curves.decodeRest, sequences) + curveAt(curves.decodeExperts, sequences);
  return decodeGapMs + decodeScale * rest + decodeAttentionScale * surfaceAt(curves.decodeAttention, sequences, mean);
}

/** A step with whole prompts beside sequences that decode. */
function prefillStepMs(
  {curves, constants}: Stepping,
  prompts: number,
  prompt: number,
  sequences: number,
  mean: number
): number {
  const {prefillScale, prefillGapMs, prefillFloorMsPerLayer, decodeScale} = constants;
  const tokens = prompts * prompt + sequences * curves.rowsPerSequence;
  const own =
    curveAt(curves.prefillRest, tokens) +
    curveAt(curves.prefillExperts, tokens) +
    surfaceAt(curves.prefillAttention, prompts, prompt) +
    curveAt(curves.logits, prompts + sequences * curves.rowsPerSequence);
  const {decodeAttentionScale = decodeScale} = constants;
  const decodes = sequences > 0 ? decodeAttentionScale * surfaceAt(curves.decodeAttention, sequences, mean) : 0;
  return prefillGapMs + Math.max(prefillScale * own + decodes, prefillFloorMsPerLayer * curves.layers);
}
