import {describe, expect, it} from "vitest";
import {UtilCloud} from "../../engine/empirical.js";

describe("utilisation of the nearest points", () => {
  const cloud = new UtilCloud([
    {at: [1, 1], util: 0.1},
    {at: [100, 1], util: 0.4},
    {at: [1, 100], util: 0.9}
  ]);

  it("is the point's own where it was measured", () => expect(cloud.util([100, 1])).toBe(0.4));

  it("is the mean of the two nearest by inverse distance, in scaled logarithms", () => {
    // A third of the way from the first point to the second.
    expect(cloud.util([100 ** (1 / 3), 1])).toBeCloseTo(0.2, 9);
  });

  it("is clamped to what was measured", () => expect(cloud.util([1e9, 0.001])).toBe(0.4));

  it("of nothing is nothing", () => expect(new UtilCloud([]).util([])).toBeNaN());

  it("of a single point is that point's everywhere", () => {
    const one = new UtilCloud([{at: [8, 64], util: 0.3}]);
    expect(one.util([8, 64])).toBe(0.3);
    expect(one.util([1e6, 1])).toBe(0.3);
  });

  it("does not notice an axis along which nothing was measured", () => {
    const flat = new UtilCloud([
      {at: [1, 7], util: 0.2},
      {at: [16, 7], util: 0.6}
    ]);
    expect(flat.util([4, 7])).toBeCloseTo(0.4, 12);
    expect(flat.util([2, 7])).toBeCloseTo((0.2 * 4 + 0.6 * (4 / 3)) / (4 + 4 / 3), 12);
  });

  it("takes the first of two points in the same place", () => {
    const twice = new UtilCloud([
      {at: [4], util: 0.2},
      {at: [4], util: 0.6}
    ]);
    expect(twice.util([4])).toBe(0.2);
  });
});
