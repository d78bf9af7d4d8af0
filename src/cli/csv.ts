/**
 * The frontier and the best plans as CSV, with the column names and order of the reference's own files, so that a
 * script that reads those reads these. Values are rounded to three decimals. Source: method.md §9, §10, §11.
 *
 * Columns about encoders and power are left out (nothing here fills them); what the reference lacks comes last.
 */
import type {Plan, WorkerPoint} from "../engine/result.js";

export interface CsvContext {
  model: string;
  isl: number;
  osl: number;
  prefix: number;
}

type Cell = string | number | undefined;
type Row = Record<string, Cell>;

export function plansCsv(mode: "agg" | "disagg", plans: readonly Plan[], context: CsvContext): string {
  const rows = plans.map((plan) => ({
    ...(mode === "agg" ? aggRow(plan, context) : disaggRow(plan, context)),
    ...simulatedCells(plan)
  }));
  const columns = mode === "agg" ? aggColumns : disaggColumns;
  return toCsv(plans.some(({simulated}) => simulated) ? [...columns, ...simulatedColumns] : columns, rows);
}

export function toCsv(columns: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(","));
  return [columns.map(cell).join(","), ...lines].join("\n") + "\n";
}

function cell(value: Cell): string {
  if (value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(roundTo3(value)) : "";
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const roundTo3 = (value: number) => Number(value.toFixed(3));

const quantColumns = ["gemm", "kvcache", "fmha", "moe", "comm"];
const sizeColumns = ["tp", "pp", "dp", "moe_tp", "moe_ep", "cp"];
const originColumns = ["backend", "version", "system"];
const ownColumns = ["tokens/s/gpu_cluster", "replicas", "gpus_used", "source", "tier", "weakest_op"];

export const aggColumns = [
  ...["model", "isl", "osl", "prefix", "concurrency", "request_rate", "bs", "global_bs", "ttft", "tpot", "seq/s"],
  ...["seq/s/gpu", "tokens/s", "tokens/s/gpu", "tokens/s/user", "request_latency", "num_total_gpus"],
  ...[...sizeColumns, "parallel", ...quantColumns, "memory"],
  ...["balance_score", "num_ctx_reqs", "num_gen_reqs", "num_tokens", "ctx_tokens", "gen_tokens"],
  ...[...originColumns, ...ownColumns]
];

const workerColumns = [...sizeColumns, "parallel", ...quantColumns, "memory", ...originColumns];

export const disaggColumns = [
  ...["model", "isl", "osl", "prefix", "concurrency", "request_rate", "(p)bs", "(p)global_bs", "(p)workers"],
  ...["(d)bs", "(d)global_bs", "(d)workers", "ttft", "tpot", "request_latency", "seq/s", "seq/s/gpu", "tokens/s"],
  ...["tokens/s/gpu", "tokens/s/user", "(p)seq/s/worker", "(d)seq/s/worker", "num_total_gpus"],
  ...workerColumns.map((name) => `(p)${name}`),
  ...workerColumns.filter((name) => name !== "cp").map((name) => `(d)${name}`),
  ...ownColumns
];

const latencies = {ttft: "ttft", tpot: "tpot", inter_token: "interToken", request_latency: "requestLatency"} as const;
const shares = ["p50", "p90", "p95", "p99"] as const;
const latencyNames = Object.keys(latencies) as (keyof typeof latencies)[];

/** Of simulated plans: percentiles in ms, and how far off means are 9 in 10 times, in percent. */
export const simulatedColumns = [
  "inter_token",
  ...latencyNames.flatMap((name) => shares.map((share) => `${name}_${share}`)),
  ...["ttft_band_percent", "tpot_band_percent", "tokens/s_band_percent"],
  ...["verdict", "kv_share", "kv_share_peak", "preemptions", "calibration", "calibrated_on"]
];

function simulatedCells({simulated, error}: Plan): Row {
  if (!simulated) return {};
  const {verdict, kvShare, preemptions, calibration} = simulated;
  const percentiles = latencyNames.flatMap((name) =>
    shares.map((share) => [`${name}_${share}`, simulated[latencies[name]][share]] as const)
  );
  const percent = (band: {p90: number} | undefined) => band && 100 * band.p90;
  return {
    inter_token: simulated.interToken.mean,
    ...Object.fromEntries(percentiles),
    ttft_band_percent: percent(error?.ttft),
    tpot_band_percent: percent(error?.tpot),
    "tokens/s_band_percent": percent(error?.tokensPerSec),
    verdict,
    kv_share: kvShare.mean,
    kv_share_peak: kvShare.peak,
    preemptions,
    calibration: calibration.kind,
    calibrated_on: calibration.name
  };
}

function aggRow(plan: Plan, context: CsvContext): Row {
  const worker = plan.agg!;
  const {batchPerRank: batch, ctxTokens = 0} = worker;
  const prefillRequests = batch === 1 ? 1 : Math.ceil(ctxTokens / context.isl);
  const decodeRequests = batch === 1 ? 1 : batch - prefillRequests;
  return {
    ...planCells(plan, context),
    ...workerCells(worker, ""),
    bs: batch,
    global_bs: batch * worker.parallel.dp,
    balance_score: (context.isl * batch) / ctxTokens / context.osl,
    num_ctx_reqs: prefillRequests,
    num_gen_reqs: decodeRequests,
    num_tokens: batch === 1 ? ctxTokens : decodeRequests + ctxTokens,
    ctx_tokens: ctxTokens,
    gen_tokens: decodeRequests
  };
}

function disaggRow(plan: Plan, context: CsvContext): Row {
  return {...planCells(plan, context), ...roleCells(plan.prefill!, "(p)"), ...roleCells(plan.decode!, "(d)")};
}

function roleCells(worker: NonNullable<Plan["prefill"]>, side: string): Row {
  return {
    ...workerCells(worker, side),
    [`${side}bs`]: worker.batchPerRank,
    [`${side}global_bs`]: worker.batchPerRank * worker.parallel.dp,
    [`${side}workers`]: worker.workers,
    [`${side}seq/s/worker`]: worker.requestsPerSecPerWorker
  };
}

function workerCells({parallel, label, quant, memoryGiB, backend, version, system}: WorkerPoint, side: string): Row {
  const {tp, pp, dp, moeTp, moeEp, cp} = parallel;
  const sizes = {tp, pp, dp, moe_tp: moeTp, moe_ep: moeEp, cp, parallel: label};
  const quants = {gemm: quant.gemm, kvcache: quant.kvCache, fmha: quant.fmha, moe: quant.moe, comm: quant.comm};
  const cells = {...sizes, ...quants, memory: memoryGiB.total, backend, version, system};
  return Object.fromEntries(Object.entries(cells).map(([name, value]) => [side + name, value]));
}

function planCells(plan: Plan, context: CsvContext): Row {
  return {
    ...context,
    concurrency: plan.concurrency,
    request_rate: plan.requestsPerSec,
    ttft: plan.ttftMs,
    tpot: plan.tpotMs,
    request_latency: plan.requestLatencyMs,
    "seq/s": plan.requestsPerSec,
    "seq/s/gpu": plan.requestsPerSec / plan.gpus,
    "tokens/s": plan.tokensPerSec,
    "tokens/s/gpu": plan.tokensPerSecPerGpu,
    "tokens/s/user": plan.tokensPerSecPerUser,
    num_total_gpus: plan.gpus,
    "tokens/s/gpu_cluster": plan.tokensPerSecPerGpuCluster,
    replicas: plan.replicas,
    gpus_used: plan.gpusUsed,
    source: plan.source,
    tier: plan.tier,
    weakest_op: plan.weakestOp ?? "none"
  };
}
