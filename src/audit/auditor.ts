/** Answers what the pages about the tables ask. Runs in a worker; reads what it needs, each file once. */
import {calibratedPerf} from "../engine/calibration.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import {InputError, PerfDataError} from "../engine/errors.js";
import {findModel} from "../engine/models/catalogue.js";
import {isMoe} from "../engine/models/ops.js";
import {requiredSlices} from "../engine/required.js";
import {estimate} from "../engine/session/estimate.js";
import type {Estimate, EstimateProblem, ModelConfig, Platform} from "../engine/index.js";
import type {PerfDatabase} from "../engine/perf.js";
import {addQuality, compareTables, coverageMap, emptyQuality, judgeSlice} from "../engine/quality.js";
import type {CoverageCell, PartColumns, SliceQuality, VersionJump} from "../engine/quality.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {usualWorkload, type Support} from "../engine/support.js";
import type {SystemSpec} from "../engine/system.js";
import {openEmbedded} from "../perf/embedded.js";
import {readSlice} from "../perf/read-slice.js";
import {openStore} from "../perf/store.js";
import {supportAt} from "../perf/support.js";
import type {ClampAnswer, ClampAsk, ClampSize, CoverageAsk, JumpAsk, SupportAsk, TableRef} from "./protocol.js";

/** Requests in flight of the prediction that shows what a clamp changes. */
const clampBatch = 8;

export class Auditor {
  /** Bytes of tables read so far. */
  bytes = 0;
  private readonly store;
  private readonly tables = new Map<string, Promise<PartColumns[]>>();
  private readonly found = new Map<string, Promise<unknown>>();
  private readonly read: (path: string) => Promise<ArrayBuffer>;
  private readonly surfaces = new Map<CalibrationEntry, PerfDatabase>();
  private readonly embedded;

  constructor(
    catalogue: CatalogueIndex,
    private readonly systems: readonly SystemSpec[],
    read: (path: string) => Promise<ArrayBuffer>,
    calibrations: readonly CalibrationEntry[] = [],
    private readonly readSurface?: (entry: CalibrationEntry) => Promise<ArrayBuffer>
  ) {
    this.read = async (path) => {
      const buffer = await read(path);
      this.bytes += buffer.byteLength;
      return buffer;
    };
    this.store = openStore(catalogue, this.read, read);
    this.embedded = openEmbedded(calibrations, (entry) => this.surfaces.get(entry));
  }

  async support({model, totalGpus, ...place}: SupportAsk): Promise<Support> {
    const {system, backend} = place;
    const question = {model: findModel(model), totalGpus, workload: usualWorkload};
    for (const entry of this.embedded.entries)
      if (entry.system === system && entry.backend === backend) await this.openSurface(entry);
    return supportAt(this.store, this.system(system), place, question, () => this.embedded.ofSystem(system, backend));
  }

  private async openSurface(entry: CalibrationEntry): Promise<void> {
    if (this.surfaces.has(entry) || !this.readSurface) return;
    const buffer = await this.readSurface(entry);
    this.bytes += buffer.byteLength;
    this.surfaces.set(entry, calibratedPerf(buffer));
  }

  quality(ref: TableRef): Promise<SliceQuality> {
    return this.once(["quality", ref], async () => {
      const system = this.system(ref.system);
      const slices = await this.table(ref);
      return slices.map((slice) => judgeSlice(ref.table, slice, system)).reduce(addQuality, emptyQuality());
    });
  }

  coverage({ref, x, y}: CoverageAsk): Promise<CoverageCell[]> {
    return this.once(["coverage", ref, x, y], async () =>
      coverageMap(ref.table, await this.table(ref), this.system(ref.system), x, y)
    );
  }

  jump({ref, older}: JumpAsk): Promise<VersionJump> {
    return this.once(["jump", ref, older], async () =>
      compareTables(ref.table, await this.table({...ref, version: older}), await this.table(ref))
    );
  }

  /** Throws PerfDataError when the tables do not answer the model. */
  async clamp({model: id, system, backend, version}: ClampAsk): Promise<ClampAnswer> {
    const model = findModel(id);
    const spec = this.system(system);
    await this.store.open(system);
    const perf = this.store.perf(spec, backend, version);
    const platform: Platform = {system: spec, backend, version, perf, database: "silicon"};
    await this.store.ensure(perf, requiredSlices(model, platform));
    const {isl, osl} = usualWorkload;
    const problem = {mode: "static" as const, model, platform, batch: clampBatch, workload: usualWorkload};
    return {batch: clampBatch, isl, osl, sizes: clampSizes(problem, model)};
  }

  /** Tables do not change: what was found out of them once stands. */
  private once<T>(asked: unknown, find: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(asked);
    const known = (this.found.get(key) as Promise<T> | undefined) ?? find();
    this.found.set(key, known);
    known.catch(() => this.found.delete(key));
    return known;
  }

  private system(id: string): SystemSpec {
    return this.systems.find((system) => system.id === id)!;
  }

  private table({system, backend, version, table}: TableRef): Promise<PartColumns[]> {
    const key = [system, backend, version, table].join("|");
    let known = this.tables.get(key);
    if (!known) {
      known = this.readTable({system, backend, version, table});
      this.tables.set(key, known);
    }
    return known;
  }

  private async readTable({system, backend, version, table}: TableRef): Promise<PartColumns[]> {
    await this.store.open(system);
    const slices = this.store.entries(system, backend, version).filter((slice) => slice.table === table);
    return Promise.all(slices.map(async (slice) => ({part: slice.part, columns: await readSlice(this.read, slice)})));
  }
}

/** Workers of 1 to 8 GPUs, experts spread over all of them, that tables answer. */
function clampSizes(problem: Omit<EstimateProblem, "parallel">, model: ModelConfig): ClampSize[] {
  const misses: string[] = [];
  const sizes = [1, 2, 4, 8].flatMap((tp): ClampSize[] => {
    const parallel = {tp, pp: 1, dp: 1, moeTp: 1, moeEp: isMoe(model) ? tp : 1, cp: 1};
    try {
      const measured = estimate({...problem, parallel});
      const clamped = estimate({...problem, parallel, platform: {...problem.platform, clampToLight: true}});
      return [
        {
          parallel,
          fits: measured.fits,
          ttftMs: {measured: measured.ttftMs, clamped: clamped.ttftMs},
          tpotMs: {measured: measured.tpotMs, clamped: clamped.tpotMs},
          ops: changedOps(measured, clamped)
        }
      ];
    } catch (error) {
      if (!(error instanceof PerfDataError) && !(error instanceof InputError)) throw error;
      misses.push(error.message);
      return [];
    }
  });
  if (sizes.length === 0) throw new PerfDataError(misses[0]);
  return sizes;
}

function changedOps(measured: Estimate, clamped: Estimate): ClampSize["ops"] {
  const pairs = measured.phases.flatMap(({title, ops}, phase) =>
    ops.map(({name, latencyMs}, i) => {
      const clampedMs = clamped.phases[phase].ops[i].latencyMs;
      return {name, phase: title, measuredMs: latencyMs, clampedMs};
    })
  );
  const change = (op: (typeof pairs)[number]) => op.clampedMs - op.measuredMs;
  return pairs.filter((op) => change(op) > 1e-9).sort((a, b) => change(b) - change(a));
}
