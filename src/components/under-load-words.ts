/** A deployment under load in words: figures first, then what they mean. */
import type {ServiceLevel, Verdict} from "../engine/simulate/types.js";
import type {DeploymentNote, LoadRun, PartNote, RatePoint} from "../search/loading.js";
import {sizesWords} from "./configuration-words.js";
import {counted, duration, figure, percent, shortModel, times} from "./format.js";
import {formSizes, levelOf} from "./under-load.js";
import type {UnderLoad} from "./under-load.js";
import type {Loaded} from "./under-load-runs.js";

/** `TTFT ≤ 300 ms and TPOT ≤ 10 ms`. */
export function levelWords({ttftMs, tpotMs, latencyMs}: ServiceLevel): string {
  const limits = [
    ...(ttftMs === undefined ? [] : [`TTFT ≤ ${duration(ttftMs)}`]),
    ...(tpotMs === undefined ? [] : [`TPOT ≤ ${duration(tpotMs)}`]),
    ...(latencyMs === undefined ? [] : [`request latency ≤ ${duration(latencyMs)}`])
  ];
  return limits.length < 3 ? limits.join(" and ") : `${limits.slice(0, 2).join(", ")} and ${limits[2]}`;
}

/** `1.2`, `24.1`: rates that differ little should look so. */
export function rateWords(perSec: number): string {
  return `${figure(perSec)} requests/s`;
}

/** `84 %`; `> 99 %` where all but a few do. */
export function shareWords(share: number): string {
  return share < 1 && share >= 0.995 ? "> 99 %" : percent(share);
}

/** What sends, after `84 % of`. */
export function trafficWords({traffic}: UnderLoad, {offeredPerSec, users}: LoadRun): string {
  if (users !== null) return `requests of ${counted(users, "user")}`;
  if (traffic.client === "trace") {
    return `the trace’s requests${offeredPerSec === null ? "" : `, ${rateWords(offeredPerSec)} on average,`}`;
  }
  return rateWords(offeredPerSec!);
}

/** What stands large, and the rest of the headline. */
export function headline({asked, run}: Loaded): {big: string; rest: string} {
  return {
    big: shareWords(run.goodShare),
    rest: ` of ${trafficWords(asked, run)} keep ${levelWords(levelOf(asked.question))}`
  };
}

const chosenWords: Record<DeploymentNote["chosen"], string> = {
  asked: "",
  best: ", the best plan of this question",
  nearest: ", the nearest plan, as a search finds none that keeps the targets on average",
  quickest: ", the quickest plan, as a search finds none that keeps the targets on average"
};

/** Until simulations have chosen. */
const firstWords: typeof chosenWords = {
  asked: "",
  best: ", the best plan by formulas; simulations are choosing",
  nearest: ", the nearest plan by formulas; simulations are choosing",
  quickest: ", the quickest plan by formulas; simulations are choosing"
};

/** `Qwen3-32B-FP8 on 32 × H200 SXM: 8 replicas of TP4, batch 16, the best plan of this question.` */
export function deploymentWords({question}: UnderLoad, deployment: DeploymentNote, system: string): string {
  const {sizes, replicas, gpus, chosen, isFirst} = deployment;
  const what = sizesWords(formSizes(sizes, question.isl));
  return `${shortModel(question.model)} on ${gpus} × ${system}: ${counted(replicas, "replica")} of ${what}${(isFirst ? firstWords : chosenWords)[chosen]}.`;
}

export function latencyWords({ttftMs, tpotMs}: LoadRun): string {
  return `TTFT is ${duration(ttftMs.mean)} on average and ${duration(ttftMs.p99)} at P99, TPOT ${duration(tpotMs.mean)} and ${duration(tpotMs.p99)}.`;
}

const verdictStarts: Record<Verdict, string> = {
  stable: "Requests start as they come",
  backlogged: "Some wait for a seat or for KV cache",
  overloaded: "More comes than it can serve"
};

export function verdictWords({verdict, meanQueued, preemptions}: LoadRun): string {
  const waiting = `${figure(meanQueued)} wait on average in a replica`;
  const said = verdict === "stable" ? verdictStarts.stable : `${verdictStarts[verdict]}: ${waiting}`;
  const back = preemptions > 0 ? `, and ${counted(preemptions, "request")} had to be put back and computed anew` : "";
  return `${said}${back}.`;
}

/** Up to which rate a share of requests keeps the limits; between two rates in proportion. */
export function servedPerSec(points: readonly RatePoint[], share: number): number {
  for (const [i, point] of points.entries()) {
    if (point.goodShare >= share) continue;
    const below = points[i - 1];
    if (!below) return 0;
    const way = (below.goodShare - share) / (below.goodShare - point.goodShare);
    return below.requestsPerSec + way * (point.requestsPerSec - below.requestsPerSec);
  }
  return points.at(-1)?.requestsPerSec ?? 0;
}

/** Whether all rates are there that go beyond what it serves. */
export function knowsServed(points: readonly RatePoint[], share: number): boolean {
  return points.some(({goodShare}) => goodShare < share);
}

