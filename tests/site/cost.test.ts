import {describe, expect, it} from "vitest";
import type {Plan} from "../../engine/result.js";
import type {SystemSpec} from "../../engine/system.js";
import type {ReplicaOffer} from "../../engine/search/replica-offers.js";
import {bestRow, costRows, isPriced} from "../../src/components/cost-rows.js";
import type {Outcome} from "../../src/components/cost-rows.js";
import {costRuns} from "../../src/components/cost-runs.js";
import type {CostState} from "../../src/components/cost-runs.js";
import {formatCostView, parseCostView} from "../../src/components/cost-view.js";
import {besidesWords, breakWords, costSentence, money, remedyOf} from "../../src/components/cost-words.js";
import {nextBreak} from "../../src/cost/fleet.js";
import type {SizingAsk, SizingPart, Sizes} from "../../src/search/sizing.js";

const system = (id: string, label: string, powerWatts: number) => ({id, label, powerWatts}) as SystemSpec;
const systems = [system("h200_sxm", "NVIDIA H200 SXM", 700), system("b200_sxm", "NVIDIA B200 SXM", 1000), system("l40s", "NVIDIA L40S", 350)]; // prettier-ignore

const offer = (gpus: number, requestsPerSec: number): ReplicaOffer => ({
  gpus,
  decodeGpus: 0,
  users: 10 * requestsPerSec,
  plan: {
    mode: "agg",
    agg: {parallel: {tp: gpus, pp: 1, dp: 1, cp: 1, moeTp: 1, moeEp: 1}},
    gpus,
    requestsPerSec,
    concurrency: 10 * requestsPerSec,
    tokensPerSec: 500 * requestsPerSec,
    ttftMs: 200,
    tpotMs: 8
  } as Plan
});
const sizes = (...offers: ReplicaOffer[]): Sizes => ({offers, front: offers.map(({plan}) => plan), data: [], doubts: [], why: ""}); // prettier-ignore
const outcomes = new Map<string, Outcome>([
  ["h200_sxm", {sizes: sizes(offer(1, 2))}],
  ["b200_sxm", {sizes: sizes(offer(1, 4))}]
]);
const able = ["h200_sxm", "b200_sxm", "l40s"];
const rowsOf = (query: string, of: ReadonlyMap<string, Outcome> = outcomes) => {
  const view = parseCostView(query);
  return {view, rows: costRows(view, of, {systems, able})};
};
const sentence = (query: string, of?: ReadonlyMap<string, Outcome>) =>
  costSentence({...rowsOf(query, of), decodeLabel: ""}).map(({bold, text}) => bold + text).join(""); // prettier-ignore

describe("what the cost page asks, as an address", () => {
  it("survives a round trip and leaves out what is as by default", () => {
    const query =
      "&rate=25&others=b200_sxm,l40s&prices=h200_sxm:3,l40s:0.9&kwh=0.12&pue=1.3&currency=%E2%82%AC&largest=16";
    const whole = formatCostView(parseCostView(`?system=h200_sxm&ttft=500${query}`));
    expect(whole).toContain("ttft=500");
    expect(whole.endsWith(query)).toBe(true);
    expect(formatCostView(parseCostView(whole))).toBe(whole);
    expect(formatCostView(parseCostView(""))).not.toMatch(/rate|users|prices|pue|currency|largest/);
  });

  it("takes users in place of a rate, and prices as the home page writes them", () => {
    expect(parseCostView("?users=300")).toMatchObject({byUsers: true, load: 300});
    expect(parseCostView("?rate=7")).toMatchObject({byUsers: false, load: 7});
    expect(parseCostView("")).toMatchObject({byUsers: false, load: 10, gpuHour: {}});
    expect(parseCostView("?system=h200_sxm&price=3&decode=l40s&decodeprice=1").gpuHour).toEqual({h200_sxm: 3, l40s: 1});
  });

  it("drops what is no price, no load and no GPU type beside its own", () => {
    const view = parseCostView("?system=l40s&others=l40s,b200_sxm&prices=a:-1,b:x,c:2,d:0&users=none&pue=0.2&kwh=-1");
    expect(view).toMatchObject({others: ["b200_sxm"], gpuHour: {c: 2}, byUsers: false, pue: 1, perKilowattHour: 0});
  });
});

describe("rows", () => {
  it("are of the GPU types that were asked for, then of the others, which are not searched", () => {
    const {rows} = rowsOf("?system=b200_sxm&others=h200_sxm");
    expect(rows.map(({system, asked, slot}) => [system, asked, slot])).toEqual([
      ["b200_sxm", true, 0],
      ["h200_sxm", true, 1],
      ["l40s", false, 2]
    ]);
    expect(rows[2].fleet).toBeUndefined();
  });

  it("compare by GPUs until every one that serves the load has a price", () => {
    const best = (query: string) => bestRow(rowsOf(`?others=b200_sxm&${query}`).rows)!.system;
    expect(best("")).toBe("b200_sxm");
    expect(best("prices=h200_sxm:1")).toBe("b200_sxm");
    expect(best("prices=h200_sxm:1,b200_sxm:9")).toBe("h200_sxm");
    expect(isPriced(rowsOf("?others=b200_sxm&prices=h200_sxm:1").rows)).toBe(false);
  });
});

