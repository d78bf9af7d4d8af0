/** Answers questions, keeping what the last one evaluated: a change of target alone takes no evaluation. */
import {normalizeModel, parseConfigJson} from "../engine/models/config.js";
import {findModel} from "../engine/models/catalogue.js";
import {inferQuant} from "../engine/models/quant.js";
import {answerSearch} from "../engine/search/answer.js";
import {planDetail} from "../engine/search/detail.js";
import {evaluateSearch} from "../engine/search/evaluate.js";
import type {Evaluation, ModelConfig, Plan, PlanDetail, Platform, SystemSpec} from "../engine/index.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {dataNote} from "../perf/data-note.js";
import {lookedInto, Tables} from "../perf/tables.js";
import type {PlatformChoice, Readers} from "../perf/tables.js";
import type {Answer, Ask, DataNote, Misses, Problem, Progress, SensitivityPart} from "./protocol.js";

export interface Evaluated {
  key: string;
  evaluation: Evaluation;
  data: DataNote[];
  evaluateMs: number;
}

export class Searcher {
  readonly tables: Tables;
  private last: Evaluated | undefined;
  /** What the last answer was judged by. */
  private judged: Pick<Ask, "targets" | "preferences"> | undefined;

  /** `systems` are those that may answer for others. */
  constructor(
    catalogue: CatalogueIndex,
    calibrations: readonly CalibrationEntry[],
    systems: readonly SystemSpec[],
    readers: Readers
  ) {
    this.tables = new Tables(catalogue, calibrations, systems, readers);
  }

  /** Throws InputError for a problem that makes no sense. */
  async answer({problem, targets, preferences}: Ask, onprogress: (progress: Progress) => void): Promise<Answer> {
    const {evaluation, data, evaluateMs} = await this.evaluated(problem, onprogress);
    const start = performance.now();
    const result = answerSearch(evaluation, targets, {...preferences, topN: 5});
    this.judged = {targets, preferences};
    const quant = inferQuant(evaluation.problem.model, {role: "agg", ...evaluation.problem.platform}, problem.quant);
    const {assumptions} = evaluation.problem.model;
    const misses = result.chosen ? null : await this.misses(evaluation, {targets, preferences});
    const answerMs = performance.now() - start;
    return {ask: {problem, targets, preferences}, result, assumptions, misses, data, quant, evaluateMs, answerMs};
  }

  /** Operator times of a plan of the last answer. */
  detail(plan: Plan): PlanDetail {
    return planDetail(this.known().evaluation, plan);
  }

  /** Why a plan of the last answer is as it is. */
  async why(plan: Plan): Promise<PlanWhy> {
    const {evaluation} = this.known();
    const {explainPlan} = await import("../engine/explain/plan.js");
    return explainPlan(evaluation, plan, this.judged);
  }

  /** Input by input; ends early when cancelled. */
  async sense(ask: Ask, onpart: (part: SensitivityPart) => void, isCancelled: () => boolean): Promise<void> {
    const {evaluation} = await this.evaluated(ask.problem, (tables) =>
      onpart({progress: {done: 0, total: 1}, tables, sensed: null})
    );
    if (isCancelled()) return;
    const {senseInputs} = await import("./sensing.js");
    await senseInputs(evaluation, ask, onpart, isCancelled);
  }

  private async misses(evaluation: Evaluation, judged: Pick<Ask, "targets" | "preferences">): Promise<Misses> {
    const {missesOf} = await import("./missing.js");
    return missesOf(evaluation, judged);
  }

  private known(): Evaluated {
    if (!this.last) throw new Error("nothing evaluated yet");
    return this.last;
  }

  /** What a problem evaluates to; the last one is kept. */
  async evaluated(problem: Problem, onprogress: (progress: Progress) => void = () => {}): Promise<Evaluated> {
    const key = JSON.stringify(problem);
    if (this.last?.key !== key) this.last = await this.evaluate(key, problem, onprogress);
    return this.last;
  }

  /** The platforms of a problem, with the tables that it needs loaded: of prefill or of all, and of decode. */
  async opened(
    problem: Problem,
    onprogress: (progress: Progress) => void = () => {}
  ): Promise<{model: ModelConfig; platform: Platform; decodePlatform?: Platform; data: DataNote[]}> {
    const {system, decodeSystem, quant, serving} = problem;
    const model = problemModel(problem);
    const need = {model, quant, serving};
    const open = async (on: SystemSpec) => ({
      ...(await this.platform(problem, on, need)),
      interpolation: problem.interpolation ?? "shared",
      transfer: problem.transfer
    });
    const platform = await open(system);
    const decodePlatform = decodeSystem && (await open(decodeSystem));
    const platforms = decodePlatform ? [platform, decodePlatform] : [platform];
    const sides = platforms.map((each) => ({...need, platform: each}));
    await this.tables.load(sides, (loaded, total) => onprogress({loaded, total}));
    const data = platforms.map((each) => dataNote(this.tables, each, lookedInto(each, need)));
    return {model, platform, decodePlatform, data};
  }

  private async evaluate(key: string, problem: Problem, onprogress: (progress: Progress) => void): Promise<Evaluated> {
    const {totalGpus, workload, quant, serving, exactKvCache, space, tuning} = problem;
    const {model, platform, decodePlatform, data} = await this.opened(problem, onprogress);
    const start = performance.now();
    const shared = {model, totalGpus, workload, quant, exactKvCache, space, tuning, ...serving};
    const evaluation = evaluateSearch({...shared, platform, decodePlatform});
    return {key, evaluation, data, evaluateMs: performance.now() - start};
  }

  /** Tables of the version asked for if this system has it, else of its newest, else the embedded surfaces. */
  private platform(
    {backend, version, database, donor}: Problem,
    system: SystemSpec,
    need: Pick<PlatformChoice, "model" | "quant" | "serving">
  ): Promise<Platform> {
    const {store, embedded} = this.tables;
    const versions = store.versions(system.id, backend);
    const isFitted = embedded.entries.some((entry) => entry.system === system.id);
    // A page keeps its database while the GPU changes to one that has surfaces alone.
    const surfacesAlone = versions.length === 0 && isFitted && donor === undefined && database !== "sol";
    return this.tables.platform({
      ...need,
      system,
      backend,
      version: version && versions.includes(version) ? version : undefined,
      database: surfacesAlone ? undefined : database,
      donor
    });
  }
}

function problemModel({model, config, hfQuantConfig}: Problem): ModelConfig {
  if (!config) return findModel(model);
  return normalizeModel(model, parseConfigJson(config), hfQuantConfig ? parseConfigJson(hfQuantConfig) : undefined);
}
