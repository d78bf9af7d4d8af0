/** Where latencies come from, opened once: measured tables, the surfaces that the product carries, and their systems. */
import type {CalibrationEntry} from "../engine/calibration.js";
import {namedDonor, rankDonors} from "../engine/donor.js";
import {InputError, PerfDataError, unknownName} from "../engine/errors.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Database, Platform} from "../engine/ops/table.js";
import {PerfDatabase} from "../engine/perf.js";
import type {SliceRef} from "../engine/perf.js";
import type {Quant} from "../engine/quant.js";
import {requiredSlices} from "../engine/required.js";
import type {Backend} from "../engine/schema.js";
import {servedSlices} from "../engine/simulate/pool-serving.js";
import type {SystemSpec} from "../engine/system.js";
import type {CatalogueIndex} from "./catalogue-index.js";
import {embeddedPlatform, openEmbedded} from "./embedded.js";
import {openStore} from "./store.js";
import type {Store} from "./store.js";

/** How files come: slices by their path in the catalogue, surfaces by their entry in the list. */
export interface Readers {
  slice: (path: string) => Promise<ArrayBuffer>;
  calibration: (entry: CalibrationEntry) => Promise<ArrayBuffer>;
}

/** One side of a deployment, and what will be asked of it. */
export interface PlatformChoice {
  system: SystemSpec;
  backend: Backend;
  /** The newest measured one unless given. */
  version?: string;
  /** Unless given: measured tables where there are any, else embedded surfaces, else either of another GPU. */
  database?: Database;
  /** Id of the measured system that answers for one without tables; the nearest unless given. */
  donor?: string;
  model: ModelConfig;
  quant?: Partial<Quant>;
  serving?: ServingChoices;
}

/** Opened tables. They keep what they have read, so that calls which share them read every file once. */
export class Tables {
  /** @internal */
  readonly store;
  /** @internal */
  readonly embedded;
  private readonly fetched = new Map<CalibrationEntry, PerfDatabase>();
  private onread: () => void = () => {};

  constructor(
    /** What there is of measured tables, by system, backend and version. */
    readonly catalogue: CatalogueIndex,
    calibrations: readonly CalibrationEntry[],
    /** Systems that are known by id, and that may answer for others. */
    readonly systems: readonly SystemSpec[],
    private readonly readers: Readers
  ) {
    const read = (path: string) => readers.slice(path).finally(() => this.onread());
    this.store = openStore(catalogue, read, (path) => readers.slice(path));
    this.embedded = openEmbedded(calibrations, (entry) => this.fetched.get(entry));
  }

  /**
   * The platform of one side, its measured tables not loaded yet. Throws InputError for a name that does not exist.
   *
   * @internal
   */
  async platform(choice: PlatformChoice): Promise<Platform> {
    const {system, backend, version, database} = choice;
    const carried = await this.carried(choice);
    if (carried) return carried;
    const versions = this.store.versions(system.id, backend);
    const isTabled = versions.length > 0 && database !== "calibrated";
    if (isTabled && version !== undefined && !versions.includes(version))
      throw new InputError(unknownName(`version of ${system.id}/${backend}`, version, versions));
    const found = versions.length > 0 ? (version ?? this.store.latest(system.id, backend)) : undefined;
    if (database === "sol")
      return {system, backend, version: found ?? "", perf: new PerfDatabase(system.id, backend, ""), database};
    if (found && database !== "calibrated") return this.measured(choice, found);
    if (database !== undefined && database !== "calibrated")
      throw new PerfDataError(`no tables of ${system.id}/${backend} are open; leave out database ${database}`);
    return this.fitted(choice);
  }

  /**
   * Loads what models look into on their platforms and is not there yet; tells how many files came, of how many.
   *
   * @internal
   */
  async load(
    sides: readonly (Omit<PlatformChoice, "system" | "backend"> & {platform: Platform})[],
    onprogress: (loaded: number, total: number) => void = () => {}
  ): Promise<void> {
    const wanted = sides.map(({platform, model, quant, serving}) => ({
      platform,
      refs: servedSlices(model, platform, quant, serving)
    }));
    const total = new Set(wanted.flatMap(({platform, refs}) => platform.perf.unloaded(refs))).size;
    let loaded = 0;
    this.onread = () => onprogress(++loaded, total);
    await Promise.all(wanted.map(({platform, refs}) => this.store.ensure(platform.perf, refs)));
  }

