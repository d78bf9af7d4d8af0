/** Why results are as they are, in sentences, shared by the command line and the pages. Pure functions of plain data. */
import type {JointRelaxation, LimitWhy, MissesWhy, Relaxation} from "../engine/explain/misses.js";
import type {MemoryWhy} from "../engine/explain/memory.js";
import type {Neighbour, Step} from "../engine/explain/neighbours.js";
import type {PaceWhy} from "../engine/explain/plan.js";
import type {ResourceRelaxation} from "../engine/explain/resources.js";
import type {LatencyWhy, Limit, PhaseWhy} from "../engine/explain/time.js";
import type {Plan} from "../engine/result.js";
import {goalLabel, goalMetrics} from "./engine/search/goals.js";
import type {GoalMetric} from "../engine/search/goals.js";
import type {SensitivityOutcome, SensitivityRow} from "../engine/sensitivity/sensitivity.js";
import {gpuWords, modeWords, parallelWords, replicaWords} from "./words.js";

/** What time is spent on. */
export const limitWords: Record<Limit, string> = {
  compute: "computing",
  bandwidth: "moving memory",
  communication: "communicating",
  waiting: "waiting beyond the speed of light"
};

/** `prefill, 216 ms, at 48 % of the speed of light: 43 % waiting beyond it, 31 % computing, …`, most first. */
export function phaseWords({title, totalMs, limits, utilisation}: PhaseWhy): string {
  const parts = limits.map(
    ({of, share}) => `${percent(share)} ${of === "waiting" ? "waiting beyond it" : limitWords[of]}`
  );
  return `${title}, ${ms(totalMs)}, at ${percent(utilisation)} of the speed of light: ${parts.join(", ")}`;
}

/** `TTFT 293 ms: queueing 50 %, GEMM 31 %, …`. */
export function latencyWords(name: "TTFT" | "TPOT", {totalMs, groups}: LatencyWhy): string {
  return `${name} ${ms(totalMs)}: ${groups.map(({of, share}) => `${of} ${percent(share)}`).join(", ")}`;
}

/** `decode workers use 98.1 of 141 GiB; 64 requests per rank, 103 would fit`. */
export function memoryWords({role, usedGiB, capacityGiB, batch, largestBatch, limit}: MemoryWhy): string {
  const worker = role === "agg" ? "workers" : `${role} workers`;
  const used = `${worker} use ${short(usedGiB)} of ${short(capacityGiB)} GiB`;
  const requests = batch === 1 ? "1 request" : `${count(batch)} requests`;
  if (largestBatch > batch) return `${used}; ${requests} per rank, ${count(largestBatch)} would fit`;
  const bound = limit === "memory" ? "memory" : "the engine's share of memory for KV cache";
  return `${used}; ${requests} per rank is all that ${bound} holds`;
}

/** `prefill sets the pace; decode could do 1.21 times as much`. */
export function paceWords({setBy, prefillLoad, decodeLoad}: PaceWhy): string {
  const [other, load] = setBy === "prefill" ? (["decode", decodeLoad] as const) : (["prefill", prefillLoad] as const);
  return load > 0.995
    ? "both pools are busy all the time"
    : `${setBy} sets the pace; ${other} is busy ${percent(load)} of the time`;
}

const sizeWords: Record<string, string> = {
  batch: "batch",
  ctxTokens: "prompt tokens per step",
  workers: "workers",
  tp: "TP",
  pp: "PP",
  dp: "DP",
  cp: "CP",
  moeTp: "MoE-TP",
  moeEp: "EP"
};

/** `decode batch 64 → 68`, `TP 4 → 8`. */
export function stepWords({role, sizes}: Step): string {
  const words = sizes.map(({of, from, to}) => `${sizeWords[of]} ${from} → ${to}`).join(", ");
  return role === "agg" ? words : `${role} ${words}`;
}

