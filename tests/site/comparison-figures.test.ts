/** What the compare page tells of several fronts: figures, sentences, lines on paper, files. */
import {describe, expect, it} from "vitest";
import {readFileSync} from "node:fs";
import {resolve} from "node:path";
import {csvParse} from "d3";
import {plainVariant} from "../../src/components/comparison.js";
import type {Comparison} from "../../src/components/comparison.js";
import type {Entry, EntryPoint} from "../../src/components/comparison-entry.js";
import {entriesOf} from "../../src/components/comparison-entry.js";
import {comparedTable, targetSpeed} from "../../src/components/comparison-figures.js";
import {comparisonCsv, comparisonJson} from "../../src/components/comparison-csv.js";
import {sentenceParts} from "../../src/components/comparison-sentence.js";
import {readSavedCsv, savedFront, savedSentence} from "../../src/components/csv-front.js";
import {placeLabels} from "../../src/components/label-place.js";
import {defaults} from "../../src/components/question.js";
import {seriesPath} from "../../src/components/series-mark.js";
import {stepRuns} from "../../src/components/step-run.js";
import {aggColumns, disaggColumns} from "../../src/cli/csv.js";

const point = (user: number, gpu: number, mode: "agg" | "disagg" = "agg"): EntryPoint => ({
  mode,
  tokensPerSecPerUser: user,
  tokensPerSecPerGpu: gpu,
  ttftMs: 100,
  tpotMs: 1000 / user,
  requestLatencyMs: 1000,
  deployment: "8 replicas of TP4",
  sentence: "TP4",
  pick: "agg:tp4@1"
});
const entry = (slot: number, name: string, front: EntryPoint[], more: Partial<Entry> = {}): Entry => ({
  slot,
  name,
  differs: "",
  hidden: false,
  question: defaults,
  front,
  modes: [{mode: "agg", front}],
  best: front.find(({tokensPerSecPerUser}) => tokensPerSecPerUser >= 100) ?? null,
  isWaiting: false,
  ...more
});
const comparison: Comparison = {
  base: defaults,
  variants: [plainVariant, plainVariant, plainVariant],
  against: 0,
  drawn: "best"
};

const h200 = entry(0, "H200", [point(50, 600), point(120, 400)]);
const b200 = entry(1, "B200", [point(60, 1200), point(200, 840)]);
const slow = entry(2, "L40S", [point(80, 100)]);
const said = (entries: Entry[], against = 0, target: number | null = 100) =>
  sentenceParts(comparison, entries, comparedTable(entries, against, target ?? undefined))
    .map((part) => (typeof part === "string" ? part : part.bold))
    .join("");

describe("the table", () => {
  const {speeds, rows, upTo, target} = comparedTable([h200, b200, slow], 0, 100);

  it("compares at round speeds and at the target", () => {
    expect(speeds).toEqual([50, 100, 150, 200]);
    expect(target).toBe(100);
    expect(upTo).toBe(200);
    expect(rows.map(({at}) => at.map(({value}) => value))).toEqual([
      [600, 400, null, null],
      [1200, 840, 840, 840],
      [100, null, null, null]
    ]);
  });

  it("holds every figure against the baseline's, where both have one", () => {
    const changes = rows.map(({at}) => at.map(({change}) => change && Number(change.toFixed(4))));
    expect(changes).toEqual([
      [0, 0, null, null],
      [1, 1.1, null, null],
      [-0.8333, null, null, null]
    ]);
    expect(rows[0].mean).toEqual({value: (50 * 600 + 70 * 400) / 200, change: 0});
    expect(rows[1].mean.change).toBeCloseTo((60 * 1200 + 140 * 840) / (50 * 600 + 70 * 400) - 1, 12);
    expect(rows.map(({best}) => best.value)).toEqual([400, 840, null]);
  });

  it("leaves out what is hidden or without an answer, and finds another baseline then", () => {
    const hidden = {...h200, hidden: true};
    const waiting = entry(2, "C", [], {isWaiting: true, modes: []});
    const table = comparedTable([hidden, b200, waiting], 0, 100);
    expect(table.rows.map(({entry}) => entry.name)).toEqual(["B200"]);
    expect(table.baseline?.entry.name).toBe("B200");
    expect(comparedTable([waiting], 0, 100)).toMatchObject({speeds: [], rows: [], upTo: 0, baseline: undefined});
  });

  it("has the target of a TPOT, not of a whole request or of what may be missed", () => {
    expect(targetSpeed(defaults)).toBe(100);
    expect(targetSpeed({...defaults, requestLatencyMs: 4000})).toBeUndefined();
    expect(targetSpeed({...defaults, requestLatencyMs: 4000, besides: true})).toBe(100);
    expect(targetSpeed({...defaults, soft: "ttft,tpot"})).toBeUndefined();
  });
});

