/** Searches, from a request to its answer. */
import {servingChoices} from "../engine/models/serving.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {MissesWhy} from "../engine/explain/misses.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {Sensitivity, SensitivityOptions} from "../engine/sensitivity/sensitivity.js";
import type {Plan, PlanDetail, SearchResult, Targets} from "../engine/result.js";
import {answerSearch} from "../engine/search/answer.js";
import type {AnswerOptions} from "../engine/search/answer.js";
import type {Candidate} from "../engine/search/candidates.js";
import {planDetail} from "../engine/search/detail.js";
import {byObjective} from "../engine/search/rank.js";
import {evaluateSearchSteps} from "../engine/search/evaluate.js";
import {byFormula} from "../engine/search/predictor.js";
import type {SimulatedOptions} from "../engine/search/simulated.js";
import {InputError} from "../engine/errors.js";
import type {CalibrationTable} from "../engine/simulate/calibration.js";
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
import {backendsOf, openProblem, predictorOf, requestOf} from "./request.js";
import type {SearchRequest} from "./request.js";

/** What a search found. Its fields are plain data, so that `JSON.stringify` writes the whole answer. */
export class SearchAnswer {
  readonly #evaluation: Evaluation;
  readonly #by: Judging;
  readonly #simulator: Simulator | null;

  /** @internal */
  constructor(
    evaluation: Evaluation,
    {by, simulator}: {by: Judging; simulator: Simulator | null},
    /** The deployments of both serving modes, the one chosen, and why others were not. */
    readonly result: SearchResult,
    /** Which tables the figures come from: of the first side, and of decode workers where they differ. */
    readonly sources: readonly DataNote[],
    /** What was assumed of the model, a sentence each. */
    readonly assumptions: readonly string[]
  ) {
    this.#evaluation = evaluation;
    this.#by = by;
    this.#simulator = simulator;
  }

  /** Every candidate, for what `kneepoint/engine` does with it. Not part of the JSON. */
  get evaluation(): Evaluation {
    return this.#evaluation;
  }

  /**
   * The same candidates judged by other targets, objective or prices, by the predictor of the search unless another is
   * named: by formula in milliseconds, by simulation as long as its deployments take. Nothing is evaluated again.
   */
  judge(by: Judging): SearchResult {
    const {predictor = this.#simulator ? "simulation" : "formula"} = by;
    if (predictor === "formula") return answerSearch(this.#evaluation, targetsOf(by), optionsOf(by));
    if (!this.#simulator)
      throw new InputError("invalid predictor: simulation; the search was by formula, search by simulation");
    return this.#simulator.answer(this.#evaluation, by);
  }

  /** Operator times of a plan of this search. */
  detail(plan: Plan): PlanDetail {
    return planDetail(this.#evaluation, plan);
  }

  /** Where a plan's time goes, what limits it, and what changes next to it; by formula, in which operators add up. */
  async explain(plan: Plan): Promise<PlanWhy> {
    const {explainPlan} = await import("../engine/explain/plan.js");
    return explainPlan(this.#evaluation, byFormula(plan), {
      targets: targetsOf(this.#by),
      preferences: this.#by.preferences
    });
  }

  /** Which targets candidates miss and by how much, and what single relaxation would help most. */
  async explainMisses(): Promise<MissesWhy> {
    const {explainMisses} = await import("../engine/explain/misses.js");
    const candidates = this.#simulator?.candidates(this.#evaluation, this.#by);
    return explainMisses(this.#evaluation, targetsOf(this.#by), this.#by.preferences, candidates);
  }

  /** How answer and choice by formula move when each input changes alone, by ± 10 % unless `share` says otherwise. */
  async sensitivity(options: SensitivityCall = {}): Promise<Sensitivity> {
    const {sensitivitySteps} = await import("../engine/sensitivity/sensitivity.js");
    const {share, inputs, ...call} = options;
    const {preferences} = this.#by;
    const asked = {share, inputs, preferences, evaluation: this.#evaluation};
    return finish(sensitivitySteps(this.#evaluation.problem, targetsOf(this.#by), asked), "inputs", call);
  }
}

/** How candidates are judged. */
export type Judging = Pick<SearchRequest, "targets" | "preferences" | "predictor" | "topN" | "sampling">;

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
  const simulator = predictorOf(request) === "formula" ? null : await openSimulator(options.calibration);
  const answers: SearchAnswer[] = [];
  for (const backend of backendsOf(tables, request.platform)) {
    const problem = await openProblem(tables, request, model, backend, options);
    const evaluation = await finish(evaluateSearchSteps(problem), "candidates", options);
    const result = simulator
      ? await finish(simulator.steps(evaluation, request), "deployments", options)
      : answerSearch(evaluation, targetsOf(request), optionsOf(request));
    const judging = {by: request, simulator};
    answers.push(new SearchAnswer(evaluation, judging, result, sourcesOf(tables, problem), model.assumptions));
  }
  return answers;
}

/** What answers by simulation, loaded when the first search asks for it. */
interface Simulator {
  answer: (evaluation: Evaluation, by: Judging) => SearchResult;
  steps: (evaluation: Evaluation, by: Judging) => Generator<{done: number; total: number}, SearchResult>;
  candidates: (evaluation: Evaluation, by: Judging) => Candidate[];
}

async function openSimulator(calibration: CalibrationTable | undefined): Promise<Simulator> {
  const {simulatedAnswer, simulatedAnswerSteps, simulatedCandidates} = await import("../engine/search/simulated.js");
  const options = (by: Judging): SimulatedOptions => ({...optionsOf(by), calibration});
  return {
    answer: (evaluation, by) => simulatedAnswer(evaluation, targetsOf(by), options(by)),
    steps: (evaluation, by) => growing(simulatedAnswerSteps(evaluation, targetsOf(by), options(by))),
    candidates: (evaluation, by) => simulatedCandidates(evaluation, targetsOf(by), options(by))
  };
}

/** Nobody knows beforehand how many deployments will be simulated: the total is one more until it is reached. */
function* growing<T>(steps: Generator<{done: number; total: number}, T>): Generator<{done: number; total: number}, T> {
  for (let done = 0; ;) {
    const step = steps.next();
    if (step.done) {
      yield {done, total: done};
      return step.value;
    }
    ({done} = step.value);
    yield {done, total: Math.max(step.value.total, done + 1)};
  }
}

function optionsOf({preferences, topN, sampling}: Judging): AnswerOptions {
  return {...preferences, topN, sampling};
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
