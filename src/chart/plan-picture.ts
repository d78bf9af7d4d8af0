/** What the pictures of one plan show: where its time goes, what fills its memory; and what tokens cost along fronts. */
import {figure, duration, gib, percent} from "../components/format.js";
import {axisLabels, planX} from "../components/pareto-axis.js";
import {markStyle, planSentence, planWorkers} from "../components/plan.js";
import {InputError} from "../engine/errors.js";
import {modesOf, type Plan, type PlanDetail, type SearchResult} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";
import {bytesToGiB} from "../engine/units.js";
import {modeWords, parallelWords, replicaWords} from "../words.js";
import {largestGroup, type BreakdownChart} from "./breakdown-chart.js";
import type {FrontChart, FrontPoint, FrontSeries} from "./front-chart.js";
import {bestOf, capital, frame, type Picture} from "./front-picture.js";
import type {MemoryChart, MemoryRow} from "./memory-chart.js";
import {memoryParts} from "./memory-chart.js";
import type {Paint} from "./paint.js";

/** Of a picture of one plan: what was asked, where figures come from, and whether the plan keeps its targets. */
export interface PlanWords extends Pick<Picture, "question" | "source"> {
  meetsTargets: boolean;
}

/** The plan, then what was asked. */
function planHeading(plan: Plan, {question, source, meetsTargets}: PlanWords) {
  const words = `${replicaWords(plan)}${meetsTargets ? "" : ", the nearest to the targets"} · ${question}`;
  return {subtitle: words, source};
}

/** The title names the phase that repeats for every token, and what takes most of it. */
export function breakdownChart(plan: Plan, {phases}: PlanDetail, words: PlanWords): BreakdownChart {
  const last = phases.at(-1)!;
  const {group, share} = largestGroup(last);
  const title = `A ${last.title}${/step/.test(last.title) ? "" : " step"} takes ${duration(last.totalMs)}, ${percent(share)} of it ${group}`;
  return {title, ...planHeading(plan, words), phases};
}

/** Throws InputError for a plan on a system that is not known. */
export function memoryChart(
  plan: Plan,
  systemOf: (id: string) => SystemSpec | undefined,
  words: PlanWords
): MemoryChart {
  const rows = planWorkers(plan).map(({role, count, worker}): MemoryRow => {
    const {system, parallel, batchPerRank, memoryGiB: memory} = worker;
    const spec = systemOf(system);
    if (!spec) throw new InputError(`unknown system: ${system}; its memory is not known`);
    const capacityGiB = bytesToGiB(spec.memoryCapacityBytes);
    const shape = `${parallelWords(parallel)}, batch ${batchPerRank}`;
    return {name: role === "agg" ? `worker: ${shape}` : `${count} × ${role}: ${shape}`, memory, capacityGiB};
  });
  return {title: memoryTitle(plan, rows), ...planHeading(plan, words), rows};
}

/** Of the fullest worker. */
function memoryTitle(plan: Plan, rows: readonly MemoryRow[]): string {
  const fullness = ({memory, capacityGiB}: MemoryRow) => memory.total / capacityGiB;
  const fullest = rows.reduce((a, b) => (fullness(b) > fullness(a) ? b : a));
  const {memory, capacityGiB} = fullest;
  const most = memoryParts.reduce((a, b) => (memory[b.part] > memory[a.part] ? b : a));
  const who = plan.agg ? "A worker's GPU" : `A ${fullest === rows[0] ? "prefill" : "decode"} worker's GPU`;
  const part = `${percent(memory[most.part] / memory.total)} of it ${most.name}`;
  return `${who} holds ${figure(memory.total)} of ${gib(capacityGiB)}, ${part}`;
}

export interface CostPicture extends Picture {
  /** Before every amount: `$`; nothing unless given. */
  currency?: string;
}

/** What a million output tokens cost along both fronts. Throws InputError without prices. */
export function costChart(result: SearchResult, picture: CostPicture, paint: Paint): FrontChart {
  const {currency = ""} = picture;
  const best = bestOf(result);
  const series = modesOf(result).map(({mode, front}): FrontSeries => ({
    name: modeWords[mode],
    color: paint[mode],
    ink: paint[`${mode}Ink`],
    points: front.map((plan) => costPoint(plan, currency))
  }));
  const chosen = best && {x: planX(best, "user"), y: costOf(best), name: "chosen", color: paint[best.mode]};
  const speed = best && `${figure(best.tokensPerSecPerUser)} tokens/s per user`;
  return {
    ...frame({...picture, axis: "user"}),
    // The fastest plans cost tens of times the cheapest.
    log: {x: picture.log ?? false, y: true},
    title: best
      ? `${capital(modeWords[best.mode])} at ${speed}, a million output tokens cost ${currency}${figure(costOf(best))}`
      : "Nothing meets the targets",
    xTitle: axisLabels.user,
    yTitle: `cost of a million output tokens${currency ? ` (${currency})` : ""}`,
    series,
    chosen
  };
}

function costPoint(plan: Plan, currency: string): FrontPoint {
  const y = costOf(plan);
  const words = `${currency}${figure(y)} a million tokens; ${planSentence(plan)}`;
  return {x: planX(plan, "user"), y, mark: markStyle(plan.source), words};
}

function costOf({figures}: Plan): number {
  const cost = figures?.costPerMillionTokens;
  if (cost === undefined)
    throw new InputError("missing price: none given; say what a GPU costs for an hour, there is none built in");
  return cost;
}
