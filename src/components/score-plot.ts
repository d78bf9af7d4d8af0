/** Fronts by how much of their throughput is left as score, with the knee and its chord. */
import * as Plot from "npm:@observablehq/plot";
import type {ModeResult, Plan} from "../engine/result.js";
import {modeWords} from "../words.js";
import {percent} from "./format.js";
import type {Marked} from "./miss-words.js";
import {colors} from "./mode-color.js";
import {axisLabels, planX, planY} from "./pareto-axis.js";
import {endLabels} from "./pareto-label.js";
import type {Place} from "./pareto-label.js";
import {planSentence} from "./plan.js";

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const x = (plan: Plan) => planX(plan, "user");

export function scorePlot(modes: readonly ModeResult[], marked: Marked, width: number): SVGElement | HTMLElement {
  const narrow = width < 560;
  const plans = [...new Set([...modes.flatMap(({front}) => front), marked.best, marked.fastest])];
  const ends = {x: 1.04 * Math.max(...plans.map(x)), y: 1.08 * Math.max(...plans.map(planY))};
  const margins = {marginLeft: 52, marginRight: narrow ? 84 : 108, marginTop: 28, marginBottom: 40};
  const height = narrow ? 330 : 440;
  const area = {
    width: width - margins.marginLeft - margins.marginRight,
    height: height - margins.marginTop - margins.marginBottom
  };
  const place: Place = (plan) => [(x(plan) / ends.x) * area.width, (1 - planY(plan) / ends.y) * area.height];
  return Plot.plot({
    width,
    height,
    ...margins,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `Fronts coloured by score; highest score: ${planSentence(marked.best)}`,
    x: {
      domain: [0, ends.x],
      label: `${axisLabels.user} →`,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: narrow ? 4 : 8
    },
    y: {
      domain: [0, ends.y],
      label: "↑ throughput (tokens/s/GPU)",
      labelArrow: "none",
      tickSize: 0,
      ticks: 5,
      grid: true
    },
    marks: [
      Plot.ruleY([0], {stroke: "var(--kp-line-strong)"}),
      ...modes.map(({mode, front}) =>
        Plot.line(front, {
          x,
          y: planY,
          sort: x,
          curve: "step-before",
          stroke: colors[mode],
          strokeOpacity: 0.35,
          strokeWidth: 2
        })
      ),
      ...endLabels({modes: [...modes], axis: "user", selected: marked.fastest, place, area, width}),
      ...chordMarks(modes, marked),
      Plot.dot(plans, {
        x,
        y: planY,
        r: 4,
        fill: fillOf,
        stroke: "var(--kp-card)",
        strokeWidth: 0.75,
        title: titleOf,
        tip: true
      }),
      ...nameMarks(marked, ends.x)
    ]
  } as Plot.PlotOptions);
}

/** Full colour where all of the throughput counts, grey where none does. */
function fillOf(plan: Plan): string {
  return `color-mix(in oklab, ${colors[plan.mode]} ${Math.round(100 * scoreShare(plan))}%, var(--kp-line-strong))`;
}

export function scoreShare({figures, tokensPerSecPerGpuCluster}: Plan): number {
  return figures && tokensPerSecPerGpuCluster > 0 ? figures.score / tokensPerSecPerGpuCluster : 0;
}

function titleOf(plan: Plan): string {
  return `${modeWords[plan.mode]}: ${planSentence(plan)}; ${percent(scoreShare(plan))} of it counts`;
}

/** The line between the ends of the knee's front, and how far the knee stands above it. */
function chordMarks(modes: readonly ModeResult[], {knee}: Marked): Plot.Markish[] {
  const front = knee && modes.find(({mode}) => mode === knee.mode)?.front;
  if (!front || front.length < 3) return [];
  const [first, last] = [front[0], front.at(-1)!];
  const foot = planY(first) + ((planY(last) - planY(first)) * (x(knee) - x(first))) / (x(last) - x(first));
  const dashed = {stroke: "var(--kp-ink-faint)", strokeDasharray: "4,4"} as const;
  return [
    Plot.link([[first, last]], {
      x1: ([a]) => x(a),
      y1: ([a]) => planY(a),
      x2: ([, b]) => x(b),
      y2: ([, b]) => planY(b),
      ...dashed
    }),
    Plot.link([knee], {x1: x, x2: x, y1: planY, y2: foot, stroke: "var(--kp-ink-muted)"})
  ];
}

/** Ring and name; what is one plan has one label. */
function nameMarks({fastest, best, knee}: Marked, end: number): Plot.Markish[] {
  const names = new Map<Plan, string[]>();
  const add = (plan: Plan | null, name: string) => plan && names.set(plan, [...(names.get(plan) ?? []), name]);
  add(best, "highest score");
  add(fastest, "most throughput");
  add(knee, "knee");
  return [...names].flatMap(([plan, words]) => {
    const atEnd = x(plan) > 0.75 * end;
    return [
      Plot.dot([plan], {x, y: planY, r: 8.5, stroke: "var(--kp-ink)", strokeWidth: 1.5}),
      Plot.text([plan], {
        x,
        y: planY,
        text: () => words.join(", "),
        dx: atEnd ? -8 : 10,
        dy: -15,
        textAnchor: atEnd ? "end" : "start",
        fontWeight: 600,
        fontSize: 12.5,
        fill: "var(--kp-ink)",
        ...halo
      })
    ];
  });
}
