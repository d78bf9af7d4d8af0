/** The page of a deployment under load, without a browser: its address, what it asks, its words and its rows. */
import {describe, expect, it} from "vitest";
import {parseTrace} from "../../engine/simulate/trace.js";
import type {Distribution} from "../../engine/simulate/types.js";
import {defaults} from "../../src/components/question.js";
import {exampleTrace} from "../../src/components/trace-drop.js";
import {
  deployedSizes,
  formSizes,
  formatUnderLoad,
  levelOf,
  loadAskOf,
  parseUnderLoad,
  plainTraffic
} from "../../src/components/under-load.js";
import type {UnderLoad} from "../../src/components/under-load.js";
import type {Loaded} from "../../src/components/under-load-runs.js";
import {
  calibrationSentences,
  capacityWords,
  doublingWords,
  goodputFinding,
  headline,
  latencyWords,
  levelWords,
  servedPerSec,
  shareWords,
  timelineFinding,
  verdictWords
} from "../../src/components/under-load-words.js";
import type {LoadRun, PartNote, RatePoint} from "../../src/search/loading.js";
import {systems} from "../search/embedded-searcher.js";

const sizes = parseUnderLoad("?pick=agg:tp4pp1dp1etp1ep1@16c4000").sizes!;
const plain: UnderLoad = {question: defaults, sizes: null, traffic: plainTraffic};

describe("the address", () => {
  it("says nothing of what is as usual", () => {
    expect(parseUnderLoad("")).toEqual(plain);
    expect(formatUnderLoad(plain)).not.toMatch(/client|arrivals|seed|pick/);
  });

  it("brings everything back", () => {
    const traffic = {
      client: "gamma",
      requestsPerSec: 12.5,
      users: 40,
      promptsPerUser: 7,
      burstiness: 3,
      speed: 2,
      spread: "log-normal",
      ratio: 0.5,
      variation: 1.2,
      seed: 9,
      keptShare: 0.99
    } as const;
    const state: UnderLoad = {question: {...defaults, isl: 2000, ttftMs: 900}, sizes, traffic};
    expect(parseUnderLoad(formatUnderLoad(state))).toEqual(state);
  });

  it("takes a plan of either mode that other pages write, and no other configuration", () => {
    const pools = parseUnderLoad("?pick=disagg:5xtp4pp1dp1etp1ep1@1,3xtp4pp1dp1etp1ep1@64").sizes!;
    expect(pools).toMatchObject({mode: "disagg", prefill: {workers: 5, batch: 1}, decode: {workers: 3, batch: 64}});
    expect(parseUnderLoad("?pick=static:tp4pp1dp1etp1ep1@8").sizes).toBeNull();
    expect(formSizes(deployedSizes(pools), 4000)).toEqual(pools);
    expect(deployedSizes(formSizes(deployedSizes(sizes), 4000))).toEqual(deployedSizes(sizes));
  });

  it("keeps to what makes sense", () => {
    const {traffic} = parseUnderLoad("?client=nobody&arrivals=-3&seed=1.6&ratio=7&kept=0.2&prompts=0");
    expect(traffic).toEqual({...plainTraffic, seed: 2, ratio: 1, promptsPerUser: 2});
  });
});

describe("what is asked", () => {
  it("has limits of the targets, of either kind or of both", () => {
    expect(levelOf(defaults)).toEqual({ttftMs: 300, tpotMs: 10});
    expect(levelOf({...defaults, requestLatencyMs: 5000})).toEqual({latencyMs: 5000});
    expect(levelOf({...defaults, requestLatencyMs: 5000, besides: true})).toEqual({ttftMs: 300, tpotMs: 10, latencyMs: 5000}); // prettier-ignore
    // A soft target is still what a request is held against.
    expect(levelOf({...defaults, soft: "ttft"})).toEqual({ttftMs: 300, tpotMs: 10});
  });

  it("has the client and lengths of the traffic", () => {
    const ask = (traffic: Partial<UnderLoad["traffic"]>) =>
      loadAskOf({...plain, sizes, traffic: {...plainTraffic, ...traffic}}, systems, 3);
    expect(ask({requestsPerSec: 4})).toMatchObject({client: {kind: "poisson", requestsPerSec: 4}, sizes: {mode: "agg", batch: 16}}); // prettier-ignore
    expect(ask({client: "burst", users: 5}).client).toEqual({kind: "burst", users: 5, promptsPerUser: 10});
    expect(ask({client: "trace", speed: 2}).client).toEqual({kind: "trace", speed: 2, id: 3});
    expect(ask({client: "gamma"}).client).toMatchObject({coefficientOfVariation: 2});
    expect(ask({spread: "fixed"}).spread).toEqual({kind: "fixed"});
    expect(ask({spread: "log-normal"}).spread).toEqual({kind: "log-normal", coefficientOfVariation: 0.5});
  });
});

