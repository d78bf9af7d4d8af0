/** Every decode worker with the prefill worker that feeds it best, and the workers of each pool, in rows and as CSV. */
import {cellStates, replicaRates} from "../engine/search/rate-plane.js";
import type {ReplicaRates} from "../engine/search/rate-plane.js";
import {grades} from "../engine/trace.js";
import {cellOf, countsOf} from "./disaggregated-scene.js";
import type {DisaggregatedScene, PoolRole} from "./disaggregated-scene.js";
import {poolRate, workerName} from "./disaggregated-words.js";
import type {TableColumn, TableRows} from "./column-table.js";
import {csvText} from "./csv-text.js";
import {sourceBadge} from "./data-badge.js";
import {percent} from "./format.js";

/** Rows are of `columns.pairs`. */
export function pairTable(scene: DisaggregatedScene): TableRows {
  const {columns, view} = scene;
  const {pairs} = columns;
  const rows = Array.from(pairs.decode.keys()).sort(
    (a, b) =>
      pairs.missedBy[a] - pairs.missedBy[b] || pairs.tokensPerSecPerGpuCluster[b] - pairs.tokensPerSecPerGpuCluster[a]
  );
  const selected = rows.find((row) => pairs.decode[row] === scene.decode && pairs.prefill[row] === scene.prefill) ?? -1;
  return {
    columns: pairColumns(scene),
    rows,
    order: view.order,
    selected,
    caption: `${rows.length.toLocaleString("en")} pairs: every decode worker with the prefill worker that feeds it best`
  };
}

function pairColumns({columns, question}: DisaggregatedScene): TableColumn[] {
  const {pairs, prefill, decode} = columns;
  const rates = (row: number) => ratesOf(columns, row);
  return [
    {key: "decode", name: "decode worker", value: (row) => workerName(decode, pairs.decode[row])},
    {
      key: "batch",
      name: "batch",
      title: "Requests in flight per rank of a decode worker",
      value: (row) => decode.batch[pairs.decode[row]]
    },
    {key: "prefill", name: "prefill worker", value: (row) => workerName(prefill, pairs.prefill[row])},
    {
      key: "counts",
      name: "prefill × decode",
      title: "Workers of a replica",
      value: (row) => pairs.prefillWorkers[row],
      show: (row) => `${pairs.prefillWorkers[row]} × ${pairs.decodeWorkers[row]}`
    },
    {key: "gpus", name: "GPUs", title: "Of a replica", value: (row) => pairs.gpus[row]},
    {key: "replicas", name: "replicas", value: (row) => Math.floor(question.gpus / pairs.gpus[row])},
    {
      key: "gpu",
      name: "tokens/s/GPU",
      title: "Over all GPUs, idle ones included",
      value: (row) => pairs.tokensPerSecPerGpuCluster[row]
    },
    {key: "user", name: "tokens/s/user", value: (row) => pairs.tokensPerSecPerUser[row]},
    {key: "ttft", name: "TTFT (ms)", title: "With queueing", value: (row) => pairs.ttftMs[row]},
    {key: "tpot", name: "TPOT (ms)", value: (row) => pairs.tpotMs[row]},
    {
      key: "idle",
      name: "idle",
      title: "The pool that waits for the other, and how much of the time",
      value: (row) => rates(row).idleShare,
      show: (row) => idleWords(rates(row))
    },
    {
      key: "missed",
      name: "misses a target by",
      value: (row) => pairs.missedBy[row],
      show: (row) => (pairs.missed[row] ? percent(pairs.missedBy[row]) : "keeps all")
    }
  ];
}

function idleWords({limitedBy, idleShare}: ReplicaRates): string {
  return `${limitedBy === "prefill" ? "decode" : "prefill"} ${percent(idleShare)}`;
}

function ratesOf({pairs, prefill, decode, tuning}: DisaggregatedScene["columns"], row: number): ReplicaRates {
  const side = (pool: typeof prefill, at: number) => ({
    gpus: pool.workers[pool.worker[at]].gpus,
    requestsPerSec: pool.requestsPerSec[at]
  });
  const pair = {prefill: side(prefill, pairs.prefill[row]), decode: side(decode, pairs.decode[row]), tuning};
  return replicaRates(pair, pairs.prefillWorkers[row], pairs.decodeWorkers[row]);
}

