import {beforeEach, describe, expect, it} from "vitest";
import {Curves} from "../../../engine/interpolation/curves.js";
import {Votes} from "../../../engine/interpolation/votes.js";
import type {CurveScheme} from "../../../engine/interpolation/curves.js";
import {rank, trace} from "../../../engine/trace.js";

/** One coordinate places a site; its work is that number times x, all of it bytes. */
const scheme: CurveScheme = {
  work: (site, x) => ({memoryMs: site[0] * x, computeMs: 0}),
  place: (site) => [Math.log2(site[0]) / 4],
  growth: "linear",
  correlation: "matern",
  nugget: 0.01,
  sites: 4,
  window: 2
};

/** Curves from [site, x, latency]. */
function curves(rows: number[][], more: Partial<CurveScheme> = {}): Curves {
  const column = (i: number) => rows.map((row) => row[i]);
  return new Curves([column(0)], column(1), column(2), {...scheme, ...more});
}

/** Sites 1, 2, 4, 8, 16 at x = 1 … 16: an overhead of 5 and three times the work, slower by a factor `at` each. */
const measuredMs = (site: number, x: number) => 5 + 3 * site * x;
const sites = [1, 2, 4, 8, 16];
const xs = [1, 2, 4, 8, 16];
const whole = sites.flatMap((site) => xs.map((x) => [site, x, measuredMs(site, x)]));

beforeEach(() => void (trace.rank = rank.measured));

describe("measured points", () => {
  it.each(["linear", "power", "steps"] as const)("stand as they are where growth is %s", (growth) => {
    const table = curves(whole, {growth});
    for (const [site, x, ms] of whole) expect(table.curve([site])(x)).toBe(ms);
    expect(trace.rank).toBe(rank.measured);
  });

  it("count once, the first of equal ones", () => {
    const twice = curves([...whole, [4, 4, 1e6]]);
    expect(twice.curve([4])(4)).toBe(measuredMs(4, 4));
  });

  it("are told from what lies between them", () => {
    const table = curves(whole);
    expect([table.has([4]), table.has([3]), table.has([64]), table.isKey(8), table.isKey(3)]).toEqual(
      [true, false, false, true, false] // prettier-ignore
    );
  });
});

describe("a site's own hole", () => {
  /** At x = 4 every site but site 4 takes half as long again: a jump that is common to all. */
  const jump = (site: number, x: number) => measuredMs(site, x) * (x === 4 ? 1.5 : 1);

  it("is filled with what its neighbours show there, not bridged", () => {
    const rows = sites.flatMap((site) => xs.map((x) => [site, x, jump(site, x)]));
    const holed = curves(rows.filter(([site, x]) => site !== 4 || x !== 4));
    const truth = jump(4, 4);
    const bridged = (measuredMs(4, 2) + measuredMs(4, 8)) / 2;
    const answer = holed.curve([4])(4);
    expect(trace.rank).toBe(rank.interpolated);
    expect(Math.abs(answer / truth - 1)).toBeLessThan(0.05);
    expect(Math.abs(bridged / truth - 1)).toBeGreaterThan(0.15);
  });

  it("is bridged by its own curve where nobody else can say", () => {
    const alone = curves([[4, 2, 20], [4, 8, 80], [4, 16, 160]]); // prettier-ignore
    // 2 → 20 and 8 → 80: at 4 a third of the way. The knot lies at √(2 · 8) = 4.
    expect(alone.curve([4])(4)).toBeCloseTo(20 + (60 * 2) / 6, 9);
    expect(trace.rank).toBe(rank.interpolated);
  });

  it("is not torn by one wild neighbour", () => {
    const wild = whole.map(([site, x, ms]) => [site, x, site === 2 && x === 4 ? 10 * ms : ms]);
    const holed = curves(wild.filter(([site, x]) => site !== 4 || x !== 4));
    expect(holed.curve([4])(4) / measuredMs(4, 4)).toBeCloseTo(1, 1);
  });
});

describe("a site that was not measured", () => {
  it("lies between its neighbours", () => {
    const table = curves(whole);
    expect(table.curve([3])(4) / measuredMs(3, 4)).toBeCloseTo(1, 2);
    expect(trace.rank).toBe(rank.interpolated);
  });

  it("beyond the largest keeps what neighbours show over the baseline, and says so", () => {
    const table = curves(whole);
    expect(table.curve([64])(4) / measuredMs(64, 4)).toBeCloseTo(1, 1);
    expect(trace.rank).toBe(rank.extrapolated);
  });
});

