/** The throughput–latency frontier as one SVG: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import type {ModeResult, Plan} from "../engine/result.js";
import {cloudMark} from "./cloud-mark.js";
import {figure} from "./format.js";
import {colors, inks} from "./mode-color.js";
import {axisLabels, planX, planY, targetEdge} from "./pareto-axis.js";
import {endLabels} from "./pareto-label.js";
import type {Place} from "./pareto-label.js";
import {markStyle, planId} from "./plan.js";
import type {Axis, Question} from "./question.js";

export type Front = {mode: "agg" | "disagg"; plans: Plan[]};

export interface Domain {
  x: number;
  y: number;
}

export interface ParetoView {
  modes: ModeResult[];
  question: Question;
  best: Plan | null;
  selected: Plan | null;
}

export interface ParetoOptions extends ParetoView {
  width: number;
  height: number;
  /** Ends of both axes; they start at 0, or at a thousandth when logarithmic. */
  domain: Domain;
  /** Fronts before the last change. */
  ghost: Front[];
}

export function paretoPlot(options: ParetoOptions): SVGSVGElement & {scale(name: string): {apply(v: number): number}} {
  const {modes, question, best, selected, width, height, domain, ghost} = options;
  const {axis, log} = question;
  const narrow = width < 560;
  const marginRight = narrow ? 12 : 108;
  const position = {x: (plan: Plan) => planX(plan, axis), y: planY};
  const fronts = modes.flatMap(({front}) => front);
  const knees = modes.flatMap(({knee}) => (knee ? [knee] : []));
  const edge = targetEdge(question);
  const hasEdge = edge !== null && edge.at < domain.x && fronts.length > 0;
  const range = (end: number) => (log ? [end / 1000, end] : [0, end]);
  const shade =
    fronts.length > 0 &&
    edge &&
    (edge.left ? [0, Math.min(edge.at, domain.x)] : [Math.min(edge.at, domain.x), domain.x]);
  const along = (value: number, end: number) =>
    log ? Math.max(0, Math.log(value / end) / Math.log(1000) + 1) : value / end;
  const place: Place = (plan) => [
    along(planX(plan, axis), domain.x) * (width - 52 - marginRight),
    (1 - along(planY(plan), domain.y)) * (height - 68)
  ];
  return Plot.plot({
    width,
    height,
    marginLeft: 52,
    marginTop: 28,
    marginRight,
    marginBottom: 40,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {
      domain: range(domain.x),
      type: log ? "log" : "linear",
      label: `${axisLabels[axis]} →`,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: narrow ? 4 : 8,
      tickFormat: log ? figure : undefined,
      tickSize: 0
    },
    y: {
      domain: range(domain.y),
      type: log ? "log" : "linear",
      label: "↑ throughput (tokens/s/GPU)",
      labelArrow: "none",
      ticks: 5,
      tickFormat: log ? figure : undefined,
      grid: true,
      tickSize: 0
    },
    marks: [
      shade
        ? Plot.rect([shade], {
            x1: (d) => d[0] || (log ? domain.x / 1000 : 0),
            x2: (d) => d[1],
            y1: log ? domain.y / 1000 : 0,
            y2: domain.y,
            fill: "var(--kp-shade)"
          })
        : null,
      Plot.ruleY([log ? domain.y / 1000 : 0], {stroke: "var(--kp-line-strong)"}),
      ...modes.map(({mode, cloud}) => cloudMark(cloud, mode, question)),
      hasEdge ? Plot.ruleX([edge!.at], {stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}) : null,
      hasEdge
        ? Plot.text([edge!], {
            x: "at",
            frameAnchor: "bottom",
            text: "words",
            textAnchor: edge!.left ? "end" : "start",
            dx: edge!.left ? -8 : 8,
            dy: -8,
            fill: "var(--kp-ink-muted)",
            stroke: "var(--kp-card)",
            strokeWidth: 4,
            fontSize: 11.5,
            clip: true
          })
        : null,
      ...ghost.map(({mode, plans}) =>
        Plot.line(plans, {
          ...position,
          curve: stairs(axis),
          stroke: colors[mode],
          strokeWidth: 1.5,
          strokeDasharray: "1,4",
          strokeLinecap: "round",
          className: "kp-ghost",
          clip: true
        })
      ),
      ...modes.map(({mode, front}) =>
        Plot.line(front, {
          ...position,
          sort: position.x,
          curve: stairs(axis),
          stroke: colors[mode],
          strokeWidth: 2,
          clip: true
        })
      ),
      Plot.dot(fronts, {
        ...position,
        r: 3.2,
        stroke: (d) => colors[(d as Plan).mode],
        strokeWidth: 1.4,
        fill: fillOf,
        clip: true
      }),
      Plot.dot(knees, {
        ...position,
        symbol: "diamond",
        r: 6.5,
        fill: "var(--kp-card)",
        stroke: (d) => colors[(d as Plan).mode],
        strokeWidth: 2,
        clip: true
      }),
      Plot.text(
        knees.filter((plan) => plan !== selected),
        {
          ...position,
          text: () => "knee",
          dy: 17,
          dx: -4,
          textAnchor: "end",
          fill: (d) => inks[(d as Plan).mode],
          fontSize: 11.5
        }
      ),
      fronts.length === 0
        ? Plot.text(["No candidate meets the targets"], {
            frameAnchor: "middle",
            fill: "var(--kp-ink-muted)",
            fontSize: 14
          })
        : null,
      ...endLabels(modes, axis, place, selected),
      selected && Plot.dot([selected], {...position, r: 8.5, stroke: "var(--kp-ink)", strokeWidth: 1.5}),
      selected &&
        Plot.dot([selected], {
          ...position,
          r: 5,
          fill: colors[selected.mode],
          stroke: "var(--kp-card)",
          strokeWidth: 1
        }),
      selected &&
        Plot.text([selected], {
          ...position,
          text: () => chosenWords(selected, best, knees),
          dy: -17,
          dx: 6,
          textAnchor: "start",
          fill: "var(--kp-ink)",
          fontWeight: 600,
          fontSize: 12.5,
          stroke: "var(--kp-card)",
          strokeWidth: 5
        })
    ]
  }) as never;
}

function chosenWords(selected: Plan, best: Plan | null, knees: Plan[]): string {
  const name = best && planId(best) === planId(selected) ? "chosen" : "your pick";
  return knees.some((knee) => planId(knee) === planId(selected)) ? `${name}, the knee` : name;
}

function fillOf(plan: Plan): string {
  const style = markStyle(plan.source);
  if (style === "filled") return colors[plan.mode];
  return style === "hollow" ? "var(--kp-card)" : `url(#kp-hatch-${plan.mode})`;
}

/** Between two plans there is none: up to the speed of the faster one, its throughput is what can be had. */
function stairs(axis: Axis): "step-before" | "step-after" {
  return axis === "user" ? "step-before" : "step-after";
}
