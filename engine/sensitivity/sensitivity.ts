/** How far an answer, and the choice behind it, depend on each input. */
import {InputError} from "../errors.js";
import {answerChoice, choiceOf} from "../explain/choice.js";
import type {Choice} from "../explain/choice.js";
import {hardLimits, missesOf} from "../explain/limits.js";
import type {Miss} from "../explain/limits.js";
import type {Plan, Reason, Targets} from "../result.js";
import {answerSearch} from "../search/answer.js";
import {evaluateSearchSteps} from "../search/evaluate.js";
import type {Evaluation, SearchProblem} from "../search/evaluate.js";
import type {Preferences} from "../search/goals.js";
import {withImages} from "../session/encoder.js";
import {isTarget, sensitiveInputs, variablesOf, withChanged} from "./inputs.js";
import type {Changed, SensitiveInput, Side, Variable} from "./inputs.js";

/** Figures of the best plan that are compared. */
export type AnswerFigures = Pick<Plan, "tokensPerSecPerGpuCluster" | "ttftMs" | "tpotMs">;

export interface SensitivityAnswer extends AnswerFigures {
  choice: Choice;
}

/** What comes of one input changed in one direction. */
export interface SensitivityOutcome {
  /** The input then, and its change as a share; of lengths in whole tokens. */
  value: number;
  inputChange: number;
  /** The best plan that meets the targets; null when none does. */
  answer: SensitivityAnswer | null;
  /** Changes of the answer as shares; null where there is none to compare. */
  change: AnswerFigures | null;
  /** Change of the answer per change of the input: 1 where both grow alike. */
  elasticity: AnswerFigures | null;
  /** Whether the best plan is another one: mode, sizes, batches or workers. */
  choiceChanged: boolean;
  /** What becomes of the plan chosen before. */
  kept: KeptChoice | null;
}

/** The unchanged plan under the changed input. */
export interface KeptChoice {
  /** Null where it cannot run any more. */
  figures: AnswerFigures | null;
  /** Of its figures, as shares. */
  change: AnswerFigures | null;
  /** Share of the new answer's throughput that it still gives; null where either is missing. */
  ofBest: number | null;
  obstacle: {reason: Reason; message: string} | null;
  /** Targets and hard goals that it does not keep. */
  misses: Miss[];
}

export interface SensitivityRow {
  input: SensitiveInput;
  label: string;
  unit: string;
  side: Side;
  value: number;
  /** Less of it, and more; null where it cannot change that way. */
  down: SensitivityOutcome | null;
  up: SensitivityOutcome | null;
  /** The larger change of throughput of the two, as a share; 1 where a plan appears or vanishes. */
  effect: number;
}

export interface Sensitivity {
  /** The answer as it is; null when no plan meets the targets. */
  base: SensitivityAnswer | null;
  /** By which inputs were changed. */
  share: number;
  /** Largest effect first. */
  rows: SensitivityRow[];
}

export interface SensitivityOptions {
  /** 0.1 unless given. */
  share?: number;
  preferences?: Preferences;
  /** Only these inputs. */
  inputs?: readonly SensitiveInput[];
  /** The problem's own evaluation, where there is one already. */
  evaluation?: Evaluation;
  /** Those of the problem with one input changed, kept from call to call: other targets and preferences need no others. */
  evaluations?: Map<string, Evaluation>;
}

/** Searches done out of all, a fraction of one included. */
export interface SensitivityProgress {
  done: number;
  total: number;
}

/** All at once; see `sensitivitySteps`. */
export function sensitivity(problem: SearchProblem, targets: Targets, options: SensitivityOptions = {}): Sensitivity {
  const steps = sensitivitySteps(problem, targets, options);
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
  }
}

/**
 * Changes one input at a time, down and up, and searches anew; a step per worker, so that a page can stay responsive.
 * Returns the table.
 *
 * A changed GPU is answered by carrying the tables of the real one over. Throws what a search throws.
 */
export function* sensitivitySteps(
  problem: SearchProblem,
  targets: Targets,
  options: SensitivityOptions = {}
): Generator<SensitivityProgress, Sensitivity> {
  const {share = 0.1, inputs, preferences = {}, evaluations = new Map<string, Evaluation>()} = options;
  checkShare(share);
  const variables = variablesOf(problem, targets).filter(({input}) => inputs?.includes(input) ?? true);
  const total = 1 + 2 * variables.filter(({input}) => !isTarget(input)).length;
  const progress = {done: 0, total};
  const evaluation = options.evaluation ?? (yield* evaluated(problem, progress));
  progress.done = 1;
  const base = bestOf(evaluation, targets, preferences);
  const rows: SensitivityRow[] = [];
  for (const variable of variables) {
    const outcomes: (SensitivityOutcome | null)[] = [];
    for (const factor of [1 - share, 1 + share]) {
      const changed = withChanged(problem, targets, variable, factor);
      const key = `${variable.input} ${variable.side} ${factor}`;
      const isAsked = isTarget(variable.input) || !changed;
      const asked = isAsked ? evaluation : (evaluations.get(key) ?? (yield* evaluated(changed.problem, progress)));
      if (!isAsked) evaluations.set(key, asked);
      if (!isTarget(variable.input)) progress.done = Math.floor(progress.done) + 1;
      outcomes.push(changed ? outcomeOf(base, {variable, changed, evaluation: asked, preferences, problem}) : null);
    }
    const [down, up] = outcomes;
    const {label, unit} = sensitiveInputs[variable.input];
    rows.push({...variable, label, unit, down, up, effect: Math.max(effectOf(base, down), effectOf(base, up))});
  }
  rows.sort((a, b) => b.effect - a.effect);
  return {base: base && answerOf(base), share, rows};
}

