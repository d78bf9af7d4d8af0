/** What a simulation is made of: numbers drawn, times sorted, counts kept. */
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {distributionOf} from "../../../engine/simulate/distribution.js";
import {drawLengths, meanLength} from "../../../engine/simulate/lengths.js";
import {Histogram, SliceClock, SliceCounts} from "../../../engine/simulate/measure.js";
import {EventHeap} from "../../../engine/simulate/queue.js";
import {exponential, logarithm, Random} from "../../../engine/simulate/random.js";
import {schedulerPolicies, schedulerPolicyOf, vllmSynchronous} from "../../../engine/simulate/policy.js";
import type {Lengths} from "../../../engine/simulate/types.js";

const seeded = {seed: 1};
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: ArrayLike<number>) => {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (x) => (x - middle) ** 2)));
};
const draw = (next: (random: Random) => number, count = 40_000) => {
  const random = new Random(7);
  return Float64Array.from({length: count}, () => next(random));
};

describe("random numbers", () => {
  it("are these, in every engine", () => {
    const random = new Random(1);
    const first = [random.uniform(), random.uniform(), random.normal(), random.exponential(), random.gamma(0.25)];
    const again = new Random(1);
    expect([again.uniform(), again.uniform(), again.normal(), again.exponential(), again.gamma(0.25)]).toEqual(first);
    expect(new Random(2).uniform()).not.toBe(first[0]);
    expect(new Random(1, 1).uniform()).not.toBe(first[0]);
  });

  it("have the mean and deviation that they should", () => {
    const about = (values: Float64Array, expected: [number, number]) => {
      expect(mean(values)).toBeCloseTo(expected[0], 1);
      expect(deviation(values)).toBeCloseTo(expected[1], 1);
    };
    about(
      draw((random) => random.uniform()),
      [0.5, 1 / Math.sqrt(12)]
    );
    about(
      draw((random) => random.normal()),
      [0, 1]
    );
    about(
      draw((random) => random.exponential()),
      [1, 1]
    );
    about(
      draw((random) => random.gamma(4) / 4),
      [1, 0.5]
    );
    about(
      draw((random) => random.gamma(0.25) / 0.25, 200_000),
      [1, 2]
    );
  });

  it("come of a logarithm and an exponential that are right to the last digits", () => {
    fc.assert(
      fc.property(fc.double({min: 1e-300, max: 1e300, noNaN: true}), (x) => {
        expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(x))));
      }),
      seeded
    );
    fc.assert(
      fc.property(fc.double({min: -700, max: 700, noNaN: true}), (x) => {
        expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(2e-15);
      }),
      seeded
    );
    expect([logarithm(0), logarithm(1), exponential(0), exponential(-1000)]).toEqual([-Infinity, 0, 1, 0]);
    expect(logarithm(-1)).toBeNaN();
  });
});

describe("lengths", () => {
  const kinds: [Lengths, number, number][] = [
    [{kind: "fixed", tokens: 500}, 500, 500],
    [{kind: "uniform-ratio", tokens: 1024, ratio: 0.8}, 819, 1024],
    [{kind: "log-normal", mean: 800, coefficientOfVariation: 0.5}, 1, 20_000],
    [{kind: "histogram", bins: [{from: 10, to: 19, weight: 1}, {from: 100, to: 100, weight: 3}]}, 10, 100]
  ]; // prettier-ignore

  it.each(kinds)("%j lie within their bounds, about their mean", (lengths, least, most) => {
    const drawn = drawLengths(lengths, new Random(3), 20_000);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(most);
    expect(mean(drawn) / meanLength(lengths)).toBeCloseTo(1, 1);
  });

  it("reach both ends of a uniform range, as the benchmark's do", () => {
    const drawn = drawLengths({kind: "uniform-ratio", tokens: 10, ratio: 0.8}, new Random(1), 200);
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([8, 9, 10]);
  });

  it("that make no sense are refused in words", () => {
    const refused = (lengths: Lengths) => () => drawLengths(lengths, new Random(1), 1);
    expect(refused({kind: "fixed", tokens: 0})).toThrow("invalid tokens: 0; must be a whole number ≥ 1");
    expect(refused({kind: "uniform-ratio", tokens: 5, ratio: 2})).toThrow("invalid length ratio: 2");
    expect(refused({kind: "log-normal", mean: -1, coefficientOfVariation: 1})).toThrow("invalid mean length: -1");
    expect(refused({kind: "histogram", bins: []})).toThrow("invalid histogram: no weight");
  });
});

