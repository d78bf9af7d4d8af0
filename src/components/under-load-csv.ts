/** Figures of a deployment under load as rows, and in full as JSON; units are in the names. */
import {csvFormat} from "npm:d3";
import type {LoadRun} from "../search/loading.js";
import type {DataNote} from "../search/protocol.js";
import {formatUnderLoad} from "./under-load.js";
import type {Loaded} from "./under-load-runs.js";

type Row = Record<string, string | number>;

/** The run, the one with twice the traffic, then each rate. */
export function loadRows({asked, deployment, run, doubled, points}: Loaded): Row[] {
  const {client} = asked.traffic;
  const named = (name: string, each: LoadRun): Row => ({
    run: name,
    client,
    offered_requests_per_s: each.offeredPerSec ?? "",
    users: each.users ?? "",
    requests: each.requests,
    good_share: each.goodShare,
    goodput_requests_per_s: each.goodPerSec,
    served_requests_per_s: each.requestsPerSec,
    output_tokens_per_s: each.outputTokensPerSec,
    ...percentiles("ttft", each.ttftMs),
    ...percentiles("tpot", each.tpotMs),
    ...percentiles("inter_token", each.interTokenMs),
    ...percentiles("latency", each.latencyMs),
    ...percentiles("queue", each.queueMs),
    mean_running_per_replica: each.meanRunning,
    mean_queued_per_replica: each.meanQueued,
    kv_share_mean: each.kvShare.mean,
    kv_share_peak: each.kvShare.peak,
    put_back: each.preemptions,
    verdict: each.verdict
  });
  const rates = points.map((point) => ({
    run: "rate",
    client,
    offered_requests_per_s: point.requestsPerSec,
    saturation_requests_per_s: deployment.saturationPerSec,
    good_share: point.goodShare,
    goodput_requests_per_s: point.goodPerSec,
    ttft_p50_ms: point.ttftP50Ms,
    ttft_p95_ms: point.ttftP95Ms,
    tpot_p50_ms: point.tpotP50Ms,
    tpot_p95_ms: point.tpotP95Ms,
    verdict: point.verdict
  }));
  return [named("asked", run), ...(doubled ? [named("doubled", doubled)] : []), ...rates];
}

function percentiles(name: string, {mean, p50, p90, p95, p99}: LoadRun["ttftMs"]): Row {
  return {
    [`${name}_mean_ms`]: mean,
    [`${name}_p50_ms`]: p50,
    [`${name}_p90_ms`]: p90,
    [`${name}_p95_ms`]: p95,
    [`${name}_p99_ms`]: p99
  };
}

export function loadCsv(loaded: Loaded): string {
  const rows = loadRows(loaded);
  return csvFormat(rows, [...new Set(rows.flatMap((row) => Object.keys(row)))]);
}

/** Distributions and timelines as lists of numbers. */
export function loadJson({asked, deployment, run, doubled, points}: Loaded): string {
  const {data, ...note} = deployment as Loaded["deployment"] & {data: DataNote[]};
  const content = {
    asked: {...asked, query: formatUnderLoad(asked)},
    deployment: note,
    data,
    run,
    doubled,
    rates: points
  };
  return JSON.stringify(
    content,
    (_, value) => (value instanceof Float64Array ? Array.from(value) : (value as unknown)),
    2
  );
}
