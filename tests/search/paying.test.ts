/** The sweep of where disaggregation pays, in the worker: every cell is a whole search at its lengths. */
import {describe, expect, it} from "vitest";
import {defaults} from "../../src/components/question.js";
import {askOf} from "../../src/search/live.js";
import {sweepPayoff} from "../../src/search/paying.js";
import type {PayoffAsk, PayoffPart} from "../../src/search/paying.js";
import {embeddedSearcher, systems} from "./embedded-searcher.js";

const question = {...defaults, gpus: 8, ttftMs: 1000};
const {problem} = askOf(question, systems);
const tpotsMs = [6, 10, 30];
const lengths = [[250, 125], [4000, 500], [16000, 60]].map(([isl, osl]) => ({isl, osl, prefix: 0})); // prettier-ignore

async function swept(part: Partial<PayoffAsk> = {}, isCancelled = () => false) {
  const parts: PayoffPart[] = [];
  const asked = {problem, ttftMs: question.ttftMs, tpotsMs, lengths, ...part};
  await sweepPayoff(embeddedSearcher(), asked, (each) => parts.push(each), isCancelled);
  return {parts, cells: parts.flatMap(({cells}) => cells)};
}

describe("a sweep", () => {
  it("has in each cell what the page answers at those lengths, for every TPOT target", async () => {
    const {cells, parts} = await swept();
    const searcher = embeddedSearcher();
    expect(cells.map(({isl, osl}) => [isl, osl])).toEqual(lengths.map(({isl, osl}) => [isl, osl]));
    for (const {isl, osl, best} of cells)
      for (const [slice, tpotMs] of tpotsMs.entries()) {
        const {result} = await searcher.answer(askOf({...question, isl, osl, tpotMs}, systems), () => {});
        for (const mode of ["agg", "disagg"] as const) {
          const plan = result[mode]!.meetsTargets ? result[mode]!.best[0] : null;
          const own = best[slice][mode];
          // Bounds leave out nothing of the front; between its points a batch may do a little better still.
          expect(own === null, `${mode} ${isl} ${osl} ${tpotMs}`).toBe(plan === null);
          if (plan) expect(own!.tokensPerSecPerGpu / plan.tokensPerSecPerGpuCluster).toBeCloseTo(1, 6);
        }
      }
    expect(parts[0].data![0]).toMatchObject({database: "calibrated"});
    expect(parts.at(-1)!.progress).toEqual({done: 3, total: 3});
  });

  it("says why a cell has nothing, and goes on", async () => {
    const {cells} = await swept({
      problem: {...problem, model: "Qwen/Qwen2.5-7B"},
      lengths: [{isl: 200_000_000, osl: 60, prefix: 0}, lengths[0]]
    });
    expect(cells[0].error).toMatch(/^invalid isl \+ osl/);
    expect(cells[0].best).toEqual(tpotsMs.map(() => ({agg: null, disagg: null})));
    expect(cells[1].best[2].agg).not.toBeNull();
  });

  it("ends when it is cancelled, with what it has", async () => {
    let heard = 0;
    const many = Array.from({length: 40}, (_, i) => ({isl: 4000 + 100 * i, osl: 500, prefix: 0}));
    const {cells, parts} = await swept({lengths: many}, () => ++heard > 3);
    expect(cells.length).toBeLessThan(40);
    expect(parts.at(-1)!.progress.done).toBe(cells.length);
  });
});
