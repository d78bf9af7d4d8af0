import {cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import type {Flag} from "../../src/cli/args.js";
import {allVerbs} from "../../src/cli/verb-tables.js";
import {verbNames} from "../../src/cli/verbs.js";
import {root} from "./helpers.js";
import {command, commandOn, goodYaml} from "./in-process.js";

const verbs = await allVerbs();
let dir = "";
const cwd = process.cwd();
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "kneepoint-examples-"));
  writeFileSync(join(dir, "experiments.yaml"), goodYaml);
  writeFileSync(join(dir, "questions.jsonl"), `${JSON.stringify({kind: "pig"})}\n`);
  // What examples write, they write to the working folder; notebooks to the site around it.
  writeFileSync(join(dir, "observablehq.config.ts"), "");
  cpSync(join(root, "docs/examples/qwen4-14b"), join(dir, "models/qwen4-14b"), {recursive: true});
  writeFileSync(join(dir, "runs.csv"), madeUpRuns());
  process.chdir(dir);
  const tables = join(dir, "tables/h200_sxm/trtllm/1.0.0");
  mkdirSync(tables, {recursive: true});
  const head = "framework,version,device,op_name,kernel_source,gemm_dtype,m,n,k,latency";
  writeFileSync(join(tables, "gemm_perf.txt"), `${head}\nTRTLLM,1.0.0,NVIDIA H200,gemm,x,bfloat16,1,1024,1024,0.01\n`);
});
afterAll(() => (process.chdir(cwd), rmSync(dir, {recursive: true})));

/** Ten runs of a server that takes 10 ms a token and a little more with each user. */
function madeUpRuns(): string {
  const rows = [1, 2, 4, 8, 16].flatMap((users) =>
    [1000, 4000].map(
      (isl) => `vllm,Qwen/Qwen3-32B,h100_sxm,agg,bf16,${isl},200,${users},4,${isl / 10 + 5 * users},${10 + users / 4}`
    )
  );
  const head = "backend,model_path,system,mode,precision,isl,osl,batch_size,tp_size,measured_ttft_ms,measured_tpot_ms";
  return [head, ...rows].join("\n");
}

/** The words of an example, its files in the folder of this test. */
function wordsOf(line: string): string[] {
  const own = (word: string) =>
    /^(experiments\.yaml|questions\.jsonl|tables|results)$/.test(word) ? join(dir, word) : word;
  // Threads run the launcher's bundle, which is not here.
  return [...line.split(" ").map(own), ...(line.startsWith("sweep") ? ["--jobs", "1"] : [])];
}

/** What an example shows when it does not answer. */
const unanswered = [/--ttft 30 /];

describe("examples of the help", {timeout: 60_000}, () => {
  const lines = verbs.flatMap(({examples = []}) => examples.map(({line}) => line));

  it("every verb has one", () => {
    expect(verbs.filter(({examples = []}) => examples.length === 0).map(({name}) => name)).toEqual([]);
    expect(verbs.map(({name}) => name)).toEqual(verbNames);
  });

  // What is imported answers from then on, so that comes last.
  it.each(lines.sort((a, b) => Number(a.startsWith("import")) - Number(b.startsWith("import"))))(
    "kneepoint %s",
    async (line) => {
      const {status, stdout, stderr} = await commandOn(join(dir, "data"), wordsOf(line));
      expect(stderr).not.toMatch(/unknown|invalid|missing/);
      const [, file] = / -o (\S+)$/.exec(line) ?? [];
      if (file) expect(existsSync(join(dir, file))).toBe(true);
      else expect(stdout.length).toBeGreaterThan(0);
      expect(status).toBe(unanswered.some((pattern) => pattern.test(line)) ? 1 : 0);
    }
  );
});

describe("flags", () => {
  it.each(verbs.map(({name, flags}) => [name, flags] as const))("of %s have no spelling twice", (_, flags) => {
    const spelt = Object.entries<Flag>(flags).flatMap(([name, {aliases = []}]) => [name, ...aliases]);
    expect(spelt.filter((name, i) => spelt.indexOf(name) !== i)).toEqual([]);
  });

  it.each(verbs.map(({name, flags}) => [name, flags] as const))("%s prints JSON", (name, flags) => {
    if (name !== "completion") expect(Object.keys(flags)).toContain("json");
  });

  it("are spelt with underscores too", async () => {
    const {status, stdout} = await command("model", "--model_path", "Qwen/Qwen3-8B", "--moe_tp=1", "--json");
    expect(JSON.parse(stdout)).toHaveProperty("reads");
    expect(status).toBe(0);
  });
});