describe("the sentence", () => {
  it("speaks of GPU-hours until a price is given, then of money", () => {
    const free = sentence("?rate=5");
    expect(free).toMatch(
      /^5 requests\/s of Qwen3-32B-FP8, 4,000 tokens in and 500 out, take 3 H200 SXM GPUs: 3 replicas of TP1, aggregated, with 17 % to spare\. /
    );
    expect(free).toMatch(/0.333 GPU-hours per million output tokens; give a price and it is money\.$/);
    const priced = sentence("?rate=5&prices=h200_sxm:3&currency=$");
    expect(priced).toMatch(/It costs \$1\.00 per million output tokens, \$9\.00 an hour and \$6,575 a month\.$/);
    expect(priced).not.toContain("GPU-hours");
    expect(sentence("?rate=5&kwh=0.1")).toContain("for electricity alone");
  });

  it("names the best of several, and says what it was compared by", () => {
    expect(sentence("?rate=5&others=b200_sxm")).toContain("2 B200 SXM GPUs, the fewest of 2 GPU types that serve it");
    expect(sentence("?rate=5&others=b200_sxm&prices=h200_sxm:1,b200_sxm:9")).toContain("the cheapest of 2 GPU types");
  });

  it("says what is under way and what nothing serves, with targets that something does", () => {
    expect(sentence("", new Map())).toMatch(/^Looking for what 10 requests\/s of /);
    const nearest = {ttftMs: 431, tpotMs: 12.1, requestLatencyMs: 6500};
    const none = new Map([["h200_sxm", {sizes: {...sizes(), why: "all miss", nearest}}]]);
    expect(sentence("", none)).toMatch(/^Nothing on H200 SXM serves .* within the targets\./);
    const {rows, view} = rowsOf("?ttft=300&tpot=20", none);
    expect(remedyOf(rows, view)).toEqual({
      words: "H200 SXM manages a TTFT of 440 ms and a TPOT of 20 ms: allow these",
      targets: {ttftMs: 440, tpotMs: 20}
    });
    const whole = rowsOf("?latency=3000", none);
    expect(remedyOf(whole.rows, whole.view)!.targets).toEqual({requestLatencyMs: 6600});
  });

  it("tells power, and what a PUE adds", () => {
    expect(besidesWords(rowsOf("?rate=5"))).toBe(
      "GPU boards draw 2.1 kW: 0.84 J per output token, 1,190,476 tokens/s/MW."
    );
    expect(besidesWords(rowsOf("?rate=5&pue=1.5"))).toMatch(/^With a PUE of 1\.5 the site draws 3\.15 kW/);
    expect(besidesWords(rowsOf("?rate=5&prices=h200_sxm:3&kwh=0.1"))).toMatch(/an hour of it electricity/);
  });

  it("tells where the next GPU comes in, and its price", () => {
    const {view, rows} = rowsOf("?rate=5&prices=h200_sxm:3&currency=$");
    const {outcome, fleet, setting} = rows[0];
    const next = nextBreak(outcome!.sizes!.offers, fleet!, "requestsPerSec", setting, {gpuHour: {h200_sxm: 3}});
    expect(breakWords(fleet!, next, view)).toBe(
      "These serve up to 6 requests/s. Beyond that it takes 1 GPU more: 4 replicas of TP1, aggregated, $12.00 an hour instead of $9.00."
    );
  });

  it("writes amounts as people do", () => {
    expect([money(1234.5, "$"), money(24.1, "€"), money(0.0523, "$"), money(3, "")]).toEqual(["$1,235", "€24.10", "$0.0523", "3.00"]); // prettier-ignore
    expect(money(5, "CHF")).toBe("CHF 5.00");
  });
});

describe("asking the worker", () => {
  /** A worker that is answered by hand. */
  const bench = () => {
    const asked: SizingAsk[] = [];
    let answer: (part: SizingPart) => void = () => {};
    let cancelled = 0;
    const stream = (_: string, ask: SizingAsk, onpart: (part: SizingPart) => void) => {
      asked.push(ask);
      answer = onpart;
      return () => void ++cancelled;
    };
    const runs = costRuns({stream} as never, systems);
    let state: CostState | undefined;
    runs.states((next) => (state = next));
    return {asked, runs, answer: (part: SizingPart) => answer(part), state: () => state!, cancelled: () => cancelled};
  };
  const found = (...list: SizingPart["found"]): SizingPart => ({found: list, progress: {done: list.length, total: list.length}}); // prettier-ignore

  it("evaluates once, however load and prices change", () => {
    const {asked, runs, answer, state} = bench();
    runs.ask(parseCostView("?rate=5"));
    answer(found({at: 0, sizes: sizes(offer(1, 2))}));
    for (const query of ["?rate=50", "?users=300", "?rate=5&prices=h200_sxm:3&kwh=1&pue=2"])
      runs.ask(parseCostView(query));
    expect(asked).toHaveLength(1);
    expect(state().view.gpuHour).toEqual({h200_sxm: 3});
    expect(state().outcomes.get("h200_sxm")!.sizes!.offers).toHaveLength(1);
    runs.ask(parseCostView("?rate=5&ttft=500"));
    expect(asked).toHaveLength(2);
  });

  it("asks only for GPU types that it does not know, and keeps the others", () => {
    const {asked, runs, answer, state} = bench();
    runs.ask(parseCostView(""));
    answer(found({at: 0, sizes: sizes(offer(1, 2))}));
    runs.ask(parseCostView("?others=b200_sxm"));
    expect(asked[1].problems.map(({system}) => system.id)).toEqual(["b200_sxm"]);
    answer(found({at: 0, error: "no tables"}));
    expect(state().outcomes.get("b200_sxm")).toEqual({error: "no tables"});
    expect(state().progress).toMatchObject({done: 2, total: 2, words: ""});
  });

  it("can be stopped and goes on with what is left", () => {
    const {asked, runs, state, cancelled} = bench();
    runs.ask(parseCostView("?others=b200_sxm"));
    runs.stop();
    expect(cancelled()).toBeGreaterThan(0);
    expect(state().progress.isStopped).toBe(true);
    runs.resume();
    expect(asked[1].problems).toHaveLength(2);
    expect(state().progress.isStopped).toBe(false);
  });
});