const nearlyAll = 0.97;

export function capacityWords({asked, deployment, points}: Loaded): string {
  const {keptShare} = asked.traffic;
  const {saturationPerSec} = deployment;
  const most = `It can serve ${rateWords(saturationPerSec)} at most`;
  if (!knowsServed(points, keptShare)) return `${most}.`;
  const served = servedPerSec(points, keptShare);
  const kept = percent(keptShare);
  if (served === 0)
    return `${most}, but fewer than ${kept} of requests keep the limits even at ${rateWords(points[0].requestsPerSec)}.`;
  // Beyond saturation a queue grows: what still keeps the limits there does so for the length of a run.
  if (served >= nearlyAll * saturationPerSec) return `${most}; ${kept} of requests keep the limits right up to that.`;
  return `${most}; ${kept} of requests keep the limits up to ${rateWords(served)}, ${percent(served / saturationPerSec)} of that.`;
}

/** What happens when traffic doubles. */
export function doublingWords({asked, run, doubled}: Loaded): string {
  if (!doubled) return "";
  const from = shareWords(run.goodShare);
  const to = shareWords(doubled.goodShare);
  const kept = from === to ? `still ${to} keep the limits` : `${to} keep the limits instead of ${from}`;
  const ratio = doubled.ttftMs.p99 / run.ttftMs.p99;
  const slower = ratio >= 1.05 ? `, ${times(ratio)} as long` : "";
  const what = asked.traffic.client === "trace" ? "Played twice as fast" : "With twice the traffic";
  const tail = doubled.verdict === "overloaded" ? " It does not catch up: the longer this lasts, the longer requests wait." : ""; // prettier-ignore
  return `${what}, ${kept}, and TTFT at P99 is ${duration(doubled.ttftMs.p99)}${slower}.${tail}`;
}

const roleWords: Record<PartNote["role"], string> = {agg: "", prefill: "Prefill: ", decode: "Decode: "};

function basisWords({kind, name, rows}: PartNote): string {
  switch (kind) {
    case "calibrated":
      return `step times are fitted to ${counted(rows, "measurement")} of this model on this GPU and engine (${name})`;
    case "model":
      return `step times are fitted to ${counted(rows, "measurement")} of this model on other GPUs or in other types (${name})`;
    case "architecture":
      return `step times are fitted to ${counted(rows, "measurement")} of other models like this on the engine (${name})`;
    case "none":
      return "step times are those of the operators alone, fitted to no deployment";
  }
}

/** Which calibration an answer used, and how far off it was on measurements that it had not seen; pools alike in one. */
export function calibrationSentences(parts: readonly PartNote[]): string[] {
  const [first, second] = parts;
  if (second && first.name === second.name && JSON.stringify(first.error) === JSON.stringify(second.error))
    return [calibrationWords(first, "")];
  return parts.map((part) => calibrationWords(part, roleWords[part.role]));
}

function calibrationWords(part: PartNote, role: string): string {
  const {ttft, tpot} = part.error;
  const basis = `${role}${basisWords(part)}`;
  const band = `half of mean TTFTs came within ${percent(ttft.p50)} and nine tenths within ${percent(ttft.p90)}, of TPOTs ${percent(tpot.p50)} and ${percent(tpot.p90)}`;
  return `${basis[0].toUpperCase()}${basis.slice(1)}. On measurements held out, ${band}.`;
}

/** Title of the latency figure of one metric. */
export function distributionFinding(
  name: string,
  {p50, p99}: {p50: number; p99: number},
  limitMs: number | undefined,
  within: number
): string {
  if (limitMs === undefined)
    return `Half of requests have a ${name} below ${duration(p50)}, 99 % below ${duration(p99)}`;
  return `${shareWords(within)} of requests have a ${name} of ${duration(limitMs)} or less`;
}

export function goodputFinding({points, deployment}: Loaded): string {
  if (points.length === 0) return "Goodput at each arrival rate";
  const best = points.reduce((a, b) => (b.goodPerSec > a.goodPerSec ? b : a));
  if (best.goodPerSec === 0) return "No request keeps the limits, however few come";
  const share = best.requestsPerSec / deployment.saturationPerSec;
  const beyond = share < 0.98 ? `, at ${percent(share)} of what it can serve` : "";
  return `At most ${rateWords(best.goodPerSec)} keep the limits, when ${figure(best.requestsPerSec)} come${beyond}`;
}

export function timelineFinding({run, doubled}: Loaded): string {
  const queue = (each: LoadRun) => each.timeline.queued.reduce((most, value) => Math.max(most, value), 0);
  const words = (each: LoadRun) => (queue(each) < 1 ? "hardly any" : `up to ${figure(Math.ceil(queue(each)))}`);
  const twice = doubled ? `, ${words(doubled)} with twice the traffic` : "";
  const own = words(run);
  return `${own[0].toUpperCase()}${own.slice(1)} requests wait in a replica${twice}`;
}
