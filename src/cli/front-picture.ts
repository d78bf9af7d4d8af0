/** What the picture of a search shows: its fronts, its target, its choice, and the finding as title. */
import {modesOf, type ModeResult, type Plan, type SearchResult, type Targets} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import {modeWords, replicaWords} from "../words.js";
import {chosenPlan} from "./answer.js";
import {palette, seriesColors, type FrontChart, type FrontSeries} from "./front-chart.js";
import {formatNumber} from "./tables.js";

export interface Picture {
  /** What was asked and where figures come from, a line each. */
  question: string;
  source: string;
  targets: Targets;
}

/** Fronts of the modes of one search. */
export function searchChart(result: SearchResult, picture: Picture): FrontChart {
  const modes = modesOf(result);
  const best = chosenPlan(result);
  const series = modes.map(({mode, front}): FrontSeries => ({
    name: modeWords[mode],
    color: palette[mode],
    ink: palette[`${mode}Ink`],
    points: front.map((plan) => pointOf(plan, picture.targets))
  }));
  const chosen = best ? {...positionOf(best, picture.targets), name: "chosen", color: palette[best.mode]} : undefined;
  return {...frame(picture), title: searchTitle(best, modes), series, chosen};
}

export interface NamedFront {
  name: string;
  front: readonly Plan[];
  best?: Plan;
}

/** Fronts of several experiments, in their order; the title names the winner. */
export function experimentsChart(
  fronts: readonly NamedFront[],
  winner: NamedFront | undefined,
  picture: Picture
): FrontChart {
  const color = (i: number) => seriesColors[i % seriesColors.length];
  const series = fronts.map(({name, front}, i): FrontSeries => ({
    name,
    color: color(i)[0],
    ink: color(i)[1],
    ...(i < seriesColors.length ? {} : {dash: "5,3"}),
    points: front.map((plan) => pointOf(plan, picture.targets))
  }));
  const best = winner?.best;
  const chosen = best && {
    ...positionOf(best, picture.targets),
    name: "best",
    color: color(fronts.indexOf(winner!))[0]
  };
  const title = best ? `${winner!.name} gives most: ${figureWords(best)}` : "No experiment has an answer";
  return {...frame(picture), title, series, chosen, empty: "no experiment has an answer"};
}

function searchTitle(best: Plan | undefined, modes: readonly ModeResult[]): string {
  if (!best) return "Nothing meets the targets";
  const rival = modes.find(({mode}) => mode !== best.mode);
  const other = rival?.meetsTargets ? rival.best[0] : undefined;
  const gain = other ? best.tokensPerSecPerGpuCluster / other.tokensPerSecPerGpuCluster : undefined;
  const versus = gain ? `, ${formatNumber(gain, 2)} times ${modeWords[rival!.mode]}` : "";
  return `${capital(modeWords[best.mode])}${rival ? ` gives most${versus}` : ""}: ${figureWords(best)}`;
}

function figureWords(plan: Plan): string {
  const figures = `${formatNumber(plan.tokensPerSecPerGpuCluster, 0)} tokens/s/GPU at ${formatNumber(plan.tokensPerSecPerUser, 0)} per user`;
  return `${figures}, with ${replicaWords(plan)}`;
}

const capital = (words: string) => words[0].toUpperCase() + words.slice(1);

function frame({question, source, targets}: Picture): Omit<FrontChart, "title" | "series"> {
  const byLatency = targets.requestLatencyMs !== undefined;
  const edge = byLatency ? targets.requestLatencyMs! : msPerSecond / targets.tpotMs;
  return {
    subtitle: question.replaceAll("≤", "at most").replaceAll("→", "to"),
    source: source.replaceAll("≤", "at most").replaceAll("→", "to"),
    xTitle: byLatency ? "request latency (ms)" : "speed per user (tokens/s)",
    yTitle: "throughput (tokens/s/GPU)",
    moreIsBetter: !byLatency,
    target: edge > 0 && edge < Infinity ? {x: edge, broken: byLatency ? "right" : "left"} : undefined
  };
}

function positionOf(plan: Plan, {requestLatencyMs}: Targets) {
  const x = requestLatencyMs === undefined ? plan.tokensPerSecPerUser : plan.requestLatencyMs;
  return {x, y: plan.tokensPerSecPerGpuCluster};
}

function pointOf(plan: Plan, targets: Targets) {
  const {x, y} = positionOf(plan, targets);
  const share = Math.min(0.9, plan.error?.tokensPerSec.p90 ?? NaN);
  const band = Number.isFinite(share) ? {low: y * (1 - share), high: y * (1 + share)} : {};
  const isMeasured = plan.source === "measured" || plan.source === "interpolated" || plan.source === "extrapolated";
  return {x, y, isMeasured, ...band};
}
