/** Answers with the fields of the recorded reference figures, and where each figure comes from. */
import {PerfDataError} from "../engine/errors.js";
import type {Estimate} from "../engine/index.js";
import {modesOf, type ModeResult, type OpTime, type Plan, type SearchResult} from "../engine/result.js";

/** Every candidate was dropped, and not for want of data. */
export class InfeasibleError extends Error {
  override name = "InfeasibleError";
}

export function estimateFields(answer: Estimate): object {
  const {gemm, moe, kvCache, fmha} = answer.quant;
  return {
    ttftMs: answer.ttftMs,
    tpotMs: answer.tpotMs,
    ...(answer.encoderMs > 0 ? {encoderMs: answer.encoderMs} : {}),
    prefillMs: answer.prefillMs,
    decodeMs: answer.decodeMs,
    requestLatencyMs: answer.requestLatencyMs,
    prefillOpsMs: sumByName("context_", answer.prefillOps),
    decodeOpsMs: sumByName("generation_", answer.decodeOps),
    memoryGiB: answer.memoryGiB,
    decodeMemoryGiB: answer.decodeMemoryGiB,
    fits: answer.fits,
    concurrency: answer.concurrency,
    tokensPerSecPerGpu: answer.tokensPerSecPerGpu,
    tokensPerSecPerUser: answer.tokensPerSecPerUser,
    quant: {gemm, moe, kvCache, fmha},
    source: answer.source,
    tier: answer.tier,
    weakestOp: answer.weakestOp,
    ops: answer.phases.flatMap(({title, ops}) => ops.map((op) => ({phase: title, ...op})))
  };
}

/** Operators of one name together, with the phase in front as the reference names them. */
function sumByName(phase: string, ops: readonly OpTime[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const {name, latencyMs} of ops) sums[phase + name] = (sums[phase + name] ?? 0) + latencyMs;
  return sums;
}

export function searchFields(result: SearchResult): object {
  const all = modesOf(result);
  if (all.every((mode) => mode.best.length === 0)) throw refusal(all);
  return {
    chosen: result.chosen,
    agg: result.agg && modeFields(result.agg, aggFields),
    disagg: result.disagg && modeFields(result.disagg, disaggFields)
  };
}

function refusal(modeResults: readonly ModeResult[]): Error {
  const messages = Object.assign({}, ...modeResults.map((mode) => mode.messages)) as ModeResult["messages"];
  const reasons = new Set(modeResults.flatMap((mode) => Object.keys(mode.rejected)));
  if (messages.data !== undefined && [...reasons].every((reason) => reason === "data" || reason === "divisibility"))
    return new PerfDataError(messages.data);
  const first = Object.entries(messages).map(([reason, message]) => `${reason}: ${message}`)[0];
  return new InfeasibleError(first ?? `no candidate fits; dropped for ${[...reasons].join(", ") || "no reason"}`);
}

function modeFields({best, front, meetsTargets}: ModeResult, own: (plan: Plan) => object): object {
  const point = ({tokensPerSecPerUser, tokensPerSecPerGpuCluster, requestLatencyMs}: Plan) => ({
    tokensPerSecPerUser,
    tokensPerSecPerGpuCluster,
    requestLatencyMs
  });
  return {meetsTargets, best: best.map((plan) => ({...sharedFields(plan), ...own(plan)})), front: front.map(point)};
}

function sharedFields(plan: Plan): object {
  return {
    gpus: plan.gpus,
    concurrency: plan.concurrency,
    ttftMs: plan.ttftMs,
    tpotMs: plan.tpotMs,
    requestLatencyMs: plan.requestLatencyMs,
    tokensPerSecPerGpu: plan.tokensPerSecPerGpu,
    tokensPerSecPerGpuCluster: plan.tokensPerSecPerGpuCluster,
    tokensPerSecPerUser: plan.tokensPerSecPerUser,
    source: plan.source,
    tier: plan.tier,
    weakestOp: plan.weakestOp
  };
}

function aggFields({agg}: Plan): object {
  const {label, batchPerRank, ctxTokens, memoryGiB} = agg!;
  return {parallel: label, batch: batchPerRank, ctxTokens, memoryGiB: memoryGiB.total};
}

function disaggFields({prefill, decode}: Plan): object {
  return {
    parallel: {prefill: prefill!.label, decode: decode!.label},
    prefillBatch: prefill!.batchPerRank,
    decodeBatch: decode!.batchPerRank,
    prefillWorkers: prefill!.workers,
    decodeWorkers: decode!.workers
  };
}
