/** Runs tasks: every search evaluated once, answered, and merged into what the task is answered with. */
import {InputError, PerfDataError} from "../engine/errors.js";
import {
  mergeResults,
  answerSearch,
  evaluateSearchSteps,
  explainMisses,
  explainResources,
  simulatedAnswerSteps,
  simulatedCandidates,
  type Evaluation,
  type SimulatedOptions
} from "../engine/index.js";
import type {SearchResult} from "../engine/result.js";
import type {CalibrationTable} from "../engine/simulate/calibration.js";
import type {Task} from "../task/index.js";
import type {SearchMisses} from "./explain-report.js";
import type {Opener, Search} from "./opener.js";
import {ownCalibration} from "./own-calibration.js";

export interface Answered extends Search {
  evaluation: Evaluation;
  /** A user's own constants of simulations, where there are any. */
  calibration?: CalibrationTable;
  result: SearchResult;
}

/** A task with its searches and the best of them. */
export interface TaskAnswer {
  task: Task;
  searches: readonly Answered[];
  result: SearchResult;
}

export interface RunnerOptions {
  /** Evaluations that are kept: experiments that differ in targets alone usually follow each other. */
  mostKept?: number;
  /** A user's own constants of simulations, asked before the shipped ones; those of the environment unless given. */
  calibration?: CalibrationTable;
}

export interface Runner {
  opener: Opener;
  /** Throws InputError for what cannot be asked, PerfDataError where there are no tables. */
  run(task: Task, onProgress?: (share: number, doing: string) => void): Promise<TaskAnswer>;
}

/** What of a search's time its evaluation takes where a simulation follows. */
const evaluationShare = 0.4;

export function newRunner(opener: Opener, {mostKept = 12, calibration = ownCalibration()}: RunnerOptions = {}): Runner {
  const known = new Map<string, Evaluation>();
  const evaluated = (search: Search, onProgress: (share: number) => void): Evaluation => {
    const key = questionOf(search.task);
    const evaluation = known.get(key) ?? finished(search, onProgress);
    known.delete(key);
    known.set(key, evaluation);
    if (known.size > mostKept) known.delete(known.keys().next().value!);
    return evaluation;
  };
  return {
    opener,
    async run(task, onProgress = () => {}) {
      const searches = await opener.searches(task);
      const answers = searches.map((search, i): Answered => {
        const {targets, options, predictor} = search;
        const update = (share: number) => onProgress((i + share) / searches.length, search.name);
        const evaluation = evaluated(search, (share) =>
          update(predictor === "formula" ? share : evaluationShare * share)
        );
        const open = {...search, evaluation, calibration};
        const result = predictor === "formula" ? answerSearch(evaluation, targets, options) : simulated(open, update);
        return {...open, result: options.strict ? withoutNearest(result) : result};
      });
      const {targets, options} = answers[0];
      return {
        task,
        searches: answers,
        result: mergeResults(
          answers.map(({result}) => result),
          targets,
          options
        )
      };
    }
  };
}

/** Nobody knows beforehand how many deployments will be simulated: progress slows down towards the end. */
const usualDeployments = 80;

function simulated(search: Omit<Answered, "result">, onProgress: (share: number) => void): SearchResult {
  const steps = simulatedAnswerSteps(search.evaluation, search.targets, simulatedOptions(search));
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
    onProgress(1 - (1 - evaluationShare) * Math.exp(-value.done / usualDeployments));
  }
}

function simulatedOptions({options, calibration}: Omit<Answered, "result">): SimulatedOptions {
  return {...options, calibration};
}

/** Strictly nothing is offered that misses a target, the nearest plan neither. */
function withoutNearest({agg, disagg, ...rest}: SearchResult): SearchResult {
  return {...rest, agg: agg && {...agg, nearest: null}, disagg: disagg && {...disagg, nearest: null}};
}

/** Everything that an evaluation depends on: all but how its plans are judged. */
function questionOf({config}: Task): string {
  const {targets: _, preferences: __, topN: ___, sampling: ____, predictor: _____, ...question} = config;
  return JSON.stringify(question);
}

function finished({problem}: Search, onProgress: (share: number) => void): Evaluation {
  const steps = evaluateSearchSteps(problem);
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
    onProgress(value.done / Math.max(1, value.total));
  }
}

/**
 * Why each search offers nothing: what its candidates miss, and which target or resource would admit some. Resources
 * are changed by formula, which a simulation may belie; there they are told where nothing runs at all.
 */
export function missesOf(searches: readonly Answered[]): SearchMisses[] {
  return searches.map((search) => {
    const {name, evaluation, targets, options, predictor} = search;
    const candidates =
      predictor === "formula" ? undefined : simulatedCandidates(evaluation, targets, simulatedOptions(search));
    const isResource = candidates === undefined || candidates.length === 0;
    return {
      search: name,
      ...explainMisses(evaluation, targets, options, candidates),
      resources: isResource ? explainResources(evaluation, targets, options) : []
    };
  });
}

/** What an experiment that throws gives instead of an answer; anything but wrong input and missing data is a fault. */
export function failureOf(error: unknown): string {
  if (error instanceof InputError || error instanceof PerfDataError) return error.message;
  throw error;
}
