import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import type {MissesWhy, PlanWhy, Sensitivity} from "../../engine/index.js";
import type {Plan, SearchResult} from "../../engine/result.js";
import type {TaskConfig} from "../../src/task/index.js";
import {command, mixedYaml, question, small} from "./in-process.js";

const json = async <T>(...args: string[]) => JSON.parse((await command(...args, "--json")).stdout) as T;
interface Answer {
  problem: TaskConfig & {platforms: {backend: string}[]};
  result: SearchResult;
  sentence: string;
  misses?: MissesWhy[];
}
const best = ({result}: Answer) => result[result.chosen!]!.best[0];

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "kneepoint-asking-"));
  writeFileSync(join(dir, "mixed.yaml"), mixedYaml);
});
afterAll(() => rmSync(dir, {recursive: true}));

describe("kneepoint default", {timeout: 60_000}, () => {
  it("takes underscores and the reference's names for the same question", async () => {
    const reference = [
      "--model_path",
      "Qwen/Qwen3-8B",
      "--total_gpus",
      "8",
      "--system_name",
      "h200_sxm",
      "--isl",
      "1000"
    ];
    const more = ["--osl=200", "--ttft", "500", "--tpot", "20", "--backend-name", "trtllm", "--top_n", "3"];
    const [own, theirs] = [
      await json<Answer>("default", ...question, "--top-n", "3"),
      await json<Answer>("default", ...reference, ...more)
    ];
    expect(theirs).toEqual(own);
  });

  it("--serving-mode searches one mode alone", async () => {
    const {result} = await json<Answer>("default", ...question, "--serving-mode", "agg");
    expect(result.agg!.best.length).toBeGreaterThan(0);
    expect(result.disagg).toBeNull();
  });

  it("sizes and batches can be set, of each role", async () => {
    const sizes = [
      "--agg-tp",
      "2",
      "--decode-tp-candidates",
      "1,2",
      "--decode-batch-sizes",
      "4,8",
      "--prefill-workers",
      "1,2"
    ];
    const {result} = await json<Answer>("default", ...question, ...sizes);
    expect(new Set(result.agg!.best.map(({agg}) => agg!.parallel.tp))).toEqual(new Set([2]));
    for (const {prefill, decode} of result.disagg!.best) {
      expect([1, 2]).toContain(decode!.parallel.tp);
      expect([1, 2]).toContain(prefill!.workers);
      expect(decode!.batchPerRank).toBeLessThanOrEqual(8);
    }
  });

  it("prices give every plan a cost, and the objective cost the cheapest one", async () => {
    const {result} = await json<Answer>(
      "default",
      ...question,
      "--gpu-hour-price",
      "h200_sxm=4",
      "--objective",
      "cost"
    );
    for (const {figures, gpusUsed} of result.agg!.best) expect(figures!.costPerHour).toBeCloseTo(4 * gpusUsed, 9);
    const costs = result.agg!.best.map(({figures}) => figures!.costPerMillionTokens!);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  });

  it("a soft goal takes from the score of plans that miss it, a hard one drops them", async () => {
    const soft = await json<Answer>("default", ...small, "--total-gpus", "8", "--tpot", "20", "--soft", "ttft=20:0.5");
    expect(best(soft).figures!.penalty).toBeGreaterThan(0);
    expect(soft.problem.preferences.objective).toBe("score");
    const hard = await json<Answer>("default", ...question, "--hard", "tokens_per_s_per_user=120");
    const all = [...hard.result.agg!.best, ...hard.result.disagg!.best];
    expect(all.length).toBeGreaterThan(0);
    for (const plan of all) expect(plan.tokensPerSecPerUser).toBeGreaterThanOrEqual(120);
  });

  it("--backend auto tries every engine and keeps the best of them", async () => {
    const auto = await json<Answer & {bySearch: Record<string, SearchResult>}>(
      "default",
      ...question,
      "--backend",
      "auto"
    );
    const rates = Object.values(auto.bySearch).flatMap(
      (each) => each[each.chosen!]?.best[0].tokensPerSecPerGpuCluster ?? []
    );
    expect(Object.keys(auto.bySearch)).toHaveLength(6);
    expect(best(auto).tokensPerSecPerGpuCluster).toBe(Math.max(...rates));
  });

  it("an empty result says what would admit a plan, and exits 1", async () => {
    const {status, stdout} = await command("default", ...question, "--ttft", "1");
    expect(stdout).toMatch(/None of [\d,]+ candidates keeps every limit\./);
    expect(stdout).toMatch(/TTFT ≤ [\d.]+ ms would admit \d+ candidates?/);
    expect(status).toBe(1);
  });

  it("--strict-sla offers nothing that misses a target, where otherwise the nearest plan is", async () => {
    const missed = [...question, "--ttft", "1"];
    const [loose, strict] = [
      await json<Answer>("default", ...missed),
      await json<Answer>("default", ...missed, "--strict-sla")
    ];
    expect([loose.result.agg!.nearest?.mode, strict.result.agg!.nearest]).toEqual(["agg", null]);
    expect(strict.result.agg!.best).toEqual([]);
    expect((await command("default", ...missed, "--strict-sla")).stdout).not.toMatch(/nearest agg|Nearest agg/);
  });

  it.each([
    [["--objective", "cost"], /gpu.hour.price/i],
    [["--soft", "ttft"], /^invalid --soft: ttft; must be METRIC=VALUE/],
    [["--hard", "ttft=1:2"], /^invalid --hard: ttft=1:2; must be METRIC=VALUE/],
    [["--soft", "tftt=3"], /^unknown metric of --soft: tftt; have ttft, .*did you mean ttft\?/],
    [["--soft", "ttft=3", "--hard", "ttft=4"], /^invalid goals: ttft is given twice/],
    [["--gpu-hour-price", "3.5"], /^invalid --gpu-hour-price: 3\.5; must be SYSTEM=PRICE/],
    [["--gpu-hour-price", "b200_sxm=3"], /no effect: .*b200_sxm/],
    [["--agg-tp", "0"], /^invalid --agg-tp-candidates: 0; must be whole numbers/],
    [["--serving-mode", "agg", "--decode-system", "h100_sxm"], /no effect: --decode-system/],
    [["--image-size", "big"], /^invalid --image-size: big/],
    [["--nextn-accept-rates", "2"], /--nextn-accept-rates: .*2/]
  ])("%j is wrong input: exit 2", async (flags, message) => {
    const {status, stdout, stderr} = await command("default", ...question, ...flags);
    expect(stderr).toMatch(message);
    expect({status, stdout}).toEqual({status: 2, stdout: ""});
  });
});