const spread = (ms: number): Distribution => ({mean: ms, p50: ms, p90: 2 * ms, p95: 3 * ms, p99: 4 * ms, quantiles: Float64Array.of(ms, 4 * ms)}); // prettier-ignore
const run = (part: Partial<LoadRun> = {}): LoadRun => ({
  offeredPerSec: 10,
  users: null,
  requests: 600,
  durationMs: 60_000,
  ttftMs: spread(100),
  tpotMs: spread(8),
  interTokenMs: spread(8),
  latencyMs: spread(4000),
  queueMs: spread(5),
  burstTtftMs: 100,
  steadyTtftMs: 100,
  requestsPerSec: 9.9,
  outputTokensPerSec: 4950,
  goodShare: 0.84,
  goodPerSec: 8.4,
  within: {ttft: 0.9, tpot: 0.9, latency: 1},
  kvShare: {mean: 0.2, peak: 0.4},
  meanRunning: 12,
  meanQueued: 0.01,
  preemptions: 0,
  steps: 9000,
  verdict: "stable",
  timeline: {sliceMs: 500, queued: Float64Array.of(0, 2.2), running: Float64Array.of(10, 14), kvShare: Float64Array.of(0.1, 0.3)},
  ...part
}); // prettier-ignore
const point = (requestsPerSec: number, goodShare: number): RatePoint => ({
  requestsPerSec,
  goodShare,
  goodPerSec: goodShare * requestsPerSec,
  ttftP50Ms: 100,
  ttftP95Ms: 300,
  tpotP50Ms: 8,
  tpotP95Ms: 9,
  verdict: "stable"
});
const part: PartNote = {role: "agg", kind: "model", name: "trtllm dense · LLAMA 64x5120", rows: 97, error: {ttft: {p50: 0.2, p90: 0.6}, tpot: {p50: 0.1, p90: 0.3}}, source: "measured", tier: "own", rules: "TensorRT-LLM 1.0", maxBatchedTokens: 8192, maxSequences: 16}; // prettier-ignore
const loaded = (given: Partial<Loaded> = {}): Loaded => ({
  asked: plain,
  deployment: {sizes: deployedSizes(sizes), replicas: 8, gpus: 32, chosen: "best", isFirst: false, seats: 128, saturationPerSec: 20, usualPerSec: 14, kvTokens: 1e6, requestTokens: 4532, parts: [part], data: [], assumptions: []},
  run: run(),
  doubled: run({offeredPerSec: 20, goodShare: 0.1, verdict: "overloaded", ttftMs: spread(900), timeline: {sliceMs: 500, queued: Float64Array.of(0, 90), running: Float64Array.of(1, 2), kvShare: Float64Array.of(0, 0)}}),
  points: [point(5, 1), point(10, 0.95), point(15, 0.8), point(20, 0.4)],
  runMs: 20,
  ...given
}); // prettier-ignore

