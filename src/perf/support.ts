/** Asks the engine what it can answer, loading the tables that it wants to look into. Shared by page and command line. */
import {PerfDatabase} from "../engine/perf.js";
import {requiredSlices} from "../engine/required.js";
import {backends, type Backend} from "../engine/schema.js";
import {supportSteps, type Support, type SupportQuestion} from "../engine/support.js";
import type {SystemSpec} from "../engine/system.js";
import type {CatalogueIndex} from "./catalogue-index.js";
import type {Store} from "./store.js";

/** One column of tables that a question can be put to. */
export interface Place {
  system: string;
  backend: Backend;
  /** Empty where nothing is imported. */
  version: string;
}

/** Every system with every backend, in the newest measured version; with `allVersions` in each that is imported. */
export function placesOf(
  catalogue: CatalogueIndex,
  systems: readonly SystemSpec[],
  {allVersions = false} = {}
): Place[] {
  return systems.flatMap(({id: system}) =>
    backends.flatMap((backend) => {
      const known = Object.entries(catalogue.systems[system]?.[backend] ?? {});
      const measured = known.filter(([, {measured}]) => measured).slice(-1);
      const versions = (allVersions ? known : measured).map(([version]) => version);
      return (versions.length > 0 ? versions : [""]).map((version) => ({system, backend, version}));
    })
  );
}

/** The verdict at one place; `embedded` are the surfaces of its system. Rejects when a table cannot be read. */
export async function supportAt(
  store: Store,
  system: SystemSpec,
  {backend, version}: Place,
  question: Omit<SupportQuestion, "platform">,
  embedded?: SupportQuestion["platform"]["embedded"]
): Promise<Support> {
  await store.open(system.id);
  const perf = version ? store.perf(system, backend, version) : new PerfDatabase(system.id, backend, "");
  const platform: SupportQuestion["platform"] = {system, backend, version, perf, database: "silicon", embedded};
  const steps = supportSteps({...question, platform});
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
    await store.ensure(value.perf, requiredSlices(question.model, value, question.quant));
  }
}
