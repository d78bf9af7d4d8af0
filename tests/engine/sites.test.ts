import {beforeEach, describe, expect, it} from "vitest";
import {Sites} from "../../engine/sites.js";
import {rank, trace} from "../../engine/trace.js";

const flops = (m: number, n: number, k: number) => m * n * k;

/** Sites from [n, k, m, latency], in order. */
function sites(rows: number[][], roofline = flops): Sites {
  const column = (i: number) => rows.map((row) => row[i]);
  return new Sites(column(0), column(1), column(2), column(3), roofline);
}

/** A site whose kernel reaches `util` of the roofline at every m. */
const site = (n: number, k: number, util: number, ms = [1, 2, 4, 8]) => ms.map((m) => [n, k, m, flops(m, n, k) / util]);

beforeEach(() => void (trace.rank = rank.measured));

describe("a measured site", () => {
  const own = sites([
    [4, 4, 1, 100],
    [4, 4, 2, 200],
    [4, 4, 4, 500],
    [4, 4, 8, 1000]
  ]);
  const curve = own.curve(4, 4);

  it("gives measured points, and lines between them", () => {
    expect(curve(2)).toBe(200);
    expect(trace.rank).toBe(rank.measured);
    expect(curve(3)).toBe(350);
    expect(trace.rank).toBe(rank.interpolated);
  });

  it("holds the median utilisation of the last three points beyond its sweep", () => {
    // Utilisations 0.16, 0.128, 0.128: the median is 0.128.
    expect(curve(16)).toBeCloseTo((16 * 16) / 0.128, 9);
    expect(trace.rank).toBe(rank.extrapolated);
    const falling = sites([0.9, 0.5, 0.2, 0.4].map((util, i) => [4, 4, 2 ** i, (16 * 2 ** i) / util]));
    expect(falling.curve(4, 4)(16)).toBeCloseTo((16 * 16) / 0.4, 9);
    expect(falling.curve(4, 4)(0.5)).toBeCloseTo((0.5 * 16) / 0.5, 9);
  });

  it("holds the mean of the middle two of an even number", () => {
    const two = sites([
      [4, 4, 1, 100],
      [4, 4, 2, 100]
    ]);
    expect(two.curve(4, 4)(4)).toBeCloseTo(64 / 0.24, 9);
  });

  it("holds the median utilisation of the first three points below its sweep", () => {
    const late = sites([
      [4, 4, 8, 128 / 0.1],
      [4, 4, 16, 256 / 0.3],
      [4, 4, 32, 512 / 0.2],
      [4, 4, 64, 1024 / 0.9]
    ]);
    expect(late.curve(4, 4)(2)).toBeCloseTo(32 / 0.2, 9);
    expect(late.curve(4, 4)(128)).toBeCloseTo(2048 / 0.3, 9);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it("of one point holds its utilisation on both sides", () => {
    const curve = sites([[4, 4, 8, 256]]).curve(4, 4);
    expect([4, 8, 16].map(curve)).toEqual([128, 256, 512]);
  });

  it("is raised to the roofline", () => {
    expect(sites([[4, 4, 2, 1]]).curve(4, 4)(2)).toBe(32);
  });
});

describe("between sites", () => {
  it("takes the utilisation of the four nearest, by the inverse square of their distance in octaves", () => {
    const utils = [0.1, 0.2, 0.3, 0.4, 0.9];
    const places = [[16, 16], [32, 16], [16, 32], [32, 32], [64, 64]]; // prettier-ignore
    const many = sites(places.flatMap(([n, k], i) => site(n, k, utils[i])));
    const [n, k] = [20, 24];
    const near = places
      .map(([sn, sk], i) => ({d: Math.hypot(Math.log2(sn / n), Math.log2(sk / k)), util: utils[i]}))
      .sort((a, b) => a.d - b.d)
      .slice(0, 4);
    const weight = near.map(({d}) => 1 / (d * d + 1e-12));
    const util = near.reduce((sum, s, i) => sum + s.util * weight[i], 0) / weight.reduce((a, b) => a + b, 0);
    expect(many.curve(n, k)(4)).toBeCloseTo(flops(4, n, k) / util, 6);
    expect(trace.rank).toBe(rank.interpolated);
  });

  it("gives ties to the site seen first", () => {
    const tied = [[16, 64], [64, 16], [16, 16], [64, 64], [32, 128]]; // prettier-ignore
    // Five sites, four places: (32, 32) is √2 octaves from the first four and 2 from the last.
    const utils = [0.1, 0.2, 0.3, 0.4, 1];
    const all = sites(tied.flatMap(([n, k], i) => site(n, k, utils[i])));
    expect(all.curve(32, 32)(4)).toBeCloseTo(flops(4, 32, 32) / 0.25, 6);
    const first = sites([...site(16, 16, 0.5), ...site(64, 64, 0.5), ...site(16, 64, 0.5), ...site(64, 16, 0.5), ...site(8, 32, 0.1)]); // prettier-ignore
    expect(first.curve(32, 32)(4)).toBeCloseTo(flops(4, 32, 32) / 0.5, 6);
  });

  it("of equally near sites at the cut takes those seen first", () => {
    // One site is an octave away, four are √2 octaves: the last of them is left out.
    const places = [[16, 16], [64, 16], [32, 64], [16, 64], [64, 64]]; // prettier-ignore
    const utils = [0.2, 0.4, 0.6, 0.8, 0.1];
    const weights = [1 / 2, 1 / 2, 1, 1 / 2];
    const util = weights.reduce((sum, w, i) => sum + w * utils[i], 0) / 2.5;
    const all = sites(places.flatMap(([n, k], i) => site(n, k, utils[i])));
    expect(all.curve(32, 32)(4)).toBeCloseTo(flops(4, 32, 32) / util, 6);
  });

  it("prefers sites whose sweep reaches m, and does without when none does", () => {
    const short = [...site(32, 32, 0.1, [1, 2]), ...site(64, 64, 0.5, [1, 2, 4, 8])];
    expect(sites(short).curve(40, 40)(8)).toBeCloseTo(flops(8, 40, 40) / 0.5, 6);
    const none = sites([...site(32, 32, 0.25, [1, 2, 4]), ...site(64, 64, 0.25, [1, 2, 4])]);
    expect(none.curve(40, 40)(64)).toBeCloseTo(flops(64, 40, 40) / 0.25, 6);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it("ends two octaves away, however few sites are nearer", () => {
    const some = sites([...site(64, 64, 0.5), ...site(16, 16, 0.1)]);
    // From (96, 64) the second site is 3.3 octaves away.
    expect(some.curve(96, 64)(4)).toBeCloseTo(flops(4, 96, 64) / 0.5, 6);
    expect(sites(site(64, 64, 0.5)).curve(256, 64)(4)).toBeCloseTo(flops(4, 256, 64) / 0.5, 6);
    expect(trace.rank).toBe(rank.interpolated);
    expect(sites([...site(64, 64, 0.5), ...site(2048, 64, 0.5)]).curve(260, 64)(4)).toBeNaN();
  });

  it("goes without a near site that does not reach m when a far one does", () => {
    const near = site(64, 64, 0.1, [1, 2]);
    const far = site(1024, 1024, 0.5);
    // The far site alone reaches 8, and the shape is no larger than it on either axis.
    expect(sites([...near, ...far]).curve(80, 80)(8)).toBeNaN();
    expect(sites([...near, ...far]).curve(80, 80)(2)).toBeCloseTo(flops(2, 80, 80) / 0.1, 6);
  });

  it("leaves out a neighbour without a speed of light", () => {
    const blind = (m: number, n: number, k: number) => (n === 32 ? 0 : flops(m, n, k));
    expect(sites([...site(32, 32, 0.1), ...site(64, 64, 0.5)], blind).curve(40, 40)(4)).toBeCloseTo(
      flops(4, 40, 40) / 0.5,
      6
    );
  });

  it("misses when every site is more than two octaves away", () => {
    const corner = sites([...site(16, 16, 0.5), ...site(1024, 1024, 0.5)]);
    expect(corner.curve(128, 128)(4)).toBeNaN();
  });
});

describe("beyond the largest site", () => {
  const wall = sites([...site(64, 64, 0.5), ...site(256, 64, 0.5), ...site(256, 256, 0.5)]);

  it("answers a shape that is larger on one axis only, within reach", () => {
    expect(wall.curve(256 * 4.5, 200)(4)).toBeCloseTo(flops(4, 256 * 4.5, 200) / 0.5, 6);
    expect(trace.rank).toBe(rank.extrapolated);
  });

  it.each([
    ["farther than two and a half octaves", 256 * 6, 200],
    ["on both axes", 256 * 4.5, 256 * 4.5],
    ["while below the smallest on the other", 256 * 4.5, 30]
  ])("misses %s", (_, n, k) => expect(wall.curve(n, k)(4)).toBeNaN());

  it("needs one site that is near on the other axis", () => {
    const thin = sites([...site(1024, 16, 0.5), ...site(16, 1024, 0.5)]);
    expect(thin.curve(1024 * 4.5, 20)(4)).toBeCloseTo(flops(4, 1024 * 4.5, 20) / 0.5, 6);
    expect(thin.curve(1024 * 4.5, 128)(4)).toBeNaN();
  });

  it.each([
    ["n", 256 * 4.5, 200],
    ["k", 200, 256 * 4.5]
  ])("answers as well along %s", (_, n, k) => {
    const square = sites([...site(64, 64, 0.5), ...site(256, 256, 0.5)]);
    expect(square.curve(n, k)(4)).toBeCloseTo(flops(4, n, k) / 0.5, 6);
  });
});

describe("all points", () => {
  it("are visited site by site", () => {
    const rows = [[4, 8, 1, 100], [4, 8, 2, 200], [8, 4, 1, 300]]; // prettier-ignore
    const seen: number[][] = [];
    const all = sites(rows);
    all.forEach((m, n, k, ms) => seen.push([n, k, m, ms]));
    expect(seen).toEqual(rows);
    expect(all.size).toBe(3);
  });
});
