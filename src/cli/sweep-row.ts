/** One workload of a sweep with its best plan, as a row. */
import {modesOf, type Plan} from "../engine/result.js";
import {nearestOf} from "../engine/index.js";
import {deploymentWords, modeWords} from "../words.js";
import {latencyColumns} from "./basis.js";
import type {TaskAnswer} from "./run.js";
import type {Column} from "./tables.js";

export interface SweepRow {
  isl: number;
  osl: number;
  prefix: number;
  /** Absent where a request latency or a soft goal stands in its place. */
  ttftTargetMs?: number;
  tpotTargetMs?: number;
  requestLatencyTargetMs?: number;
  meetsTargets: boolean;
  /** The best plan, or the nearest where none meets the targets. */
  plan?: Plan;
  /** What it is, in words. */
  deployment?: string;
  /** Tokens/s per GPU of each mode's best plan within the targets. */
  aggregated?: number;
  disaggregated?: number;
  /** Why there is no plan at all. */
  error?: string;
}

/** The lengths and targets of a workload, whether or not it was answered. */
export type SweepQuestion = Omit<SweepRow, "meetsTargets">;

export function sweepRow(question: SweepQuestion, {task, result, searches}: TaskAnswer): SweepRow {
  const {targets} = searches[0];
  const modes = modesOf(result);
  const chosen = modes.find(({mode}) => mode === result.chosen)?.best[0];
  const plan = chosen ?? nearestOf(modes, targets) ?? undefined;
  const within = (name: "agg" | "disagg") =>
    result[name]?.meetsTargets ? result[name].best[0]?.tokensPerSecPerGpuCluster : undefined;
  return {
    ...question,
    meetsTargets: chosen !== undefined,
    ...(plan ? {plan, deployment: deploymentWords(plan, task.config.totalGpus)} : {}),
    aggregated: within("agg"),
    disaggregated: within("disagg")
  };
}

/** Columns that say something: lengths and targets that never change are left to the command line. */
export function sweepColumns(rows: readonly SweepRow[]): Column<SweepRow>[] {
  const varies = (of: (row: SweepRow) => unknown) => new Set(rows.map(of)).size > 1;
  const question: [string, keyof SweepQuestion][] = [
    ["ISL", "isl"],
    ["OSL", "osl"],
    ["prefix", "prefix"],
    ["request ≤ ms", "requestLatencyTargetMs"],
    ["TTFT ≤ ms", "ttftTargetMs"],
    ["TPOT ≤ ms", "tpotTargetMs"]
  ];
  return [
    ...question
      .filter(([, field]) => varies((row) => row[field]))
      .map(([title, field]) => ({title, value: (row: SweepRow) => row[field] as number | undefined})),
    {
      title: "best",
      value: ({plan, meetsTargets}) => (plan ? (meetsTargets ? "" : "nearest ") + modeWords[plan.mode] : "–")
    },
    {title: "tok/s/GPU", value: ({plan}) => plan?.tokensPerSecPerGpuCluster, digits: 1},
    {title: "agg", value: ({aggregated}) => aggregated, digits: 1},
    {title: "disagg", value: ({disaggregated}) => disaggregated, digits: 1},
    ...latencyColumns<SweepRow>(
      rows.flatMap(({plan}) => plan ?? []),
      ({plan}) => plan
    ),
    {title: "plan", value: ({deployment, error}) => deployment ?? error?.split("\n")[0]}
  ];
}

/** The same with units in the names, every column always. */
export function sweepCsvRow(row: SweepRow) {
  const {plan} = row;
  return {
    isl: row.isl,
    osl: row.osl,
    prefix: row.prefix,
    request_latency_target_ms: row.requestLatencyTargetMs,
    ttft_target_ms: row.ttftTargetMs,
    tpot_target_ms: row.tpotTargetMs,
    meets_targets: String(row.meetsTargets),
    mode: plan?.mode,
    "tokens/s/gpu_cluster": plan?.tokensPerSecPerGpuCluster,
    "tokens/s/user": plan?.tokensPerSecPerUser,
    ttft_ms: plan?.ttftMs,
    tpot_ms: plan?.tpotMs,
    request_latency_ms: plan?.requestLatencyMs,
    ttft_p99_ms: plan?.simulated?.ttft.p99,
    tpot_p99_ms: plan?.simulated?.tpot.p99,
    request_latency_p99_ms: plan?.simulated?.requestLatency.p99,
    ttft_band_percent: plan?.error && 100 * plan.error.ttft.p90,
    tpot_band_percent: plan?.error && 100 * plan.error.tpot.p90,
    "tokens/s_band_percent": plan?.error && 100 * plan.error.tokensPerSec.p90,
    gpus_used: plan?.gpusUsed,
    replicas: plan?.replicas,
    "agg_tokens/s/gpu_cluster": row.aggregated,
    "disagg_tokens/s/gpu_cluster": row.disaggregated,
    deployment: row.deployment,
    source: plan?.source,
    error: row.error
  };
}