describe("distributions", () => {
  it("are those of sorted values, however they crowd", () => {
    const values = fc.array(
      fc.oneof(fc.double({min: 0, max: 1e6, noNaN: true}), fc.constantFrom(0, 1, 1, 1e-9, 1e6, NaN)),
      {minLength: 1, maxLength: 300}
    );
    fc.assert(
      fc.property(values, (values) => {
        const kept = values.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
        const {quantiles, mean: got} = distributionOf(Float64Array.from(values));
        expect(quantiles.length).toBe(Math.min(201, kept.length));
        if (kept.length === 0) return;
        expect(got).toBeCloseTo(mean(kept), 3);
        if (kept.length <= 201) quantiles.forEach((x, i) => expect(x).toBeCloseTo(kept[i], 6));
        expect([quantiles[0], quantiles.at(-1)]).toEqual([kept[0], kept.at(-1)]);
      }),
      seeded
    );
  });

  it("weigh values that stand for several", () => {
    const {mean: got, p50} = distributionOf(Float64Array.of(100, 1, 2, 50), {from: 1, to: 3, weight: 8});
    expect(got).toBeCloseTo((100 + 8 * 3 + 50) / 18, 12);
    expect(p50).toBeLessThan(3);
  });
});

describe("counts", () => {
  it("of gaps keep total and mean, whether a stretch is added at once or step by step", () => {
    const stretch = fc.record({
      value: fc.double({min: 0.01, max: 1e4, noNaN: true}),
      slope: fc.double({min: -1e-5, max: 0.5, noNaN: true}),
      count: fc.integer({min: 1, max: 500})
    });
    fc.assert(
      fc.property(fc.array(stretch, {minLength: 1, maxLength: 5}), (stretches) => {
        const [once, each] = [new Histogram(), new Histogram()];
        for (const {value, slope, count} of stretches) {
          once.addRun(value, slope, count, 3);
          for (let i = 0; i < count; ++i) each.add(value + slope * i, 3);
        }
        expect(once.total).toBeCloseTo(each.total, 6);
        expect(once.mean / each.mean).toBeCloseTo(1, 9);
        const shares = Float64Array.of(0, 0.5, 1);
        once.quantiles(shares).forEach((x, i) => expect(x / each.quantiles(shares)[i]).toBeCloseTo(1, 1));
      }),
      seeded
    );
  });

  it("over time have the same area however often slices pair up", () => {
    const spans = fc.array(
      fc.tuple(fc.double({min: 0, max: 1e5, noNaN: true}), fc.double({min: 0, max: 1e5, noNaN: true})),
      {
        minLength: 1
      }
    );
    fc.assert(
      fc.property(spans, (spans) => {
        const counts = new SliceCounts(new SliceClock());
        let area = 0;
        for (const [from, span] of spans) {
          counts.change(from, 1);
          counts.change(from + span, -1);
          counts.spread(from, from + span, 2 * span);
          area += 3 * span;
        }
        expect(Math.abs(counts.area() - area)).toBeLessThan(1e-6 * (1 + area));
      }),
      seeded
    );
  });

  it("of events come out by time, those of one time by number", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 0, max: 5}), {maxLength: 60}), (times) => {
        const heap = new EventHeap(times.length);
        times.forEach((ms, i) => heap.push(ms, i));
        const order = times.map(() => heap.pop());
        expect(order).toEqual(times.map((_, i) => i).sort((a, b) => times[a] - times[b] || a - b));
      }),
      seeded
    );
  });
});

describe("policies", () => {
  it("are told by release", () => {
    expect(schedulerPolicyOf("vllm", "0.11.0")).toBe(vllmSynchronous);
    expect(schedulerPolicyOf("vllm", "v0.14.1")).toBe(schedulerPolicies.vllm);
    expect(schedulerPolicyOf("vllm")).toBe(schedulerPolicies.vllm);
    expect(schedulerPolicyOf("sglang", "0.5.1")).toBe(schedulerPolicies.sglang);
  });

  it("say what they describe and where that is documented", () => {
    for (const {describes, sources} of Object.values(schedulerPolicies)) {
      expect(describes).toMatch(/\d\.\d/);
      expect(sources.every((source) => source.startsWith("https://"))).toBe(true);
    }
  });
});
