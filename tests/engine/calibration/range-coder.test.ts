import {describe, expect, it} from "vitest";
import {RangeDecoder} from "../../../engine/calibration/range-coder.js";
import {RangeEncoder} from "../../../src/calibrate/range-encoder.js";

/** What was put in comes out, and how many bytes it took. */
function roundTrip(values: readonly [context: string, value: number][]): {values: number[]; bytes: number} {
  const encoder = new RangeEncoder();
  for (const [context, value] of values) encoder.int(context, value);
  const bytes = encoder.finish();
  const decoder = new RangeDecoder(bytes);
  return {values: values.map(([context]) => decoder.int(context)), bytes: bytes.length};
}

const random = (seed: number) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;

describe("integers as adaptively coded bits", () => {
  it.each([0, 1, -1, 2, -3, 255, 256, -65536, 2 ** 31, -(2 ** 40) + 1])("bring back %d", (value) => {
    expect(roundTrip([["a", value]]).values).toEqual([value]);
  });

  it("bring back 20,000 numbers of all sizes in several contexts", () => {
    const next = random(1);
    const values = Array.from({length: 20_000}, (_, i): [string, number] => {
      const size = Math.floor(2 ** (20 * next()));
      return [`c${i % 7}`, next() < 0.5 ? -size : size];
    });
    expect(roundTrip(values).values).toEqual(values.map(([, value]) => value));
  });

  it("survive carries: long runs that the coder is all but sure of", () => {
    const values = Array.from({length: 50_000}, (_, i): [string, number] => ["a", i % 4999 === 4998 ? -7 : 1]);
    const {values: back, bytes} = roundTrip(values);
    expect(back).toEqual(values.map(([, value]) => value));
    // Under 0.03 bits each: probabilities end at 32 of 32,768, and one number is three bits (not 0, positive, of one bit).
    expect(bytes).toBeLessThan((50_000 * 0.03) / 8);
  });

  it("take about their entropy", () => {
    // 0 three times of four, else ±1: ¾ log₂(4/3) + ¼ (log₂ 4 + 1) = 1.06 bits.
    const next = random(2);
    const values = Array.from({length: 20_000}, (): [string, number] => [
      "a",
      next() < 0.75 ? 0 : next() < 0.5 ? 1 : -1
    ]);
    const bits = (8 * roundTrip(values).bytes) / values.length;
    expect(bits).toBeGreaterThan(1.04);
    expect(bits).toBeLessThan(1.12);
  });

  it("read zeros past the end, so that trailing ones need no room", () => {
    const encoder = new RangeEncoder();
    for (let i = 0; i < 1000; ++i) encoder.int("a", 0);
    const bytes = encoder.finish();
    expect(bytes.length).toBeLessThan(12);
    const decoder = new RangeDecoder(bytes);
    expect(Array.from({length: 1000}, () => decoder.int("a"))).toEqual(new Array(1000).fill(0));
  });
});
