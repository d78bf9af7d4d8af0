/** How many prefill and how many decode workers, in sentences with figures. */
import type {SearchResult} from "../engine/result.js";
import {requestLatencyMs, tokensPerSecPerUser} from "../engine/session/metrics.js";
import type {PoolColumns} from "../engine/search/columns.js";
import {gpuWords, parallelWords} from "../words.js";
import {thresholdWords} from "../why-words.js";
import {reasonList} from "./aggregated-words.js";
import {cellOf, countsOf, planeRates} from "./disaggregated-scene.js";
import type {DisaggregatedScene, Matched, PoolRole} from "./disaggregated-scene.js";
import type {WorkerCounts} from "./disaggregated-view.js";
import {h} from "./dom.js";
import {formatQuestion} from "./question.js";
import type {Question} from "./question.js";
import {counted, duration, figure, percent, signedPercent} from "./format.js";

/** `TP4`. */
export function workerName({workers, worker}: PoolColumns, row: number): string {
  return parallelWords(workers[worker[row]].parallel);
}

/** `5 prefill TP4 + 3 decode TP4`. */
export function replicaShape({columns, prefill, decode}: DisaggregatedScene, counts: WorkerCounts): string {
  return `${counts.prefill} prefill ${workerName(columns.prefill, prefill)} + ${counts.decode} decode ${workerName(columns.decode, decode)}`;
}

/** TTFT, queueing included, and TPOT of the chosen workers. */
export function latenciesOf({columns, prefill, decode, question}: DisaggregatedScene) {
  const ttftMs = columns.prefill.latencyMs[prefill] * columns.tuning.ttftScale;
  const tpotMs = columns.decode.latencyMs[decode];
  return {ttftMs, tpotMs, requestLatencyMs: requestLatencyMs(ttftMs, tpotMs, question.osl)};
}

/** The notebook’s answer. */
export function disaggregatedSentence(scene: DisaggregatedScene | null, result: SearchResult): HTMLElement {
  if (!scene) return h("p", {class: "kp-lede"}, "Two pools need two GPUs at least.");
  const {matched, prefill, decode, isCompatible, question} = scene;
  if (prefill < 0 || decode < 0) {
    const dropped = reasonList(result.disagg?.rejected ?? {});
    const pools = [prefill < 0 && "prefill", decode < 0 && "decode"].filter(Boolean).join(" nor ");
    return h(
      "p",
      {class: "kp-lede"},
      `No ${pools} worker can run: of ${counted(result.disagg?.considered ?? 0, "candidate")}, ${dropped || "none is of an allowed size"}.`
    );
  }
  if (!matched) return h("p", {class: "kp-lede"}, isCompatible ? "" : incompatibleWords(scene));
  if (matched.replicas === 0)
    return h(
      "p",
      {class: "kp-lede"},
      h("b", {}, countWords(matched.counts)),
      ` take ${gpuWords(matched.rates.gpus)}, more than the ${question.gpus} there are. `,
      `${paceSentence(matched)}.`
    );
  const {tokensPerSecPerGpuCluster} = matched;
  const {ttftMs, tpotMs} = latenciesOf(scene);
  return h(
    "p",
    {class: "kp-lede"},
    h("b", {}, countWords(matched.counts)),
    `: ${arithmeticWords(scene, matched)}, ${figure(tokensPerSecPerGpuCluster)} tokens/s/GPU at ${figure(tokensPerSecPerUser(tpotMs))} tokens/s/user, TTFT ${duration(ttftMs)}. `,
    `${paceSentence(matched)}. ${standingWords(scene)}`
  );
}

/** What a single GPU cannot do, and a link that asks for two. */
export function twoGpus(question: Question): HTMLElement | "" {
  if (question.gpus >= 2) return "";
  const link = h("a", {href: formatQuestion({...question, gpus: 2, pick: ""})}, "2 GPUs");
  return h(
    "p",
    {class: "kp-remedies", role: "status"},
    "A prefill and a decode worker take a GPU each. What would work: ",
    link,
    "."
  );
}

