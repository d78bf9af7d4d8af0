/** The plane of worker counts, and throughput along their ratio, as SVG: pure functions of what they are given. */
import * as Plot from "npm:@observablehq/plot";
import {cellStates, tokensPerSecPerGpuAt} from "../engine/search/rate-plane.js";
import {shareStep, stepColor} from "./batch-color.js";
import {bestCell, cellOf, countsOf, planeRates} from "./disaggregated-scene.js";
import type {DisaggregatedScene, Matched} from "./disaggregated-scene.js";
import {figure} from "./format.js";

export type PlanePlot = SVGSVGElement & {
  scale(name: string): {apply(value: number): number; invert(pixel: number): number};
};

interface Cell {
  x: number;
  y: number;
  rate: number;
  state: (typeof cellStates)[number];
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const margin = {marginLeft: 44, marginTop: 26, marginBottom: 40, marginRight: 14};

export function planePlot(scene: DisaggregatedScene, matched: Matched, width: number): PlanePlot {
  const {plane, counts, balance} = matched;
  const {prefillWorkers: nx, decodeWorkers: ny} = plane;
  const rates = planeRates(scene.view, plane);
  const cells = Array.from(plane.gpus, (_, cell): Cell => {
    const {prefill: x, decode: y} = countsOf(plane, cell);
    return {x, y, rate: rates[cell], state: cellStates[plane.state[cell]]};
  });
  const most = cells.reduce((top, {state, rate}) => (state === "gpus" ? top : Math.max(top, rate)), 0);
  const best = bestCell(scene.view, plane);
  const areaWidth = width - margin.marginLeft - margin.marginRight;
  // Always as high, so that what is below stays where it is while the numbers change.
  const areaHeight = width < 420 ? 300 : 360;
  const square = {
    x1: (c: Cell) => c.x - 0.5,
    x2: (c: Cell) => c.x + 0.5,
    y1: (c: Cell) => c.y - 0.5,
    y2: (c: Cell) => c.y + 0.5,
    inset: nx > 16 ? 0.3 : 0.8
  };
  const ofState = (state: Cell["state"]) => cells.filter((cell) => cell.state === state);
  const ring = (at: {prefill: number; decode: number}) => [
    {x: at.prefill, y: at.decode, rate: 0, state: "tried" as const}
  ];
  const isInside = cellOf(plane, counts) < cells.length;
  return Plot.plot({
    width,
    height: areaHeight + margin.marginTop + margin.marginBottom,
    ...margin,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {
      domain: [0.5, nx + 0.5],
      label: "prefill workers →",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: whole(nx),
      tickFormat: "d"
    },
    y: {
      domain: [0.5, ny + 0.5],
      label: "↑ decode workers",
      labelArrow: "none",
      tickSize: 0,
      ticks: whole(ny),
      tickFormat: "d"
    },
    marks: [
      Plot.rect([...ofState("tried"), ...ofState("size")], {
        ...square,
        fill: (c: Cell) => stepColor(shareStep(c.rate / (most || 1)))
      }),
      Plot.rect(ofState("size"), {...square, fill: "url(#kp-missed)"}),
      Plot.rect(ofState("gpus"), {...square, fill: "url(#kp-over)"}),
      balanceLine(balance, nx, ny),
      cellWords(cells, areaWidth / nx >= 40 && areaHeight / ny >= 18, best),
      isInside
        ? Plot.rect(ring(counts), {...square, inset: -1, fill: "none", stroke: "var(--kp-ink)", strokeWidth: 2.2})
        : null
    ]
  } as Plot.PlotOptions) as never;
}

function whole(most: number): number[] {
  const step = most > 20 ? 4 : most > 12 ? 2 : 1;
  return Array.from({length: most}, (_, i) => i + 1).filter((n) => n === 1 || n % step === 0);
}

/** Where neither pool waits, named where it leaves the plane. */
function balanceLine(balance: number, nx: number, ny: number): Plot.Markish {
  const [right, top] = [nx + 0.5, ny + 0.5];
  const isOverTop = balance * right > top;
  const end: [number, number] = isOverTop ? [top / balance, top] : [right, balance * right];
  const line = [[0, 0], end] as [number, number][];
  return Plot.marks(
    Plot.line(line, {stroke: "var(--kp-card)", strokeWidth: 4, clip: true}),
    Plot.line(line, {stroke: "var(--kp-disagg)", strokeWidth: 2, clip: true}),
    Plot.text([end], {
      text: () => "neither waits",
      dx: -6,
      dy: isOverTop ? 10 : -8,
      textAnchor: "end",
      fill: "var(--kp-disagg-ink)",
      fontWeight: 600,
      fontSize: 11.5,
      ...halo
    })
  );
}

/** Figures in the cells, where they are wide enough, and a star in the best. */
function cellWords(cells: readonly Cell[], isWide: boolean, best: number): Plot.Markish {
  const star = (cell: Cell) => cells.indexOf(cell) === best;
  const shown = cells.filter((cell) => star(cell) || (isWide && cell.state !== "gpus"));
  return Plot.text(shown, {
    x: "x",
    y: "y",
    text: (cell: Cell) => [star(cell) && "★", isWide && figure(cell.rate)].filter(Boolean).join(" "),
    fill: "var(--kp-ink)",
    fontSize: isWide ? 11 : 14,
    stroke: "var(--kp-card)",
    strokeWidth: 3
  });
}

export type RatioPlot = SVGSVGElement;

/** Throughput per GPU in use against prefill workers per decode worker, with the replicas that are tried. */
export function ratioPlot(scene: DisaggregatedScene, matched: Matched, width: number): RatioPlot {
  const {pair, plane, counts} = matched;
  const balance = 1 / matched.balance;
  const {osl} = scene.question;
  const [low, high] = [Math.min(balance / 8, 1 / 4), Math.max(balance * 8, 4)];
  const at = (ratio: number) => tokensPerSecPerGpuAt(pair, 1 / ratio, osl);
  const curve = Array.from({length: 121}, (_, i) => low * (high / low) ** (i / 120)).map((ratio) => ({
    ratio,
    rate: at(ratio)
  }));
  const peak = {ratio: balance, rate: at(balance)};
  const replicas = Array.from(plane.state.keys())
    .filter((cell) => cellStates[plane.state[cell]] === "tried")
    .map((cell) => ({...countsOf(plane, cell), rate: plane.tokensPerSecPerGpu[cell]}))
    .map((each) => ({...each, ratio: each.prefill / each.decode}));
  const chosen = {ratio: counts.prefill / counts.decode, rate: matched.tokensPerSecPerGpu};
  const isRight = chosen.ratio > Math.sqrt(low * high);
  return Plot.plot({
    width,
    height: 300,
    ...margin,
    marginLeft: 52,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {
      type: "log",
      domain: [low, high],
      label: "prefill workers per decode worker (P/D) →",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: width < 420 ? 3 : 6,
      tickFormat: ratioWords
    },
    y: {
      domain: [0, peak.rate * 1.18],
      label: "↑ tokens/s per GPU in use",
      labelArrow: "none",
      tickSize: 0,
      ticks: 4,
      grid: true
    },
    marks: [
      Plot.ruleY([0], {stroke: "var(--kp-line-strong)"}),
      Plot.line(curve, {x: "ratio", y: "rate", stroke: "var(--kp-disagg)", strokeWidth: 2}),
      Plot.ruleX([peak], {x: "ratio", y1: 0, y2: "rate", stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}),
      Plot.text([[balance, 0]], {
        text: () => "neither waits",
        dy: -8,
        fill: "var(--kp-disagg-ink)",
        fontWeight: 600,
        ...halo
      }),
      Plot.text([[low, 0]], {
        text: () => "prefill limits",
        dx: 4,
        dy: -8,
        textAnchor: "start",
        fill: "var(--kp-ink-muted)",
        ...halo
      }),
      Plot.text([[high, 0]], {
        text: () => "decode limits",
        dx: -4,
        dy: -8,
        textAnchor: "end",
        fill: "var(--kp-ink-muted)",
        ...halo
      }),
      Plot.dot(replicas, {x: "ratio", y: "rate", r: 3, fill: "var(--kp-card)", stroke: "var(--kp-disagg)", clip: true}),
      Plot.dot([chosen], {x: "ratio", y: "rate", r: 8.5, stroke: "var(--kp-ink)", strokeWidth: 1.6, clip: true}),
      Plot.text([chosen], {
        x: "ratio",
        y: "rate",
        text: () => `${counts.prefill} prefill + ${counts.decode} decode`,
        dx: isRight ? 10 : -10,
        dy: 14,
        textAnchor: isRight ? "start" : "end",
        fill: "var(--kp-ink)",
        fontWeight: 600,
        ...halo,
        clip: true
      })
    ]
  } as Plot.PlotOptions) as never;
}

/** `1/4`, `2`. */
function ratioWords(ratio: number): string {
  return ratio >= 1 ? figure(ratio) : `1/${figure(1 / ratio)}`;
}
