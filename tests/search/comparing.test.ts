/** Several searches in the worker: each is the page's own, kept between targets, stopped and taken up again. */
import {describe, expect, it} from "vitest";
import {defaults} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {taskValues} from "../../src/components/task-values.js";
import {compareSearches} from "../../src/search/comparing.js";
import type {CompareAsk, ComparePart} from "../../src/search/comparing.js";
import {askOf} from "../../src/search/live.js";
import {modesOf} from "../../engine/result.js";
import {embeddedSearcher, systems} from "./embedded-searcher.js";

const asking = (part: Partial<Question> = {}, settings?: Record<string, unknown>): CompareAsk => {
  const question = {...defaults, gpus: 8, ...part};
  return {ask: askOf(question, systems), values: settings && {...taskValues(question), ...settings}};
};

async function compared(searcher = embeddedSearcher(), asks: CompareAsk[], isCancelled = () => false) {
  const parts: ComparePart[] = [];
  await compareSearches(searcher, asks, (part) => parts.push(part), isCancelled);
  const found = parts.flatMap((part) => part.found).sort((a, b) => a.at - b.at);
  return {parts, found};
}

describe("several searches", () => {
  it("are each what the page answers to the same question", async () => {
    const searcher = embeddedSearcher();
    const asks = [asking(), asking({system: "b200_sxm"}), asking({backend: "vllm", tpotMs: 20})];
    const {found, parts} = await compared(searcher, asks);
    expect(found.map(({at}) => at)).toEqual([0, 1, 2]);
    for (const {at, compared: own} of found) {
      const {result} = await embeddedSearcher().answer(asks[at].ask, () => {});
      expect(own!.modes.map(({mode, front}) => ({mode, front}))).toEqual(
        modesOf(result).map(({mode, front}) => ({mode, front}))
      );
      expect(own!.chosen).toEqual(result.chosen && result[result.chosen]!.best[0]);
      expect(own!.data[0]).toMatchObject({database: "calibrated", backend: asks[at].ask.problem.backend});
    }
    const progress = parts.map(({progress: {done}}) => done);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(parts.at(-1)!.progress).toEqual({done: 3, total: 3});
  });

  it("are asked with the settings of an experiment where a question cannot say them", async () => {
    const plain = asking({}, {serving_mode: "auto"});
    const [own, agg, cache] = (
      await compared(undefined, [plain, asking({}, {serving_mode: "agg"}), asking({}, {kvcache_quant_mode: "fp8"})])
    ).found;
    const {result} = await embeddedSearcher().answer(asking().ask, () => {});
    const figures = (modes: {front: {tokensPerSecPerUser: number; tokensPerSecPerGpuCluster: number}[]}[]) =>
      modes.map(({front}) => front.map((plan) => [plan.tokensPerSecPerUser, plan.tokensPerSecPerGpuCluster]));
    expect(figures(own.compared!.modes)).toEqual(figures(modesOf(result)));
    expect(agg.compared!.modes.map(({mode}) => mode)).toEqual(["agg"]);
    expect(cache.compared!.chosen!.decode?.quant.kvCache ?? cache.compared!.chosen!.agg?.quant.kvCache).toBe("fp8");
  });

  it("say what is wrong with one, and go on with the others", async () => {
    const {found} = await compared(undefined, [
      asking({}, {gemm_quant_mode: "fp9"}),
      asking({model: "nobody/knows"}),
      asking({ttftMs: 1})
    ]);
    expect(found[0].error).toMatch(/^invalid gemm_quant_mode: fp9; must be one of/);
    expect(found[1].error).toMatch(/^unknown model: nobody\/knows/);
    expect(found[2].compared).toMatchObject({chosen: null});
    expect(found[2].compared!.why).toMatchObject({
      reason: "ttft",
      message: expect.stringMatching(/^first token after/)
    });
    expect(found[2].compared!.why!.count).toBeGreaterThan(0);
  });

  it("are evaluated once: other targets come together, in one part", async () => {
    const searcher = embeddedSearcher();
    const asks = [asking(), asking({}, {kvcache_quant_mode: "fp8"})];
    await compared(searcher, asks);
    const again = [asking({tpotMs: 30}), asking({tpotMs: 30}, {kvcache_quant_mode: "fp8"})];
    const {parts, found} = await compared(searcher, again);
    expect(parts).toHaveLength(1);
    expect(found).toHaveLength(2);
    const {result} = await embeddedSearcher().answer(again[0].ask, () => {});
    expect(found[0].compared!.chosen).toEqual(result[result.chosen!]!.best[0]);
  });

  it("that are cancelled lose nothing, and are taken up where they stopped", async () => {
    const searcher = embeddedSearcher();
    const asks = [asking(), asking({gpus: 32, isl: 3000})];
    let heard = 0;
    const cut = await compared(searcher, asks, () => ++heard >= 2);
    expect(cut.found.length).toBeLessThan(2);
    const rest = await compared(searcher, asks);
    expect(rest.found.map(({at}) => at)).toEqual([0, 1]);
    const {result} = await embeddedSearcher().answer(asks[1].ask, () => {});
    expect(rest.found[1].compared!.modes.map(({front}) => front)).toEqual(modesOf(result).map(({front}) => front));
  });
});
