import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {
  comparedSpeeds,
  meanThroughput,
  pointAt,
  speedFront,
  throughputAt
} from "../../../engine/search/front-compare.js";
import type {FrontPoint} from "../../../engine/search/front-compare.js";

const points = (...pairs: [user: number, gpu: number][]): FrontPoint[] =>
  pairs.map(([tokensPerSecPerUser, tokensPerSecPerGpu]) => ({tokensPerSecPerUser, tokensPerSecPerGpu}));
const anyPoints = fc
  .array(fc.tuple(fc.double({min: 0.1, max: 500, noNaN: true}), fc.double({min: 0.1, max: 5000, noNaN: true})), {
    maxLength: 40
  })
  .map((pairs) => points(...pairs));

const stairs = points([20, 900], [50, 600], [100, 200]);

describe("a front", () => {
  it("keeps what nothing betters, slowest user first", () => {
    const front = speedFront(points([50, 600], [20, 900], [40, 500], [100, 200], [50, 600], [NaN, 1], [9, Infinity]));
    expect(front).toEqual(stairs);
  });

  it("is what a brute-force comparison says it is", () =>
    fc.assert(
      fc.property(anyPoints, (all) => {
        const beaten = (p: FrontPoint) =>
          all.some(
            (q) =>
              q.tokensPerSecPerUser >= p.tokensPerSecPerUser &&
              q.tokensPerSecPerGpu >= p.tokensPerSecPerGpu &&
              (q.tokensPerSecPerUser > p.tokensPerSecPerUser || q.tokensPerSecPerGpu > p.tokensPerSecPerGpu)
          );
        const kept = new Set(speedFront(all).map((p) => `${p.tokensPerSecPerUser} ${p.tokensPerSecPerGpu}`));
        const expected = new Set(
          all.filter((p) => !beaten(p)).map((p) => `${p.tokensPerSecPerUser} ${p.tokensPerSecPerGpu}`)
        );
        expect(kept).toEqual(expected);
      })
    ));
});

describe("throughput at a speed", () => {
  it("is that of the next faster point: a staircase, not a line", () => {
    expect([0, 20, 20.1, 50, 99, 100, 100.1].map((speed) => throughputAt(stairs, speed))).toEqual([
      900, 900, 600, 600, 200, 200, 0
    ]);
    expect(pointAt(stairs, 60)).toBe(stairs[2]);
    expect(pointAt([], 1)).toBeUndefined();
  });
});

describe("mean throughput", () => {
  it("is the area under the staircase over its width, nothing beyond its end", () => {
    expect(meanThroughput(stairs, 100)).toBe((20 * 900 + 30 * 600 + 50 * 200) / 100);
    expect(meanThroughput(stairs, 200)).toBe((20 * 900 + 30 * 600 + 50 * 200) / 200);
    expect(meanThroughput(stairs, 40)).toBe((20 * 900 + 20 * 600) / 40);
    expect(meanThroughput([], 100)).toBe(0);
    expect(meanThroughput(stairs, 0)).toBe(0);
  });

  it("is what the throughput at many speeds averages to", () =>
    fc.assert(
      fc.property(anyPoints, fc.double({min: 1, max: 600, noNaN: true}), (all, upTo) => {
        const front = speedFront(all);
        const steps = 4000;
        let sum = 0;
        for (let i = 0; i < steps; ++i) sum += throughputAt(front, ((i + 0.5) * upTo) / steps);
        const most = front[0]?.tokensPerSecPerGpu ?? 0;
        expect(Math.abs(meanThroughput(front, upTo) - sum / steps)).toBeLessThanOrEqual((2 * most * 41) / steps + 1e-9);
      }),
      {numRuns: 40}
    ));

  it("doubles with throughput, and grows with every better point", () =>
    fc.assert(
      fc.property(anyPoints, anyPoints, (some, more) => {
        const front = speedFront(some);
        const double = front.map((p) => ({...p, tokensPerSecPerGpu: 2 * p.tokensPerSecPerGpu}));
        expect(meanThroughput(double, 300)).toBeCloseTo(2 * meanThroughput(front, 300), 6);
        expect(meanThroughput(speedFront([...some, ...more]), 300)).toBeGreaterThanOrEqual(
          meanThroughput(front, 300) - 1e-9
        );
      })
    ));
});

describe("compared speeds", () => {
  it("are few and round, and hold the target", () => {
    expect(comparedSpeeds([stairs])).toEqual([20, 40, 60, 80, 100]);
    expect(comparedSpeeds([stairs, points([230, 50])])).toEqual([50, 100, 150, 200]);
    expect(comparedSpeeds([stairs], {target: 62.5})).toEqual([20, 40, 62.5, 80, 100]);
    expect(comparedSpeeds([stairs], {target: 300})).toEqual([20, 40, 60, 80, 100]);
    expect(comparedSpeeds([[], []])).toEqual([]);
    expect(comparedSpeeds([points([0.31, 4])])).toEqual([0.1, 0.2, 0.3]);
  });

  it("are at most as many as asked for, ascending, and reached by some front", () =>
    fc.assert(
      fc.property(anyPoints, fc.integer({min: 2, max: 9}), (all, most) => {
        const front = speedFront(all);
        const speeds = comparedSpeeds([front], {most});
        expect(speeds.length).toBeLessThanOrEqual(most);
        expect(speeds).toEqual([...speeds].sort((a, b) => a - b));
        for (const speed of speeds) expect(throughputAt(front, speed)).toBeGreaterThan(0);
        if (front.length > 0) expect(speeds.length).toBeGreaterThan(0);
      })
    ));
});
