/** Share link, CSV and JSON. */
import {modesOf} from "../engine/result.js";
import type {Plan, SearchResult} from "../engine/result.js";
import type {DataNote} from "../search/protocol.js";
import type {SystemSpec} from "../engine/system.js";
import {csvFormat} from "npm:d3";
import {h} from "./dom.js";
import {planId} from "./plan.js";
import {shortModel} from "./format.js";
import type {Question} from "./question.js";
import {outcomePlans} from "./plan.js";
import {saveSearchButton} from "./save-search.js";

export interface DownloadOptions {
  question: Question;
  result: SearchResult;
  data: DataNote[];
  systems: readonly SystemSpec[];
}

export function downloads({question, result, data, systems}: DownloadOptions): HTMLElement {
  const stem = `kneepoint-${shortModel(question.model)}-${question.gpus}x${question.system}`.replace(/[^\w.-]+/g, "-");
  const save = (text: string, type: string, extension: string) => {
    const url = URL.createObjectURL(new Blob([text], {type}));
    h("a", {href: url, download: `${stem}.${extension}`}).click();
    setTimeout(() => URL.revokeObjectURL(url));
  };
  const share = h(
    "button",
    {
      type: "button",
      class: "kp-button",
      title: "Copy a link to exactly this view",
      onclick: () => void copyLink(share)
    },
    "share"
  );
  return h(
    "div",
    {class: "kp-downloads"},
    share,
    h(
      "button",
      {
        type: "button",
        class: "kp-button",
        title: "Fronts and top plans, one row each",
        onclick: () => save(plansCsv(result), "text/csv", "csv")
      },
      "csv"
    ),
    h(
      "button",
      {
        type: "button",
        class: "kp-button",
        title: "Question, data and plans, full precision",
        onclick: () => save(plansJson({question, result, data}), "application/json", "json")
      },
      "json"
    ),
    saveSearchButton(question, systems)
  );
}

async function copyLink(button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "link copied";
  } catch {
    button.textContent = "copy the address above";
  }
  setTimeout(() => (button.textContent = "share"), 2000);
}

export function plansCsv(result: SearchResult): string {
  return csvFormat(outcomePlans(modesOf(result)).map(planRecord));
}

export function plansJson({question, result, data}: Omit<DownloadOptions, "systems">): string {
  const modes = modesOf(result).map(({cloud: _cloud, ...mode}) => mode);
  return JSON.stringify({question, data, chosen: result.chosen, modes}, null, 2);
}

/** One flat row; units are in the names. */
function planRecord(plan: Plan): Record<string, string | number> {
  const worker = (role: "agg" | "prefill" | "decode") => {
    const point = plan[role];
    const workers = point && "workers" in point ? point.workers : point ? 1 : "";
    return {
      [`${role}_workers`]: workers,
      [`${role}_parallel`]: point?.label ?? "",
      [`${role}_batch_per_rank`]: point?.batchPerRank ?? "",
      [`${role}_memory_gib`]: point?.memoryGiB.total ?? ""
    };
  };
  return {
    id: planId(plan),
    mode: plan.mode,
    replicas: plan.replicas,
    gpus_per_replica: plan.gpus,
    gpus_used: plan.gpusUsed,
    concurrency_per_replica: plan.concurrency,
    tokens_per_s_per_gpu: plan.tokensPerSecPerGpuCluster,
    tokens_per_s_per_user: plan.tokensPerSecPerUser,
    ttft_ms: plan.ttftMs,
    tpot_ms: plan.tpotMs,
    request_latency_ms: plan.requestLatencyMs,
    requests_per_s_per_replica: plan.requestsPerSec,
    ...worker("agg"),
    ...worker("prefill"),
    ...worker("decode"),
    source: plan.source,
    tier: plan.tier,
    weakest_op: plan.weakestOp ?? ""
  };
}