/** `5 prefill and 3 decode workers`. */
function countWords({prefill, decode}: WorkerCounts): string {
  return `${prefill} prefill and ${decode} decode ${decode === 1 ? "worker" : "workers"}`;
}

/** `32 GPUs = 4 replicas × (1 prefill TP4 + 2 decode TP2)`. */
export function arithmeticWords(scene: DisaggregatedScene, {replicas, rates, counts}: Matched): string {
  const used = replicas * rates.gpus;
  const all = scene.question.gpus;
  const gpus = used === all ? gpuWords(all) : `${used} of ${gpuWords(all)}`;
  return `${gpus} = ${counted(replicas, "replica")} × (${replicaShape(scene, counts)})`;
}

/** `Prefill makes 9.1 requests/s, decode takes 8.7: decode limits, prefill is idle 4 %`. */
export function paceSentence({rates}: Pick<Matched, "rates">): string {
  const {prefillRequestsPerSec, decodeRequestsPerSec, limitedBy, idleShare} = rates;
  const made = `Prefill makes ${figure(prefillRequestsPerSec)} requests/s, decode takes ${figure(decodeRequestsPerSec)}`;
  if (idleShare < 0.005) return `${made}: neither waits for the other`;
  const idle = limitedBy === "prefill" ? "decode" : "prefill";
  return `${made}: ${limitedBy} limits, ${idle} is idle ${percent(idleShare)}`;
}

/** How a choice compares with the answer, and whether it keeps the targets. */
function standingWords({isAnswer, meetsTargets, matched, answerRate, ...scene}: DisaggregatedScene): string {
  const missed = missedWords({isAnswer, meetsTargets, matched, answerRate, ...scene});
  if (isAnswer)
    return meetsTargets
      ? ""
      : `No pair keeps your targets; this one is the nearest${missed && `: it misses ${missed}`}.`;
  const rate = matched!.tokensPerSecPerGpuCluster;
  const compared =
    answerRate > 0 && meetsTargets
      ? `The search’s choice gives ${figure(answerRate)} (${signedPercent(rate / answerRate - 1)} here). `
      : "";
  return `${compared}${missed ? `This pair misses ${missed}.` : "This pair keeps your targets."}`;
}

/** `TTFT ≤ 300 ms by 12 %`, of latencies alone: what else is limited depends on more than the pair. */
export function missedWords(scene: DisaggregatedScene): string {
  const figures = latenciesOf(scene);
  const missed = scene.columns.limits.flatMap(({metric, threshold}) => {
    if (metric !== "ttftMs" && metric !== "tpotMs" && metric !== "requestLatencyMs") return [];
    const by = figures[metric] / threshold - 1;
    return by >= 0 ? [`${thresholdWords(metric, threshold)} by ${percent(by)}`] : [];
  });
  return missed.join(" and ");
}

function incompatibleWords({columns, prefill, decode}: DisaggregatedScene): string {
  return `SGLang hands the KV cache over between workers of one TP alone: ${workerName(columns.prefill, prefill)} prefill does not go with ${workerName(columns.decode, decode)} decode.`;
}

/** Of a cell of the plane: `4 prefill × 4 decode: 32 GPUs, 1 replica, 512 tokens/s/GPU; prefill limits, decode is idle 20 %.` */
export function cellSentence(
  scene: DisaggregatedScene,
  matched: Matched,
  counts: WorkerCounts,
  rates: Matched["rates"]
): string {
  const {plane} = matched;
  const cell = cellOf(plane, counts);
  const shape = `${replicaShape(scene, counts)}: ${gpuWords(rates.gpus)}`;
  if (rates.gpus > scene.question.gpus) return `${shape}, more than the ${scene.question.gpus} there are.`;
  const replicas = Math.floor(scene.question.gpus / rates.gpus);
  const perGpu = planeRates(scene.view, plane)[cell];
  const untried = scene.columns.replicaGpus.includes(rates.gpus)
    ? ""
    : " The search does not try replicas of this size.";
  return `${shape}, ${counted(replicas, "replica")}, ${figure(perGpu)} tokens/s/GPU. ${paceSentence({rates})}.${untried}`;
}

