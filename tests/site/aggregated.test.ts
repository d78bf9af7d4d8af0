/** What the page of aggregated candidates works out, without a browser. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel} from "../../engine/index.js";
import type {SearchProblem} from "../../engine/index.js";
import {aggregatedColumns} from "../../engine/search/columns.js";
import {aggregatedScene, filterMask} from "../../src/components/aggregated-scene.js";
import {aggregatedSpace, aggregatedSpelling, isLogAcross} from "../../src/components/aggregated-view.js";
import type {AggregatedView} from "../../src/components/aggregated-view.js";
import {batchStep, shareStep} from "../../src/components/batch-color.js";
import {neighbour, workerMap} from "../../src/components/candidate-map-cells.js";
import {candidateId, candidateSentence, missesOf, rowOf} from "../../src/components/candidate-row.js";
import {candidatesCsv, candidateTable} from "../../src/components/candidate-table.js";
import {sortedRows} from "../../src/components/column-table.js";
import {csvText} from "../../src/components/csv-text.js";
import {formatShown} from "../../src/components/page-state.js";
import {planId} from "../../src/components/plan.js";
import {defaults, parseQuestion} from "../../src/components/question.js";
import {toggled} from "../../src/components/size-list.js";
import type {Discovery} from "../../src/search/exploration.js";
import {literalPlatform} from "../engine/literal-tables.js";

const viewOf = (search: string) => aggregatedSpelling.parse(new URLSearchParams(search));
const plain = viewOf("");

const problem: SearchProblem = {
  model: findModel("Qwen/Qwen3-30B-A3B"),
  platform: literalPlatform([], {backend: "trtllm", database: "sol"}),
  totalGpus: 16,
  workload: {isl: 1000, osl: 300, prefix: 0},
  space: {modes: ["agg"]}
};
const targets = {ttftMs: 300, tpotMs: 10};
const evaluation = evaluateSearch(problem);
const result = answerSearch(evaluation, targets);
const columns = aggregatedColumns(evaluation, targets);
const {batches, contexts} = evaluation.aggregated[0].options;
const discovery = {
  question: {...defaults, gpus: 16, isl: 1000, osl: 300},
  found: {answer: {result}, columns, batches, contexts}
} as unknown as Discovery<"aggregated">;
const scene = (search = "", pick = "") => aggregatedScene(discovery, {view: viewOf(search), pick});

describe("the address of the page", () => {
  it("says nothing of what is as by default", () => {
    expect(aggregatedSpelling.format(plain)).toEqual({});
  });

  it("brings everything back that was chosen", () => {
    const view: AggregatedView = {
      across: "ttft",
      log: false,
      facet: "moeEp",
      sizes: {gpus: [4, 8], tp: [1], moeEp: [2, 4]},
      chunked: true,
      map: "tpot",
      ranges: {gpu: [120.5, Infinity], ttft: [-Infinity, 300], batch: [8, 64]},
      only: {facet: "tp", value: 4},
      order: "ttft"
    };
    const query = formatShown({question: defaults, view}, aggregatedSpelling);
    expect(viewOf(query)).toEqual(view);
    expect(parseQuestion(query)).toEqual(defaults);
    expect(query).toContain("in=gpu:120.5-,ttft:-300,batch:8-64");
  });

  it("drops what makes no sense", () => {
    expect(viewOf("?across=price&by=gpu&wtp=3,5&in=user:9-1,foo:1-2,tpot:-&only=tp&map=x&scale=x")).toEqual(plain);
  });

  it("asks the search for the sizes that are allowed and no others", () => {
    expect(aggregatedSpace(plain)).toEqual({modes: ["agg"]});
    expect(aggregatedSpace(viewOf("?wtp=2,4&chunked=1"))).toEqual({
      modes: ["agg"],
      agg: {tp: [2, 4]},
      chunkedPrefill: true
    });
  });

  it("draws latencies on a logarithmic axis unless told otherwise", () => {
    expect([viewOf(""), viewOf("?across=tpot"), viewOf("?across=tpot&scale=linear")].map(isLogAcross)).toEqual([
      false,
      true,
      false
    ]);
  });
});

describe("sizes that are ticked", () => {
  const usual = {gpus: [1, 2, 4, 8], tp: [1, 2, 4, 8], pp: [1], dp: [1], moeTp: [1], moeEp: [1], cp: [1]};

  it("are as usual again when they come to that", () => {
    const without = toggled({}, usual, "tp", 1, false);
    expect(without).toEqual({tp: [2, 4, 8]});
    expect(toggled(without, usual, "tp", 1, true)).toEqual({});
  });

  it("are never none", () => {
    expect(toggled({pp: [2]}, usual, "pp", 2, false)).toEqual({pp: [2]});
  });
});

describe("candidates", () => {
  it("are named as plans are, and found again", () => {
    const plan = result.agg!.best[0];
    const row = rowOf(columns, planId(plan));
    expect(candidateId(columns, row)).toBe(planId(plan));
    expect(columns.tokensPerSecPerGpuCluster[row]).toBe(plan.tokensPerSecPerGpuCluster);
    expect([rowOf(columns, "agg:tp3@1c1"), rowOf(columns, "disagg:…")]).toEqual([-1, -1]);
  });

  it("say in words what they miss", () => {
    const row = columns.missed.findIndex((bits) => bits === 0b11);
    expect(missesOf(columns, row)).toEqual([
      expect.stringMatching(/^TTFT by \d+ %$/),
      expect.stringMatching(/^TPOT by (\d+|< 1) %$/)
    ]);
    expect(candidateSentence(columns, scene().best)).toMatch(/ tokens\/s\/GPU, .* Keeps every target\.$/);
  });

  it("are filtered by numbers and by one value of a dimension", () => {
    const shown = scene("?in=batch:8-16,gpu:100-&only=tp:2");
    expect(shown.rows.length).toBeGreaterThan(0);
    for (const row of shown.rows) {
      expect(columns.batch[row]).toBeGreaterThanOrEqual(8);
      expect(columns.batch[row]).toBeLessThanOrEqual(16);
      expect(columns.tokensPerSecPerGpuCluster[row]).toBeGreaterThanOrEqual(100);
      expect(columns.workers[columns.worker[row]].parallel.tp).toBe(2);
    }
    const kept = shown.mask!.reduce((sum, bit) => sum + bit, 0);
    expect(kept).toBe(shown.rows.length);
    expect(filterMask(columns, {}, undefined)).toBeNull();
  });

  it("as CSV are those that the filter leaves, one line each", () => {
    const {rows} = scene("?in=batch:8-16");
    const lines = candidatesCsv(columns, rows).trimEnd().split("\n");
    expect(lines.length).toBe(rows.length + 1);
    expect(lines[0].split(",")).toContain("tokens_per_s_per_gpu");
    expect(csvText([{a: 'x,"y"', b: 1}])).toBe('a,b\n"x,""y""",1\n');
  });

  it("sort by any column, both ways", () => {
    const table = candidateTable(scene());
    const by = (order: string) => sortedRows({...table, order});
    const rates = (order: string) => by(order).map((row) => columns.tokensPerSecPerGpuCluster[row]);
    expect(rates("-gpu")).toEqual(rates("gpu").reverse());
    const ttft = by("ttft").map((row) => columns.ttftMs[row]);
    expect(ttft).toEqual([...ttft].sort((a, b) => a - b));
    expect(by("no such column")).toEqual(table.rows);
  });
});

describe("the front", () => {
  it("is that of the answer where speed per user lies across", () => {
    const ids = scene().front.map((row) => candidateId(columns, row));
    expect(ids).toEqual(result.agg!.front.map(planId));
  });

  it.each(["ttft", "tpot", "latency"])("is undominated in %s too, by what keeps the other targets", (across) => {
    const {front} = scene(`?across=${across}`);
    const values = {ttft: columns.ttftMs, tpot: columns.tpotMs, latency: columns.requestLatencyMs}[across]!;
    expect(front.length).toBeGreaterThan(1);
    for (let i = 1; i < front.length; ++i) {
      expect(values[front[i]]).toBeGreaterThan(values[front[i - 1]]);
      expect(columns.tokensPerSecPerGpuCluster[front[i]]).toBeGreaterThan(
        columns.tokensPerSecPerGpuCluster[front[i - 1]]
      );
    }
    if (across === "ttft") for (const row of front) expect(columns.tpotMs[row]).toBeLessThanOrEqual(targets.tpotMs);
  });

  it("is split with the candidates, which are all in one of the charts", () => {
    const {panels, facets} = scene("?by=tp");
    expect(facets).toContain("tp");
    expect(panels.reduce((sum, {rows}) => sum + rows.length, 0)).toBe(columns.batch.length);
    for (const {value, front} of panels)
      for (const row of front) expect(columns.workers[columns.worker[row]].parallel.tp).toBe(value);
    expect(scene("?by=pp").panels.length).toBe(1);
  });
});

describe("why not the others", () => {
  const {fares, best} = scene();

  it("begins with the choice and holds every worker once", () => {
    expect(fares[0].worker).toBe(columns.worker[best]);
    expect(fares[0].best).toBe(best);
    expect(fares.map(({worker}) => worker).sort((a, b) => a - b)).toEqual([...columns.workers.keys()]);
  });

  it("counts what keeps the targets as the answer does", () => {
    const {considered, rejected} = result.agg!;
    const left = considered - Object.values(rejected).reduce((sum, n) => sum + n, 0);
    expect(fares.reduce((sum, {kept}) => sum + kept, 0)).toBe(left);
  });

  it("shows no nearest to who asks for nothing that misses a target", () => {
    const hard = {ttftMs: 1, tpotMs: 1};
    const found = {
      answer: {result: answerSearch(evaluation, hard)},
      columns: aggregatedColumns(evaluation, hard),
      batches,
      contexts
    };
    const of = (strict: boolean) => {
      const asked = {question: {...discovery.question, strict}, found} as unknown as typeof discovery;
      return aggregatedScene(asked, {view: plain, pick: ""});
    };
    expect(of(true).best).toBe(-1);
    expect(of(false).best).toBeGreaterThanOrEqual(0);
    expect(of(false).meetsTargets).toBe(false);
  });

  it("selects what was picked, else the choice", () => {
    const other = candidateId(columns, fares[1].nearest);
    expect(scene("", other).selected).toBe(fares[1].nearest);
    expect(scene("", "agg:gone@1c1").selected).toBe(best);
  });
});

describe("the map of a worker", () => {
  const shown = scene();
  const worker = columns.worker[shown.best];
  const map = workerMap(shown, worker, {batches, contexts}, "gpu");

  it("holds every candidate of the worker, and those that were dropped", () => {
    const {rejected, considered} = columns.workers[worker];
    const dropped = Object.values(rejected).reduce((sum, n) => sum + n, 0);
    const beside = map.cells.filter(({batch}) => !batches.includes(batch)).length;
    expect(map.cells.length).toBe(considered + beside);
    expect(map.cells.filter(({row}) => row < 0).length).toBe(dropped);
    expect(map.best).toBe(shown.best);
    for (const {batch} of map.cells) expect(map.batches).toContain(batch);
  });

  it("colours from the least to the most of it", () => {
    const shares = map.cells.filter(({row}) => row >= 0).map(({share}) => share);
    expect([Math.min(...shares), Math.max(...shares)]).toEqual([0, 1]);
    expect([0, 0.55, 1].map(shareStep)).toEqual([0, 5, 9]);
    expect([1, 2, 3, 16, 512, 4096].map(batchStep)).toEqual([0, 1, 1, 4, 9, 9]);
  });

  it("is walked over with arrow keys, past what holds nothing", () => {
    const start = map.cells.find(({row}) => row >= 0 && columns.batch[row] === 1)!;
    const right = neighbour(map, start, "right")!;
    expect(right.batch).toBeGreaterThan(1);
    expect(neighbour(map, right, "left")).toEqual(start);
    expect(neighbour(map, start, "left")).toBeUndefined();
  });
});
