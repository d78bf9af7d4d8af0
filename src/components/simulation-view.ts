/** What the page of the simulation is put together from. */
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import type {LoggedRun} from "../engine/simulate/step-log.js";
import type {SteppingAsk, SteppingCurves} from "../search/stepping.js";
import type {SystemSpec} from "../engine/system.js";
import {askOf} from "../search/live.js";
import {knownGpus} from "./custom-gpu.js";
import {dataNote} from "./data-badge.js";
import {h} from "./dom.js";
import {formulaList} from "./formula-list.js";
import {backendWords, figure, shortModel, shortSystem} from "./format.js";
import {formatExample, runExample} from "./simulation-example.js";
import type {Example} from "./simulation-example.js";
import {stepFormula} from "./simulation-step.js";
import {calibratedName} from "./simulation-table.js";
import {exampleFigures, exampleSentence} from "./simulation-words.js";

/** One GPU: nothing of the example hangs on how a model is split. */
const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1} as const;

/** Throws InputError for a GPU that makes no sense. */
export function steppingAsk(example: Example, systems: SystemSpec[]): SteppingAsk {
  return {problem: askOf(example.question, systems).problem, parallel};
}

export type ExampleRuns = Record<Backend, LoggedRun>;

/** The example by the rules of every engine; the same as before where nothing but the step looked at has changed. */
export function exampleRuns(): (example: Example, stepping: SteppingCurves) => ExampleRuns {
  let last: {key: string; stepping: SteppingCurves; runs: ExampleRuns} | undefined;
  return ({seats, budget, kvTokens}, stepping) => {
    const key = `${seats} ${budget} ${kvTokens}`;
    if (last?.key === key && last.stepping === stepping) return last.runs;
    const costs = {curves: stepping.curves, constants: stepping.calibrated.constants};
    const of = (rules: Backend) => runExample({rules, seats, budget, kvTokens}, costs);
    const runs = Object.fromEntries(backends.map((rules) => [rules, of(rules)])) as ExampleRuns;
    last = {key, stepping, runs};
    return runs;
  };
}

export function simulationSentence({rules}: Example, runs: ExampleRuns): HTMLElement {
  return h(
    "p",
    {class: "kp-lede kp-simulation-lede", role: "status"},
    exampleSentence(backendWords[rules], exampleFigures(runs[rules]))
  );
}

/** Whose step times they are. */
export function steppingNote(
  {question}: Example,
  {calibrated, data}: SteppingCurves,
  systems: SystemSpec[]
): HTMLElement {
  const gpu = knownGpus(systems, question.gpu).find(({id}) => id === question.system);
  const worker = `${shortModel(question.model)} on one ${shortSystem(gpu?.label ?? question.system)}`;
  return h(
    "div",
    {class: "kp-simulation-note"},
    h(
      "p",
      {class: "kp-note"},
      `Steps take as long as those of ${worker} (${backendWords[question.backend]}, ${calibratedName(calibrated)}), whosever rules decide, so that nothing but the rules differs.`
    ),
    dataNote(data, [])
  );
}

/** The step that is looked at, or the first that computes a prompt beside tokens, as a formula with its numbers. */
export function stepFormulas(
  {rules, step}: Example,
  runs: ExampleRuns,
  {curves, calibrated}: SteppingCurves
): HTMLElement {
  const run = runs[rules];
  const costs = {curves, constants: calibrated.constants};
  const {steps} = run;
  const prefill = steps.findIndex(({chunks, decodes}) => chunks.length > 0 && decodes.length > 0);
  const shown = step > 0 ? [Math.min(step, steps.length) - 1] : [Math.max(0, prefill), steps.findIndex(({chunks}) => chunks.length === 0)]; // prettier-ignore
  const formulas = shown
    .filter((at) => at >= 0)
    .map((at) => {
      const formula = stepFormula(run, at, costs);
      return {...formula, name: `Step ${at + 1}: ${formula.name.toLowerCase()}`};
    });
  return h("div", {class: "kp-simulation-formulas"}, formulaList(formulas));
}

/** What the whole worker would have, beside the little that the example is given. */
export function roomWords({kvTokens}: Example, {room}: SteppingCurves): string {
  return `With all the memory of its GPU this worker would have room for ${figure(room.kvTokens)} tokens; the example has ${figure(kvTokens)}, so that six requests can fill it.`;
}

/** Why there is no example, and what would do. */
export function simulationFault(example: Example, message: string): HTMLElement {
  const to = formatExample({...example, step: 0});
  return h(
    "p",
    {class: "kp-empty", role: "alert"},
    `The steps of this model on one GPU cannot be timed: ${message}. `,
    h("a", {href: "?"}, "Take the usual model"),
    " or ",
    h("a", {href: `./configuration.html${to}`}, "look at its configuration"),
    "."
  );
}
