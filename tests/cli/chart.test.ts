import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeEach, describe, expect, it} from "vitest";
import type {SearchResult} from "../../engine/result.js";
import {bestOf} from "../../src/chart/front-picture.js";
import {chartNames, type ChartName} from "../../src/chart/names.js";
import {themes} from "../../src/chart/paint.js";
import {command, goodYaml, question, small} from "./in-process.js";

const scratch = mkdtempSync(join(tmpdir(), "kneepoint-chart-"));
afterAll(() => rmSync(scratch, {recursive: true}));
let at = 0;
let svgFile = "";
beforeEach(() => void (svgFile = join(scratch, `${++at}.svg`)));

const targets = ["--total-gpus", "8", "--ttft", "500", "--tpot", "20"] as const;
const withoutSystem = small.filter((word) => word !== "--system" && word !== "h200_sxm");

/** What each needs besides the question. */
const needs: Record<ChartName, readonly string[]> = {
  frontier: question,
  breakdown: question,
  memory: question,
  compare: [...withoutSystem, ...targets, "--systems", "h100_sxm,h200_sxm"],
  cost: [...question, "--gpu-hour-price", "h200_sxm=3.5", "--currency", "$"]
};

/** What the picture says, from top to bottom. */
const textsOf = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, words]) => words);

describe("kneepoint chart", {timeout: 60_000}, () => {
  it.each(chartNames)("draws %s with its finding, what was asked, its source and its units", async (name) => {
    const {status, stderr, stdout} = await command("chart", name, ...needs[name], "-o", svgFile);
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
    const svg = readFileSync(svgFile, "utf8");
    const words = textsOf(svg).join(" ");
    expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|var\(/);
    expect(words).toContain("Qwen/Qwen3-8B");
    expect(words).toMatch(/Source: .*h200_sxm/);
    expect(words).toMatch(/\((tokens\/s\/GPU|GiB|\$)\)| ms · /);
  });

  it.each(["formula", "simulation"])("shows the figures of the same question's plan, by %s", async (predictor) => {
    const flags = ["--predictor", predictor, "--serving-mode", "agg"];
    const asked = await command("default", ...question, ...flags, "--json");
    const {result} = JSON.parse(asked.stdout) as {result: SearchResult};
    const best = bestOf(result)!;
    const figure = best.tokensPerSecPerGpuCluster.toLocaleString("en", {maximumFractionDigits: 0});
    const {stdout} = await command("chart", "frontier", ...question, ...flags);
    expect(textsOf(stdout).join(" ")).toContain(`${figure} tokens/s/GPU`);
    if (predictor === "simulation") return;
    const unsaid = await command("chart", "frontier", ...question, "--serving-mode", "agg");
    expect(unsaid.stdout).toBe(stdout);
  });

  it("puts all operators of a step into its breakdown", async () => {
    const {stdout} = await command("chart", "breakdown", ...question);
    const shares = textsOf(stdout).flatMap((words) => / · (?:< )?(\d+) %$/.exec(words)?.[1] ?? []);
    const sum = shares.reduce((total, share) => total + Number(share), 0);
    const steps = textsOf(stdout).filter((words) => /step: |^prefill: |^decode: /.test(words)).length;
    expect(steps).toBeGreaterThan(0);
    expect(Math.abs(sum - 100 * steps)).toBeLessThan(5 * steps);
  });

  it("draws other plans by their number", async () => {
    const [first, third] = await Promise.all([
      command("chart", "memory", ...question),
      command("chart", "memory", ...question, "--plan", "3")
    ]);
    expect(third.status).toBe(0);
    expect(third.stdout).not.toBe(first.stdout);
  });

  it("writes a PNG of the size asked for, twice as fine, in the dark", async () => {
    const file = join(scratch, "dark.png");
    const size = ["--width", "640", "--height", "480"];
    await command("chart", "frontier", ...question, ...size, "--theme", "dark", "--out", file);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 960]);
    const {stdout} = await command("chart", "frontier", ...question, "--theme", "dark");
    expect(stdout).toContain(themes.dark.card);
    expect(stdout).not.toContain(`fill="${themes.light.card}"`);
  });

  it("compares every combination, and the experiments of a file", async () => {
    const lists = ["--systems", "h100_sxm,h200_sxm", "--backends", "trtllm,vllm"];
    const combined = await command("chart", "compare", ...withoutSystem, ...targets, ...lists);
    for (const gpu of ["H100 SXM", "H200 SXM"])
      for (const engine of ["TensorRT-LLM", "vLLM"])
        expect(textsOf(combined.stdout).join("\n")).toContain(`${gpu}, ${engine}`);
    const yaml = join(scratch, "experiments.yaml");
    writeFileSync(yaml, goodYaml);
    const {status, stdout} = await command("chart", "compare", "--yaml", yaml, "--only", "agg,disagg");
    expect(status).toBe(0);
    expect(textsOf(stdout)).toEqual(expect.arrayContaining(["agg", "disagg"]));
  });

  it("lies by request latency where that is the target, and by what is asked for", async () => {
    const asked = [...small, "--total-gpus", "8"];
    const byTarget = await command("chart", "frontier", ...asked, "--request-latency", "5000");
    expect(textsOf(byTarget.stdout)).toContain("request latency (ms)");
    const byTtft = await command("chart", "frontier", ...question, "--axis", "ttft", "--log");
    expect(textsOf(byTtft.stdout)).toContain("time to first token (ms)");
  });

  it("says so where nothing meets the targets, and still shows the nearest plan", async () => {
    const impossible = [...small, "--total-gpus", "8", "--ttft", "1", "--tpot", "1"];
    const front = await command("chart", "frontier", ...impossible);
    expect(front.status).toBe(1);
    expect(textsOf(front.stdout)).toContain("Nothing meets the targets");
    const memory = await command("chart", "memory", ...impossible);
    expect(memory.status).toBe(1);
    expect(textsOf(memory.stdout).join(" ")).toContain("the nearest to the targets");
  });

  it.each([
    [["chart"], "missing CHART: not given; name one of frontier, breakdown, memory, compare, cost"],
    [["chart", "fronteer", ...question], "unknown chart: fronteer"],
    [["chart", "frontier", ...question, "-o", "front.gif"], "invalid --out: front.gif; must end in .svg or .png"],
    [["chart", "cost", ...question], "missing price: none given"],
    [["chart", "memory", ...question, "--log"], "no effect: --log on memory; it is for frontier, compare, cost"],
    [["chart", "compare", ...question], "nothing to compare: one line only"]
  ])("refuses %j", async (args, message) => {
    const {status, stderr, stdout} = await command(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("says which folder takes no file", async () => {
    const out = join(scratch, "taken.svg", "chart.svg");
    writeFileSync(join(scratch, "taken.svg"), "");
    const {status, stderr} = await command("chart", "frontier", ...question, "-o", out);
    expect(status).toBe(73);
    expect(stderr).toContain("a file stands where a folder should be");
    expect(existsSync(out)).toBe(false);
  });
});