describe("words", () => {
  it("begin with the figure", () => {
    expect(headline(loaded())).toEqual({big: "84 %", rest: " of 10 requests/s keep TTFT ≤ 300 ms and TPOT ≤ 10 ms"});
    const users = loaded({run: run({users: 40, offeredPerSec: null})});
    expect(headline(users).rest).toMatch(/^ of requests of 40 users keep/);
    expect(levelWords({ttftMs: 300, tpotMs: 10, latencyMs: 20_000})).toBe("TTFT ≤ 300 ms, TPOT ≤ 10 ms and request latency ≤ 20 s"); // prettier-ignore
    expect(latencyWords(run())).toBe("TTFT is 100 ms on average and 400 ms at P99, TPOT 8 ms and 32 ms.");
  });

  it("do not call all what is not all", () => {
    expect([0.84, 0.9949, 0.997, 1, 0.004, 0].map(shareWords)).toEqual(["84 %", "99 %", "> 99 %", "100 %", "< 1 %", "0 %"]); // prettier-ignore
  });

  it("say up to which rate enough requests keep the limits", () => {
    const {points} = loaded();
    expect(servedPerSec(points, 0.95)).toBe(10);
    expect(servedPerSec(points, 0.9)).toBeCloseTo(10 + 5 / 3, 9);
    expect(servedPerSec([point(5, 0.2)], 0.9)).toBe(0);
    expect(servedPerSec([point(5, 1)], 0.9)).toBe(5);
    expect(capacityWords(loaded())).toBe("It can serve 20 requests/s at most; 90 % of requests keep the limits up to 11.7 requests/s, 58 % of that."); // prettier-ignore
    expect(capacityWords(loaded({points: [point(20, 1), point(25, 0.5)]}))).toMatch(
      /keep the limits right up to that\.$/
    );
    expect(capacityWords(loaded({points: []}))).toBe("It can serve 20 requests/s at most.");
    expect(capacityWords(loaded({points: [point(2, 0.1)]}))).toMatch(/fewer than 90 % .* even at 2 requests\/s/);
  });

  it("say what doubled traffic does", () => {
    expect(doublingWords(loaded())).toBe("With twice the traffic, 10 % keep the limits instead of 84 %, and TTFT at P99 is 3,600 ms, 9 × as long. It does not catch up: the longer this lasts, the longer requests wait."); // prettier-ignore
    expect(doublingWords(loaded({doubled: run()}))).toBe("With twice the traffic, still 84 % keep the limits, and TTFT at P99 is 400 ms."); // prettier-ignore
    expect(doublingWords(loaded({doubled: null}))).toBe("");
  });

  it("say how requests start, and who was put back", () => {
    expect(verdictWords(run())).toBe("Requests start as they come.");
    expect(verdictWords(run({verdict: "overloaded", meanQueued: 80, preemptions: 1}))).toBe("More comes than it can serve: 80 wait on average in a replica, and 1 request had to be put back and computed anew."); // prettier-ignore
  });

  it("title charts by what they show", () => {
    expect(goodputFinding(loaded())).toBe("At most 12 requests/s keep the limits, when 15 come, at 75 % of what it can serve"); // prettier-ignore
    expect(goodputFinding(loaded({points: [point(5, 0)]}))).toBe("No request keeps the limits, however few come");
    expect(timelineFinding(loaded())).toBe("Up to 3 requests wait in a replica, up to 90 with twice the traffic");
  });

  it("name what the step times rest on, and how far off it was, pools alike once", () => {
    expect(calibrationSentences([part])).toEqual(["Step times are fitted to 97 measurements of this model on other GPUs or in other types (trtllm dense · LLAMA 64x5120). On measurements held out, half of mean TTFTs came within 20 % and nine tenths within 60 %, of TPOTs 10 % and 30 %."]); // prettier-ignore
    expect(
      calibrationSentences([
        {...part, role: "prefill"},
        {...part, role: "decode"}
      ])
    ).toHaveLength(1);
    const apart = calibrationSentences([{...part, role: "prefill"}, {...part, role: "decode", kind: "none", name: "none", rows: 0}]); // prettier-ignore
    expect(apart.map((words) => words.split(" ")[0])).toEqual(["Prefill:", "Decode:"]);
    expect(apart[1]).toContain("fitted to no deployment");
  });
});

it("the example of a trace is one", () => {
  const {requests, errors} = parseTrace(exampleTrace());
  expect([requests.length, errors]).toEqual([1200, []]);
  expect(requests.every(({arrivalMs}, i) => i === 0 || arrivalMs >= requests[i - 1].arrivalMs)).toBe(true);
});