describe("the sentence", () => {
  it("says how many times the baseline's throughput the others have", () => {
    expect(said([h200, b200, slow])).toBe(
      "B200 serves 2.1 × the tokens/s/GPU of H200 at 100 tokens/s/user; L40S serves a user at most 80 tokens/s. " +
        "Over all speeds, B200 serves 3.27 × as much as H200."
    );
    expect(said([h200, b200], 1)).toBe(
      "H200 serves 0.476 × the tokens/s/GPU of B200 at 100 tokens/s/user. " +
        "Over all speeds, B200 serves the most; H200 comes to 0.306 × of it."
    );
  });

  it("tells the best of many one by one, and the rest as a range", () => {
    const others = [900, 800, 700, 300, 200].map((gpu, i) => entry(i + 1, `S${i + 1}`, [point(200, gpu)]));
    expect(said([h200, ...others])).toMatch(
      /^S1 serves 2\.25 × .* at 100 tokens\/s\/user; S2 2 ×; S3 1\.75 ×; the other 2 between 0\.5 and 0\.75 ×\. /
    );
  });

  it("says so where the baseline, or all of them, are too slow", () => {
    expect(said([slow, b200], 2)).toMatch(/^L40S serves a user at most 80 tokens\/s; at 100, B200 serves 840/);
    expect(said([h200, slow], 0, 300)).toMatch(/^No search serves a user 300 tokens\/s\. Over all speeds/);
    expect(said([h200, b200], 0, null)).toMatch(/^Over all speeds, B200 serves 3/);
  });

  it("tells what there is, and what to do next, where there is less", () => {
    const waiting = entry(0, "A", [], {isWaiting: true, modes: []});
    const failed = entry(0, "A", [], {error: "no tables", modes: []});
    expect(said([])).toMatch(/^Nothing to compare yet/);
    expect(said([{...h200, hidden: true}])).toMatch(/^Every search is hidden/);
    expect(said([waiting])).toBe("Searching …");
    expect(said([failed])).toMatch(/^None of the searches could be asked/);
    expect(said([entry(0, "A", [], {modes: []})])).toBe("No search has a deployment with TTFT ≤ 300 ms.");
    expect(said([b200])).toBe(
      "B200 serves 840 tokens/s/GPU at 100 tokens/s/user. Add another search to compare it with."
    );
  });
});

describe("files of it", () => {
  const table = comparedTable([h200, b200, slow], 0, 100);

  it("hold a row a search, with units in the names", () => {
    const rows = csvParse(comparisonCsv(table));
    expect(
      rows.map((row) => [row.search, row.baseline, row.tokens_per_s_per_gpu_at_100_tokens_per_s_per_user])
    ).toEqual([
      ["H200", "1", "400"],
      ["B200", "0", "840"],
      ["L40S", "0", ""]
    ]);
    expect(rows[1].change_at_100).toBe(String(840 / 400 - 1));
    expect(comparisonCsv({...table, rows: []})).toBe("\n");
  });

  it("hold questions, fronts and differences at full precision", () => {
    const whole = JSON.parse(comparisonJson(comparison, table)) as {searches: {name: string; modes: unknown[]}[]};
    expect(whole).toMatchObject({base: {isl: 4000}, tokensPerSecPerUser: [50, 100, 150, 200], baseline: "H200"});
    expect(whole.searches.map(({name, modes}) => [name, modes.length])).toEqual([["H200", 1], ["B200", 1], ["L40S", 1]]); // prettier-ignore
  });
});