function checkShare(share: number): void {
  if (!(share > 0 && share < 1)) throw new InputError(`invalid share: ${share}; must be above 0 and below 1`);
}

function* evaluated(
  problem: SearchProblem,
  {done, total}: SensitivityProgress
): Generator<SensitivityProgress, Evaluation> {
  const steps = evaluateSearchSteps(problem);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield {done: done + step.value.done / step.value.total, total};
  }
}

/** The plan that an answer leads with; null when none meets the targets. */
function bestOf(evaluation: Evaluation, targets: Targets, preferences: Preferences): Plan | null {
  const result = answerSearch(evaluation, targets, {...preferences, topN: 1});
  return result.chosen && result[result.chosen]!.best[0];
}

interface Asked {
  problem: SearchProblem;
  variable: Variable;
  changed: Changed;
  evaluation: Evaluation;
  preferences: Preferences;
}

function outcomeOf(
  base: Plan | null,
  {problem, variable, changed, evaluation, preferences}: Asked
): SensitivityOutcome {
  const plan = bestOf(evaluation, changed.targets, preferences);
  const inputChange = changed.value / variable.value - 1;
  const change = base && plan && changeOf(base, plan);
  const before = base && keptChoice(problem, changed.problem, choiceOf(base));
  return {
    value: changed.value,
    inputChange,
    answer: plan && answerOf(plan),
    change,
    elasticity: change && eachFigure((figure) => (change[figure] === 0 ? 0 : change[figure] / inputChange)),
    choiceChanged: !sameChoice(before, plan && choiceOf(plan)),
    kept: base && before && keptOf(base, plan, before, {changed, preferences})
  };
}

/**
 * The choice under another prompt length: a budget of whole prompts stays one of as many, unless the budgets to try
 * were given.
 */
function keptChoice(problem: SearchProblem, changed: SearchProblem, choice: Choice): Choice {
  if (choice.mode !== "agg" || problem.space?.ctxTokens) return choice;
  const [from, to] = [problem, changed].map(({model, workload}) => withImages(model, workload).isl);
  const prompts = choice.ctxTokens / from;
  return Number.isInteger(prompts) ? {...choice, ctxTokens: prompts * to} : choice;
}

function keptOf(
  base: Plan,
  best: Plan | null,
  choice: Choice,
  {changed: {problem, targets}, preferences}: Pick<Asked, "changed" | "preferences">
): KeptChoice {
  const answer = answerChoice(problem, choice, preferences);
  if (!answer.plan) {
    const {reason, message} = answer;
    return {figures: null, change: null, ofBest: null, obstacle: {reason, message}, misses: []};
  }
  const {plan} = answer;
  return {
    figures: eachFigure((figure) => plan[figure]),
    change: changeOf(base, plan),
    ofBest: best && plan.tokensPerSecPerGpuCluster / best.tokensPerSecPerGpuCluster,
    obstacle: null,
    misses: missesOf(problem, plan, hardLimits(targets, preferences), preferences)
  };
}

function answerOf(plan: Plan): SensitivityAnswer {
  return {...eachFigure((figure) => plan[figure]), choice: choiceOf(plan)};
}

function changeOf(from: Plan, to: Plan): AnswerFigures {
  return eachFigure((figure) => (from[figure] === to[figure] ? 0 : to[figure] / from[figure] - 1));
}

function eachFigure(of: (figure: keyof AnswerFigures) => number): AnswerFigures {
  return {
    tokensPerSecPerGpuCluster: of("tokensPerSecPerGpuCluster"),
    ttftMs: of("ttftMs"),
    tpotMs: of("tpotMs")
  };
}

function sameChoice(a: Choice | null, b: Choice | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function effectOf(base: Plan | null, outcome: SensitivityOutcome | null): number {
  if (!outcome) return 0;
  if (outcome.change) return Math.abs(outcome.change.tokensPerSecPerGpuCluster);
  return base === null && outcome.answer === null ? 0 : 1;
}
