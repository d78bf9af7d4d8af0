import {beforeEach, describe, expect, it} from "vitest";
import {Grid} from "../../engine/grid.js";
import {rank, trace} from "../../engine/trace.js";

/** Columns from rows, for the eye. */
function grid(rows: number[][]): Grid {
  return new Grid(rows[0].map((_, column) => rows.map((row) => row[column])));
}

/** A roofline that is the product of the coordinates. */
const product = (a: number, b = 1, c = 1, d = 1) => (a || 1) * (b || 1) * (c || 1) * (d || 1);
const one = (a: number) => a;

beforeEach(() => void (trace.rank = rank.measured));

describe("a curve", () => {
  const curve = grid([
    [1, 10],
    [2, 12],
    [4, 20]
  ]);

  it("gives a measured point as it stands", () => {
    expect(curve.lookup(2, 0, 0, 0, one)).toBe(12);
    expect(trace.rank).toBe(rank.measured);
  });

  it("blends linearly between two points", () => {
    expect(curve.lookup(3, 0, 0, 0, one)).toBe(16);
    expect(curve.lookup(2.5, 0, 0, 0, one)).toBe(14);
    expect(trace.rank).toBe(rank.interpolated);
  });

  it("holds the utilisation of the nearer end outside", () => {
    expect(curve.lookup(8, 0, 0, 0, one)).toBe(40);
    expect(curve.lookup(0.5, 0, 0, 0, one)).toBe(5);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it("takes the first of rows with equal coordinates, in any order of rows", () => {
    const shuffled = grid([
      [4, 20],
      [1, 10],
      [4, 99],
      [2, 12],
      [1, 99]
    ]);
    expect([1, 2, 4].map((m) => shuffled.lookup(m, 0, 0, 0, one))).toEqual([10, 12, 20]);
    expect(shuffled.size).toBe(3);
  });

  it("raises points below a floor and leaves the others", () => {
    const floored = grid([
      [1, 10],
      [2, 12]
    ]).floorAt((a) => 11 * a);
    expect(floored.lookup(1, 0, 0, 0, one)).toBe(11);
    expect(floored.lookup(2, 0, 0, 0, one)).toBe(22);
  });
});

describe("a grid of two axes", () => {
  const plane = grid([
    [1, 1, 1],
    [1, 3, 9],
    [3, 1, 25],
    [3, 3, 49]
  ]);

  it("collapses an axis that is hit exactly", () => {
    expect(plane.lookup(1, 2, 0, 0, product)).toBe(5);
    expect(plane.lookup(2, 3, 0, 0, product)).toBe(29);
  });

  it("blends all four corners", () => {
    expect(plane.lookup(2, 2, 0, 0, product)).toBe((5 + 37) / 2);
  });

  it("blends the square root along the axis that asks for it", () => {
    expect(plane.lookup(1, 2, 0, 0, product, 1)).toBe(4);
    expect(plane.lookup(2, 3, 0, 0, product, 0)).toBe(25);
  });

  it("carries the utilisation of the only branch that reaches the query", () => {
    const ragged = grid([
      [1, 1, 10],
      [1, 8, 80],
      [4, 1, 40]
    ]);
    // Only key 1 of the first axis reaches 4 on the second: 10 + (80 − 10) · 3/7, twice the work at 2.
    expect(ragged.lookup(2, 4, 0, 0, product)).toBeCloseTo((10 + (70 * 3) / 7) * 2, 12);
    expect(trace.rank).toBe(rank.extrapolated);
  });
});

describe("outside a grid of three axes", () => {
  const rows = [1, 2, 4].flatMap((a) =>
    [1, 4, 16].flatMap((b) => [1, 8].map((c) => [a, b, c, product(a, b, c) * (1 + a / 10 + b / 100 + c / 1000)]))
  );
  const cube = grid(rows);

  /** Every leaf, no index: method.md §5.1. */
  function brute(query: number[]): number {
    const leaves = rows.map((row) => ({
      d: Math.hypot(...query.map((q, i) => Math.log2(q) - Math.log2(row[i]))),
      util: product(row[0], row[1], row[2]) / row[3]
    }));
    leaves.sort((x, y) => x.d - y.d);
    const radius = leaves[4].d;
    const weights = leaves.slice(0, 4).map(({d}) => (Math.max(0, radius - d) / (radius * d + 1e-12)) ** 2);
    const sum = weights.reduce((a, b) => a + b, 0);
    const util = weights.reduce((total, w, i) => total + w * leaves[i].util, 0) / sum;
    return product(query[0], query[1], query[2]) / util;
  }

  it.each([[[16, 3, 5]], [[5, 40, 9]], [[1, 1, 100]], [[0.3, 0.2, 0.1]]])(
    "holds the utilisation of the four nearest leaves at %j",
    (query) => {
      expect(cube.lookup(query[0], query[1], query[2], 0, product)).toBeCloseTo(brute(query), 9);
      expect(trace.rank).toBe(rank.extrapolated);
    }
  );

  it("passes over leaves without a latency", () => {
    const holed = grid([
      [1, 4, 8],
      [1, 8, 0],
      [1, 16, 64]
    ]);
    expect(holed.lookup(2, 8, 0, 0, product)).toBeCloseTo(16 / 0.375, 9);
  });

  it("takes what leaves there are when fewer than five", () => {
    const two = grid([
      [1, 4, 8],
      [1, 16, 64]
    ]);
    // Equally far in octaves: utilisations 0.5 and 0.25 count the same.
    expect(two.lookup(2, 8, 0, 0, product)).toBeCloseTo(16 / 0.375, 9);
  });
});

describe("outside in special places", () => {
  it("carries utilisation from either side, whichever branch reaches", () => {
    const ragged = grid([
      [1, 1, 10],
      [4, 1, 40],
      [4, 8, 320]
    ]);
    // Only key 4 reaches 2 on the second axis: 40 + 280 / 7, half the work at 2.
    expect(ragged.lookup(2, 2, 0, 0, product)).toBeCloseTo((40 + 280 / 7) / 2, 12);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it("keeps the value of the only branch where there is no roofline to carry", () => {
    const ragged = grid([
      [1, 1, 10],
      [1, 8, 80],
      [4, 1, 40]
    ]);
    expect(ragged.lookup(2, 4, 0, 0, () => 0)).toBeCloseTo(10 + (70 * 3) / 7, 12);
  });

  it("does not call the next look-up extrapolated", () => {
    const ragged = grid([
      [1, 1, 10],
      [1, 8, 80],
      [4, 1, 40]
    ]);
    ragged.lookup(2, 4, 0, 0, product);
    trace.rank = rank.measured;
    ragged.lookup(2, 1, 0, 0, product);
    expect(trace.rank).toBe(rank.interpolated);
    ragged.lookup(9, 9, 0, 0, product);
    trace.rank = rank.measured;
    expect(ragged.lookup(1, 8, 0, 0, product)).toBe(80);
    expect(trace.rank).toBe(rank.measured);
  });

  it("holds when no branch reaches the query", () => {
    const steps = grid([
      [1, 1, 2],
      [1, 2, 4],
      [4, 1, 8],
      [4, 2, 16]
    ]);
    // Utilisation is ½ everywhere, so whichever leaves are taken the answer is twice the roofline.
    expect(steps.lookup(2, 16, 0, 0, product)).toBeCloseTo(64, 9);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it("leaves that took no time have no say in a hold", () => {
    const some = grid([
      [1, 1, 0],
      [1, 2, 0],
      [2, 1, 4],
      [2, 2, 8]
    ]);
    expect(some.lookup(1, 64, 0, 0, product)).toBeCloseTo(128, 9);
  });

  it("counts leaves equally when the fifth is as far as the four", () => {
    // Eight leaves, each two octaves from (16, 0.5, 2, 2): the radius leaves no weight to any.
    const ring = [8, 32].flatMap((a) =>
      [1, 4].flatMap((c) => [1, 4].map((d) => [a, 1, c, d, 2 * product(a, 1, c, d)]))
    );
    expect(grid(ring).lookup(16, 0.5, 2, 2, product)).toBeCloseTo(64, 9);
  });
});

describe("a grid of four axes", () => {
  const values = [1, 3];
  const rows = values.flatMap((a) =>
    values.flatMap((b) => values.flatMap((c) => values.map((d) => [a, b, c, d, 1000 * a + 100 * b + 10 * c + d])))
  );

  it("gives every leaf, and blends sixteen", () => {
    const four = grid(rows);
    for (const [a, b, c, d, ms] of rows) expect(four.lookup(a, b, c, d, product)).toBe(ms);
    expect(four.lookup(2, 2, 2, 2, product)).toBe(2222);
    expect(four.lookup(1, 2.5, 3, 1.5, product)).toBe(1000 + 250 + 30 + 1.5);
  });

  it("visits every leaf once, in order", () => {
    const seen: number[][] = [];
    const four = grid([...rows].reverse());
    four.forEach((a, b, c, d, leaf) => seen.push([a, b, c, d, four.latencyMs[leaf]]));
    expect(seen).toEqual(rows);
  });
});
