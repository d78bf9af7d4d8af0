import {describe, expect, it} from "vitest";
import type {Predictions} from "../../src/measured/prediction.js";
import type {MeasuredRow} from "../../src/measured/read.js";
import {predictRows, readFiles} from "../../src/search/predicting.js";
import type {PredictPart} from "../../src/search/predicting.js";

const rows = Array.from({length: 7}, (_, line) => ({line}) as MeasuredRow);

/** Answers each row with its own line, after a while. */
const slow = (ms: number) => ({
  predict: async ({line}: MeasuredRow): Promise<Predictions> => {
    await new Promise((later) => setTimeout(later, ms));
    const miss = {reason: "data", message: String(line)} as const;
    return {formula: {miss}, simulation: {miss}};
  }
});

const run = async (ms: number, isCancelled = () => false, of = rows, from = 0) => {
  const parts: PredictPart[] = [];
  await predictRows(slow(ms), of, from, (part) => parts.push(part), isCancelled);
  return parts;
};

describe("predictRows", () => {
  it("sends every row once and in order, and ends with all", async () => {
    const parts = await run(100);
    expect(parts.length).toBeGreaterThan(1);
    const told = parts.flatMap(({from, predictions}) =>
      predictions.map(({formula}, i) => [from + i, formula.miss!.message])
    );
    expect(told).toEqual(rows.map(({line}) => [line, String(line)]));
    expect(parts.map(({progress}) => progress.done)).toEqual(
      parts.map(({from, predictions}) => from + predictions.length)
    );
    expect(parts.filter(({progress}) => progress.done >= progress.total)).toHaveLength(1);
  });

  it("goes on from a row", async () => {
    const [part] = await run(0, () => false, rows, 5);
    expect([part.from, part.predictions.length, part.progress]).toEqual([5, 2, {done: 7, total: 7}]);
  });

  it("sends one part of what is known at once, and one of nothing", async () => {
    expect((await run(0)).map(({progress}) => progress)).toEqual([{done: 7, total: 7}]);
    expect(await run(0, () => false, [])).toEqual([{progress: {done: 0, total: 0}, from: 0, predictions: []}]);
  });

  it("stops when cancelled, without an end", async () => {
    let asked = 0;
    const parts = await run(140, () => ++asked > 1);
    expect(parts.length).toBe(1);
    expect(parts[0].progress.done).toBeLessThan(rows.length);
  });
});

describe("readFiles", () => {
  it("names the file that is no table of measurements", () => {
    expect(() => readFiles([{name: "notes.txt", text: "hello"}])).toThrow(/^notes.txt: not a table of measured/);
  });
});
