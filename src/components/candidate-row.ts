/** Aggregated candidates by their row: identity, figures in words, and the front that some of them make. */
import {goalMetrics} from "../engine/search/goals.js";
import type {AggregatedColumns} from "../engine/search/columns.js";
import {paretoFront} from "../engine/search/pareto.js";
import {gpuWords, parallelWords} from "../words.js";
import {limitOf, metrics, metricValues} from "./candidate-metric.js";
import type {MetricName} from "./candidate-metric.js";
import {counted, duration, figure, percent} from "./format.js";

/** As `planId` has it: `agg:tp4pp1dp1etp1ep1@16c4000`. */
export function candidateId({workers, worker, batch, ctxTokens}: AggregatedColumns, row: number): string {
  return `agg:${workers[worker[row]].label}@${batch[row]}c${ctxTokens[row]}`;
}

/** −1 for one that is not there. */
export function rowOf(columns: AggregatedColumns, id: string): number {
  const {workers, worker, batch, ctxTokens} = columns;
  const [, label, ofBatch, ofCtx] = /^agg:(.+)@(\d+)c(\d+)$/.exec(id) ?? [];
  const index = workers.findIndex((each) => each.label === label);
  if (index < 0) return -1;
  return batch.findIndex(
    (b, row) => b === Number(ofBatch) && ctxTokens[row] === Number(ofCtx) && worker[row] === index
  );
}

/** `TP4, batch 16, 8 replicas: 415 tokens/s/GPU, 111 tokens/s/user, TTFT 293 ms, TPOT 9.01 ms. Misses TTFT by 12 %.` */
export function candidateSentence(columns: AggregatedColumns, row: number): string {
  const {workers, worker, batch, ctxTokens, tokensPerSecPerGpuCluster, tokensPerSecPerUser, ttftMs, tpotMs} = columns;
  const {parallel, replicas} = workers[worker[row]];
  const shape = `${parallelWords(parallel)}, batch ${batch[row]}, ${counted(ctxTokens[row], "prompt token")} a step`;
  const speed = `${figure(tokensPerSecPerGpuCluster[row])} tokens/s/GPU, ${figure(tokensPerSecPerUser[row])} tokens/s/user`;
  const latency = `TTFT ${duration(ttftMs[row])}, TPOT ${duration(tpotMs[row])}`;
  return `${shape}, ${counted(replicas, "replica")}: ${speed}, ${latency}. ${missWords(columns, row)}`;
}

/** `TTFT +12 %, TPOT +3 %`; `nothing`. */
export function missList(columns: AggregatedColumns, row: number): string {
  return missesOf(columns, row).join(", ").replaceAll(" by ", " +") || "nothing";
}

/** `Keeps every target.`, `Misses TTFT by 12 % and TPOT by 3 %.` */
export function missWords(columns: AggregatedColumns, row: number): string {
  const misses = missesOf(columns, row);
  return misses.length === 0 ? "Keeps every target." : `Misses ${misses.join(" and ")}.`;
}

/** `TTFT by 12 %`. Latencies say by how much; of what else is limited the name must do. */
export function missesOf(columns: AggregatedColumns, row: number): string[] {
  return columns.limits.flatMap(({metric, threshold}, i) => {
    if (!((columns.missed[row] >> i) & 1)) return [];
    const name = goalMetrics[metric].label;
    const value =
      metric === "ttftMs" || metric === "tpotMs" || metric === "requestLatencyMs" ? columns[metric][row] : 0;
    return [value > 0 ? `${name} by ${percent(value / threshold - 1)}` : name];
  });
}

/** Rows that keep every limit but the one that lies across. */
export function rowsWithin({limits, missed}: AggregatedColumns, across: MetricName): number[] {
  const others = limits.reduce((mask, {metric}, i) => (metric === limitOf[across] ? mask : mask | (1 << i)), 0);
  return Array.from(missed.keys()).filter((row) => (missed[row] & others) === 0);
}

/** Those of the rows that no other of them betters in throughput and what lies across; from left to right. */
export function frontRows(columns: AggregatedColumns, across: MetricName, rows: readonly number[]): number[] {
  const [xs, ys] = [metricValues(columns, across), metricValues(columns, "gpu")];
  const front = paretoFront(
    rows.map((row) => xs[row]),
    rows.map((row) => ys[row]),
    metrics[across].isLatency
  );
  return front.map((i) => rows[i]);
}

/** The row with most of a value; −1 without rows. */
export function mostOf(rows: readonly number[], value: (row: number) => number): number {
  return rows.reduce((best, row) => (best < 0 || value(row) > value(best) ? row : best), -1);
}

/** `8 replicas of TP4`, `1 replica of TP8 on 8 of 12 GPUs`. */
export function replicasWords({workers}: AggregatedColumns, worker: number, totalGpus: number): string {
  const {parallel, replicas, gpusUsed} = workers[worker];
  const idle = gpusUsed < totalGpus ? ` on ${gpusUsed} of ${gpuWords(totalGpus)}` : "";
  return `${counted(replicas, "replica")} of ${parallelWords(parallel)}${idle}`;
}