describe("a saved CSV", () => {
  const agg = `${aggColumns.join(",")}\n${aggColumns.map((name) => ({ttft: "250", tpot: "8", "tokens/s/user": "125", "tokens/s/gpu": "500", "tokens/s/gpu_cluster": "480", parallel: "tp4pp1", bs: "16", model: "m", system: "h200_sxm", isl: "4000", osl: "500"})[name] ?? "1").join(",")}\n`; // prettier-ignore

  it("as the command line writes it is a front of its mode", () => {
    const front = readSavedCsv(agg, "pareto.csv");
    expect(front).toMatchObject({name: "pareto", about: "m on h200_sxm, 4000 in, 500 out"});
    expect(front.points).toEqual([
      {mode: "agg", tokensPerSecPerUser: 125, tokensPerSecPerGpu: 480, ttftMs: 250, tpotMs: 8, requestLatencyMs: 1, words: "tp4pp1, batch 16"}
    ]); // prettier-ignore
    expect(savedSentence(front.points[0])).toBe("tp4pp1, batch 16: 480 tokens/s/GPU, 125 tokens/s/user, TTFT 250 ms");
    const disagg = `${disaggColumns.join(",")}\n${disaggColumns.map(() => "1").join(",")}\n`;
    expect(readSavedCsv(disagg, "p.csv").points[0]).toMatchObject({
      mode: "disagg",
      words: "1 prefill (1) + 1 decode (1), batch 1"
    });
  });

  it("may be the reference's, or the page's own", () => {
    const reference = readSavedCsv("tokens/s/user,tokens/s/gpu\n10,20\n20,10\n30,10\n", "r.csv");
    expect(savedFront(reference).map(({tokensPerSecPerUser}) => tokensPerSecPerUser)).toEqual([10, 30]);
    const own = readSavedCsv("mode,tokens_per_s_per_user,tokens_per_s_per_gpu\r\ndisagg,10,20\r\n", "own.csv");
    expect(own.points[0]).toMatchObject({mode: "disagg", tokensPerSecPerGpu: 20, ttftMs: undefined});
    expect(savedFront(own, "agg")).toEqual([]);
  });

  it("that is none says where and why", () => {
    const wrong = (text: string) => () => readSavedCsv(text, "x.csv");
    expect(wrong("")).toThrow("x.csv: empty; drop a pareto.csv with a line of column names");
    expect(wrong("a,b\n1,2\n")).toThrow("x.csv:1: no column tokens/s/user, tokens/s/gpu_cluster; has a, b");
    expect(wrong("tokens/s/user,tokens/s/gpu\n")).toThrow("x.csv:2: no rows below the column names; nothing to draw");
    expect(wrong("tokens/s/user,tokens/s/gpu\n1,2\n3,many\n")).toThrow(
      "x.csv:3: tokens/s/gpu, column 2, is many; must be a number ≥ 0"
    );
    expect(wrong("tokens/s/user,tokens/s/gpu\n1,2\n\n3\n")).toThrow(
      "x.csv:4: 1 cells; must be 2, as many as there are column names"
    );
    expect(wrong("tokens/s/user,tokens/s/gpu\n1,\n")).toThrow("x.csv:2: tokens/s/gpu, column 2, is empty");
  });

  it("is an entry beside the searches, judged by what it says", () => {
    const file = {...readSavedCsv("tokens/s/user,tokens/s/gpu,ttft,tpot\n125,400,250,8\n60,900,250,16\n90,700,900,9\n", "p.csv"), hidden: false}; // prettier-ignore
    const [first, dropped] = entriesOf({...comparison, variants: [plainVariant]}, [undefined], [file], []);
    expect(first).toMatchObject({isWaiting: true, front: [], best: null});
    expect(dropped).toMatchObject({slot: 1, name: "p", isWaiting: false});
    expect(dropped.question).toBeUndefined();
    expect(dropped.front).toHaveLength(3);
    expect(dropped.best?.tokensPerSecPerGpu).toBe(400);
  });
});