describe("kneepoint recommend", {timeout: 60_000}, () => {
  const asked = [...small, "--ttft", "500", "--tpot", "20"];

  it("finds the fewest GPUs of all plans, enough replicas for the rate and one fewer too few", async () => {
    const answer = await json<Answer>("recommend", ...asked, "--target-request-rate", "100");
    const plan = best(answer);
    const {replicas, gpus, capped} = plan.figures!.sizing!;
    expect(replicas * plan.requestsPerSec).toBeGreaterThanOrEqual(100);
    expect((replicas - 1) * plan.requestsPerSec).toBeLessThan(100);
    const others = [...answer.result.agg!.best, ...answer.result.disagg!.best].map(
      ({figures}) => figures!.sizing!.gpus
    );
    expect(gpus).toBe(Math.min(...others));
    expect(capped).toBe(false);
    expect(answer.sentence).toMatch(new RegExp(`^${gpus} GPUs? serve 100 requests/s: ${replicas} replicas? of `));
  });

  it("says what the GPUs there are serve of a load that is too large, which is an answer", async () => {
    const flags = ["--target-concurrency", "100000", "--max-gpus", "8"];
    const answer = await json<Answer>("recommend", ...asked, ...flags);
    const {capped, gpus, loadServed} = best(answer).figures!.sizing!;
    expect({capped, gpus}).toEqual({capped: true, gpus: 8});
    expect(loadServed).toBeLessThan(1);
    const {status, stdout} = await command("recommend", ...asked, ...flags);
    expect(stdout).toMatch(
      /^8 GPUs do not suffice: 8 GPUs serve [\d.]+ % of 100,000 requests in flight: .*; all of it takes [\d,]+ GPUs/m
    );
    expect(status).toBe(0);
  });

  it.each([
    [[], /^missing load: not given; give --target-request-rate or --target-concurrency/],
    [["--target-request-rate", "0"], /--target-request-rate: 0/],
    [["--target-request-rate", "1", "--target-concurrency", "1"], /target.request.rate/]
  ])("%j is wrong input: exit 2", async (flags, message) => {
    const {status, stderr} = await command("recommend", ...asked, ...flags);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe("kneepoint explain", {timeout: 60_000}, () => {
  it("says for any value which layer set it, in which line, and what it replaced", async () => {
    const file = join(dir, "mixed.yaml");
    const {stdout} = await command("explain", "ttft", "--yaml", file, "--experiment", "agg");
    expect(stdout).toMatch(/^ttft = 500 ms, set by YAML \(.*mixed\.yaml:9:\d+\), instead of 1000 \(base\)\n$/);
    const over = await command("explain", "ttft", "--yaml", file, "--experiment", "agg", "--ttft", "700");
    expect(over.stdout).toMatch(/^ttft = 700 ms, set by command line, instead of 500 \(YAML\), 1000 \(base\)\n$/);
  });

  it("lists all layers and values without a search", async () => {
    const {layers, values} = await json<{layers: {name: string}[]; values: {key: string; origin: {layer: string}}[]}>(
      "explain",
      ...question,
      "--layers"
    );
    expect(layers.map(({name}) => name)).toEqual(["base", "agg", "disagg", "trtllm", "command line"]);
    expect(values.find(({key}) => key === "isl")!.origin.layer).toBe("command line");
    expect(values.find(({key}) => key === "top_n")!.origin.layer).toBe("base");
  });

  it("explains the plan that was asked for: its time adds up, and its neighbours are there", async () => {
    const of = ["--plan-mode", "agg", "--plan", "2"];
    const {plan, why} = await json<{plan: Plan; why: PlanWhy}>("explain", ...question, ...of);
    const {result} = await json<Answer>("default", ...question);
    expect(plan).toEqual(result.agg!.best[1]);
    expect(why.time.ttft.groups.reduce((sum, {share}) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(why.neighbours.length).toBeGreaterThan(2);
    const {stdout} = await command("explain", ...question, ...of);
    expect(stdout).toMatch(/^Why: aggregated, /m);
    expect(stdout).toMatch(/^Next to it$/m);
  });

  it.each([
    [["sil"], /^unknown key of this task: sil; .*did you mean isl\?/],
    [["--plan", "99"], /^invalid --plan: 99; there are \d+, from 1/],
    [["--experiment", "agg"], /^no effect: --experiment; it needs --yaml/]
  ])("%j is wrong input: exit 2", async (flags, message) => {
    const {status, stderr} = await command("explain", ...question, ...flags);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe("kneepoint sensitivity", {timeout: 60_000}, () => {
  it("lists what was asked, largest effect first, by the change asked for", async () => {
    const flags = ["--inputs", "isl,tpot,memoryBandwidth", "--change", "20"];
    const {result} = await json<{result: Sensitivity}>("sensitivity", ...question, ...flags);
    expect(result.share).toBe(0.2);
    expect(new Set(result.rows.map(({input}) => input))).toEqual(new Set(["isl", "tpot", "memoryBandwidth"]));
    const effects = result.rows.map(({effect}) => effect);
    expect(effects).toEqual([...effects].sort((a, b) => b - a));
    expect(result.rows.find(({input}) => input === "isl")!.up!.value).toBe(1200);
  });

  it("prints a table whose first line is the largest effect", async () => {
    const {status, stdout} = await command("sensitivity", ...question, "--inputs", "isl,ttft");
    expect(stdout).toMatch(/tokens\/s\/GPU: .+ moves it most, by /);
    expect(stdout).toMatch(/^input +now +−10 % +\+10 %/m);
    expect(status).toBe(0);
  });

  it("unknown inputs get the list", async () => {
    const {status, stderr} = await command("sensitivity", ...question, "--inputs", "isll");
    expect(stderr).toMatch(/^unknown --inputs: isll; have isl, .*did you mean isl\?/);
    expect(status).toBe(2);
  });
});
