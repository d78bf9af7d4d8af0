import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, relative} from "node:path";
import {afterAll, describe, expect, test} from "vitest";
import {parse} from "yaml";
import {command, question, small} from "./in-process.js";

const dir = mkdtempSync(join(tmpdir(), "kneepoint-generate-"));
afterAll(() => rmSync(dir, {recursive: true}));

const explicit = [
  "generate",
  ...small,
  "--backend",
  "vllm",
  "--prefill",
  "tp=1,workers=4",
  "--decode",
  "tp=4,batch=128"
];

/** Every file below a folder with its text, by path. */
function treeOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path).replaceAll("\\", "/"), readFileSync(path, "utf8")])
  );
}

describe("generate from sizes", () => {
  test("lists the files without writing any", async () => {
    const {status, stdout} = await command(...explicit);
    expect(status).toBe(0);
    expect(stdout).toContain("4 prefill (1 GPU) + 1 decode (4 GPUs) on 8 GPUs of 1 node");
    for (const file of [
      "disagg/node_0_run.sh",
      "disagg/k8s_deploy.yaml",
      "disagg/kubernetes.yaml",
      "disagg/llm-d-values.yaml"
    ])
      expect(stdout).toContain(`  ${file}\n`);
    expect(stdout).toContain("--save-dir DIR writes them");
  });

  test("writes them below top1, refuses to overwrite, and does with --force", async () => {
    const out = join(dir, "explicit");
    expect((await command(...explicit, "--save-dir", out)).status).toBe(0);
    const files = treeOf(out);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["top1/README.md", "top1/disagg/node_0_run.sh"]));
    const again = await command(...explicit, "--save-dir", out);
    expect([again.status, again.stderr]).toEqual([73, `already there: ${join(out, "top1")}; --force overwrites it\n`]);
    expect((await command(...explicit, "--save-dir", out, "--force")).status).toBe(0);
    expect(treeOf(out)).toEqual(files);
  });

  test("writes the same again from generator_config.yaml, byte for byte", async () => {
    const [one, two] = [join(dir, "one"), join(dir, "two")];
    await command(...explicit, "--save-dir", one, "--target", "dynamo,benchmark", "--set", "max_num_tokens=9999");
    const config = join(one, "top1/generator_config.yaml");
    expect((await command("generate", "--from", config, "--save-dir", two)).status).toBe(0);
    expect(treeOf(two)).toEqual(treeOf(one));
    expect(Object.keys(treeOf(one)).some((path) => path.endsWith("kubernetes.yaml"))).toBe(false);
  });

  test("what is set by hand wins, for one role where it says so", async () => {
    const set = ["--set", "decode.max_batch_size=77", "--set", "decode.graph_sizes=1,2,4", "--set", "env.A=b, c"];
    const {stdout} = await command(...explicit, ...set, "--show", "node_0_run.sh");
    expect(stdout.match(/--max-num-seqs 77/g)).toHaveLength(1);
    expect(stdout).toMatch(/--cuda-?graph-(capture-)?sizes 1 2 4/);
    expect(stdout).toContain("A='b, c'");
  });

  test.each<[string, string[], RegExp]>([
    ["an unknown key", ["--set", "max_batchsize=1"], /max_batch_size/],
    ["a key without a value", ["--set", "namespace"], /^invalid --set: namespace; must be KEY=VALUE/],
    ["a key given twice", ["--set", "nextn=0", "--set", "nextn=1"], /^invalid --set: nextn is given twice/],
    ["an unknown target", ["--target", "helm"], /^unknown --target: helm/],
    ["an unknown size", ["--agg", "tpp=4"], /^unknown size of --agg: tpp/],
    ["a size that is none", ["--agg", "tp=0"], /^invalid --agg: tp=0; must be like/],
    ["both modes at once", ["--agg", "tp=4"], /^invalid roles: --agg with --prefill or --decode/],
    ["a namespace that is none", ["--namespace", "a b"], /^invalid namespace/],
    ["a file that is not there", ["--show", "x.yaml"], /^unknown file: x\.yaml/]
  ])("refuses %s", async (_, extra, message) => {
    const args =
      extra[0] === "--agg" && extra[1] !== "tp=4"
        ? explicit.filter((arg) => !/^--(prefill|decode)$|^tp=/.test(arg))
        : explicit;
    const {status, stderr, stdout} = await command(...args, ...extra);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  test("an engine version chooses its Dynamo release, and its flags", async () => {
    const {stdout} = await command(...explicit, "--engine-version", "0.11.0", "--show", "k8s_deploy.yaml");
    expect(stdout).toContain("vLLM 0.11.0");
    expect(stdout).toContain("--is-prefill-worker");
    const newer = await command(...explicit, "--dynamo-version", "1.2.0", "--show", "k8s_deploy.yaml");
    expect(newer.stdout).toContain("vLLM 0.20.1");
    expect(newer.stdout).toContain("--disaggregation-mode");
  });
});

