/** The workers of one pool at every batch as SVG: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import {grades} from "../engine/trace.js";
import {parallelWords} from "../words.js";
import type {DisaggregatedScene, PoolRole} from "./disaggregated-scene.js";
import {areCompatible} from "./disaggregated-scene.js";
import {poolRate} from "./disaggregated-words.js";
import {figure} from "./format.js";
import {markStyle} from "./plan.js";

export type PoolPlot = SVGSVGElement & {scale(name: string): {apply(value: number): number}};

export interface PoolPlotOptions {
  scene: DisaggregatedScene;
  role: PoolRole;
  width: number;
  height: number;
  domain: PoolDomain;
}

export interface PoolDomain {
  x: readonly [number, number];
  y: readonly [number, number];
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const margin = {marginLeft: 52, marginTop: 26, marginBottom: 40};
/** Pixels that a name takes, and of the plot’s area from bottom to top. */
const labelWidth = 110;
const labelHeight = 14;
const labelScale = 250;
const chosenOffset = 27;

export function poolPlot({scene, role, width, height, domain}: PoolPlotOptions): PoolPlot {
  const pool = scene.columns[role];
  // Batches between those of the grid come last, and lines go from batch to batch.
  const rows = Array.from(pool.batch.keys()).sort(
    (a, b) => pool.worker[a] - pool.worker[b] || pool.batch[a] - pool.batch[b]
  );
  const x = (row: number) => pool.latencyMs[row];
  const y = (row: number) => poolRate(scene, role, row);
  const color = `var(--kp-${role})`;
  const limitMs = poolLimit(scene, role);
  const isFaint = (row: number) => x(row) > limitMs || !goesTogether(scene, role, row);
  const style = (row: number) => `${markStyle(grades[pool.grade[row]].source)} ${isFaint(row) ? "faint" : ""}`;
  return Plot.plot({
    width,
    height,
    ...margin,
    marginRight: 14,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {
      type: "log",
      domain: [...domain.x],
      label: role === "prefill" ? "first token of a prompt, before queueing (ms) →" : "time per output token (ms) →",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: 4,
      tickFormat: figure
    },
    y: {
      domain: [...domain.y],
      label: role === "prefill" ? "↑ requests/s per GPU" : "↑ tokens/s per GPU",
      labelArrow: "none",
      tickSize: 0,
      ticks: 4,
      grid: true
    },
    marks: [
      Plot.ruleY([domain.y[0]], {stroke: "var(--kp-line-strong)"}),
      ...limitMarks(scene, role, limitMs, domain, width),
      Plot.line(rows, {x, y, z: (row: number) => pool.worker[row], stroke: color, strokeOpacity: 0.35, clip: true}),
      poolDots(rows, {x, y, style, color, diameter: role === "prefill" ? 9 : 5.5}),
      ...names(scene, role, rows, x, y, domain, width - margin.marginLeft - 14),
      ...chosenMarks(scene, role, x, y, domain)
    ]
  } as Plot.PlotOptions) as never;
}

interface DotOptions {
  x: (row: number) => number;
  y: (row: number) => number;
  /** `hollow faint`. */
  style: (row: number) => string;
  color: string;
  /** Pixels. */
  diameter: number;
}

/** Every row as a dot, two paths per style: thousands of elements would make dragging stutter. */
function poolDots(rows: readonly number[], {x, y, style, color, diameter}: DotOptions): Plot.RenderFunction {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const group = groups.get(style(row));
    if (group) group.push(row);
    else groups.set(style(row), [row]);
  }
  const insides: Record<string, string> = {hollow: "var(--kp-card)", hatched: "url(#kp-hatch-disagg)"};
  return (_index, scales) => {
    const g = document.createElementNS("http://www.w3.org/2000/svg", "g");
    g.setAttribute("class", "kp-dots");
    const draw = (d: string, stroke: string, width: number, isFaint: boolean) => {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      for (const [name, value] of Object.entries({d, stroke, "stroke-width": width, opacity: isFaint ? 0.45 : 1}))
        path.setAttribute(name, String(value));
      g.append(path);
    };
    // Those that miss a target lie below the others.
    for (const name of [...groups.keys()].sort((a, b) => b.length - a.length)) {
      const pixels = groups.get(name)!.map((row) => [scales.x!(x(row)) as number, scales.y!(y(row)) as number]);
      const d = pixels.map(([px, py]) => `M${px.toFixed(1)},${py.toFixed(1)}h0`).join("");
      const [mark, faint] = name.split(" ");
      draw(d, color, diameter, faint === "faint");
      if (insides[mark]) draw(d, insides[mark], diameter - 2.4, faint === "faint");
    }
    return g;
  };
}

