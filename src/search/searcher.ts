/** Answers questions, keeping what the last one evaluated: a change of target alone takes no evaluation. */
import {
  answerSearch,
  evaluateSearch,
  findModel,
  inferQuant,
  normalizeModel,
  parseConfigJson,
  PerfDatabase,
  planDetail,
  requiredSlices
} from "../engine/index.js";
import type {
  Catalogue,
  Evaluation,
  ModelConfig,
  Plan,
  PlanDetail,
  Platform,
  SliceEntry,
  SliceRef,
  SystemSpec
} from "../engine/index.js";
import {openStore} from "../perf/store.js";
import type {Answer, Ask, DataNote, Problem, Progress} from "./protocol.js";

interface Evaluated {
  key: string;
  evaluation: Evaluation;
  data: DataNote[];
  evaluateMs: number;
}

export class Searcher {
  private readonly store;
  private last: Evaluated | undefined;
  private onread: () => void = () => {};

  constructor(
    private readonly catalogue: Catalogue,
    read: (path: string) => Promise<ArrayBuffer>
  ) {
    this.store = openStore(catalogue, (path) => read(path).finally(() => this.onread()));
  }

  /** Throws InputError for a problem that makes no sense. */
  async answer({problem, targets}: Ask, onprogress: (progress: Progress) => void): Promise<Answer> {
    const key = JSON.stringify(problem);
    if (this.last?.key !== key) this.last = await this.evaluate(key, problem, onprogress);
    const {evaluation, data, evaluateMs} = this.last;
    const start = performance.now();
    const result = answerSearch(evaluation, targets, {topN: 5});
    const quant = inferQuant(evaluation.problem.model, {role: "agg", ...evaluation.problem.platform}, problem.quant);
    return {ask: {problem, targets}, result, data, quant, evaluateMs, answerMs: performance.now() - start};
  }

  /** Operator times of a plan of the last answer. */
  detail(plan: Plan): PlanDetail {
    if (!this.last) throw new Error("nothing evaluated yet");
    return planDetail(this.last.evaluation, plan);
  }

  private async evaluate(key: string, problem: Problem, onprogress: (progress: Progress) => void): Promise<Evaluated> {
    const {system, decodeSystem, totalGpus, workload, quant} = problem;
    const model = problemModel(problem);
    const platform = this.platform(problem, system);
    const decodePlatform = decodeSystem && this.platform(problem, decodeSystem);
    const platforms = decodePlatform ? [platform, decodePlatform] : [platform];
    await this.load(model, platforms, problem, onprogress);
    const start = performance.now();
    const evaluation = evaluateSearch({model, platform, decodePlatform, totalGpus, workload, quant});
    const data = platforms.map((p) => this.note(p, requiredSlices(model, p, quant)));
    return {key, evaluation, data, evaluateMs: performance.now() - start};
  }

  /** Tables of the version asked for if this system has it, else of its newest, else none. */
  private platform({backend, version, database}: Problem, system: SystemSpec): Platform {
    const asked = version && this.catalogue.systems[system.id]?.[backend]?.[version] ? version : undefined;
    const found = asked ?? this.store.latest(system.id, backend);
    if (!found || database === "roofline") {
      const perf = new PerfDatabase(system.id, backend, "");
      return {system, backend, version: found ?? "", perf, database: "roofline"};
    }
    return {
      system,
      backend,
      version: found,
      perf: this.store.perf(system, backend, found),
      database: database ?? "silicon"
    };
  }

  private async load(
    model: ModelConfig,
    platforms: Platform[],
    {quant}: Problem,
    onprogress: (progress: Progress) => void
  ) {
    const wanted = platforms.map((platform) => ({platform, refs: requiredSlices(model, platform, quant)}));
    const total = wanted.reduce((sum, {platform, refs}) => sum + platform.perf.unloaded(refs).length, 0);
    let loaded = 0;
    this.onread = () => onprogress({loaded: ++loaded, total});
    await Promise.all(wanted.map(({platform, refs}) => this.store.ensure(platform.perf, refs)));
  }

  private note({system, backend, version, perf, database}: Platform, refs: SliceRef[]): DataNote {
    const device = this.catalogue.systems[system.id]?.[backend]?.[version]?.device ?? "";
    const entries = entriesOf(perf, refs);
    const sum = (field: "rows" | "borrowedRows") => entries.reduce((total, entry) => total + entry[field], 0);
    return {
      system: system.id,
      backend,
      version,
      database,
      device,
      slices: entries.length,
      rows: sum("rows"),
      borrowedRows: sum("borrowedRows"),
      borrowedFrom: [...new Set(entries.flatMap(({borrowedFrom}) => borrowedFrom))]
    };
  }
}

function problemModel({model, config}: Problem): ModelConfig {
  return config ? normalizeModel(model, parseConfigJson(config)) : findModel(model);
}

function entriesOf(perf: PerfDatabase, refs: SliceRef[]): SliceEntry[] {
  const matches = ({table, part}: SliceRef) =>
    perf.entriesOf(table).filter((entry) => part.every((value, i) => entry.part[i] === value));
  return [...new Set(refs.flatMap(matches))];
}
