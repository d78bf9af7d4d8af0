/** Aggregated candidates in rows, and as CSV. */
import {grades} from "../engine/trace.js";
import type {AggregatedColumns} from "../engine/search/columns.js";
import {parallelWords} from "../words.js";
import type {AggregatedScene} from "./aggregated-scene.js";
import {batchStep, stepColor} from "./batch-color.js";
import {candidateId, missList} from "./candidate-row.js";
import type {TableColumn, TableRows} from "./column-table.js";
import {csvText} from "./csv-text.js";
import {sourceBadge} from "./data-badge.js";
import {h} from "./dom.js";

export function candidateTable({columns, rows, view, selected, mask}: AggregatedScene): TableRows {
  const all = columns.batch.length.toLocaleString("en");
  return {
    columns: tableColumns(columns),
    rows: rankedRows(columns, rows),
    order: view.order,
    selected,
    caption: mask ? `${rows.length.toLocaleString("en")} of ${all} candidates` : `All ${all} candidates`
  };
}

/** What keeps every limit by throughput, then what misses them by how much. */
function rankedRows({missedBy, tokensPerSecPerGpuCluster: rate}: AggregatedColumns, rows: readonly number[]): number[] {
  return [...rows].sort((a, b) => missedBy[a] - missedBy[b] || rate[b] - rate[a]);
}

function tableColumns(columns: AggregatedColumns): TableColumn[] {
  const {workers, worker, batch, ctxTokens, missedBy, grade} = columns;
  const swatch = (row: number) =>
    h("i", {class: "kp-swatch", style: `background: ${stepColor(batchStep(batch[row]))}`});
  return [
    {
      key: "parallel",
      name: "worker",
      value: (row) => workers[worker[row]].label,
      show: (row) => parallelWords(workers[worker[row]].parallel)
    },
    {key: "gpus", name: "GPUs each", title: "Of one worker", value: (row) => workers[worker[row]].gpus},
    {key: "replicas", name: "replicas", value: (row) => workers[worker[row]].replicas},
    {
      key: "batch",
      name: "batch",
      title: "Requests in flight per rank",
      value: (row) => batch[row],
      show: (row) => h("span", {}, swatch(row), batch[row].toLocaleString("en"))
    },
    {
      key: "ctx",
      name: "prompt tokens",
      title: "In a step that prefills and decodes",
      value: (row) => ctxTokens[row]
    },
    {
      key: "gpu",
      name: "tokens/s/GPU",
      title: "Over all GPUs, idle ones included",
      value: (row) => columns.tokensPerSecPerGpuCluster[row]
    },
    {key: "user", name: "tokens/s/user", value: (row) => columns.tokensPerSecPerUser[row]},
    {key: "ttft", name: "TTFT (ms)", value: (row) => columns.ttftMs[row]},
    {key: "tpot", name: "TPOT (ms)", value: (row) => columns.tpotMs[row]},
    {
      key: "latency",
      name: "request (ms)",
      title: "TTFT + TPOT · (OSL − 1)",
      value: (row) => columns.requestLatencyMs[row]
    },
    {key: "memory", name: "memory (GiB)", title: "Of one GPU", value: (row) => columns.memoryGiB[row]},
    {
      key: "missed",
      name: "misses",
      title: "Targets that it does not keep, and by how much",
      value: (row) => missedBy[row],
      show: (row) => missList(columns, row)
    },
    {
      key: "source",
      name: "source",
      value: (row) => grades[grade[row]].source,
      show: (row) => sourceBadge(grades[grade[row]].source, "", grades[grade[row]].tier)
    }
  ];
}

/** One record per row, units in the names. */
export function candidatesCsv(columns: AggregatedColumns, rows: readonly number[]): string {
  const {workers, worker, limits} = columns;
  return csvText(
    rows.map((row) => {
      const {label, parallel, gpus, replicas, gpusUsed} = workers[worker[row]];
      const {tp, pp, dp, moeTp, moeEp} = parallel;
      return {
        id: candidateId(columns, row),
        parallel: label,
        tp,
        pp,
        dp,
        moe_tp: moeTp,
        moe_ep: moeEp,
        gpus_per_worker: gpus,
        replicas,
        gpus_used: gpusUsed,
        batch_per_rank: columns.batch[row],
        ctx_tokens: columns.ctxTokens[row],
        concurrency_per_replica: columns.concurrency[row],
        tokens_per_s_per_gpu: columns.tokensPerSecPerGpuCluster[row],
        tokens_per_s_per_gpu_in_use: columns.tokensPerSecPerGpu[row],
        tokens_per_s_per_user: columns.tokensPerSecPerUser[row],
        ttft_ms: columns.ttftMs[row],
        tpot_ms: columns.tpotMs[row],
        request_latency_ms: columns.requestLatencyMs[row],
        memory_gib: columns.memoryGiB[row],
        missed: limits
          .filter((_, i) => (columns.missed[row] >> i) & 1)
          .map(({metric}) => metric)
          .join(" "),
        missed_by: columns.missedBy[row],
        source: grades[columns.grade[row]].source,
        tier: grades[columns.grade[row]].tier
      };
    })
  );
}
