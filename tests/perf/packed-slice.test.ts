import fc from "fast-check";
import {expect, test} from "vitest";
import type {Columns} from "../../engine/schema.js";
import {packSlice} from "../../src/build/pack-slice.js";
import {decodePacked} from "../../src/perf/packed-slice.js";

async function roundTrip(columns: Columns): Promise<Columns> {
  const bytes = await packSlice(columns);
  return decodePacked(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

/** Means of means, each rounded where the collectors round. */
function meanOfMeans(runs: number[][]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  return mean(runs.map((times) => mean(times.map(Math.fround))));
}

const time = fc.double({min: 1e-4, max: 1e4, noNaN: true});

test("a packed slice is bit for bit what was packed", async () => {
  const row = fc.record({
    m: fc.integer({min: 0, max: 2 ** 40}),
    kernel: fc.constantFrom("default", "xqa", ""),
    latency_ms: fc.oneof(
      time,
      fc.constant(0),
      fc.array(fc.array(time, {minLength: 3, maxLength: 3}), {minLength: 1, maxLength: 5}).map(meanOfMeans)
    )
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 60}), async (rows) => {
      const columns = {
        m: rows.map((each) => each.m),
        kernel: rows.map((each) => each.kernel),
        latency_ms: rows.map((each) => each.latency_ms)
      };
      const back = await roundTrip(columns);
      expect(Object.keys(back)).toEqual(["m", "kernel", "latency_ms"]);
      expect([...(back.m as Float64Array)]).toEqual(columns.m);
      expect(back.kernel).toEqual(columns.kernel);
      expect([...(back.latency_ms as Float64Array)]).toEqual(columns.latency_ms);
    })
  );
});

test("means of single-precision times take a fifth less than doubles do", async () => {
  let state = 1;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const runs = () => [1, 2, 3].map(() => [1, 2, 3].map(() => 1 + random() / 50));
  const means = Float64Array.from({length: 4000}, () => meanOfMeans(runs()));
  const noise = means.map((value) => value * (1 + random() * 2 ** -30));
  const [packed, asDoubles] = await Promise.all([packSlice({latency_ms: means}), packSlice({latency_ms: noise})]);
  expect(packed.length / asDoubles.length).toBeLessThan(0.8);
});

test("what a server has inflated on the way is read too", async () => {
  const {gunzipSync} = await import("node:zlib");
  const bytes = gunzipSync(await packSlice({m: [1, 2, 3], latency_ms: [0.5, 0.25, 0.125]}));
  const {buffer, byteOffset, byteLength} = bytes;
  const back = await decodePacked(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  expect([...(back.m as Float64Array)]).toEqual([1, 2, 3]);
});