describe("beyond the last x", () => {
  it("holds the end of the curve over the baseline, overhead included", () => {
    const table = curves(whole);
    // Holding utilisation would quadruple the latency of site 1 from 53 to 212; the overhead does not grow.
    expect(table.curve([1])(64) / measuredMs(1, 64)).toBeCloseTo(1, 2);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it("answers below the first x as well", () => {
    const table = curves(whole.filter(([, x]) => x >= 4));
    expect(table.curve([8])(1) / measuredMs(8, 1)).toBeCloseTo(1, 1);
    expect(trace.rank).toBe(rank.extrapolated);
  });
});

describe("steps", () => {
  const tiles = [16, 32, 48, 64, 65, 80, 96, 112, 128, 129];
  const steep = (site: number, x: number) => site * Math.ceil(x / 64) * 10;

  it("are taken where the table's own points show them", () => {
    const rows = [1, 2, 4, 8].flatMap((site) => tiles.map((x) => [site, x, steep(site, x)]));
    const table = curves(rows, {growth: "steps"});
    // 65 … 128 are one tile of 64: 100 costs what 96 and 112 do, and 70 what 80 does, not a blend of 64 and 80.
    expect(table.curve([4])(100)).toBeCloseTo(80, 0);
    expect(table.curve([4])(70)).toBeCloseTo(80, 0);
  });

  it("keep x in whole vectors apart from other x when the table does", () => {
    const quick = [32, 48, 64, 80, 96, 112, 128];
    const rows = [1, 2, 4, 8].flatMap(
      (site) =>
      quick.flatMap((x) => [[site, x, site * x], [site, x + 1, 3 * site * x]]) // prettier-ignore
    );
    const table = curves(rows, {growth: "steps"});
    expect(table.curve([4])(100)).toBeLessThan(1.2 * 400);
    expect(table.curve([4])(101)).toBeGreaterThan(2.5 * 400);
  });
});

describe("beyond the last x", () => {
  // Latency x² over work x: the baseline is a multiple of x, and every doubling of x doubles latency over baseline.
  const square = [1, 2, 4].map((x) => [1, x, x * x]);

  it("latency over baseline is held", () => {
    // 16 · 8 / 4 and 16 · 16 / 4.
    expect(curves(square).curve([1])(8)).toBeCloseTo(32, 9);
    expect(curves(square).curve([1])(16)).toBeCloseTo(64, 9);
  });

  it("or goes on by a share of its last slope, for one step at most", () => {
    const curve = curves(square, {trend: 0.5}).curve([1]);
    expect(curve(8)).toBeCloseTo(32 * Math.SQRT2, 9);
    expect(curve(16)).toBeCloseTo(64 * Math.SQRT2, 9);
    // Half of a step: half of half of a doubling.
    expect(curve(4 * Math.SQRT2)).toBeCloseTo(4 * 4 * Math.SQRT2 * 2 ** 0.25, 9);
  });

  it("is the own end's where that is wanted, not the neighbours' jump", () => {
    // Site 4 ends at 4; all others are twice as slow at 16.
    const rows = whole.map(([site, x, ms]) => [site, x, x === 16 ? 2 * ms : ms]);
    const cut = rows.filter(([site, x]) => site !== 4 || x <= 4);
    const truth = measuredMs(4, 16);
    expect(curves(cut).curve([4])(16) / truth).toBeGreaterThan(1.7);
    expect(curves(cut, {ownEnd: true}).curve([4])(16) / truth).toBeLessThan(1.3);
  });
});

describe("the weighted median", () => {
  it("is the value that half of the weight does not exceed", () => {
    const median = (values: number[], weights: number[]) => {
      const votes = new Votes(3);
      values.forEach((value, i) => votes.add(value, weights[i]));
      return votes.median();
    };
    expect(median([3, 1, 2], [1, 1, 1])).toBe(2);
    expect(median([3, 1, 2], [5, 1, 1])).toBe(3);
    expect(median([], [])).toBeNaN();
  });
});
