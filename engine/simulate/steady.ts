/**
 * What a closed loop settles at, by balance instead of by steps: each request takes its decode steps, and every prompt
 * that comes meanwhile makes one of them longer. A guess for searches, that a simulation then replaces.
 */
import {msPerSecond} from "../units.js";
import {meanLength} from "./lengths.js";
import {curveAt, surfaceAt} from "./step-time.js";
import type {Load, PoolProblem} from "./types.js";

export interface Steady {
  tpotMs: number;
  requestsPerSec: number;
}

type Lengths = Pick<Load, "input" | "output" | "prefixTokens">;

/** One aggregated worker with `users` requests in flight. */
export function steadyAggregated(pool: Omit<PoolProblem, "workers">, users: number, load: Lengths): Steady {
  const {engine} = pool;
  const ranks = engine.dpRanks ?? 1;
  const sequences = Math.min(engine.maxSequences, users / ranks);
  const {prompt, steps, tokensPerStep, mean} = sizesOf(pool, load);
  const decodeMs = decodeStepMs(pool, sequences, mean);
  // As many prompts to a step as come in the time of one, within its budget.
  const together = Math.min(Math.max(1, sequences / steps), Math.max(1, engine.maxBatchedTokens / prompt));
  const extraMs = Math.max(0, prefillStepMs(pool, together, prompt, sequences, mean) - decodeMs) / together;
  const stepMs = decodeMs + (sequences / steps) * extraMs;
  const requestMs = steps * stepMs + extraMs;
  return {tpotMs: stepMs / tokensPerStep, requestsPerSec: (sequences * ranks * msPerSecond) / requestMs};
}

/** Pools with `users` requests in flight: whichever is slower sets the pace, and fills the other less. */
export function steadyDisaggregated(prefill: PoolProblem, decode: PoolProblem, users: number, load: Lengths): Steady {
  const {prompt} = sizesOf(prefill, load);
  const {steps, tokensPerStep, mean} = sizesOf(decode, load);
  const ranks = decode.workers * (decode.engine.dpRanks ?? 1);
  const prefillRanks = prefill.workers * (prefill.engine.dpRanks ?? 1);
  const together = Math.max(1, Math.min(prefill.engine.maxSequences, prefill.engine.maxBatchedTokens / prompt));
  const prefillMs = prefillStepMs(prefill, together, prompt, 0, 0);
  const mostPerMs = (prefillRanks * together) / prefillMs;
  const most = Math.min(decode.engine.maxSequences, users / ranks);
  let sequences = most;
  for (let i = 0; i < rounds; ++i) {
    const requestMs = steps * decodeStepMs(decode, sequences, mean);
    const [all, fed] = [(users - sequences * ranks) / ranks, (mostPerMs * requestMs) / ranks];
    // Requests that prefill are not decoding; nor are those that no prefill worker has fed yet.
    const prefilling = Math.min(all + sequences, ((sequences * ranks) / requestMs) * (prefillMs / ranks));
    sequences = (sequences + Math.max(minSequences, Math.min(most - prefilling, fed))) / 2;
  }
  const stepMs = decodeStepMs(decode, sequences, mean);
  return {tpotMs: stepMs / tokensPerStep, requestsPerSec: (sequences * ranks * msPerSecond) / (steps * stepMs)};
}

/** Enough to settle. */
const rounds = 12;
const minSequences = 0.25;

function sizesOf({curves, engine}: Omit<PoolProblem, "workers">, {input, output, prefixTokens = 0}: Lengths) {
  const tokensPerStep = engine.tokensPerStep ?? curves.tokensPerStep;
  const [whole, answer] = [meanLength(input), meanLength(output)];
  return {
    prompt: Math.max(1, whole - prefixTokens),
    steps: Math.max(1, (answer - 1) / tokensPerStep),
    tokensPerStep,
    mean: whole + answer / 2
  };
}

function decodeStepMs({curves, constants}: Omit<PoolProblem, "workers">, sequences: number, mean: number): number {
  const {decodeScale, decodeAttentionScale = decodeScale, decodeGapMs} = constants;
  const rest = curveAt(curves.decodeRest, sequences) + curveAt(curves.decodeExperts, sequences);
  return decodeGapMs + decodeScale * rest + decodeAttentionScale * surfaceAt(curves.decodeAttention, sequences, mean);
}

/** A step with whole prompts beside sequences that decode. */
function prefillStepMs(
  {curves, constants}: Omit<PoolProblem, "workers">,
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
