/** Searches, from a request to its answer. */
import {servingChoices} from "../engine/models/serving.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {PlanDetail, Plan, SearchResult} from "../engine/result.js";
import {answerSearch} from "../engine/search/answer.js";
import {planDetail} from "../engine/search/detail.js";
import {byObjective} from "../engine/search/rank.js";
import {evaluateSearchSteps} from "../engine/search/evaluate.js";
import type {Evaluation, SearchProblem} from "../engine/search/evaluate.js";
import {dataNote} from "../perf/data-note.js";
import type {DataNote} from "../perf/data-note.js";
import {lookedInto} from "../perf/tables.js";
import type {Tables} from "../perf/tables.js";
import type {Task} from "../task/types.js";
import {finish, unlessAborted} from "./call.js";
import type {CallOptions} from "./call.js";
import {openModel} from "./model.js";
import {ownTables} from "./open-tables.js";
import {backendsOf, openProblem, requestOf} from "./request.js";
import type {SearchRequest} from "./request.js";

/** What a search found. Its fields are plain data, so that `JSON.stringify` writes the whole answer. */
export class SearchAnswer {
  readonly #evaluation: Evaluation;

  /** @internal */
  constructor(
    evaluation: Evaluation,
    /** The deployments of both serving modes, the one chosen, and why others were not. */
    readonly result: SearchResult,
    /** Which tables the figures come from: of the first side, and of decode workers where they differ. */
    readonly sources: readonly DataNote[],
    /** What was assumed of the model, a sentence each. */
    readonly assumptions: readonly string[]
  ) {
    this.#evaluation = evaluation;
  }

  /** Every candidate, for what `kneepoint/engine` does with it. Not part of the JSON. */
  get evaluation(): Evaluation {
    return this.#evaluation;
  }

  /** The same candidates judged by other targets, objective or prices: takes milliseconds, evaluates nothing again. */
  judge(by: Judging): SearchResult {
    return judge(this.#evaluation, by);
  }

  /** Operator times of a plan of this search. */
  detail(plan: Plan): PlanDetail {
    return planDetail(this.#evaluation, plan);
  }
}

/** How candidates are judged. */
export type Judging = Pick<SearchRequest, "targets" | "preferences" | "topN" | "sampling">;

export async function search(asked: SearchRequest | Task, options: CallOptions = {}): Promise<SearchAnswer> {
  const answers = await searchBackends(asked, options);
  const better = byObjective(requestOf(asked).preferences?.objective);
  const bestOf = ({result}: SearchAnswer) => result.chosen && result[result.chosen]!.best[0];
  return answers.reduce((first, next) => {
    const [a, b] = [bestOf(first), bestOf(next)];
    return b && (!a || better(b, a) < 0) ? next : first;
  });
}

/** As `search`, an answer per backend: one, or with `auto` all of them. */
export async function searchBackends(asked: SearchRequest | Task, options: CallOptions = {}): Promise<SearchAnswer[]> {
  const request = requestOf(asked);
  const {signal} = options;
  signal?.throwIfAborted();
  const [model, tables] = await unlessAborted(
    Promise.all([openModel(request.model), options.tables ?? ownTables()]),
    signal
  );
  const answers: SearchAnswer[] = [];
  for (const backend of backendsOf(tables, request.platform)) {
    const problem = await openProblem(tables, request, model, backend, options);
    const evaluation = await finish(evaluateSearchSteps(problem), options);
    answers.push(
      new SearchAnswer(evaluation, judge(evaluation, request), sourcesOf(tables, problem), model.assumptions)
    );
  }
  return answers;
}

/** Targets that are not stated are no limit. */
function judge(evaluation: Evaluation, by: Judging): SearchResult {
  const {preferences, topN, sampling, targets: {ttftMs = Infinity, tpotMs = Infinity, requestLatencyMs} = {}} = by;
  return answerSearch(evaluation, {ttftMs, tpotMs, requestLatencyMs}, {...preferences, topN, sampling});
}

/** Which tables both sides of a problem look into. */
export function sourcesOf(
  tables: Tables,
  problem: Pick<SearchProblem, "model" | "platform" | "decodePlatform" | "quant"> & ServingChoices
) {
  const {model, platform, decodePlatform, quant} = problem;
  const platforms = decodePlatform ? [platform, decodePlatform] : [platform];
  return platforms.map((each) =>
    dataNote(tables, each, lookedInto(each, {model, quant, serving: servingChoices(problem)}))
  );
}