describe("lines on paper", () => {
  it("are staircases, cut where the mode changes", () => {
    const runs = stepRuns([point(20, 90), point(50, 60), point(100, 20, "disagg")], 0);
    expect(runs.map(({mode, corners}) => [mode, corners.map(({x, y}) => [x, y])])).toEqual([
      ["agg", [[0, 90], [20, 90], [20, 60], [50, 60], [50, 20]]],
      ["disagg", [[50, 20], [100, 20]]]
    ]); // prettier-ignore
    expect(stepRuns([])).toEqual([]);
    expect(stepRuns([point(20, 90)])[0].corners).toEqual([{x: 20, y: 90}, {x: 20, y: 90}]); // prettier-ignore
  });

  it("have names beside them that cover no others, and as little else as can be", () => {
    const area = {width: 300, height: 200, lineHeight: 14};
    const [a, b] = placeLabels(
      [{spots: [[100, 100]], width: 50}, {spots: [[100, 100]], width: 50}],
      [[100, 100]],
      area
    ); // prettier-ignore
    expect(a).toBeDefined();
    expect(b).toBeDefined();
    expect(Math.abs(a!.y - b!.y) >= 14 || Math.abs(a!.x - b!.x) >= 50).toBe(true);
    const wall = Array.from({length: 300 * 200}, (_, i) => [i % 300, Math.floor(i / 300)] as const);
    const [over] = placeLabels(
      [{spots: [[100, 100]], width: 50}],
      wall.filter(([, y]) => y > 90),
      area
    );
    expect(over!.y).toBeLessThan(100);
    expect(placeLabels([{spots: [[100, 100]], width: 50}], wall, area)[0]).toBeDefined();
    expect(placeLabels([{spots: [[290, 100]], width: 400}], [], area)).toEqual([undefined]);
  });

  it("have shapes of their own", () => {
    const paths = Array.from({length: 8}, (_, slot) => seriesPath(slot, 4));
    expect(new Set(paths).size).toBe(8);
    for (const path of paths) expect(path).toMatch(/^M[-\d. ]+[LA]/);
  });
});

describe("colours of searches", () => {
  const css = readFileSync(resolve(import.meta.dirname, "../../src/styles/compare.css"), "utf8");
  const scale = (text: string) => [...text.matchAll(/--kp-series-\d: (#[0-9a-f]{6})/g)].map(([, color]) => color);
  const [light, dark] = [scale(css.slice(0, css.indexOf("@media"))), scale(css.slice(css.indexOf("@media")))];
  const linear = (color: string) =>
    [1, 3, 5].map((at) => {
      const value = parseInt(color.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
  type Matrix = readonly (readonly number[])[];
  const times = (matrix: Matrix, vector: readonly number[]) =>
    matrix.map((row) =>
      Math.min(
        1,
        Math.max(
          0,
          row.reduce((sum, each, i) => sum + each * vector[i], 0)
        )
      )
    );
  /** Machado, Oliveira and Fernandes 2009, severity 1: protanopia, deuteranopia, tritanopia. */
  const visions: Matrix[] = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
  ]; // prettier-ignore
  const oklab = (rgb: readonly number[]) => {
    const lms = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]].map((row) => Math.cbrt(row.reduce((sum, each, i) => sum + each * rgb[i], 0))); // prettier-ignore
    return [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]].map((row) => row.reduce((sum, each, i) => sum + each * lms[i], 0)); // prettier-ignore
  };
  const luminance = (color: string) => {
    const [r, g, b] = linear(color);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it.each([
    ["light", light, "#ffffff"],
    ["dark", dark, "#141a22"]
  ] as const)("are told apart with every kind of colour vision, and from the card: %s", (_, colors, card) => {
    expect(colors).toHaveLength(8);
    for (const color of colors) expect(contrast(color, card), color).toBeGreaterThanOrEqual(3);
    for (const vision of visions)
      colors.forEach((a, i) =>
        colors.slice(0, i).forEach((b) => {
          const [p, q] = [a, b].map((color) => oklab(times(vision, linear(color))));
          expect(Math.hypot(...p.map((value, k) => value - q[k])), `${a} ${b}`).toBeGreaterThan(0.08);
        })
      );
  });
});
