import {readdirSync, readFileSync, statSync} from "node:fs";
import {join} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import type {Columns, TableName} from "../../engine/schema.js";
import {tightenSlice} from "../../src/build/tighten-slice.js";
import {decodeSlice} from "../../src/perf/slice.js";
import {decodeTight} from "../../src/perf/tight-slice.js";
import {data} from "../cli/helpers.js";

const bufferOf = ({buffer, byteOffset, byteLength}: Uint8Array) =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
const roundTrip = (columns: Columns, bits?: number) => decodeTight(bufferOf(tightenSlice(columns, bits)));
const plain = (columns: Columns) =>
  Object.fromEntries(Object.entries(columns).map(([name, all]) => [name, Array.from<unknown>(all)]));

const latency = fc.oneof(
  // Means of times in single precision, as benchmarks write them, with fifteen digits or cut after sixteen decimals too.
  fc
    .tuple(fc.integer({min: 1, max: 1e9}), fc.constantFrom(1, 3, 5, 9, 15))
    .map(([ns, runs]) => Math.fround(ns / 1e6) / runs)
    .chain((ms) => fc.constantFrom(ms, Number(ms.toPrecision(15)), Number(ms.toFixed(20).slice(0, -4)))),
  fc.double({min: 0, max: 1e6, noNaN: true}),
  fc.constant(0)
);

describe("tight slices", () => {
  it("give back every bit of any columns", async () => {
    const row = fc.record({
      kernel: fc.constantFrom("a", "b"),
      n: fc.integer({min: 0, max: 1e6}),
      m: fc.integer({min: 0, max: 2 ** 40}),
      latency_ms: latency
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 60}), async (rows) => {
        const columns: Columns = {
          kernel: rows.map(({kernel}) => kernel),
          n: Float64Array.from(rows, ({n}) => n),
          m: Float64Array.from(rows, ({m}) => m),
          latency_ms: Float64Array.from(rows, ({latency_ms}) => latency_ms)
        };
        expect(plain(await roundTrip(columns))).toEqual(plain(columns));
      })
    );
  });

  it("round to half a unit of the last bit kept, when they round", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({min: 1e-6, max: 1e6, noNaN: true}), {minLength: 1, maxLength: 50}),
        fc.integer({min: 8, max: 14}),
        async (all, bits) => {
          const rounded = await roundTrip(
            {m: Float64Array.from(all, (_, i) => i), latency_ms: Float64Array.from(all)},
            bits
          );
          for (const [i, ms] of (rounded.latency_ms as Float64Array).entries())
            expect(Math.abs(ms / all[i] - 1)).toBeLessThanOrEqual(2 ** -(bits + 1));
        }
      )
    );
  });

  it("refuse keys that are no whole numbers", () => {
    expect(() => tightenSlice({m: [0.5], latency_ms: [1]})).toThrow("m has values that are not whole");
  });

  const slices = data ? largestSlices(join(data, "slices"), 12) : [];
  if (!data)
    console.warn("\n!!! tight slices of measured tables NOT RUN (counted as skipped): nothing is imported !!!\n");
  it.skipIf(!data)(
    "give back every bit of measured tables, in a quarter of their size",
    {timeout: 120_000},
    async () => {
      let [before, after] = [0, 0];
      for (const {path, table} of slices) {
        const file = readFileSync(path);
        const columns = await decodeSlice(bufferOf(file), table);
        const tight = tightenSlice(columns);
        const read = await decodeTight(bufferOf(tight));
        for (const [name, values] of Object.entries(columns))
          expect(
            Array.from<unknown>(values).findIndex((value, i) => !Object.is(value, read[name][i])),
            `${path} ${name}`
          ).toBe(-1);
        before += file.length;
        after += tight.length;
      }
      expect(after / before).toBeLessThan(0.25);
    }
  );
});

/** Of each table the largest slice, and of those the largest. */
function largestSlices(folder: string, count: number): {path: string; table: TableName}[] {
  const files = readdirSync(folder, {recursive: true, encoding: "utf8"}).filter((name) => name.endsWith(".parquet"));
  const byTable = new Map<string, {path: string; table: TableName; bytes: number}>();
  for (const name of files) {
    const path = join(folder, name);
    const table = name.replace(/^.*[\\/]/, "").split(".")[0] as TableName;
    const {size: bytes} = statSync(path);
    if (bytes > (byTable.get(table)?.bytes ?? 0)) byTable.set(table, {path, table, bytes});
  }
  return [...byTable.values()].sort((a, b) => b.bytes - a.bytes).slice(0, count);
}
