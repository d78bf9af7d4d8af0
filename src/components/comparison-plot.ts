/** Fronts of several searches as one SVG: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import type {Entry, EntryPoint} from "./comparison-entry.js";
import {figure} from "./format.js";
import {placeLabels} from "./label-place.js";
import {seriesColor, seriesInk, seriesSymbol} from "./series-mark.js";
import {stepRuns} from "./step-run.js";
import type {StepPoint} from "./step-run.js";

export interface ComparisonView {
  entries: readonly Entry[];
  /** Speed that the TPOT target asks for, tokens/s/user; undefined where there is none. */
  target?: number;
  /** A line for each serving mode, or one of what is best. */
  byMode: boolean;
  log: boolean;
}

export interface ComparisonPlotOptions extends ComparisonView {
  width: number;
  height: number;
  /** Ends of both axes. */
  domain: {x: number; y: number};
  /** The point that a reader looks at. */
  marked?: EntryPoint;
}

type Scaled = SVGSVGElement & {scale(name: string): {apply(value: number): number}};

const margins = {marginLeft: 52, marginRight: 16, marginTop: 28, marginBottom: 40};
const lineHeight = 15;
const letterWidth = 6.9;
const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const dashes = {agg: undefined, disagg: "6,4"} as const;

/** Lines of an entry: of both modes, or of what is best of them. */
export function linesOf({front, modes}: Entry, byMode: boolean): EntryPoint[][] {
  return byMode ? modes.map((mode) => mode.front) : [front];
}

export function comparisonPlot(options: ComparisonPlotOptions): Scaled {
  const {entries, domain, log, width, height, byMode, marked} = options;
  const narrow = width < 560;
  const ends = {x: [lowEnd(options, "x"), domain.x], y: [lowEnd(options, "y"), domain.y]};
  const shown = entries.filter(({hidden}) => !hidden);
  const scale = {type: log ? "log" : "linear", labelArrow: "none", tickSize: 0} as const;
  const tickFormat = log ? figure : undefined;
  return Plot.plot({
    width,
    height,
    ...margins,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {...scale, domain: ends.x, label: "speed per user (tokens/s) →", labelAnchor: "center", ticks: narrow ? 4 : 8, tickFormat},
    y: {...scale, domain: ends.y, label: "↑ throughput (tokens/s/GPU)", ticks: 5, tickFormat, grid: true},
    marks: [
      Plot.ruleY([ends.y[0]], {stroke: "var(--kp-line-strong)"}),
      ...targetMarks(options, ends.x, ends.y),
      ...entries.filter(({hidden}) => hidden).map((entry) => ghost(entry, ends.x[0])),
      ...shown.flatMap((entry) => linesOf(entry, byMode).flatMap((front) => frontMarks(entry.slot, front, ends.x[0]))),
      ...nameMarks(options, shown, ends),
      shown.every(({front}) => front.length === 0)
        ? Plot.text([emptyWords(shown)], {frameAnchor: "middle", fill: "var(--kp-ink-muted)", fontSize: 14, ...halo})
        : null,
      marked
        ? Plot.dot([marked], {...at, r: 9, stroke: "var(--kp-ink)", strokeWidth: 1.5})
        : null
    ]
  } as Plot.PlotOptions) as never;
} // prettier-ignore

function emptyWords(shown: readonly Entry[]): string {
  if (shown.length === 0) return "Nothing is shown";
  return shown.some(({isWaiting}) => isWaiting) ? "Searching …" : "Nothing is within the targets";
}

const at = {x: "tokensPerSecPerUser", y: "tokensPerSecPerGpu"} as const;

/** 0, or the power of ten below the least point. */
function lowEnd({entries, log, domain}: ComparisonPlotOptions, axis: "x" | "y"): number {
  if (!log) return 0;
  const values = entries.flatMap(({modes}) => modes.flatMap(({front}) => front.map((point) => point[at[axis]])));
  const least = Math.min(domain[axis] / 2, ...values.filter((value) => value > 0));
  return 10 ** Math.floor(Math.log10(least));
}

function frontMarks(slot: number, front: readonly EntryPoint[], left: number): Plot.Markish[] {
  const stroke = seriesColor(slot);
  return [
    ...stepRuns(front, left).map(({mode, corners}) =>
      Plot.line(corners, {x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: dashes[mode], strokeLinejoin: "round", clip: true})
    ),
    Plot.dot(front, {...at, r: 3.4, symbol: seriesSymbol(slot) as never, stroke, strokeWidth: 1.4, fill: "var(--kp-card)", clip: true})
  ];
} // prettier-ignore

