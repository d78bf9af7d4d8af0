/** A platform for a GPU without tables of its own, on the tables of the measured GPU nearest to it. */
import {namedDonor, rankDonors} from "../engine/donor.js";
import type {Donor} from "../engine/donor.js";
import {InputError, unknownName} from "../engine/errors.js";
import {inferQuant} from "../engine/models/quant.js";
import type {Database, ModelConfig, Platform, Quant, SystemSpec} from "../engine/index.js";
import type {PerfDatabase} from "../engine/perf.js";
import type {Backend} from "../engine/schema.js";
import type {Store} from "./store.js";

export interface DonorChoice {
  system: SystemSpec;
  backend: Backend;
  /** The donor's newest unless given. */
  version?: string;
  database: Database;
  /** Id of a measured system; the nearest unless given. */
  donor?: string;
  /** What will be asked: a donor without these types is passed over, unless it was named. */
  need?: {model: ModelConfig; quant?: Partial<Quant>};
}

/** Tables, or embedded surfaces, of which a donor's are taken. */
export type DonorStore = Pick<Store, "latest" | "versions" | "perf">;

/**
 * Undefined when no other system has tables of this backend. Throws InputError for a donor or a version that has
 * none.
 */
export function donorPlatform(
  store: DonorStore,
  systems: readonly SystemSpec[],
  choice: DonorChoice
): Platform | undefined {
  const {system, backend, version, database, donor} = choice;
  const lacked = (each: Donor) => donorLacks(store, each.system, choice);
  const measured = systems.filter(({id}) => store.latest(id, backend) !== undefined);
  if (donor !== undefined) {
    const named = namedDonor(system, measured, donor);
    return platformOn(named, named.why);
  }
  const ranked = rankDonors(system, measured);
  const having = version === undefined ? ranked : ranked.filter((each) => has(each, version));
  if (ranked.length > 0 && having.length === 0)
    throw new InputError(unknownName(`version of ${backend}`, version!, versionsOf(ranked)));
  const found = having.find((each) => lacked(each).length === 0) ?? having[0];
  if (!found) return undefined;
  const passed = having.slice(0, having.indexOf(found)).map((each) => `${each.system.id} lacks ${lacked(each)[0]}`);
  return platformOn(found, [...passed, found.why].join("; "));

  function platformOn(each: Donor, why: string): Platform {
    if (version !== undefined && !has(each, version))
      throw new InputError(unknownName(`version of ${each.system.id}/${backend}`, version, versionsOf([each])));
    const own = version ?? store.latest(each.system.id, backend)!;
    const perf = store.perf(each.system, backend, own);
    return {system, backend, version: own, perf, donor: each.system, donorWhy: why, database};
  }

  function has(each: Donor, wanted: string): boolean {
    return store.versions(each.system.id, backend).includes(wanted);
  }

  function versionsOf(donors: readonly Donor[]): string[] {
    return [...new Set(donors.flatMap((each) => store.versions(each.system.id, backend)))];
  }
}

/** Types that will be asked and that a donor's tables have no rows of, in words. */
export function donorLacks(
  store: DonorStore,
  donor: SystemSpec,
  {system, backend, version, need}: Omit<DonorChoice, "database">
): string[] {
  if (!need) return [];
  const quant = inferQuant(need.model, {role: "agg", backend, system}, need.quant);
  const perf = store.perf(donor, backend, version ?? store.latest(donor.id, backend)!);
  return lackedTypes(perf, need.model, quant);
}

/** Types of a deployment that a version has no rows of. */
function lackedTypes(perf: PerfDatabase, {experts}: ModelConfig, {gemm, moe, kvCache}: Quant): string[] {
  const gemmRows = gemm === "fp8_static" ? "fp8" : gemm;
  const wanted = [
    {table: "gemm", type: gemmRows, what: `${gemmRows} GEMMs`},
    ...(experts > 0 ? [{table: "moe", type: moe, what: `${moe} experts`} as const] : []),
    {table: "decode_attention", type: kvCache, what: `${kvCache} KV caches`}
  ] as const;
  // A version without a table at all is asked otherwise (MLA models), so that only a missing type counts.
  return wanted
    .filter(({table, type}) => {
      const entries = perf.entriesOf(table);
      return entries.length > 0 ? !entries.some(({part}) => part[0] === type) : table !== "decode_attention";
    })
    .map(({what}) => what);
}
