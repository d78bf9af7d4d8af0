/** What the picture of a search shows: its fronts, its target, its choice, and the finding as title. */
import {figure} from "../components/format.js";
import {axisLabels, displayedMode, planX, planY} from "../components/pareto-axis.js";
import {markStyle, planSentence} from "../components/plan.js";
import type {Axis} from "../components/question.js";
import {modesOf, type ModeResult, type Plan, type SearchResult, type Targets} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import {modeWords, replicaWords} from "../words.js";
import type {FrontChart, FrontPoint, FrontSeries} from "./front-chart.js";
import {seriesColors, type Paint} from "./paint.js";

export interface Picture {
  /** What was asked and where figures come from, a line each. */
  question: string;
  source: string;
  targets: Targets;
  /** Request latency where that is the target, else speed per user, unless given. */
  axis?: Axis;
  log?: boolean;
  /** Output tokens of a request, to place candidates by request latency. */
  osl?: number;
}

/** Fronts of the modes of one search; with every candidate where `cloud` says so. */
export function searchChart(
  result: SearchResult,
  picture: Picture,
  paint: Paint,
  {cloud = false}: {cloud?: boolean} = {}
): FrontChart {
  const axis = axisOf(picture);
  const modes = modesOf(result).map((mode) => displayedMode(mode, axis));
  const best = bestOf(result);
  const series = modes.map((mode): FrontSeries => {
    const {knee, front} = mode;
    return {
      name: modeWords[mode.mode],
      color: paint[mode.mode],
      ink: paint[`${mode.mode}Ink`],
      points: front.map((plan) => pointOf(plan, axis)),
      ...(cloud && {knee: knee ? positionOf(knee, axis) : undefined, cloud: cloudOf(mode, axis, picture.osl)})
    };
  });
  const chosen = best ? {...positionOf(best, axis), name: "chosen", color: paint[best.mode]} : undefined;
  return {...frame(picture), title: searchTitle(best, modesOf(result)), series, chosen};
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
  picture: Picture,
  paint: Paint
): FrontChart {
  const axis = axisOf(picture);
  const color = (i: number) => seriesColors[i % seriesColors.length];
  const series = fronts.map(({name, front}, i): FrontSeries => ({
    name,
    color: color(i),
    ink: paint.seriesInks[i % seriesColors.length],
    ...(i < seriesColors.length ? {} : {dash: "5,3"}),
    points: front.map((plan) => pointOf(plan, axis))
  }));
  const best = winner?.best;
  const chosen = best && {...positionOf(best, axis), name: "best", color: color(fronts.indexOf(winner!))};
  const title = best ? `${winner!.name} gives most: ${figureWords(best)}` : "No experiment has an answer";
  return {...frame(picture), title, series, chosen, empty: "no experiment has an answer"};
}

/** What nobody beats of both modes together: best throughput first at the speed that a reader waits for. */
export function jointFront(result: SearchResult, axis: Axis): Plan[] {
  const plans = modesOf(result).flatMap((mode) => displayedMode(mode, axis).front);
  const better = (plan: Plan) => (axis === "user" ? -planX(plan, axis) : planX(plan, axis));
  let most = 0;
  return plans
    .sort((a, b) => better(a) - better(b) || planY(b) - planY(a))
    .filter((plan) => planY(plan) > most && (most = planY(plan)) > 0);
}

/** The best plan of the mode that was chosen. */
export function bestOf(result: SearchResult): Plan | undefined {
  return result.chosen ? result[result.chosen]!.best[0] : undefined;
}

function searchTitle(best: Plan | undefined, modes: readonly ModeResult[]): string {
  if (!best) return "Nothing meets the targets";
  const rival = modes.find(({mode}) => mode !== best.mode);
  const other = rival?.meetsTargets ? rival.best[0] : undefined;
  const gain = other ? best.tokensPerSecPerGpuCluster / other.tokensPerSecPerGpuCluster : undefined;
  const versus = gain ? `, ${figure(gain)} times ${modeWords[rival!.mode]}` : "";
  return `${capital(modeWords[best.mode])}${rival ? ` gives most${versus}` : ""}: ${figureWords(best)}`;
}

function figureWords(plan: Plan): string {
  const figures = `${figure(plan.tokensPerSecPerGpuCluster)} tokens/s/GPU at ${figure(plan.tokensPerSecPerUser)} per user`;
  return `${figures}, with ${replicaWords(plan)}`;
}

export const capital = (words: string) => words[0].toUpperCase() + words.slice(1);

export const axisOf = ({axis, targets}: Pick<Picture, "axis" | "targets">): Axis =>
  axis ?? (targets.requestLatencyMs === undefined ? "user" : "latency");

/** Everything but what is found: axes and target. */
export function frame(picture: Picture): Omit<FrontChart, "title" | "series"> {
  const {question, source, targets, log = false} = picture;
  const axis = axisOf(picture);
  return {
    subtitle: question,
    source,
    xTitle: axisLabels[axis],
    yTitle: "throughput (tokens/s/GPU)",
    log: {x: log, y: log},
    moreIsBetter: axis === "user",
    target: targetOf(axis, targets, picture.osl)
  };
}

/** Where a target cuts the axis; several limits cut only axes of their own. */
function targetOf(axis: Axis, {ttftMs, tpotMs, requestLatencyMs}: Targets, osl?: number): FrontChart["target"] {
  const edges = {
    user: requestLatencyMs === undefined ? msPerSecond / tpotMs : 0,
    ttft: requestLatencyMs === undefined ? ttftMs : 0,
    latency: requestLatencyMs ?? (osl === undefined ? 0 : ttftMs + tpotMs * (osl - 1))
  };
  const x = edges[axis];
  if (!(x > 0 && x < Infinity)) return undefined;
  const words = axis === "ttft" ? "later than the target" : "slower than the target";
  return {x, broken: axis === "user" ? "left" : "right", words};
}

function positionOf(plan: Plan, axis: Axis) {
  return {x: planX(plan, axis), y: planY(plan)};
}

function pointOf(plan: Plan, axis: Axis): FrontPoint {
  const {x, y} = positionOf(plan, axis);
  const share = Math.min(0.9, plan.error?.tokensPerSec.p90 ?? NaN);
  const band = Number.isFinite(share) ? {low: y * (1 - share), high: y * (1 + share)} : {};
  return {x, y, mark: markStyle(plan.source), words: planSentence(plan), ...band};
}

/** Candidates where plans lie. */
function cloudOf({cloud}: ModeResult, axis: Axis, osl = 0): FrontSeries["cloud"] {
  const {tokensPerSecPerUser, tokensPerSecPerGpuCluster: y, ttftMs} = cloud;
  if (axis === "user") return {x: tokensPerSecPerUser, y};
  const x = axis === "ttft" ? ttftMs : ttftMs.map((ms, i) => ms + (msPerSecond / tokensPerSecPerUser[i]) * (osl - 1));
  return {x, y};
}
