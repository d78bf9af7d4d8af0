/** A plan's identity and its sentences. */
import type {Plan, Source, WorkerPoint} from "../engine/result.js";
import {errorWords, parallelWords, replicaWords} from "../words.js";
import {counted, duration, figure} from "./format.js";

/** Same for the same deployment whatever the targets: `disagg:4x-tp4pp1…@8+3x…`. */
export function planId(plan: Plan): string {
  const worker = (w: WorkerPoint) => `${w.label}@${w.batchPerRank}`;
  if (plan.agg) return `agg:${worker(plan.agg)}${plan.agg.ctxTokens ? `c${plan.agg.ctxTokens}` : ""}`;
  const {prefill, decode} = plan;
  return `disagg:${prefill!.workers}x${worker(prefill!)},${decode!.workers}x${worker(decode!)}`;
}

/** `8 replicas of TP4`. */
export function deploymentLine(plan: Plan): string {
  const unbroken = replicaWords(plan).replace(/\([^)]*\)/g, (workers) => workers.replaceAll(" ", "\u00a0"));
  return `${counted(plan.replicas, "replica")} of ${unbroken}`;
}

/** One sentence: `TP4, batch 16, 8 replicas: 414 tokens/s/GPU ± 4 %, 111 tokens/s/user, TTFT 293 ms`. */
export function planSentence(plan: Plan): string {
  const shape = plan.agg
    ? `${parallelWords(plan.agg.parallel)}, batch ${plan.agg.batchPerRank}`
    : `${replicaWords(plan)}, decode batch ${plan.decode!.batchPerRank}`;
  const within = plan.error ? ` ${errorWords(plan.error.tokensPerSec)}` : "";
  const speed = `${figure(plan.tokensPerSecPerGpuCluster)} tokens/s/GPU${within}, ${figure(plan.tokensPerSecPerUser)} tokens/s/user`;
  return `${shape}, ${counted(plan.replicas, "replica")}: ${speed}, TTFT ${duration(plan.ttftMs)}`;
}

/** How marks show a source: filled, hollow or hatched. */
export type MarkStyle = "filled" | "hollow" | "hatched";

export function markStyle(source: Source): MarkStyle {
  if (source === "measured") return "filled";
  return source === "interpolated" || source === "extrapolated" ? "hollow" : "hatched";
}

/** The workers of one replica with their part in it. */
export function planWorkers(plan: Plan): {role: "agg" | "prefill" | "decode"; count: number; worker: WorkerPoint}[] {
  if (plan.agg) return [{role: "agg", count: 1, worker: plan.agg}];
  return (["prefill", "decode"] as const).map((role) => ({role, count: plan[role]!.workers, worker: plan[role]!}));
}

/** All plans that a reader can pick, each once. */
export function outcomePlans(modes: {front: Plan[]; best: Plan[]}[]): Plan[] {
  const plans = modes.flatMap(({front, best}) => [...front, ...best]);
  return [...new Map(plans.map((plan) => [planId(plan), plan])).values()];
}
