/** Answers questions, keeping what the last one evaluated: a change of target alone takes no evaluation. */
import {
  answerSearch,
  evaluateSearch,
  findModel,
  inferQuant,
  normalizeModel,
  parseConfigJson,
  planDetail
} from "../engine/index.js";
import type {Catalogue, Evaluation, ModelConfig, Plan, PlanDetail, Platform, SystemSpec} from "../engine/index.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import {dataNote} from "../perf/data-note.js";
import {lookedInto, Tables} from "../perf/tables.js";
import type {PlatformChoice, Readers} from "../perf/tables.js";
import type {Answer, Ask, DataNote, Problem, Progress} from "./protocol.js";

interface Evaluated {
  key: string;
  evaluation: Evaluation;
  data: DataNote[];
  evaluateMs: number;
}

export class Searcher {
  private readonly tables: Tables;
  private last: Evaluated | undefined;

  /** `systems` are those that may answer for others. */
  constructor(
    catalogue: Catalogue,
    calibrations: readonly CalibrationEntry[],
    systems: readonly SystemSpec[],
    readers: Readers
  ) {
    this.tables = new Tables(catalogue, calibrations, systems, readers);
  }

  /** Throws InputError for a problem that makes no sense. */
  async answer({problem, targets}: Ask, onprogress: (progress: Progress) => void): Promise<Answer> {
    const key = JSON.stringify(problem);
    if (this.last?.key !== key) this.last = await this.evaluate(key, problem, onprogress);
    const {evaluation, data, evaluateMs} = this.last;
    const start = performance.now();
    const result = answerSearch(evaluation, targets, {topN: 5});
    const quant = inferQuant(evaluation.problem.model, {role: "agg", ...evaluation.problem.platform}, problem.quant);
    const {assumptions} = evaluation.problem.model;
    const answerMs = performance.now() - start;
    return {ask: {problem, targets}, result, assumptions, data, quant, evaluateMs, answerMs};
  }

  /** Operator times of a plan of the last answer. */
  detail(plan: Plan): PlanDetail {
    if (!this.last) throw new Error("nothing evaluated yet");
    return planDetail(this.last.evaluation, plan);
  }

  private async evaluate(key: string, problem: Problem, onprogress: (progress: Progress) => void): Promise<Evaluated> {
    const {system, decodeSystem, totalGpus, workload, quant, serving, exactKvCache} = problem;
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
    const start = performance.now();
    const shared = {model, totalGpus, workload, quant, exactKvCache, ...serving};
    const evaluation = evaluateSearch({...shared, platform, decodePlatform});
    const data = platforms.map((each) => dataNote(this.tables, each, lookedInto(each, need)));
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
