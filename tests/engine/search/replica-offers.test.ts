/** Whatever load is asked for, the replicas offered size it as a search for that load does. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel, modesOf} from "../../../engine/index.js";
import type {Evaluation, SearchProblem, Targets} from "../../../engine/index.js";
import {replicasFor} from "../../../engine/search/figures.js";
import type {LoadTarget} from "../../../engine/search/goals.js";
import {replicaOffers} from "../../../engine/search/replica-offers.js";
import type {ReplicaOffer} from "../../../engine/search/replica-offers.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const problem = (more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {database: "sol"}),
  totalGpus: 32,
  workload: {isl: 2000, osl: 300, prefix: 0},
  ...more
});
const evaluation = evaluateSearch(problem());
const targets = {ttftMs: 300, tpotMs: 15};

const gpusOf = ({gpus, decodeGpus}: ReplicaOffer) => gpus + decodeGpus;
const fewest = (offers: ReplicaOffer[], load: LoadTarget) =>
  Math.min(...offers.map((o) => replicasFor(load, o.plan.requestsPerSec, o.users) * gpusOf(o)));
const searched = (of: Evaluation, asked: Targets, load: LoadTarget) => {
  const result = answerSearch(of, asked, {objective: "gpus", load});
  return result[result.chosen!]!.best[0].figures!.sizing!.gpus;
};

describe("replicaOffers", () => {
  it.each<[string, Targets]>([
    ["tight", {ttftMs: 130, tpotMs: 7}],
    ["usual", targets],
    ["loose", {ttftMs: 5000, tpotMs: 200}],
    ["of whole requests", {ttftMs: Infinity, tpotMs: Infinity, requestLatencyMs: 3000}]
  ])("take as few GPUs as a search for the load, with targets that are %s", (_, asked) => {
    const offers = replicaOffers(evaluation, asked);
    for (const requestsPerSec of [0.3, 7, 41, 160, 900, 5000])
      expect(fewest(offers, {requestsPerSec}), `${requestsPerSec}/s`).toBe(
        searched(evaluation, asked, {requestsPerSec})
      );
  });

  it("serve as many users as they hold, or as many as their prompts come through for", () => {
    const offers = replicaOffers(evaluation, {ttftMs: 5000, tpotMs: 200});
    for (const {users, plan} of offers) {
      expect(users).toBeLessThanOrEqual(plan.concurrency);
      // By Little's law no more are in flight; what a replica holds is reckoned to a tenth of that.
      expect(users).toBeLessThanOrEqual(1.1 * plan.requestsPerSec * (plan.requestLatencyMs / 1000));
    }
    const users = (count: number) => fewest(offers, {concurrency: count});
    for (const count of [1, 30, 333, 2500])
      expect(users(count)).toBeGreaterThanOrEqual(
        searched(evaluation, {ttftMs: 5000, tpotMs: 200}, {concurrency: count})
      );
    expect(users(1)).toBe(1);
    expect(users(2500)).toBeGreaterThan(users(333));
  });

  it("hold none that another betters, and all within the targets", () => {
    const offers = replicaOffers(evaluation, targets);
    expect(offers.length).toBeGreaterThan(2);
    for (const a of offers) {
      expect(a.plan.ttftMs).toBeLessThanOrEqual(targets.ttftMs);
      expect(a.plan.tpotMs).toBeLessThanOrEqual(targets.tpotMs);
      const better = offers.filter(
        (b) => b !== a && gpusOf(b) <= gpusOf(a) && b.plan.requestsPerSec >= a.plan.requestsPerSec && b.users >= a.users
      );
      expect(better).toEqual([]);
    }
    expect(offers.map(gpusOf)).toEqual([...offers.map(gpusOf)].sort((a, b) => a - b));
  });

  it("count GPUs of two kinds apart, and find the least cost whichever is dear", () => {
    const decodePlatform = literalPlatform([], {database: "sol", system: {...literalSystem, id: "other"}});
    const split = evaluateSearch(problem({decodePlatform, totalGpus: 16}));
    const offers = replicaOffers(split, targets);
    expect(offers.some(({decodeGpus}) => decodeGpus > 0)).toBe(true);
    for (const {plan, gpus, decodeGpus} of offers) {
      expect(gpus + decodeGpus).toBe(plan.gpus);
      expect(decodeGpus).toBe(plan.decode ? plan.decode.gpus * plan.decode.workers : 0);
    }
    for (const [own, other] of [
      [1, 10],
      [10, 1]
    ]) {
      const load = {requestsPerSec: 90};
      const cost = (o: ReplicaOffer) =>
        replicasFor(load, o.plan.requestsPerSec, o.users) * (o.gpus * own + o.decodeGpus * other);
      // By brute force over whatever a search for the load lists.
      const prices = {[literalSystem.id]: own, other};
      const listed = modesOf(answerSearch(split, targets, {objective: "gpus", load, gpuHourPrices: prices, topN: 50}))
        .flatMap(({best}) => best)
        .map(({figures}) => figures!.costPerHour!);
      expect(Math.min(...offers.map(cost))).toBeLessThanOrEqual(Math.min(...listed) + 1e-9);
    }
  });

  it("are none where nothing keeps the targets", () => {
    expect(replicaOffers(evaluation, {ttftMs: 0.001, tpotMs: 0.001})).toEqual([]);
  });
});
