/** What the page of two pools works out, without a browser. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel} from "../../engine/index.js";
import type {SearchProblem} from "../../engine/index.js";
import {disaggregatedColumns} from "../../engine/search/columns.js";
import {cellStates} from "../../engine/search/rate-plane.js";
import {cellOf, countsOf, disaggregatedScene, poolKey, poolRow} from "../../src/components/disaggregated-scene.js";
import {
  disaggregatedSpace,
  disaggregatedSpelling,
  isUsual,
  parseGpuList,
  withTuning
} from "../../src/components/disaggregated-view.js";
import type {DisaggregatedView} from "../../src/components/disaggregated-view.js";
import {
  arithmeticWords,
  cellSentence,
  idleGpuWords,
  missedWords,
  paceSentence,
  planeFinding,
  poolRate
} from "../../src/components/disaggregated-words.js";
import {formatShown} from "../../src/components/page-state.js";
import {pairId} from "../../src/components/pair-link.js";
import {cellTable, pairsCsv, pairTable, poolCsv, poolTable} from "../../src/components/pair-table.js";
import {planId} from "../../src/components/plan.js";
import {defaults, parseQuestion} from "../../src/components/question.js";
import type {Discovery} from "../../src/search/exploration.js";
import {literalPlatform} from "../engine/literal-tables.js";

const viewOf = (search: string) => disaggregatedSpelling.parse(new URLSearchParams(search));
const plain = viewOf("");
const targets = {ttftMs: 300, tpotMs: 15};

/** What the page is told of a search. */
function discover(more: Partial<SearchProblem> = {}): Discovery<"pools"> {
  const problem: SearchProblem = {
    model: findModel("Qwen/Qwen3-30B-A3B"),
    platform: literalPlatform([], {backend: "trtllm", database: "sol"}),
    totalGpus: 16,
    workload: {isl: 2000, osl: 300, prefix: 0},
    space: {modes: ["disagg"]},
    ...more
  };
  const evaluation = evaluateSearch(problem);
  const question = {...defaults, gpus: problem.totalGpus, isl: 2000, osl: 300};
  const found = {
    answer: {result: answerSearch(evaluation, targets)},
    columns: disaggregatedColumns(evaluation, targets)
  };
  return {question, found} as unknown as Discovery<"pools">;
}

const discovery = discover();
const scene = (search = "", of = discovery) => disaggregatedScene(of, {view: viewOf(search)})!;
const plan = discovery.found.answer.result.disagg!.best[0];

describe("the address of the page", () => {
  it("says nothing of what is as by default", () => {
    expect(disaggregatedSpelling.format(plain)).toEqual({});
    expect(isUsual(plain)).toBe(true);
  });

  it("brings everything back that was chosen", () => {
    const view: DisaggregatedView = {
      prefill: "tp4pp1dp1etp1ep1@1",
      decode: "tp2pp1dp1etp1ep1@64",
      at: {prefill: 3, decode: 5},
      measure: "use",
      tuning: {prefillLatencyScale: 1.25, decodeRateShare: 0.8, ttftScale: 2},
      prefillSizes: {tp: [2, 4]},
      decodeSizes: {gpus: [8], moeEp: [1, 8]},
      prefillBatch: 4,
      decodeBatch: 256,
      prefillWorkers: 16,
      decodeWorkers: 8,
      replicaGpus: [8, 16, 20],
      maxReplicaGpus: 64,
      order: "-user",
      prefillOrder: "latency",
      decodeOrder: "batch",
      cellOrder: "gpus"
    };
    const query = formatShown({question: defaults, view}, disaggregatedSpelling);
    expect(viewOf(query)).toEqual(view);
    expect(parseQuestion(query)).toEqual(defaults);
    expect(isUsual(view)).toBe(false);
  });

  it("drops what makes no sense", () => {
    const nonsense = "?p=x&d=tp4@&at=0x2&of=x&pscale=-1&dshare=2&queue=0&pbatch=1.5&pmax=0&totals=a,0,-4&most=x";
    expect(viewOf(nonsense)).toEqual(plain);
    expect(parseGpuList("16, 8;8 4\n0 x 1.5")).toEqual([4, 8, 16]);
  });

  it("asks the search for what differs alone", () => {
    expect(disaggregatedSpace(plain)).toEqual({modes: ["disagg"]});
    expect(disaggregatedSpace(viewOf("?ptp=4&dbatch=64&pmax=2&totals=8"))).toEqual({
      modes: ["disagg"],
      prefill: {tp: [4]},
      decodeMaxBatch: 64,
      prefillWorkers: [1, 2],
      replicaGpus: [8]
    });
    expect(withTuning({ttftScale: 2}, "ttftScale", 1.8)).toEqual({});
  });
});