  private async measured({system, backend, database = "silicon"}: PlatformChoice, version: string): Promise<Platform> {
    await this.store.open(system.id);
    const perf = this.store.perf(system, backend, version, database === "empirical" ? "own" : "all");
    if (database !== "hybrid") return {system, backend, version, perf, database};
    await this.fetchSurfaces(system, (entry) => entry.backend === backend);
    return {system, backend, version, perf, database, embedded: () => this.embedded.ofSystem(system.id, backend)};
  }

  private async fitted(choice: PlatformChoice): Promise<Platform> {
    const {system, backend} = choice;
    await this.fetchSurfaces(system, (entry) => entry.backend === backend);
    const platform = embeddedPlatform(this.embedded, system, backend);
    const {perf} = platform;
    const lacks = lookedInto(platform, choice).some(({table, part}) =>
      part.length > 0 ? !perf.has(table, part) : perf.entriesOf(table).length === 0 && table !== "oneccl"
    );
    // Other serving engines' surfaces are fetched only where they have something to add.
    if (!lacks) return platform;
    await this.fetchSurfaces(system, () => true);
    return embeddedPlatform(this.embedded, system, backend);
  }

  /** Another system's tables or surfaces, for one that has neither or where another was asked for. */
  private async carried({model, quant, ...choice}: PlatformChoice): Promise<Platform | undefined> {
    const {system, backend, database, donor, version} = choice;
    const isOwn =
      this.store.latest(system.id, backend) !== undefined ||
      this.embedded.entries.some((entry) => entry.system === system.id);
    if (isOwn && donor === undefined) return undefined;
    if (database === "sol") return undefined;
    const {donorLacks, donorPlatform} = await import("./donor.js");
    const asked = {system, backend, donor, need: {model, quant}};
    const measured = this.systems.some(({id}) => id !== system.id && this.store.latest(id, backend) !== undefined);
    const isMeasured = measured && database !== "calibrated";
    const store = isMeasured ? this.store : this.embedded;
    const fetch = (each: SystemSpec) =>
      isMeasured ? this.store.open(each.id) : this.fetchSurfaces(each, (entry) => entry.backend === backend);
    const carried = isMeasured
      ? {...asked, version, database: database ?? "silicon"}
      : ({...asked, database: "calibrated"} as const);
    const tabled = this.systems.filter(({id}) => store.latest(id, backend) !== undefined);
    const ranked = donor === undefined ? rankDonors(system, tabled) : [namedDonor(system, tabled, donor)];
    const fetched: SystemSpec[] = [];
    // The nearest first, and farther ones only while none has the types.
    for (const {system: each} of ranked) {
      await fetch(each);
      fetched.push(each);
      if (hasVersion(store, each, carried) && donorLacks(store, each, carried).length === 0) break;
    }
    return donorPlatform(store, fetched, carried);
  }

  private async fetchSurfaces(system: SystemSpec, wanted: (entry: CalibrationEntry) => boolean): Promise<void> {
    const missing = this.embedded.entries.filter(
      (entry) => entry.system === system.id && wanted(entry) && !this.fetched.has(entry)
    );
    if (missing.length === 0) return;
    // Like the decoder of slices, that of surfaces comes with the first of them.
    const decoding = import("../engine/calibration.js");
    const decoded = missing.map(async (entry) => {
      const [{calibratedPerf}, bytes] = await Promise.all([decoding, this.readers.calibration(entry)]);
      this.fetched.set(entry, calibratedPerf(bytes));
    });
    await Promise.all(decoded);
  }
}

function hasVersion(
  store: Pick<Store, "versions">,
  {id}: SystemSpec,
  {backend, version}: {backend: Backend; version?: string}
): boolean {
  return version === undefined || store.versions(id, backend).includes(version);
}

/** What a model looks into on a platform, whether measured or fitted. */
export function lookedInto(
  platform: Platform,
  {model, quant, serving}: Pick<PlatformChoice, "model" | "quant" | "serving">
): SliceRef[] {
  const on: Platform = platform.database === "calibrated" ? {...platform, database: "silicon"} : platform;
  return requiredSlices(model, on, quant, undefined, serving);
}
