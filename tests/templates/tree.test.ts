import {readFileSync} from "node:fs";
import {unzipSync} from "fflate";
import {describe, expect, test} from "vitest";
import {parse, stringify} from "yaml";
import {compiledFile, compiledTemplates} from "../../src/build/embed-templates.js";
import {readSavedPlan} from "../../templates/saved-plan.js";
import {deploymentFiles, deploymentTree, planFile} from "../../templates/tree.js";
import {zipFiles} from "../../templates/zip.js";
import {namedPlan, planNames} from "./plans.js";

const saved = (name: string) => deploymentFiles(namedPlan(name)).find(({path}) => path === planFile)!.text;

test("compiled.ts is what the .njk files compile to: npm run templates", () => {
  expect(readFileSync(compiledFile, "utf8")).toBe(compiledTemplates());
});

describe.each(planNames)("the tree of %s", (name) => {
  test("is the same byte for byte when made from its generator_config.yaml", () => {
    const plan = namedPlan(name);
    const files = deploymentFiles(plan);
    const again = readSavedPlan(saved(name), "file");
    expect(again.plan).toEqual(plan);
    expect(deploymentFiles(again.plan, again.targets)).toEqual(files);
  });

  test("has its parts where they belong, each path once and inside", () => {
    const plan = namedPlan(name);
    const paths = deploymentTree([plan, plan]).map(({path}) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^top[12]\/(agg\/|disagg\/)?[\w.-]+$/);
    const mode = `top1/${plan.mode}`;
    const roles = plan.roles.map(
      ({role, engineConfig}) => `${mode}/${role}_${engineConfig ? "config.yaml" : "args.txt"}`
    );
    expect(paths).toEqual(
      expect.arrayContaining([
        ...roles,
        ...plan.nodes.map(({index}) => `${mode}/node_${index}_run.sh`),
        ...["k8s_deploy.yaml", "kubernetes.yaml", "k8s_bench.yaml", "bench_run.sh"].map((file) => `${mode}/${file}`),
        ...["top1/README.md", "top1/generator_config.yaml", "top2/README.md"]
      ])
    );
    expect(paths.includes(`${mode}/docker-compose.yaml`)).toBe(plan.nodes.length === 1);
  });
});

describe("a README", () => {
  const readme = deploymentFiles(namedPlan("vllm disaggregated")).find(({path}) => path === "README.md")!.text;

  test("says what was predicted with its error, and where from", () => {
    expect(readme).toContain("| TTFT (ms) | 217.1 | ± 7 % |");
    expect(readme).toContain("Weakest source of any operator behind these: interpolated.");
    expect(readme).toContain("- figures from measurements of: vLLM 0.19.0");
  });

  test("has commands in order, how to check, what to change first, and doubts", () => {
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      ...["Predicted", "On hosts", "Plain Kubernetes", "Dynamo", "llm-d", "Measure it", "Check that it works"],
      ...["What to change first", "Doubts", "The same again"]
    ]);
    expect(readme).toContain("kubectl apply -f k8s_deploy.yaml");
    expect(readme).toContain("lower `--gpu-memory-utilization`");
  });

  test("of a deployment that was only described says that nothing was predicted", () => {
    const other = deploymentFiles(namedPlan("sglang disaggregated")).find(({path}) => path === "README.md")!.text;
    expect(other).toContain("Nothing was predicted");
  });
});

describe("a saved plan that somebody changed", () => {
  const changed = (change: (saved: ReturnType<typeof parse>) => void) => {
    const data = parse(saved("trtllm disaggregated"));
    change(data);
    return () => readSavedPlan(stringify(data), "mine.yaml");
  };

  test.each<[string, (saved: ReturnType<typeof parse>) => void, RegExp]>([
    ["a config outside of its folder", ({plan}) => (plan.roles[0].engineConfigFile = "../../x"), /plain file name/],
    ["a name that is none", ({plan}) => (plan.name = "a\nb"), /plan\.name: invalid name/],
    ["a namespace with a space", ({plan}) => (plan.namespace = "a b"), /plan\.namespace/],
    ["an image with a quote", ({plan}) => (plan.images.engine = 'x"y'), /plan\.images\.engine: invalid image/],
    ["a variable that is none", ({plan}) => (plan.roles[0].env = {"A B": "1"}), /plan\.roles\.0\.env/],
    [
      "a flag that is none",
      ({plan}) => (plan.roles[0].launch.plain.args[0].flag = "$(x)"),
      /launch\.plain\.args\.0\.flag/
    ],
    ["a port that is none", ({plan}) => (plan.frontend.port = 0), /plan\.frontend\.port/],
    ["an unknown field", ({plan}) => (plan.extra = 1), /plan\.extra/],
    ["another format", ({plan}) => (plan.format = 99), /plan\.format/],
    ["no targets", (data) => (data.targets = []), /targets/]
  ])("with %s is refused where it is wrong", (_, change, message) => {
    expect(changed(change)).toThrow(message);
    expect(changed(change)).toThrow(/^no saved plan: mine\.yaml, /);
  });

  test("that is no YAML at all is refused", () => {
    expect(() => readSavedPlan("a: [", "mine.yaml")).toThrow(/^no saved plan: mine\.yaml: .*; must be YAML$/);
    expect(() => readSavedPlan("just text", "mine.yaml")).toThrow(/^no saved plan: mine\.yaml, the top/);
  });
});

test("a zip holds the tree in one folder, with scripts that can be run, and is the same every time", () => {
  const files = deploymentFiles(namedPlan("vllm aggregated"));
  const zip = zipFiles(files, "t-agg");
  const entries = unzipSync(zip);
  expect(Object.keys(entries)).toEqual(files.map(({path}) => `t-agg/${path}`));
  for (const {path, text} of files) expect(new TextDecoder().decode(entries[`t-agg/${path}`])).toBe(text);
  expect(zipFiles(files, "t-agg")).toEqual(zip);
});