/** `batch 64 → 72: +3.1 % tokens/s/GPU, TTFT +12 %, TPOT +2.0 %; misses TPOT by 1.4 %`, or what stands in the way. */
export function neighbourWords({step, figures, change, obstacle, misses}: Neighbour): string {
  if (!figures || !change) return `${stepWords(step)}: ${obstacle?.message ?? "cannot run"}`;
  const share = (name: "tokensPerSecPerGpuCluster" | "ttftMs" | "tpotMs") =>
    signed(change[name] === 0 ? 0 : change[name] / (figures[name] - change[name]));
  const figure = `${share("tokensPerSecPerGpuCluster")} tokens/s/GPU, TTFT ${share("ttftMs")}, TPOT ${share("tpotMs")}`;
  const gpus = change.gpus === 0 ? "" : `, ${gpuWords(figures.gpus)} a replica`;
  const missed = misses.map(({metric, by}) => `${goalMetrics[metric].label} by ${percent(by)}`);
  return `${stepWords(step)}: ${figure}${gpus}${missed.length > 0 ? `; misses ${missed.join(" and ")}` : ""}`;
}

/** `TTFT ≤ 300 ms`; a threshold that admits something is rounded to the side that still does. */
export function thresholdWords(metric: GoalMetric, threshold: number, share?: number): string {
  const {limit, unit} = goalMetrics[metric];
  const isMost = limit === "most";
  return `${goalLabel({metric, share})} ${isMost ? "≤" : "≥"} ${short(admittingRound(threshold, isMost))} ${unit}`;
}

/** Sentences on what candidates miss and what would admit more; the most helpful first. */
export function missesWords(why: MissesWhy): string[] {
  const {candidates, admitted, relaxations, together} = why;
  const total = candidates === 1 ? "1 candidate" : `${count(candidates)} candidates`;
  const kept =
    admitted === 0 ? `None of ${total} keeps every limit` : `${count(admitted)} of ${total} keep every limit`;
  const dropped = why.dropped.filter(({message}) => message).map(({mode, message}) => `${modeWords[mode]}: ${message}`);
  if (candidates === 0) return ["Nothing fits and has perf data.", ...dropped];
  return [
    `${kept}.`,
    ...relaxations.map((relaxation) => relaxationWords(relaxation, admitted > 0)),
    ...(together ? [jointWords(together)] : []),
    ...why.limits.filter(({missed}) => missed > 0).map(limitWhyWords)
  ];
}

/** `TTFT ≤ 342 ms would admit 18 candidates, up to 583 tokens/s/GPU: 8 replicas of TP4.` */
export function relaxationWords({metric, share, first, useful}: Relaxation, more = false): string {
  const at = ({threshold, admits, plan}: Relaxation["first"]) =>
    `${thresholdWords(metric, threshold, share)} would admit ${admitWords(admits, more)}, up to ${rateWords(plan)}`;
  return useful.threshold === first.threshold ? `${at(first)}.` : `${at(first)}; ${at(useful)}.`;
}

/** `Only together: TTFT ≤ 342 ms and TPOT ≤ 11 ms would admit 1 candidate, …` */
export function jointWords({limits, admits, plan}: JointRelaxation): string {
  const thresholds = limits.map(({metric, share, to}) => thresholdWords(metric, to, share)).join(" and ");
  return `No single limit is to blame: ${thresholds} together would admit ${admitWords(admits, false)}, up to ${rateWords(plan)}.`;
}

/** `1,204 candidates miss TTFT ≤ 300 ms, 312 of them nothing else; the nearest by 14 %.` */
export function limitWhyWords({metric, share, threshold, missed, missedAlone, nearest}: LimitWhy): string {
  const {limit, unit} = goalMetrics[metric];
  const asked = `${goalLabel({metric, share})} ${limit === "most" ? "≤" : "≥"} ${short(threshold)} ${unit}`;
  const misses = missed === 1 ? "1 candidate misses" : `${count(missed)} candidates miss`;
  const alone = nearest
    ? `, ${count(missedAlone)} of them nothing else; the nearest of those by ${percent(nearest.by)}`
    : "";
  return `${misses} ${asked}${alone}.`;
}

