/** A penalty against the violation, in both shapes: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import {penaltyShapes} from "../engine/search/goals.js";
import type {PenaltyShape} from "../engine/search/goals.js";
import {percent} from "./format.js";
import {farthestMiss, penaltyAt, ruinousMiss} from "./miss-words.js";
import type {Marked} from "./miss-words.js";
import type {Question} from "./question.js";
import {shapeWords} from "./target-inputs.js";

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const points = 120;
const most = 1.25;

export function penaltyPlot(question: Question, marked: Marked | null, width: number): SVGElement | HTMLElement {
  const narrow = width < 560;
  const end = Math.max(1.6 * ruinousMiss({...question, penalty: "continuous"}), 0.02);
  const along = Array.from({length: points + 1}, (_, i) => (end * i) / points);
  return Plot.plot({
    width,
    height: 280,
    marginLeft: 52,
    marginRight: narrow ? 12 : 150,
    marginTop: 26,
    marginBottom: 40,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `Penalty against violation; at ${percent(ruinousMiss(question))} no score is left`,
    x: {
      domain: [0, 100 * end],
      label: "how far beyond the target (%) →",
      labelAnchor: "center",
      labelArrow: "none",
      percent: true,
      tickSize: 0,
      ticks: narrow ? 4 : 8,
      tickFormat: (v: number) => `${Number(v.toPrecision(3))}`
    },
    y: {
      domain: [0, most],
      label: "↑ penalty (share of the score)",
      labelArrow: "none",
      tickSize: 0,
      ticks: 5,
      grid: true
    },
    marks: [
      Plot.ruleY([0], {stroke: "var(--kp-line-strong)"}),
      Plot.ruleY([1], {stroke: "var(--kp-bad)", strokeDasharray: "2,3"}),
      Plot.text([[end, 1]], {
        text: () => "no score left",
        dy: -9,
        textAnchor: "end",
        fill: "var(--kp-bad)",
        ...halo
      }),
      ...penaltyShapes.flatMap((shape) => curve(shape, question, along)),
      ...planMarks(question, marked, end)
    ]
  } as Plot.PlotOptions);
}

/** The shape that counts is strong, the other one for comparison. */
function curve(shape: PenaltyShape, question: Question, along: readonly number[]): Plot.Markish[] {
  const isUsed = shape === question.penalty;
  const at = (by: number) => penaltyAt(Math.max(by, 1e-9), question, shape);
  const line = along.map((by) => ({by, penalty: at(by)}));
  // Named where neither the other curve nor a plan stands: the one from nothing half way up, the other at its top.
  const top = shape === "jump" ? most : most / 2;
  const named = line.filter(({penalty}) => penalty <= top).at(-1);
  const stroke = isUsed ? "var(--kp-ink)" : "var(--kp-ink-faint)";
  return [
    Plot.line(line, {x: "by", y: "penalty", stroke, strokeWidth: isUsed ? 2 : 1.4, clip: true}),
    Plot.text(named ? [named] : [], {
      x: "by",
      y: "penalty",
      text: () => shapeWords[shape],
      dx: 10,
      dy: shape === "jump" ? 4 : 6,
      textAnchor: "start",
      fill: stroke,
      fontWeight: isUsed ? 600 : 450,
      ...halo
    })
  ];
}

/** The plans by their farthest miss; beyond the axis they stand at its end. */
function planMarks(question: Question, marked: Marked | null, end: number): Plot.Markish[] {
  if (!marked) return [];
  const {fastest, best} = marked;
  const plans =
    fastest === best
      ? [{plan: best, name: "best in both"}]
      : [
          {plan: best, name: "highest score"},
          {plan: fastest, name: "most throughput"}
        ];
  const spots = plans.map(({plan, name}) => {
    const {by} = farthestMiss(plan, question);
    const at = Math.min(by, end);
    const penalty = by === 0 ? 0 : Math.min(most, penaltyAt(at, question, question.penalty));
    return {at, penalty, words: by > end ? `${name}: ${percent(by)} →` : name, isBeyond: by > end};
  });
  return spots.flatMap(({at, penalty, words, isBeyond}) => [
    isBeyond ? null : Plot.dot([[at, penalty]], {r: 5, fill: "var(--kp-ink)", stroke: "var(--kp-card)"}),
    Plot.text([[at, isBeyond ? most / 5 : penalty]], {
      text: () => words,
      dx: isBeyond || at > 0.6 * end ? -9 : 9,
      dy: -12,
      textAnchor: isBeyond || at > 0.6 * end ? "end" : "start",
      fill: "var(--kp-ink)",
      fontWeight: 600,
      ...halo
    })
  ]);
}
