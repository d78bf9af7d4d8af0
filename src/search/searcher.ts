/** Answers questions, keeping what the last one evaluated: a change of target alone takes no evaluation. */
import {
  answerSearch,
  donorAssumptions,
  evaluateSearch,
  findModel,
  inferQuant,
  normalizeModel,
  parseConfigJson,
  PerfDatabase,
  planDetail,
  rankDonors,
  requiredSlices
} from "../engine/index.js";
import type {
  Catalogue,
  ErrorBand,
  Evaluation,
  ModelConfig,
  Plan,
  PlanDetail,
  Platform,
  SliceEntry,
  SliceRef,
  SystemSpec
} from "../engine/index.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import {donorLacks, donorPlatform} from "../perf/donor.js";
import {donorBand} from "../perf/donor-words.js";
import {embeddedPlatform, openEmbedded} from "../perf/embedded.js";
import {openStore} from "../perf/store.js";
import type {Answer, Ask, DataNote, Problem, Progress} from "./protocol.js";

interface Evaluated {
  key: string;
  evaluation: Evaluation;
  data: DataNote[];
  evaluateMs: number;
}

/** How files come: slices by their path in the catalogue, surfaces by their entry in the list. */
export interface Readers {
  slice: (path: string) => Promise<ArrayBuffer>;
  calibration: (entry: CalibrationEntry) => Promise<ArrayBuffer>;
}

export class Searcher {
  private readonly store;
  private readonly embedded;
  private readonly fetched = new Map<CalibrationEntry, ArrayBuffer>();
  private last: Evaluated | undefined;
  private onread: () => void = () => {};

  constructor(
    private readonly catalogue: Catalogue,
    calibrations: readonly CalibrationEntry[],
    /** Systems that may answer for others. */
    private readonly systems: readonly SystemSpec[],
    private readonly readers: Readers
  ) {
    this.store = openStore(catalogue, (path) => readers.slice(path).finally(() => this.onread()));
    this.embedded = openEmbedded(calibrations, (entry) => this.fetched.get(entry));
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
    const open = async (on: SystemSpec) => ({
      ...(await this.platform(problem, on, model)),
      interpolation: problem.interpolation ?? "shared",
      transfer: problem.transfer
    });
    const platform = await open(system);
    const decodePlatform = decodeSystem && (await open(decodeSystem));
    const platforms = decodePlatform ? [platform, decodePlatform] : [platform];
    await this.load(model, platforms, problem, onprogress);
    const start = performance.now();
    const shared = {model, totalGpus, workload, quant, exactKvCache, ...serving};
    const evaluation = evaluateSearch({...shared, platform, decodePlatform});
    const data = platforms.map((p) => this.note(p, lookedInto(model, p, problem)));
    return {key, evaluation, data, evaluateMs: performance.now() - start};
  }

  /** Tables of the version asked for if this system has it, else of its newest, else the embedded surfaces. */
  private async platform(problem: Problem, system: SystemSpec, model: ModelConfig): Promise<Platform> {
    const {backend, version, database} = problem;
    const carried = await this.carried(problem, system, model);
    if (carried) return carried;
    const asked = version && this.catalogue.systems[system.id]?.[backend]?.[version] ? version : undefined;
    const found = asked ?? this.store.latest(system.id, backend);
    if (database === "sol")
      return {system, backend, version: found ?? "", perf: new PerfDatabase(system.id, backend, ""), database};
    if (found && database !== "calibrated") {
      const perf = this.store.perf(system, backend, found, database === "empirical" ? "own" : "all");
      if (database !== "hybrid") return {system, backend, version: found, perf, database: database ?? "silicon"};
      await this.fetchSurfaces(system, (entry) => entry.backend === backend);
      const embedded = () => this.embedded.ofSystem(system.id, backend);
      return {system, backend, version: found, perf, database, embedded};
    }
    await this.fetchSurfaces(system, (entry) => entry.backend === backend);
    const platform = embeddedPlatform(this.embedded, system, backend);
    const {perf} = platform;
    const lacks = lookedInto(model, platform, problem).some(({table, part}) =>
      part.length > 0 ? !perf.has(table, part) : perf.entriesOf(table).length === 0 && table !== "oneccl"
    );
    // Other serving engines' surfaces are fetched only where they have something to add.
    if (!lacks) return platform;
    await this.fetchSurfaces(system, () => true);
    return embeddedPlatform(this.embedded, system, backend);
  }

