/** Verdicts on real tables against whole searches: ready means that a plan comes out. Skipped, loudly, without ../shared. */
import {readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {describe, expect, inject, it} from "vitest";
import {readSystems} from "../../data-loaders/read-systems.js";
import {catalogueModels, findModel, requiredSlices} from "../../engine/index.js";
import {backends} from "../../engine/schema.js";
import {openStore, type Store} from "../../src/perf/store.js";
import {placesOf, supportAt} from "../../src/perf/support.js";
import {expectAgreement} from "../engine/agreement.js";
import {goldenTables} from "./open.js";

const folder = inject("goldenData");
const read = async (path: string) => {
  const {buffer, byteOffset, byteLength} = await readFile(join(folder, path));
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
};
const system = readSystems(join(import.meta.dirname, "../../systems")).find(({id}) => id === "h200_sxm")!;
const workload = {isl: 2000, osl: 200, prefix: 0};
/** Three models of five, each on one backend, on few and on many GPUs in turn. */
const cells = catalogueModels()
  .map((id, i) => ({id, backend: backends[i % 3], totalGpus: i % 2 ? 4 : 16, taken: i % 5 < 3}))
  .filter(({taken}) => taken);

describe.runIf(goldenTables(cells.length, "verdicts"))("on released tables", {timeout: 120_000}, () => {
  const stores = new Map<string, Store>();
  const opened = () => JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8"));

  it("there are at least 60 cells", () => expect(cells.length).toBeGreaterThanOrEqual(60));

  it.each(cells)("$id on $totalGpus h200_sxm with $backend: as searches do", async ({id, backend, totalGpus}) => {
    const store = stores.get(backend) ?? openStore(opened(), read);
    stores.set(backend, store);
    const place = placesOf(opened(), [system]).find((each) => each.backend === backend)!;
    const question = {model: findModel(id), totalGpus, workload};
    const support = await supportAt(store, system, place, question);
    const perf = store.perf(system, backend, place.version);
    const platform = {...place, system, perf, database: "silicon"} as never;
    // What memory settled was never loaded; the searches that have to agree still look into tables.
    if (support.agg.level !== "not supported")
      for (const database of ["silicon", "hybrid"] as const)
        await store.ensure(perf, requiredSlices(question.model, {...place, system, perf, database} as never));
    expectAgreement(support, {...question, platform});
  });
});