/** `12.4 GiB more memory per GPU would admit 3 candidates, up to …` */
export function resourceWords({resource, from, to, admits, plan}: ResourceRelaxation): string {
  const up = (value: number) => short(admittingRound(value, true));
  const what = {
    memory: () => `${up(Number(to) - Number(from))} GiB more memory per GPU`,
    freeMemoryFraction: () =>
      `${up(100 * Number(to))} % of free memory for KV cache instead of ${short(100 * Number(from))} %`,
    kvCache: () => `KV cache in ${to} instead of ${from}`,
    gpus: () => `${gpuWords(Number(to))} instead of ${from}`
  }[resource]();
  return `${what} would admit ${admitWords(admits, true)}, up to ${rateWords(plan)}.`;
}

/** `10 % less memory bandwidth: −4.1 % tokens/s/GPU, another choice; the unchanged plan gives 98 % of it`. */
export function outcomeWords({label, side}: SensitivityRow, outcome: SensitivityOutcome): string {
  const {inputChange, change, answer, choiceChanged, kept} = outcome;
  const size = `${percent(Math.abs(inputChange))} ${inputChange < 0 ? "less" : "more"}`;
  const what = `${label}${side === "all" ? "" : ` of ${side}`}, ${size}`;
  if (!change) return answer ? `${what}: a plan meets the targets` : `${what}: no plan meets the targets`;
  const answered = `${what}: ${signed(change.tokensPerSecPerGpuCluster)} tokens/s/GPU`;
  if (!choiceChanged || !kept) return `${answered}, the same choice`;
  return `${answered}, another choice; the unchanged plan ${keptWords(kept)}`;
}

function keptWords({obstacle, misses, ofBest}: NonNullable<SensitivityOutcome["kept"]>): string {
  if (obstacle) return `cannot run (${obstacle.message})`;
  if (misses.length > 0)
    return `misses ${misses.map(({metric, by}) => `${goalMetrics[metric].label} by ${percent(by)}`).join(" and ")}`;
  if (ofBest === null) return "has nothing to compare with";
  return ofBest === 1 ? "gives as much" : `gives ${Number((100 * ofBest).toFixed(ofBest > 0.99 ? 2 : 0))} % of it`;
}

function rateWords(plan: Plan): string {
  const what = plan.agg ? `${modeWords.agg} ${parallelWords(plan.agg.parallel)}` : replicaWords(plan);
  return `${short(plan.tokensPerSecPerGpuCluster)} tokens/s/GPU (${what})`;
}

function admitWords(candidates: number, more: boolean): string {
  return `${count(candidates)}${more ? " more" : ""} ${candidates === 1 ? "candidate" : "candidates"}`;
}

/** To four digits, up for what must not be exceeded, else down. */
function admittingRound(value: number, up: boolean): number {
  if (!(value > 0)) return value;
  const step = 10 ** (Math.floor(Math.log10(value)) - 3);
  const rounded = Number(((up ? Math.ceil(value / step) : Math.floor(value / step)) * step).toPrecision(4));
  const holds = up ? rounded >= value : rounded <= value;
  return holds ? rounded : Number((rounded + (up ? step : -step)).toPrecision(4));
}

const fourDigits = new Intl.NumberFormat("en", {maximumSignificantDigits: 4});
const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});

function short(value: number): string {
  return fourDigits.format(value);
}

function count(value: number): string {
  return whole.format(value);
}

function ms(value: number): string {
  return `${new Intl.NumberFormat("en", {maximumSignificantDigits: value < 100 ? 3 : 4}).format(value)} ms`;
}

/** `12 %`, `1.4 %` below 10, `< 0.1 %` for what is small but there. */
function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value < 10 ? Number(value.toFixed(1)) : whole.format(value)} %`;
}

/** `+3.1 %`, `−12 %`, `0 %`. */
function signed(share: number): string {
  const size = Math.abs(share);
  if (size < 1e-6) return "0 %";
  return `${share < 0 ? "−" : "+"}${size < 0.001 ? `${Number((100 * size).toPrecision(1))} %` : percent(size)}`;
}
