import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {data, kneepoint, noData} from "./helpers.js";

const slow = 60_000;
const search = ["default", "--model", "Qwen/Qwen3-32B-FP8", "--total-gpus", "8", "--system", "h200_sxm"];
const without = (args: readonly string[]) => kneepoint(args, {env: noData});

describe("exit codes", {timeout: slow}, () => {
  it.each([
    [["--help"], /usage: kneepoint VERB/],
    [["--version"], /^kneepoint \d+\.\d+\.\d+/],
    [["version"], /^kneepoint \d+/],
    [["default", "--help"], /--total-gpus GPUS/],
    [["estimate", "--help"], /--prefill-workers N/],
    [["support", "--help"], /--all-versions/],
    [["quality", "--help"], /faster than 1\/1\.2/],
    [["batch", "--help"], /no-data/],
    [["import", "--help"], /Parquet/]
  ])("%j prints its text and exits 0", (args, text) => {
    const {status, stdout} = without(args);
    expect(stdout).toMatch(text);
    expect(status).toBe(0);
  });

  it.each([
    [["defualt"], /^unknown verb: defualt; have default, .*did you mean default\?\n$/],
    [[...search, "--tftt", "3"], /^unknown flag: --tftt; default has .*did you mean --ttft\?\n$/],
    [["default", "--total-gpus", "8", "--system", "h200_sxm"], /^missing --model: /],
    [[...search, "--system", "h20_sxm"], /^unknown system: h20_sxm; have .*h200_sxm.*did you mean /],
    [[...search, "--backend", "trt"], /^unknown --backend: trt; have trtllm, sglang, vllm, auto/],
    [
      [...search, "--model", "Qwen/Qwen3-32B-FP9"],
      /^unknown model: Qwen\/Qwen3-32B-FP9; did you mean Qwen\/Qwen3-32B.*have .*DeepSeek/
    ],
    [
      [...search, "--isl", "10", "--prefix", "10"],
      /^invalid --prefix: 10; must be below isl 10, of which it is a part\n$/
    ],
    [["batch", "/nowhere.jsonl"], /^no such file: \/nowhere.jsonl; /],
    [["import"], /^missing DIR/],
    [["import", "/nowhere"], /^no such folder: \/nowhere; /]
  ])("%j is wrong input: one line, exit 2", (args, message) => {
    const {status, stdout, stderr} = without(args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("no verb prints the overview and exits 2", () => {
    const {status, stderr} = without([]);
    expect(stderr).toMatch(/usage: kneepoint VERB/);
    expect(status).toBe(2);
  });
});

describe("with nothing imported", {timeout: slow}, () => {
  it("default by simulation says how far off deployments were that the fit did not see, and of which class", () => {
    const {status, stdout} = without([...search, "--serving-mode", "agg"]);
    expect(stdout).toMatch(/^Errors, at most: throughput ± \d+ % \(half within \d+ %\), .*that the fit did not see/m);
    expect(stdout).toMatch(
      /^Simulated: (calibrated (here|on .* elsewhere) \(trtllm dense.*\d+ measurements\)|uncalib)/m
    );
    expect(status).toBe(0);
  });

  it("default by formula answers from the fitted surfaces, says so, and how far off they are", () => {
    const {status, stdout} = without([...search, "--predictor", "formula"]);
    expect(stdout).toMatch(/^Source: surfaces fitted to measured tables h200_sxm\/trtllm \S+, [\d,]+ rows$/m);
    expect(stdout).toMatch(
      /^Errors, at most: throughput ± (< )?\d+ % \(half within (< )?\d+ %\), .*of operator timings only/m
    );
    expect(stdout).toMatch(/calibrated$/m);
    expect(status).toBe(0);
  });

  it("a serving engine that no surface is fitted to is answered by others and coefficients, loudly", () => {
    const {stdout} = without([...search, "--system", "b60"]);
    expect(stdout).toMatch(
      /^NOT MEASURED: b60\/trtllm is answered by surfaces of vllm and by speed of light times coeff/
    );
  });

  it("a GPU without surfaces is answered by those of another, loudly", () => {
    const {stdout} = without([...search, "--system", "h100_pcie"]);
    expect(stdout).toMatch(/^NOT MEASURED: h100_pcie\/trtllm is carried over from h100_sxm/);
    expect(stdout).toMatch(/^Source: h100_pcie, carried over from surfaces fitted to measured tables h100_sxm/m);
  });

  it("silicon has no answer: exit 1 on the command line, no-data in a batch", () => {
    expect(without([...search, "--database", "silicon"])).toMatchObject({status: 1});
    const line = {kind: "search", model: "Qwen/Qwen3-32B-FP8", system: "h200_sxm", backend: "trtllm", totalGpus: 8};
    const input = `${JSON.stringify({...line, database: "silicon", isl: 100, osl: 10})}\n{"kind":"op"\n{"kind":"pig"}\n`;
    const {status, stdout} = kneepoint(["batch"], {input, env: noData});
    const [first, second, third] = stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as Record<string, string>);
    expect(first.error).toBe("no-data");
    expect(second).toMatchObject({error: "invalid", message: expect.stringMatching(/^line 2: not JSON/)});
    expect(third.message).toMatch(/^line 3: unknown kind: pig; have op, estimate, search/);
    expect(status).toBe(0);
  });

  it("support says that nothing is imported", () => {
    expect(without(["support"])).toMatchObject({status: 0, stdout: expect.stringContaining("No measured tables")});
  });

  it("support still says where a model is answered, and how many GPUs one takes that does not fit", () => {
    const {status, stdout} = without(["support", "--model", "deepseek-ai/DeepSeek-V3"]);
    expect(stdout).toMatch(/^deepseek-ai\/DeepSeek-V3 on 32 GPUs, .*: calibrated on \d+ of \d+ system\/backend pairs/);
    expect(stdout).toMatch(/^h200_sxm +calibrated +calibrated +calibrated$/m);
    expect(stdout).toMatch(/does not fit: needs 64 GPUs per worker \(24 GiB each\)/);
    expect(status).toBe(0);
  });

  it("quality has nothing to judge", () => {
    expect(without(["quality"])).toMatchObject({status: 0, stdout: expect.stringMatching(/^No measured tables/)});
    expect(without(["quality", "--table", "gem"])).toMatchObject({status: 2, stderr: expect.stringContaining("gemm")});
  });

  it("estimate prints operators and memory", () => {
    const {status, stdout} = without([
      "estimate",
      "--model",
      "Qwen/Qwen3-32B-FP8",
      "--system",
      "h200_sxm",
      "--tp",
      "2"
    ]);
    expect(stdout).toMatch(/Memory per GPU: [\d.]+ of 141\.0 GiB/);
    expect(stdout).toMatch(/prefill: [\d.,]+ ms/);
    expect(status).toBe(0);
  });
});

if (!data) console.warn("\n!!! 6 command-line tests NOT RUN: nothing is imported, no ../shared !!!\n");

describe.runIf(data)("with imported tables", {timeout: slow}, () => {
  let dir = "";
  beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "kneepoint-test-"))));
  afterAll(() => rmSync(dir, {recursive: true}));
  const example = [...search, "--total-gpus", "32", "--osl", "500", "--ttft", "300", "--tpot", "10"];

  it("default prints the answer, both fronts and the deployment", () => {
    const {status, stdout} = kneepoint([...example, "--predictor", "formula"]);
    expect(stdout).toContain("32 GPUs = 1 replica of 5 prefill (TP4) + 3 decode (TP4)");
    expect(stdout).toMatch(/● aggregated {3}▲ disaggregated/);
    expect(stdout).toMatch(/Source: measured tables h200_sxm\/trtllm/);
    expect(stdout).not.toContain("\u001b");
    expect(status).toBe(0);
  });

  it("--json and --save-dir hold the same result", () => {
    const {stdout} = kneepoint([...example, "--predictor", "formula", "--json", "--save-dir", dir]);
    const printed = JSON.parse(stdout) as {result: {chosen: string; disagg: {best: unknown[]}}};
    expect(printed.result.chosen).toBe("disagg");
    const [run] = readdirSync(dir);
    expect(run).toMatch(/^Qwen_Qwen3-32B-FP8_isl4000_osl500_ttft300_tpot10_[0-9a-f]{8}$/);
    expect(JSON.parse(readFileSync(join(dir, run, "result.json"), "utf8"))).toEqual(printed);
    const rows = readFileSync(join(dir, run, "disagg/best_config_topn.csv"), "utf8")
      .trim()
      .split("\n");
    expect(rows).toHaveLength(printed.result.disagg.best.length + 1);
    expect(readFileSync(join(dir, run, "agg/pareto.csv"), "utf8")).toMatch(/^model,isl,osl,/);
  });

  it("an unreachable target exits 1 and shows the nearest", () => {
    const {status, stdout} = kneepoint([...example, "--tpot", "0.1"]);
    expect(stdout).toContain("Nothing meets TTFT ≤ 300 ms and TPOT ≤ 0.1 ms");
    expect(status).toBe(1);
  });

  it("support finds a model measured where its tables are", () => {
    const {status, stdout} = kneepoint(["support", "--model", "Qwen/Qwen3-32B-FP8", "--system", "h200_sxm", "--json"]);
    const {places} = JSON.parse(stdout) as {places: {backend: string; agg: {level: string; works: unknown[]}}[]};
    expect(places.find(({backend}) => backend === "trtllm")!.agg).toMatchObject({level: "measured", reason: ""});
    expect(status).toBe(0);
  });

  it("quality names the rows that cannot be, and exits 1", () => {
    const table = ["--system", "h200_sxm", "--backend", "vllm", "--table", "prefill_attention"];
    const {status, stdout} = kneepoint(["quality", ...table, "--backend-version", "0.19.0"]);
    expect(stdout).toMatch(/^1 table, [\d,]+ rows: 4,088 impossibly fast/);
    expect(status).toBe(1);
  });

  it("batch answers a file in order", () => {
    const shared = {kind: "op", system: "h200_sxm", backend: "trtllm", database: "silicon"};
    const gemm = (m: number) => JSON.stringify({...shared, op: "gemm", quant: "fp8_block", m, n: 5120, k: 5120});
    const file = join(dir, "in.jsonl");
    writeFileSync(file, [gemm(8), "nonsense", gemm(8192)].join("\n"));
    const [small, bad, large] = kneepoint(["batch", file])
      .stdout.trim()
      .split("\n")
      .map((line) => JSON.parse(line) as {latencyMs: number; error?: string});
    expect(bad.error).toBe("invalid");
    expect(large.latencyMs).toBeGreaterThan(small.latencyMs);
  });
});