  /** Another system's tables or surfaces, for one that has neither or where another was asked for. */
  private async carried(problem: Problem, system: SystemSpec, model: ModelConfig): Promise<Platform | undefined> {
    const {backend, database, donor, quant} = problem;
    const isOwn = (id: string) =>
      this.store.latest(id, backend) !== undefined || this.embedded.entries.some((entry) => entry.system === id);
    if (isOwn(system.id) && donor === undefined) return undefined;
    const choice = {system, backend, donor, need: {model, quant}};
    const measured = this.systems.some(({id}) => id !== system.id && this.store.latest(id, backend) !== undefined);
    if (measured && database !== "calibrated")
      return donorPlatform(this.store, this.systems, {...choice, database: database ?? "silicon"});
    const fitted = this.systems.filter(({id}) => this.embedded.latest(id, backend) !== undefined);
    const ranked = rankDonors(system, donor === undefined ? fitted : fitted.filter(({id}) => id === donor));
    const fetched: SystemSpec[] = [];
    // The nearest first, and farther ones only while none has the types.
    for (const {system: each} of ranked) {
      await this.fetchSurfaces(each, (entry) => entry.backend === backend);
      fetched.push(each);
      const surfaces = {...choice, database: "calibrated"} as const;
      if (donorLacks(this.embedded, each, surfaces).length === 0)
        return donorPlatform(this.embedded, fetched, surfaces);
    }
    return donorPlatform(this.embedded, fetched, {...choice, database: "calibrated"});
  }

  private async fetchSurfaces(system: SystemSpec, wanted: (entry: CalibrationEntry) => boolean): Promise<void> {
    const missing = this.embedded.entries.filter(
      (entry) => entry.system === system.id && wanted(entry) && !this.fetched.has(entry)
    );
    await Promise.all(missing.map(async (entry) => this.fetched.set(entry, await this.readers.calibration(entry))));
  }

  private async load(
    model: ModelConfig,
    platforms: Platform[],
    problem: Problem,
    onprogress: (progress: Progress) => void
  ) {
    const wanted = platforms.map((platform) => ({platform, refs: slicesOf(model, platform, problem)}));
    const total = wanted.reduce((sum, {platform, refs}) => sum + platform.perf.unloaded(refs).length, 0);
    let loaded = 0;
    this.onread = () => onprogress({loaded: ++loaded, total});
    await Promise.all(wanted.map(({platform, refs}) => this.store.ensure(platform.perf, refs)));
  }

  private note({system, backend, version, perf, database, donor, donorWhy}: Platform, refs: SliceRef[]): DataNote {
    const fitted = database === "calibrated";
    const measured = donor ?? system;
    const surfaces = this.embedded.entries.find((entry) => entry.system === measured.id && entry.backend === backend);
    const device = fitted ? surfaces?.device : this.catalogue.systems[measured.id]?.[backend]?.[version]?.device;
    const entries = entriesOf(perf, refs);
    const sum = (field: "rows" | "borrowedRows") => entries.reduce((total, entry) => total + entry[field], 0);
    return {
      system: system.id,
      backend,
      version,
      database,
      device: device ?? "",
      donor: donor && {
        system: donor.id,
        label: donor.label,
        why: donorWhy ?? "",
        error: donorBand(system, donor),
        assumptions: donorAssumptions(system)
      },
      slices: entries.length,
      rows: sum("rows"),
      borrowedRows: sum("borrowedRows"),
      borrowedFrom: [...new Set(entries.flatMap(({borrowedFrom}) => borrowedFrom))],
      fitError: fitted ? meanFitError(perf, entries) : undefined
    };
  }
}

/** What a platform looks into, embedded or not. */
function lookedInto(model: ModelConfig, platform: Platform, problem: Problem): SliceRef[] {
  const tabled: Platform = platform.database === "calibrated" ? {...platform, database: "silicon"} : platform;
  return slicesOf(model, tabled, problem);
}

function slicesOf(model: ModelConfig, platform: Platform, {quant, serving}: Problem): SliceRef[] {
  return requiredSlices(model, platform, quant, undefined, serving);
}

/** Over the surfaces that a model looks into, each by the rows that it stands for. */
function meanFitError(perf: PerfDatabase, entries: readonly SliceEntry[]): ErrorBand {
  let [rows, p50, p90] = [0, 0, 0];
  for (const entry of entries) {
    const error = perf.fitError(entry.table, entry.part)!;
    rows += entry.rows;
    p50 += entry.rows * error.p50;
    p90 += entry.rows * error.p90;
  }
  return rows > 0 ? {p50: p50 / rows, p90: p90 / rows} : {p50: 0, p90: 0};
}

function problemModel({model, config, hfQuantConfig}: Problem): ModelConfig {
  if (!config) return findModel(model);
  return normalizeModel(model, parseConfigJson(config), hfQuantConfig ? parseConfigJson(hfQuantConfig) : undefined);
}

function entriesOf(perf: PerfDatabase, refs: SliceRef[]): SliceEntry[] {
  const matches = ({table, part}: SliceRef) =>
    perf.entriesOf(table).filter((entry) => part.every((value, i) => entry.part[i] === value));
  return [...new Set(refs.flatMap(matches))];
}
