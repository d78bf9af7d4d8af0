import {expect, test} from "vitest";
import {numberCoordinates, type SourceRows} from "../../data-loaders/coordinate.js";
import {gemmSiteOrder, mergeRows, type Contribution} from "../../data-loaders/merge.js";

/** Rows of [x, y, latency] of one kernel each. */
function rows(cells: [x: number, y: number, ms: number, kernel?: string][]): SourceRows {
  const names = [...new Set(cells.map(([, , , kernel = "k"]) => kernel))];
  return {
    columns: [Float64Array.from(cells, ([x]) => x), Float64Array.from(cells, ([, y]) => y)],
    latencyMs: Float64Array.from(cells, ([, , ms]) => ms),
    kernel: {codes: Int32Array.from(cells, ([, , , kernel = "k"]) => names.indexOf(kernel)), names}
  };
}

/** `x,y=ms` in order of coordinates. */
function merged(files: SourceRows[], contributions: Contribution[]): string {
  const coordinates = numberCoordinates(files, 2);
  const {contributionOf, rowOf} = mergeRows(files, coordinates, contributions);
  const [x, y] = coordinates.values;
  const lines = Array.from(contributionOf, (c, id) =>
    c < 0 ? "" : `${x[id]},${y[id]}=${files[contributions[c].file].latencyMs[rowOf[id]]}`
  );
  return lines.filter(Boolean).join(" ");
}

const own = rows([
  [1, 2, 10],
  [1, 1, 20],
  [1, 2, 30]
]);
const donor = rows([
  [1, 2, 99],
  [2, 1, 40, "a"],
  [3, 1, 50, "b"]
]);

test("the first row of a file wins, or the last where said", () => {
  expect(merged([own], [{file: 0, duplicates: "first"}])).toBe("1,1=20 1,2=10");
  expect(merged([own], [{file: 0, duplicates: "last"}])).toBe("1,1=20 1,2=30");
});

test("an earlier source wins over a later one, also where the last row of a file wins", () => {
  const contributions = [
    {file: 0, duplicates: "last"},
    {file: 1, duplicates: "last"}
  ] as const;
  expect(merged([own, donor], [...contributions])).toBe("1,1=20 1,2=30 2,1=40 3,1=50");
});

test("only rows of the named kernels are borrowed", () => {
  const kernels = new Set(["b"]);
  expect(
    merged(
      [own, donor],
      [
        {file: 0, duplicates: "first"},
        {file: 1, duplicates: "first", kernels}
      ]
    )
  ).toBe("1,1=20 1,2=10 3,1=50");
});

test("repeated rows are counted per source", () => {
  const coordinates = numberCoordinates([own, donor], 2);
  const both: Contribution[] = [
    {file: 0, duplicates: "first"},
    {file: 1, duplicates: "first"}
  ];
  expect(mergeRows([own, donor], coordinates, both).repeated).toEqual([1, 0]);
});

test("coordinates are numbered left to right, numbers by size and text by name", () => {
  const text: SourceRows = {
    columns: [{codes: Int32Array.of(0, 1, 0), names: ["b", "a"]}, Float64Array.of(10, 9, 9)],
    latencyMs: Float64Array.of(1, 2, 3),
    kernel: {codes: new Int32Array(3), names: ["k"]}
  };
  const {idsOf, values} = numberCoordinates([text], 2);
  expect([...idsOf[0]]).toEqual([2, 0, 1]);
  expect(values.map((column) => [...column])).toEqual([
    ["a", "b", "b"],
    [9, 9, 10]
  ]);
});

test("coordinates stay apart where their mixed radix exceeds 2 ** 53", () => {
  const column = Float64Array.from({length: 2000}, (_, i) => i);
  const wide: SourceRows = {
    columns: Array.from({length: 6}, () => column),
    latencyMs: column,
    kernel: {codes: new Int32Array(2000), names: ["k"]}
  };
  const {count, idsOf} = numberCoordinates([wide], 6);
  expect(count).toBe(2000);
  expect([...idsOf[0]]).toEqual([...column]);
});

test("gemm sites come in the order of a walk by first-seen m, then n, then k", () => {
  const met = [
    [8, 64, 32],
    [4, 16, 32],
    [8, 16, 64],
    [8, 64, 16],
    [4, 64, 32]
  ] as const;
  expect(gemmSiteOrder(met)).toEqual([
    [64, 32],
    [64, 16],
    [16, 64],
    [16, 32]
  ]);
});