/** A search that is hidden leaves a trace, so that nobody forgets that it is there. */
function ghost({front}: Entry, left: number): Plot.Markish {
  const corners = stepRuns(front, left).flatMap((run) => run.corners);
  return Plot.line(corners, {x: "x", y: "y", stroke: "var(--kp-ink-faint)", strokeWidth: 1, strokeDasharray: "1,4", strokeLinecap: "round", clip: true}); // prettier-ignore
}

/** Speeds that the target shuts out. */
function targetMarks({entries, target, width}: ComparisonPlotOptions, x: number[], y: number[]): Plot.Markish[] {
  if (target === undefined || target <= x[0] || entries.every(({modes}) => modes.length === 0)) return [];
  const edge = Math.min(target, x[1]);
  const shade = Plot.rect([0], {x1: [x[0]], x2: [edge], y1: [y[0]], y2: [y[1]], fill: "var(--kp-shade)"});
  if (edge < target) return [shade];
  const words = `target: ${figure(target)} tokens/s/user`;
  // Beside the line, where there is room for the words.
  const toLeft = (edge - x[0]) / (x[1] - x[0]) > 0.5 || width * (1 - edge / x[1]) < 170;
  return [
    shade,
    Plot.ruleX([edge], {stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}),
    Plot.text([words], {x: [edge], frameAnchor: "top", textAnchor: toLeft ? "end" : "start", dx: toLeft ? -8 : 8, dy: 6, fill: "var(--kp-ink-muted)", fontSize: 11.5, ...halo}) // prettier-ignore
  ];
}

/** Each search's name beside its line. */
function nameMarks(
  {width, height, log, byMode}: ComparisonPlotOptions,
  shown: readonly Entry[],
  ends: Record<"x" | "y", number[]>
): Plot.Markish[] {
  const area = {
    width: width - margins.marginLeft - margins.marginRight,
    height: height - margins.marginTop - margins.marginBottom
  };
  const along = (value: number, [low, high]: number[]) =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const place = ({x, y}: StepPoint) => [along(x, ends.x) * area.width, (1 - along(y, ends.y)) * area.height] as const;
  const drawn = shown.filter(({front}) => front.length > 0);
  const lines = drawn.map((entry) => linesOf(entry, byMode).map((front) => stepRuns(front, ends.x[0])));
  const taken = lines.flat(2).flatMap(({corners}) => sampled(corners.map(place)));
  const longest = Math.floor((area.width * 0.6) / letterWidth);
  const names = drawn.map(({name}) => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name));
  const places = placeLabels(
    drawn.map(({front}, i) => ({spots: spotsOf(front, place), width: names[i].length * letterWidth})),
    taken,
    {...area, width: area.width + margins.marginRight, lineHeight}
  );
  return drawn.flatMap(({slot}, i) => {
    const found = places[i];
    if (!found) return [];
    const text = {textAnchor: "start", fontWeight: 600, fontSize: 12.5, fill: seriesInk(slot), ...halo} as const;
    return [Plot.text([names[i]], {...text, frameAnchor: "top-left", dx: found.x, dy: found.y})];
  });
}

/** The fastest point first, then the slowest, then some between. */
function spotsOf(front: readonly EntryPoint[], place: (point: StepPoint) => readonly [number, number]) {
  const [last, first] = [front.length - 1, 0];
  const between = [0.75, 0.5, 0.25].map((share) => Math.round(last * share));
  return [...new Set([last, first, ...between])].map((i) =>
    place({x: front[i].tokensPerSecPerUser, y: front[i].tokensPerSecPerGpu})
  );
}

/** Points along a line, near enough to each other that no name fits between. */
function sampled(corners: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return corners.flatMap((corner, i) => {
    const next = corners[i + 1];
    if (!next) return [corner];
    const steps = Math.max(1, Math.ceil(Math.hypot(next[0] - corner[0], next[1] - corner[1]) / 8));
    return Array.from({length: steps}, (_, k) => {
      const share = k / steps;
      return [corner[0] + (next[0] - corner[0]) * share, corner[1] + (next[1] - corner[1]) * share] as const;
    });
  });
}
