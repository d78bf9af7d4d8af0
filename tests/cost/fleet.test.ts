import {describe, expect, it} from "vitest";
import {compare, costFront, fleetFor, fleetOf, hoursPerMonth, nextBreak, stepsTo} from "../../src/cost/fleet.js";
import type {Load, Prices, Setting} from "../../src/cost/fleet.js";
import type {Plan} from "../../engine/result.js";
import type {ReplicaOffer} from "../../engine/search/replica-offers.js";

const plan = (part: Partial<Plan>) => ({mode: "agg", requestsPerSec: 1, concurrency: 10, ...part}) as Plan;
const offer = (gpus: number, requestsPerSec: number, more: Partial<ReplicaOffer> = {}): ReplicaOffer => ({
  gpus,
  decodeGpus: 0,
  users: 10 * requestsPerSec,
  plan: plan({gpus: gpus + (more.decodeGpus ?? 0), requestsPerSec, tokensPerSec: 200 * requestsPerSec}),
  ...more
});
const setting: Setting = {system: {id: "h200_sxm", powerWatts: 700}, isl: 800, osl: 200};
const unpriced: Prices = {gpuHour: {}};
const priced: Prices = {gpuHour: {h200_sxm: 3}};
/** Of one GPU 2 requests/s; of four GPUs 10. */
const offers = [offer(1, 2), offer(4, 10)];

describe("a fleet", () => {
  it("is of the fewest GPUs, with what it leaves unused", () => {
    const at = (requestsPerSec: number) => fleetFor(offers, {requestsPerSec}, setting, unpriced)!;
    expect([at(0.1), at(2), at(2.1), at(5), at(10), at(12)].map(({gpus}) => gpus)).toEqual([1, 1, 2, 3, 4, 6]);
    expect(at(5)).toMatchObject({replicas: 3, capacityPerSec: 6, headroom: expect.closeTo(1 / 6, 12) as number});
    // Of as few GPUs the one with more room.
    expect(at(8)).toMatchObject({replicas: 1, gpus: 4, capacityPerSec: 10});
    expect(fleetFor([], {requestsPerSec: 1}, setting, unpriced)).toBeNull();
  });

  it("serves users by what a replica serves of them, and each share of them brings that share of the rate", () => {
    const fleet = fleetFor([offer(1, 2)], {users: 50}, setting, unpriced)!;
    expect(fleet).toMatchObject({
      replicas: 3,
      gpus: 3,
      requestsPerSec: expect.closeTo(5, 12) as number,
      capacityPerSec: 6
    });
    const part = fleetFor([offer(1, 2)], {users: 5}, setting, unpriced)!;
    expect(part).toMatchObject({replicas: 1, headroom: 0.75, requestsPerSec: 0.5});
  });

  it("costs GPU-hours without prices, and money with them, at the load and at full load", () => {
    const fleet = fleetOf(offers[0], {requestsPerSec: 5}, setting, priced);
    // 5 requests/s of 200 tokens: 3.6 M output tokens an hour, of 3 GPUs.
    expect(fleet.gpuHoursPerMillion).toBeCloseTo(3 / 3.6, 12);
    expect(fleetOf(offers[0], {requestsPerSec: 5}, setting, unpriced).cost).toBeUndefined();
    expect(fleet.cost).toMatchObject({perHour: 9, perMonth: 9 * hoursPerMonth, gpusPerHour: 9});
    expect(fleet.cost!.perMillion).toBeCloseTo(9 / 3.6, 12);
    expect(fleet.cost!.perMillionFull).toBeCloseTo(9 / 4.32, 12);
    expect(fleet.cost!.perMillionAll).toBeCloseTo(9 / 3.6 / 5, 12);
  });

  it("draws the power of its boards, and of its site where a PUE is given", () => {
    const fleet = fleetOf(offers[0], {requestsPerSec: 5}, setting, {gpuHour: {}, pue: 1.5});
    expect([fleet.boardWatts, fleet.siteWatts]).toEqual([2100, 3150]);
    expect(fleet.joulesPerToken).toBeCloseTo(3.15, 12);
    expect(fleet.tokensPerSecPerMegawatt).toBeCloseTo(1e6 / 3.15, 6);
  });

  it("costs electricity besides GPUs, or alone where that is all that is known", () => {
    const electric = {perKilowattHour: 0.1, pue: 1.2};
    const both = fleetOf(offers[0], {requestsPerSec: 2}, setting, {...priced, ...electric}).cost!;
    expect(both.electricityPerHour).toBeCloseTo(0.7 * 1.2 * 0.1, 12);
    expect(both.perHour).toBeCloseTo(3 + 0.084, 12);
    const alone = fleetOf(offers[0], {requestsPerSec: 2}, setting, {gpuHour: {}, ...electric}).cost!;
    expect(alone).toMatchObject({perHour: both.electricityPerHour, gpusPerHour: undefined});
  });

  it("of two GPU types takes the cheaper mix, and has no cost while one price is missing", () => {
    const split = {...setting, decodeSystem: {id: "l40s", powerWatts: 350}};
    const mixes = [offer(4, 10), offer(1, 10, {decodeGpus: 6})];
    const load: Load = {requestsPerSec: 10};
    const at = (own: number, other: number) => fleetFor(mixes, load, split, {gpuHour: {h200_sxm: own, l40s: other}})!;
    expect(at(1, 1)).toMatchObject({gpus: 4, cost: {perHour: 4}});
    expect(at(10, 1)).toMatchObject({gpus: 7, boardWatts: 700 + 6 * 350, cost: {perHour: 16}});
    expect(fleetOf(mixes[1], load, split, priced).cost).toBeUndefined();
    expect(fleetOf(mixes[0], load, split, priced).cost?.perHour).toBe(12);
  });

  it("that is not priced is compared by GPUs", () => {
    const [a, b] = [fleetOf(offers[0], {requestsPerSec: 5}, setting, priced), fleetOf(offers[1], {requestsPerSec: 5}, setting, unpriced)]; // prettier-ignore
    expect(compare(a, b)).toBeLessThan(0);
  });
});

