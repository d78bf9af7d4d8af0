/** Kimi's delta attention from the tables by family: rows come back as they are, through the op list of Kimi-K3. */
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, it} from "vitest";
import {importTables} from "../../data-loaders/import.js";
import {readSystems} from "../../data-loaders/read-systems.js";
import {findModel} from "../../engine/models/catalogue.js";
import {modelOps} from "../../engine/models/ops.js";
import {inferQuant} from "../../engine/models/quant.js";
import {bindKernel} from "../../engine/ops/kernel.js";
import type {Gdn, Op} from "../../engine/ops/op.js";
import type {Platform} from "../../engine/ops/table.js";
import {grades, resetTrace, trace} from "../../engine/trace.js";
import {openStore} from "../../src/perf/store.js";

const family = join(import.meta.dirname, "../../../shared/perf-data-family");
const l40sKda = "systems/data/l40s/kda";
const present = existsSync(join(family, l40sKda));
if (!present) console.warn("2 golden rows of KDA NOT RUN: ../shared/perf-data-family is not there");

const folder = mkdtempSync(join(tmpdir(), "kneepoint-kda-"));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** The L40S under sglang 0.5.16 with these tables alone. */
async function platform(): Promise<Platform> {
  cpSync(join(family, l40sKda), join(folder, "tables", l40sKda), {recursive: true});
  const dataDir = join(folder, "data");
  await importTables(join(folder, "tables"), {dataDir});
  const store = openStore(JSON.parse(readFileSync(join(dataDir, "catalogue.json"), "utf8")), async (path) => {
    const {buffer, byteOffset, byteLength} = await readFile(join(dataDir, path));
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  });
  const system = readSystems(join(import.meta.dirname, "../../systems")).find(({id}) => id === "l40s")!;
  const perf = store.perf(system, "sglang", "0.5.16");
  await store.ensure(perf, [
    {table: "kda_prefill", part: []},
    {table: "kda_decode", part: []}
  ]);
  return {
    system,
    backend: "sglang",
    version: "0.5.16",
    perf: perf as unknown as Platform["perf"],
    database: "silicon"
  };
}

/** The recurrence that Kimi-K3 runs on one of `tp` GPUs. */
function scan(phase: "prefill" | "decode", tp: number): Gdn {
  const model = findModel("moonshotai/Kimi-K3");
  expect(model.family).toBe("KIMILINEAR");
  const parallel = {tp, pp: 1, dp: 1, moeTp: 1, moeEp: tp, cp: 1};
  const quant = inferQuant(model, {role: phase, backend: "sglang"});
  const ops = modelOps({model, parallel, quant, backend: "sglang", mtpScale: 1})[phase];
  return ops.find((op: Op): op is Gdn => op.kind === "kda" && op.part === "scan")!;
}

it.runIf(present)("rows of Kimi's delta attention come back verbatim through its op list", async () => {
  const on = await platform();
  const ask = (op: Gdn, batch: number, seq: number) => {
    resetTrace();
    return {latencyMs: bindKernel(on, op)(batch * seq, batch, seq, 0), ...grades[trace.rank]};
  };
  const exact = {source: "measured", tier: "own"};
  // 24 of 96 heads, one prompt of 2048 tokens; 48 heads, a step of 256 sequences at any length.
  expect(ask(scan("prefill", 4), 1, 2048)).toEqual({latencyMs: 0.5068543910980224, ...exact});
  expect(ask(scan("decode", 2), 256, 1)).toEqual({latencyMs: 2.558608055114746, ...exact});
  expect(ask(scan("decode", 2), 256, 5000)).toEqual({latencyMs: 2.558608055114746, ...exact});
});