/** Title of the plane. */
export function planeFinding(scene: DisaggregatedScene): string {
  const {matched, view} = scene;
  if (!matched) return "No plane for this pair";
  const {plane} = matched;
  const best = view.measure === "all" ? plane.bestOfCluster : plane.best;
  if (best < 0) return "No replica of this pair is of a size that is tried";
  const {prefill, decode} = countsOf(plane, best);
  const per = view.measure === "all" ? "GPU you have" : "GPU in use";
  return `${prefill} prefill and ${decode} decode workers give the most per ${per}: ${figure(planeRates(view, plane)[best])} tokens/s`;
}

/** What the two measures disagree on; empty where they agree. */
export function idleGpuWords({matched}: DisaggregatedScene): string {
  if (!matched || matched.plane.best < 0) return "";
  const {plane} = matched;
  const rates = plane.tokensPerSecPerGpuCluster;
  const gain = rates[plane.bestOfCluster] / rates[plane.best] - 1;
  if (!(gain > 0.005)) return "";
  const [used, had] = [countsOf(plane, plane.best), countsOf(plane, plane.bestOfCluster)];
  return `The search takes the replica that does most per GPU in use, ${used.prefill} × ${used.decode}. Counting the GPUs that its replicas leave idle, ${had.prefill} × ${had.decode} gives ${percent(gain)} more.`;
}

/** Title of the curve. */
export function ratioFinding({matched}: DisaggregatedScene): string {
  if (!matched) return "No curve for this pair";
  return `Neither pool waits at a P/D ratio of ${figure(1 / matched.balance)}, prefill workers to decode workers`;
}

/** Title of a pool’s chart. */
export function poolFinding(scene: DisaggregatedScene, role: PoolRole): string {
  const {columns, [role]: row} = scene;
  const pool = columns[role];
  if (row < 0) return `No ${role} worker can run`;
  const name = workerName(pool, row);
  const what =
    role === "prefill"
      ? `first token after ${duration(pool.latencyMs[row])}, before queueing`
      : `${duration(pool.latencyMs[row])} per token`;
  return `${role === "prefill" ? "Prefill" : "Decode"}: ${name}, batch ${pool.batch[row]}, ${what}`;
}

/** What a pool’s chart has up: requests/s per GPU of prefill, tokens/s per GPU of decode, busy with the other pool. */
export function poolRate({columns, question}: DisaggregatedScene, role: PoolRole, row: number): number {
  const pool = columns[role];
  const {gpus} = pool.workers[pool.worker[row]];
  const {prefillRateShare, decodeRateShare} = columns.tuning;
  const perGpu = pool.requestsPerSec[row] / gpus;
  return role === "prefill" ? perGpu * prefillRateShare : perGpu * decodeRateShare * question.osl;
}

export function poolSentence(scene: DisaggregatedScene, role: PoolRole, row: number): string {
  const pool = scene.columns[role];
  const rate = figure(poolRate(scene, role, row));
  const worker = `${workerName(pool, row)}, batch ${pool.batch[row]}`;
  const latency = duration(pool.latencyMs[row]);
  const words =
    role === "prefill"
      ? `${worker}: ${rate} requests/s per GPU, ${latency} to the first token, ${duration(pool.latencyMs[row] * scene.columns.tuning.ttftScale)} with queueing`
      : `${worker}: ${rate} tokens/s per GPU, ${latency} per token`;
  return `${words}, ${figure(pool.memoryGiB[row])} GiB.`;
}