/** Whether the other pool’s chosen worker and this one hand KV cache over to each other. */
export function goesTogether({columns, prefill, decode}: DisaggregatedScene, role: PoolRole, row: number): boolean {
  const [p, d] = role === "prefill" ? [row, decode] : [prefill, row];
  return p < 0 || d < 0 || areCompatible(columns, p, d);
}

/** Latency beyond which a target is missed, whatever the other pool does; Infinity without one. */
export function poolLimit({columns}: DisaggregatedScene, role: PoolRole): number {
  const metric = role === "prefill" ? "ttftMs" : "tpotMs";
  const limit = columns.limits.find((each) => each.metric === metric);
  if (!limit) return Infinity;
  return role === "prefill" ? limit.threshold / columns.tuning.ttftScale : limit.threshold;
}

function limitMarks(
  {columns}: DisaggregatedScene,
  role: PoolRole,
  limitMs: number,
  {x, y}: PoolDomain,
  width: number
): Plot.Markish[] {
  if (limitMs >= x[1]) return [];
  const at = Math.max(limitMs, x[0]);
  const words =
    role === "prefill" ? `target ÷ ${figure(columns.tuning.ttftScale)} for queueing` : "slower than the target";
  return [
    Plot.rect([0], {x1: [at], x2: [x[1]], y1: [y[0]], y2: [y[1]], fill: "var(--kp-shade)"}),
    Plot.ruleX([at], {stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}),
    Plot.text([width < 400 ? "target" : words], {
      x: [at],
      frameAnchor: "top",
      textAnchor: "start",
      dx: 6,
      dy: 6,
      fill: "var(--kp-ink-muted)",
      fontSize: 11,
      ...halo
    })
  ];
}

/** Each worker’s name at its last batch, the most productive first; what would lie on another name is left out. */
function names(
  scene: DisaggregatedScene,
  role: PoolRole,
  rows: readonly number[],
  x: (row: number) => number,
  y: (row: number) => number,
  domain: PoolDomain,
  width: number
): Plot.Markish[] {
  const pool = scene.columns[role];
  const share = (row: number) => Math.log(x(row) / domain.x[0]) / Math.log(domain.x[1] / domain.x[0]);
  const place = (row: number): [number, number] => [share(row) * width, (1 - y(row) / domain.y[1]) * labelScale];
  const last = [...new Map(rows.map((row) => [pool.worker[row], row])).values()];
  const named: number[] = [];
  // The chosen one has words of its own below it.
  const taken = scene[role] < 0 ? [] : [[place(scene[role])[0], place(scene[role])[1] + chosenOffset]];
  for (const row of last.sort((a, b) => y(b) - y(a))) {
    const [px, py] = place(row);
    const isFree = [...taken, ...named.map(place)].every(
      ([nx, ny]) => Math.abs(nx - px) > labelWidth || Math.abs(ny - py) > labelHeight
    );
    if (isFree) named.push(row);
  }
  const text = (row: number) => parallelWords(pool.workers[pool.worker[row]].parallel);
  const style = {x, y, text, dy: -9, fill: "var(--kp-disagg-ink)", fontSize: 11.5, fontWeight: 600, ...halo} as const;
  return [
    Plot.text(
      named.filter((row) => share(row) <= 0.8),
      {...style, dx: 5, textAnchor: "start"}
    ),
    Plot.text(
      named.filter((row) => share(row) > 0.8),
      {...style, dx: -5, textAnchor: "end"}
    )
  ];
}

function chosenMarks(
  scene: DisaggregatedScene,
  role: PoolRole,
  x: (row: number) => number,
  y: (row: number) => number,
  {x: [low, high]}: PoolDomain
): Plot.Markish[] {
  const row = scene[role];
  if (row < 0) return [];
  const pool = scene.columns[role];
  const isRight = Math.log(x(row) / low) > 0.6 * Math.log(high / low);
  return [
    Plot.dot([row], {x, y, r: 9, stroke: "var(--kp-ink)", strokeWidth: 1.6}),
    Plot.dot([row], {x, y, r: 4.5, fill: `var(--kp-${role})`, stroke: "var(--kp-card)"}),
    Plot.text([row], {
      x,
      y,
      text: () => `chosen, batch ${pool.batch[row]}`,
      dx: isRight ? -8 : 8,
      dy: 18,
      textAnchor: isRight ? "end" : "start",
      fill: "var(--kp-ink)",
      fontWeight: 600,
      fontSize: 12.5,
      ...halo
    })
  ];
}
