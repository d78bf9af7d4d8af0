/** Runs tasks: every search evaluated once, answered, and merged into what the task is answered with. */
import {InputError, PerfDataError} from "../engine/errors.js";
import {
  mergeResults,
  answerSearch,
  evaluateSearchSteps,
  explainMisses,
  explainResources,
  type Evaluation
} from "../engine/index.js";
import type {SearchResult} from "../engine/result.js";
import type {Task} from "../task/index.js";
import type {SearchMisses} from "./explain-report.js";
import type {Opener, Search} from "./opener.js";

export interface Answered extends Search {
  evaluation: Evaluation;
  result: SearchResult;
}

/** A task with its searches and the best of them. */
export interface TaskAnswer {
  task: Task;
  searches: readonly Answered[];
  result: SearchResult;
}

export interface Runner {
  opener: Opener;
  /** Throws InputError for what cannot be asked, PerfDataError where there are no tables. */
  run(task: Task, onProgress?: (share: number, doing: string) => void): Promise<TaskAnswer>;
}

/** `mostKept` evaluations are kept: experiments that differ in targets alone usually follow each other. */
export function newRunner(opener: Opener, {mostKept = 12}: {mostKept?: number} = {}): Runner {
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
        const evaluation = evaluated(search, (share) => onProgress((i + share) / searches.length, search.name));
        const result = answerSearch(evaluation, search.targets, search.options);
        return {...search, evaluation, result: search.options.strict ? withoutNearest(result) : result};
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

/** Strictly nothing is offered that misses a target, the nearest plan neither. */
function withoutNearest({agg, disagg, ...rest}: SearchResult): SearchResult {
  return {...rest, agg: agg && {...agg, nearest: null}, disagg: disagg && {...disagg, nearest: null}};
}

/** Everything that an evaluation depends on: all but how its plans are judged. */
function questionOf({config}: Task): string {
  const {targets: _, preferences: __, topN: ___, sampling: ____, ...question} = config;
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

/** Why each search offers nothing: what its candidates miss, and which target or resource would admit some. */
export function missesOf(searches: readonly Answered[]): SearchMisses[] {
  return searches.map(({name, evaluation, targets, options}) => ({
    search: name,
    ...explainMisses(evaluation, targets, options),
    resources: explainResources(evaluation, targets, options)
  }));
}

/** What an experiment that throws gives instead of an answer; anything but wrong input and missing data is a fault. */
export function failureOf(error: unknown): string {
  if (error instanceof InputError || error instanceof PerfDataError) return error.message;
  throw error;
}
