/** The selected plan in words and figures. */
import type {SystemSpec} from "../engine/system.js";
import type {ErrorBand, Plan, WorkerPoint} from "../engine/result.js";
import {bytesToGiB} from "../engine/units.js";
import type {Figures} from "../search/refining.js";
import {gpuWords, originWords, parallelWords, servingWords} from "../words.js";
import {modeName} from "./answer.js";
import {band, bandWords, requestError} from "./band.js";
import {h} from "./dom.js";
import {askedFigures, missedSoft} from "./figure-list.js";
import {configurationLink} from "./further.js";
import {backendWords, counted, duration, figure, shortSystem} from "./format.js";
import {memoryBar} from "./memory-bar.js";
import {deploymentLine, planWorkers} from "./plan.js";
import type {Question} from "./question.js";
import {sourceBadge} from "./data-badge.js";
import {percentileTable} from "./percentile-table.js";

export interface PlanCardOptions {
  plan: Plan | null;
  question: Question;
  /** Whether this is the answer rather than the reader’s pick. */
  isBest: boolean;
  /** Whether the answer keeps the hard targets. */
  meetsTargets: boolean;
  systems: SystemSpec[];
  /** Where requests are simulated: how far that is. */
  figures?: Figures;
  /** Called to go back to the answer. */
  onreset: () => void;
}

/** Figures that are as far off as throughput is. */
const withRate = ["cost / M tokens", "GPUs for the load", "score"];

export function planCard({
  plan,
  question,
  isBest,
  meetsTargets,
  systems,
  figures,
  onreset
}: PlanCardOptions): HTMLElement {
  if (!plan)
    return h(
      "div",
      {class: "kp-plan"},
      h(
        "p",
        {class: "kp-hint"},
        "There is no plan to show. What stands in the way, and what would work, is said above."
      )
    );
  const weakest = plan.weakestOp ? `; weakest operator: ${plan.weakestOp}, ${originWords(plan)}` : "";
  const missed = missedSoft(plan, question);
  const within = (error?: ErrorBand) => band(plan, error);
  return h(
    "div",
    {class: "kp-plan"},
    h(
      "header",
      {},
      h("span", {class: "kp-eyebrow"}, name(isBest, meetsTargets), modeName(plan.mode)),
      sourceBadge(plan.source, weakest, plan.tier)
    ),
    h("h2", {}, deploymentLine(plan)),
    h(
      "p",
      {class: "kp-hint"},
      `${gpuWords(plan.gpus)} per replica, ${plan.gpusUsed} of ${question.gpus} in use, ${counted(plan.concurrency, "request")} in flight per replica. `,
      !isBest && h("button", {type: "button", class: "kp-link", onclick: onreset}, "Back to the best")
    ),
    h(
      "dl",
      {class: "kp-metrics"},
      ...metric(
        "tokens/s/GPU",
        figure(plan.tokensPerSecPerGpuCluster),
        "Output tokens per second over all GPUs, idle ones included",
        within(plan.error?.tokensPerSec)
      ),
      ...metric(
        "tokens/s/user",
        figure(plan.tokensPerSecPerUser),
        "1000 / TPOT: how fast one reader sees tokens",
        within(plan.error?.tpot)
      ),
      ...metric(
        "requests/s",
        figure(plan.requestsPerSec * plan.replicas),
        "All replicas together",
        within(plan.error?.tokensPerSec)
      ),
      ...metric("TTFT", duration(plan.ttftMs), "Mean time to first token", within(plan.error?.ttft)),
      ...metric("TPOT", duration(plan.tpotMs), "Mean time per output token after the first", within(plan.error?.tpot)),
      ...metric("request", duration(plan.requestLatencyMs), "TTFT + TPOT · (OSL − 1)", within(requestError(plan))),
      ...askedFigures(plan, question).flatMap(([name, value, title]) =>
        metric(name, value, title, withRate.includes(name) ? within(plan.error?.tokensPerSec) : undefined)
      )
    ),
    missed && h("p", {class: "kp-hint"}, missed),
    figures && percentileTable(plan, figures),
    plan.error && h("p", {class: "kp-hint kp-band-note"}, `Throughput ${bandWords(plan, plan.error.tokensPerSec)}.`),
    ...planWorkers(plan).map(({role, count, worker}) => workerRow(role, count, worker, systems)),
    planWorkers(plan).some(({worker}) => worker.serving) &&
      h(
        "p",
        {class: "kp-hint"},
        "Nothing was asked of experts: they are simulated and launched as recipes have it. Times per step are of plain ones."
      ),
    h("p", {class: "kp-hint"}, h("a", {href: configurationLink(question, plan)}, "Look into this configuration"))
  );
}

function name(isBest: boolean, meetsTargets: boolean): string {
  if (!isBest) return "Your pick · ";
  return meetsTargets ? "Chosen · " : "Nearest · ";
}

function workerRow(
  role: "agg" | "prefill" | "decode",
  count: number,
  worker: WorkerPoint,
  systems: SystemSpec[]
): HTMLElement {
  const system = systems.find(({id}) => id === worker.system);
  const donor = worker.donor && (systems.find(({id}) => id === worker.donor)?.label ?? worker.donor);
  const tokens = worker.ctxTokens ? `, ${figure(worker.ctxTokens)} prefill tokens per step` : "";
  return h(
    "section",
    {class: `kp-worker kp-worker-${role}`},
    h(
      "h3",
      {},
      `${role === "agg" ? "worker" : `${count} × ${role}`}: ${parallelWords(worker.parallel)}, batch ${worker.batchPerRank}${tokens}`
    ),
    h(
      "small",
      {},
      `${shortSystem(system?.label ?? worker.system)}${donor ? `, timings of ${shortSystem(donor)}` : ""} · ${backendWords[worker.backend]} ${worker.version} · ${precisionWords(worker)}${expertsOf(worker)}`
    ),
    memoryBar(worker.memoryGiB, bytesToGiB(system?.memoryCapacityBytes ?? 0))
  );
}

/** `fp8_block, KV fp8`. */
function precisionWords({quant}: WorkerPoint): string {
  return `${quant.gemm}, KV ${quant.kvCache}`;
}

/** `, DeepEP, experts balanced`, where nobody asked for it. */
function expertsOf({serving}: WorkerPoint): string {
  return serving ? ` · ${servingWords(serving)}` : "";
}

function metric(name: string, value: string, title: string, within?: HTMLElement): HTMLElement[] {
  return [h("div", {}, h("dt", {}, h("span", {class: "kp-explained", title}, name)), h("dd", {}, value, within))];
}