describe("steps", () => {
  const steps = stepsTo(offers, 12, "requestsPerSec", setting, unpriced);

  it("join without a gap, each the fewest GPUs of its loads", () => {
    expect(steps[0].from).toBe(0);
    for (const [i, {from, to, gpus}] of steps.entries()) {
      if (i > 0) expect(from).toBe(steps[i - 1].to);
      for (const load of [from + 1e-3 * (to - from), (from + to) / 2, to])
        expect(fleetFor(offers, {requestsPerSec: load}, setting, unpriced)!.gpus, `at ${load}`).toBe(gpus);
    }
    // Five of the small replicas serve no more than one of the large.
    expect(steps.map(({gpus}) => gpus)).toEqual([1, 2, 3, 4, 6]);
    expect(steps.at(-1)!.to).toBeGreaterThanOrEqual(12);
  });

  it("tell the next price: what the same budget still serves, and what comes beyond", () => {
    const fleet = fleetFor(offers, {requestsPerSec: 5}, setting, priced)!;
    const {upTo, next} = nextBreak(offers, fleet, "requestsPerSec", setting, priced);
    expect(upTo).toBe(6);
    expect(next).toMatchObject({gpus: 4, cost: {perHour: 12}});
  });

  it("count users where the load is of users", () => {
    expect(stepsTo(offers, 50, "users", setting, priced)[0]).toEqual({from: 0, to: 20, gpus: 1, costPerHour: 3});
  });
});

describe("costFront", () => {
  it("keeps what no other betters in speed and cost, slowest first", () => {
    const at = (tokensPerSecPerUser: number, tokensPerSec: number, gpus: number) =>
      plan({tokensPerSecPerUser, tokensPerSec, gpus});
    const front = costFront([at(50, 1000, 1), at(100, 1000, 2), at(80, 500, 2), at(20, 900, 1)], setting, unpriced);
    expect(front.map(({tokensPerSecPerUser}) => tokensPerSecPerUser)).toEqual([50, 100]);
    expect(front[0].perMillion).toBeCloseTo(1 / 3.6, 12);
    expect(costFront([at(50, 1000, 1)], setting, priced)[0].perMillion).toBeCloseTo(3 / 3.6, 12);
  });
});