describe("the pair that is shown", () => {
  it("is the answer’s, with its numbers", () => {
    const shown = scene();
    expect(shown.isAnswer).toBe(true);
    expect(pairId(shown)).toBe(planId(plan));
    expect(shown.matched!.tokensPerSecPerGpuCluster).toBeCloseTo(plan.tokensPerSecPerGpuCluster, 9);
    expect(shown.matched!.replicas).toBe(plan.replicas);
  });

  it("follows a worker that is chosen in either pool", () => {
    const {columns} = scene();
    const other = [...columns.decode.batch.keys()].find(
      (row) => columns.decode.workers[columns.decode.worker[row]].label !== plan.decode!.label
    )!;
    const byDecode = scene(`?d=${poolKey(columns.decode, other)}`);
    expect(byDecode.decode).toBe(other);
    const pair = columns.pairs.decode.indexOf(other);
    expect(byDecode.prefill).toBe(columns.pairs.prefill[pair]);
    expect(byDecode.matched!.counts).toEqual({
      prefill: columns.pairs.prefillWorkers[pair],
      decode: columns.pairs.decodeWorkers[pair]
    });
    expect(byDecode.isAnswer).toBe(false);
    const prefill = columns.prefill.batch.length - 1;
    const byPrefill = scene(`?p=${poolKey(columns.prefill, prefill)}`);
    expect([byPrefill.prefill, byPrefill.decode]).toEqual([prefill, scene().decode]);
  });

  it("keeps to numbers that are set, also where there are too few GPUs", () => {
    const few = scene("?at=2x1").matched!;
    expect(few.counts).toEqual({prefill: 2, decode: 1});
    const many = scene("?at=30x30").matched!;
    expect(many.state).toBe("gpus");
    expect(many.replicas).toBe(0);
    expect(countsOf(many.plane, cellOf(many.plane, many.counts))).toEqual(many.counts);
  });

  it("falls back on the answer for a worker that is not there any more", () => {
    expect(scene("?p=tp64@1&d=tp64@9").isAnswer).toBe(true);
    expect(poolRow(scene().columns.prefill, "gone@1")).toBe(-1);
  });

  it("goes with no worker of another TP on SGLang", () => {
    const onSglang = discover({platform: literalPlatform([], {backend: "sglang", database: "sol"})});
    const {prefill, decode} = scene("", onSglang).columns;
    const tpOf = (pool: typeof prefill, row: number) => pool.workers[pool.worker[row]].parallel.tp;
    const [p, d] = [0, [...decode.batch.keys()].find((row) => tpOf(decode, row) !== tpOf(prefill, 0))!];
    const clash = scene(`?p=${poolKey(prefill, p)}&d=${poolKey(decode, d)}`, onSglang);
    expect([clash.isCompatible, clash.matched]).toEqual([false, undefined]);
    const alone = scene(`?p=${poolKey(prefill, p)}`, onSglang);
    expect(tpOf(decode, alone.decode)).toBe(tpOf(prefill, alone.prefill));
  });

  it("is none where there is one GPU", () => {
    const alone = {...discovery, found: {...discovery.found, columns: null}};
    expect(disaggregatedScene(alone, {view: plain})).toBeNull();
  });
});

