/** Searches, from a request to its answer. */
import {servingChoices} from "../engine/models/serving.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {MissesWhy} from "../engine/explain/misses.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {Sensitivity, SensitivityOptions} from "../engine/sensitivity/sensitivity.js";
import type {Plan, PlanDetail, SearchResult, Targets} from "../engine/result.js";
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
  readonly #by: Judging;

  /** @internal */
  constructor(
    evaluation: Evaluation,
    by: Judging,
    /** The deployments of both serving modes, the one chosen, and why others were not. */
    readonly result: SearchResult,
    /** Which tables the figures come from: of the first side, and of decode workers where they differ. */
    readonly sources: readonly DataNote[],
    /** What was assumed of the model, a sentence each. */
    readonly assumptions: readonly string[]
  ) {
    this.#evaluation = evaluation;
    this.#by = by;
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

  /** Where a plan's time goes, what limits it, and what changes next to it. */
  async explain(plan: Plan): Promise<PlanWhy> {
    const {explainPlan} = await import("../engine/explain/plan.js");
    return explainPlan(this.#evaluation, plan, {targets: targetsOf(this.#by), preferences: this.#by.preferences});
  }

  /** Which targets candidates miss and by how much, and what single relaxation would help most. */
  async explainMisses(): Promise<MissesWhy> {
    const {explainMisses} = await import("../engine/explain/misses.js");
    return explainMisses(this.#evaluation, targetsOf(this.#by), this.#by.preferences);
  }

  /** How answer and choice move when each input changes alone, by ± 10 % unless `share` says otherwise. */
  async sensitivity(options: SensitivityCall = {}): Promise<Sensitivity> {
    const {sensitivitySteps} = await import("../engine/sensitivity/sensitivity.js");
    const {share, inputs, ...call} = options;
    const {preferences} = this.#by;
    const asked = {share, inputs, preferences, evaluation: this.#evaluation};
    return finish(sensitivitySteps(this.#evaluation.problem, targetsOf(this.#by), asked), "inputs", call);
  }
}

/** How candidates are judged. */
export type Judging = Pick<SearchRequest, "targets" | "preferences" | "topN" | "sampling">;

/** Which inputs to change and by what share of them, besides what every long call takes. */
export type SensitivityCall = Pick<SensitivityOptions, "share" | "inputs"> & Omit<CallOptions, "tables">;

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
    const evaluation = await finish(evaluateSearchSteps(problem), "candidates", options);
    answers.push(
      new SearchAnswer(evaluation, request, judge(evaluation, request), sourcesOf(tables, problem), model.assumptions)
    );
  }
  return answers;
}

function judge(evaluation: Evaluation, by: Judging): SearchResult {
  const {preferences, topN, sampling} = by;
  return answerSearch(evaluation, targetsOf(by), {...preferences, topN, sampling});
}

/** Targets that are not stated are no limit. */
function targetsOf({targets: {ttftMs = Infinity, tpotMs = Infinity, requestLatencyMs} = {}}: Judging): Targets {
  return {ttftMs, tpotMs, requestLatencyMs};
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