/** One record per pair, units in the names. */
export function pairsCsv(scene: DisaggregatedScene): string {
  const {columns, question} = scene;
  const {pairs, prefill, decode, limits} = columns;
  return csvText(
    pairTable(scene).rows.map((row) => {
      const [p, d] = [pairs.prefill[row], pairs.decode[row]];
      const rates = ratesOf(columns, row);
      return {
        prefill_parallel: prefill.workers[prefill.worker[p]].label,
        prefill_batch_per_rank: prefill.batch[p],
        prefill_workers: pairs.prefillWorkers[row],
        decode_parallel: decode.workers[decode.worker[d]].label,
        decode_batch_per_rank: decode.batch[d],
        decode_workers: pairs.decodeWorkers[row],
        gpus_per_replica: pairs.gpus[row],
        replicas: Math.floor(question.gpus / pairs.gpus[row]),
        tokens_per_s_per_gpu: pairs.tokensPerSecPerGpuCluster[row],
        tokens_per_s_per_gpu_in_use: pairs.tokensPerSecPerGpu[row],
        tokens_per_s_per_user: pairs.tokensPerSecPerUser[row],
        ttft_ms: pairs.ttftMs[row],
        tpot_ms: pairs.tpotMs[row],
        request_latency_ms: pairs.requestLatencyMs[row],
        concurrency_per_replica: pairs.concurrency[row],
        prefill_requests_per_s: rates.prefillRequestsPerSec,
        decode_requests_per_s: rates.decodeRequestsPerSec,
        limited_by: rates.limitedBy,
        idle_share: rates.idleShare,
        missed: limits
          .filter((_, i) => (pairs.missed[row] >> i) & 1)
          .map(({metric}) => metric)
          .join(" "),
        missed_by: pairs.missedBy[row]
      };
    })
  );
}

/** Rows are of the pool. */
export function poolTable(scene: DisaggregatedScene, role: PoolRole): TableRows {
  const pool = scene.columns[role];
  const rows = Array.from(pool.batch.keys());
  return {
    columns: [
      {key: "worker", name: "worker", value: (row) => workerName(pool, row)},
      {key: "gpus", name: "GPUs each", value: (row) => pool.workers[pool.worker[row]].gpus},
      {key: "batch", name: "batch", title: "Per rank", value: (row) => pool.batch[row]},
      {
        key: "latency",
        name: role === "prefill" ? "first token (ms)" : "TPOT (ms)",
        value: (row) => pool.latencyMs[row]
      },
      {
        key: "rate",
        name: role === "prefill" ? "requests/s per GPU" : "tokens/s per GPU",
        value: (row) => poolRate(scene, role, row)
      },
      {key: "memory", name: "memory (GiB)", title: "Of one GPU", value: (row) => pool.memoryGiB[row]},
      {
        key: "source",
        name: "source",
        value: (row) => grades[pool.grade[row]].source,
        show: (row) => sourceBadge(grades[pool.grade[row]].source, "", grades[pool.grade[row]].tier)
      }
    ],
    rows,
    order: role === "prefill" ? scene.view.prefillOrder : scene.view.decodeOrder,
    selected: scene[role],
    caption: `${rows.length.toLocaleString("en")} ${role} candidates`
  };
}

/** Rows are cells of the plane that there are GPUs for. */
export function cellTable({matched, question, view}: DisaggregatedScene): TableRows {
  const empty: TableRows = {
    columns: [],
    rows: [],
    order: view.cellOrder,
    selected: -1,
    caption: "No replica of this pair"
  };
  if (!matched) return empty;
  const {plane, pair, counts} = matched;
  const of = (cell: number) => countsOf(plane, cell);
  const rates = (cell: number) => replicaRates(pair, of(cell).prefill, of(cell).decode);
  const rows = Array.from(plane.state.keys()).filter((cell) => cellStates[plane.state[cell]] !== "gpus");
  return {
    columns: [
      {
        key: "counts",
        name: "prefill × decode",
        value: (cell) => of(cell).prefill,
        show: (cell) => `${of(cell).prefill} × ${of(cell).decode}`
      },
      {key: "gpus", name: "GPUs", title: "Of a replica", value: (cell) => plane.gpus[cell]},
      {key: "replicas", name: "replicas", value: (cell) => Math.floor(question.gpus / plane.gpus[cell])},
      {key: "all", name: "tokens/s per GPU you have", value: (cell) => plane.tokensPerSecPerGpuCluster[cell]},
      {key: "use", name: "per GPU in use", value: (cell) => plane.tokensPerSecPerGpu[cell]},
      {key: "idle", name: "idle", value: (cell) => rates(cell).idleShare, show: (cell) => idleWords(rates(cell))},
      {
        key: "tried",
        name: "the search",
        value: (cell) => (cellStates[plane.state[cell]] === "tried" ? "tries it" : "does not try this size")
      }
    ],
    rows,
    order: view.cellOrder,
    selected: cellOf(plane, counts),
    caption: `${rows.length.toLocaleString("en")} replicas of this pair that fit your GPUs`
  };
}

/** One record per worker and batch, units in the names; rates are of one worker alone. */
export function poolCsv({columns}: DisaggregatedScene, role: PoolRole): string {
  const pool = columns[role];
  return csvText(
    Array.from(pool.batch.keys(), (row) => ({
      parallel: pool.workers[pool.worker[row]].label,
      gpus: pool.workers[pool.worker[row]].gpus,
      batch_per_rank: pool.batch[row],
      latency_ms: pool.latencyMs[row],
      requests_per_s: pool.requestsPerSec[row],
      concurrency: pool.concurrency[row],
      memory_gib: pool.memoryGiB[row],
      source: grades[pool.grade[row]].source,
      tier: grades[pool.grade[row]].tier
    }))
  );
}