describe("words about it", () => {
  it("count GPUs and replicas, and say which pool waits", () => {
    const shown = scene("?at=1x1");
    const {matched} = shown;
    const {prefillRequestsPerSec, decodeRequestsPerSec, limitedBy} = matched!.rates;
    expect(arithmeticWords(shown, matched!)).toMatch(
      /^(\d+ of )?16 GPUs = \d+ replicas? × \(1 prefill \S.* \+ 1 decode \S.*\)$/
    );
    expect(limitedBy).toBe(prefillRequestsPerSec < decodeRequestsPerSec ? "prefill" : "decode");
    expect(paceSentence(matched!)).toMatch(new RegExp(`: ${limitedBy} limits, (prefill|decode) is idle (< )?\\d+ %$`));
    expect(paceSentence({rates: {...matched!.rates, idleShare: 0}})).toMatch(/neither waits for the other$/);
  });

  it("name the best cell of the plane, and what is wrong with others", () => {
    const shown = scene();
    const {plane, counts, rates} = shown.matched!;
    const best = countsOf(plane, plane.bestOfCluster);
    expect(planeFinding(shown)).toContain(`${best.prefill} prefill and ${best.decode} decode workers`);
    expect(cellSentence(shown, shown.matched!, counts, rates)).not.toContain("does not try");
    const untried = plane.state.findIndex((state) => cellStates[state] === "size");
    const of = scene(`?at=${Object.values(countsOf(plane, untried)).join("x")}`);
    expect(cellSentence(of, of.matched!, of.matched!.counts, of.matched!.rates)).toContain("does not try replicas");
  });

  it("say what counting idle GPUs would change, where it changes anything", () => {
    const {plane} = scene().matched!;
    const isOther =
      plane.tokensPerSecPerGpuCluster[plane.bestOfCluster] > 1.005 * plane.tokensPerSecPerGpuCluster[plane.best];
    expect(idleGpuWords(scene()) !== "").toBe(isOther);
    const odd = discover({totalGpus: 12});
    const all = [...scene("", odd).columns.pairs.decode].map((row) => {
      const {decode} = scene("", odd).columns;
      return idleGpuWords(scene(`?d=${poolKey(decode, row)}`, odd));
    });
    expect(all.some((words) => /gives \d+ % more\.$/.test(words))).toBe(true);
  });

  it("say by how much a pair misses the targets", () => {
    const {columns} = scene();
    const slow = columns.decode.latencyMs.reduce((a, ms, row, all) => (ms > all[a] ? row : a), 0);
    const shown = scene(`?d=${poolKey(columns.decode, slow)}`);
    const share = Math.round(100 * (columns.decode.latencyMs[slow] / targets.tpotMs - 1));
    expect(missedWords(shown)).toContain(`TPOT ≤ 15 ms by ${share} %`);
    expect(missedWords(scene())).toBe("");
  });
});

describe("tables of it", () => {
  it("hold every pair, the answer’s first", () => {
    const shown = scene();
    const {rows, selected} = pairTable(shown);
    expect(rows.length).toBe(shown.columns.pairs.decode.length);
    expect(rows[0]).toBe(selected);
    const lines = pairsCsv(shown).trimEnd().split("\n");
    expect(lines.length).toBe(rows.length + 1);
    const header = lines[0].split(",");
    const first = Object.fromEntries(lines[1].split(",").map((value, i) => [header[i], value]));
    expect(Number(first.tokens_per_s_per_gpu)).toBeCloseTo(plan.tokensPerSecPerGpuCluster, 9);
    expect(first.limited_by).toBe(shown.matched!.rates.limitedBy);
  });

  it("hold every replica that fits, the one that is shown marked", () => {
    const shown = scene("?at=2x1");
    const {rows, columns, selected} = cellTable(shown);
    const {plane} = shown.matched!;
    expect(rows.length).toBe(plane.gpus.filter((gpus) => gpus <= 16).length);
    expect(rows).toContain(selected);
    expect(countsOf(plane, selected)).toEqual({prefill: 2, decode: 1});
    const gpus = columns.find(({key}) => key === "gpus")!;
    expect(gpus.value(selected)).toBe(shown.matched!.rates.gpus);
  });

  it.each(["prefill", "decode"] as const)("hold every %s worker, at what it does beside the other pool", (role) => {
    const shown = scene();
    const pool = shown.columns[role];
    expect(poolTable(shown, role).rows.length).toBe(pool.batch.length);
    expect(poolCsv(shown, role).trimEnd().split("\n").length).toBe(pool.batch.length + 1);
    const {gpus} = pool.workers[pool.worker[0]];
    const share = role === "prefill" ? 0.9 : 0.92 * 300;
    expect(poolRate(shown, role, 0)).toBeCloseTo((pool.requestsPerSec[0] / gpus) * share, 9);
  });
});