describe("generate from a search", () => {
  test("writes the best plan, or as many as asked for, with their figures", async () => {
    const out = join(dir, "search");
    const {status} = await command("generate", ...question, "--top-n", "2", "--save-dir", out);
    expect(status).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["top1", "top2"]);
    expect(readFileSync(join(out, "top1/README.md"), "utf8")).toContain("| TTFT (ms) |");
    const {plan} = parse(readFileSync(join(out, "top1/generator_config.yaml"), "utf8"));
    expect(plan.predicted.ttftMs).toBeLessThanOrEqual(500);
    expect(plan.predicted.error.ttft.p90).toBeGreaterThan(0);
  }, 60_000);

  test("says that nothing meets the targets, with exit code 1", async () => {
    const {status, stdout, stderr} = await command("generate", ...question, "--tpot", "0.001");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("nothing meets the targets");
  }, 60_000);
});

describe("runs that were saved", () => {
  test("hold a deployment beside each plan, and generate makes it again from plan.json with other settings", async () => {
    const out = join(dir, "run");
    await command("default", ...question, "--save-dir", out);
    const [run] = readdirSync(out);
    const modes = readdirSync(join(out, run), {withFileTypes: true}).filter((entry) => entry.isDirectory());
    expect(modes.map(({name}) => name).sort()).toEqual(["agg", "disagg"]);
    for (const {name} of modes) {
      const top = join(out, run, name, "top1");
      expect(Object.keys(treeOf(top))).toEqual(
        expect.arrayContaining([
          "plan.json",
          "README.md",
          "generator_config.yaml",
          `${name}/node_0_run.sh`,
          `${name}/k8s_deploy.yaml`
        ])
      );
      const {stdout, status} = await command(
        "generate",
        "--from",
        join(top, "plan.json"),
        "--show",
        "generator_config.yaml"
      );
      expect(status).toBe(0);
      expect(stdout).toBe(readFileSync(join(top, "generator_config.yaml"), "utf8"));
    }
    const plan = join(out, run, "agg/top1/plan.json");
    const other = await command("generate", "--from", plan, "--set", "namespace=mine", "--show", "agg/k8s_deploy.yaml");
    expect(other.stdout).toContain("namespace: mine");
  }, 120_000);

  test.each<[string, string, RegExp]>([
    ["plan.json", "{}", /^no plan: .*plan\.json, mode: /],
    ["plan.json", "x", /^no plan: .*; must be JSON$/m],
    ["plan.json", '{"mode":"agg","replicas":1,"agg":{"parallel":{"tp":"4"}}}', /^no plan: .*agg\./],
    ["config.yaml", "a: 1", /^no saved plan: config\.yaml/]
  ])("a %s that holds %s is refused where it is wrong", async (name, text, message) => {
    const file = join(dir, name);
    writeFileSync(file, text);
    const {status, stderr} = await command("generate", "--from", file);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    rmSync(file);
  });

  test("a file that is not there, and settings that a decided plan cannot take, are refused", async () => {
    const gone = await command("generate", "--from", join(dir, "gone.yaml"));
    expect([gone.status, existsSync(join(dir, "gone.yaml"))]).toEqual([2, false]);
    const out = join(dir, "decided");
    await command(...explicit, "--save-dir", out);
    const {stderr} = await command("generate", "--from", join(out, "top1/generator_config.yaml"), "--set", "nextn=1");
    expect(stderr).toContain("no effect: --set beside a decided plan");
  });
});
