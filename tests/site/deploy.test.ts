import {unzipSync} from "fflate";
import {parseAllDocuments} from "yaml";
import {describe, expect, test} from "vitest";
import {choiceBefore} from "../../src/components/deploy-before.js";
import {deployFiles, releaseChoices, zipOf, type DeployChoice} from "../../src/components/deploy-files.js";
import {changeWords, codeHtml, sideHtml, targetButtons} from "../../src/components/deploy-html.js";
import {colouredLines, escapeHtml, lineChanges, wholeLines} from "../../src/components/deploy-lines.js";
import {keyName, reasonGroups} from "../../src/components/deploy-reasons.js";
import {defaults, formatQuestion, parseQuestion} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import type {Plan} from "../../engine/result.js";
import {roleKeys} from "../../templates/settings.js";
import {targetNames} from "../../templates/targets/index.js";
import {pointOf, systemOf, type PointSpec} from "../templates/points.js";

const five = {prefill: {tp: 4, workers: 5, batchPerRank: 1}, decode: {tp: 4, workers: 3, batchPerRank: 64}};
const four = {...five, prefill: {...five.prefill, workers: 4}};

function chosen(spec: Partial<PointSpec> = {}, question: Partial<Question> = {}): DeployChoice {
  const {plan} = pointOf({backend: "trtllm", ...spec, roles: spec.roles ?? five});
  const systems = [systemOf("h200_sxm"), systemOf("h100_sxm")];
  return {plan: plan as Plan, question: {...defaults, ...question}, systems, dynamo: "", engine: ""};
}

const paths = (choice: DeployChoice, target: string) => deployFiles(choice, target).files.map(({path}) => path);

test("what is open of the files survives its URL, and an unopened page keeps its short address", () => {
  const open = {deploy: "dynamo", file: "k8s_deploy.yaml", dynamo: "1.2.0", engine: "1.3.0rc10", changes: false};
  expect(formatQuestion({...defaults, ...open})).toContain(
    "&deploy=dynamo&file=k8s_deploy.yaml&dynamo=1.2.0&engine=1.3.0rc10&changes=0"
  );
  expect(parseQuestion(formatQuestion({...defaults, ...open}))).toEqual({...defaults, ...open});
  expect(formatQuestion(defaults)).not.toMatch(/deploy|file|dynamo|engine|changes/);
});

test("every target has files with README and plan, or says why it has none", () => {
  for (const target of targetNames) {
    const {files, problem, targets} = deployFiles(chosen(), target);
    const {why} = targets.find(({name}) => name === target)!;
    if (why) expect([files, problem]).toEqual([[], expect.stringContaining(why)]);
    else expect(files.map(({path}) => path)).toEqual(expect.arrayContaining(["README.md", "generator_config.yaml"]));
  }
  expect(deployFiles(chosen(), "llm-d").problem).toMatch(/^Not for this plan: .*TensorRT-LLM/);
  expect(paths(chosen({backend: "vllm"}), "llm-d")).toContain("llm-d-values.yaml");
});

test("files are told by name whatever the mode, so that a tab stays through a change of it", () => {
  const aggregated = chosen({roles: {agg: {tp: 4, workers: 8, batchPerRank: 16}}});
  expect(paths(aggregated, "plain")).toContain("node_0_run.sh");
  expect(paths(chosen(), "plain")).toContain("node_0_run.sh");
});

test("an unknown target or release, and a model that is none, are said and throw nothing", () => {
  expect(deployFiles(chosen(), "slurm").problem).toMatch(/unknown target: slurm/);
  expect(deployFiles({...chosen(), dynamo: "newest"}, "plain").problem).toMatch(/Dynamo release.*newest/);
  expect(deployFiles({...chosen(), engine: "0.1"}, "plain").problem).toMatch(/no table row for TensorRT-LLM 0\.1/);
  expect(deployFiles(chosen({}, {model: "no/such"}), "plain").problem).toMatch(/unknown model: no\/such/);
  expect(deployFiles(chosen({}, {model: "no/such"}), "plain").targets.map(({name}) => name)).toEqual(targetNames);
});

test("prefill and decode on different GPUs are refused with the reason", () => {
  const choice = chosen();
  const plan = {...choice.plan, decode: {...choice.plan.decode!, system: "h100_sxm"}};
  expect(deployFiles({...choice, plan}, "plain").problem).toMatch(/one system for both/);
});

test("draft tokens and images of the question reach the files", () => {
  const drafting = chosen({model: "deepseek-ai/DeepSeek-V3", roles: {agg: {tp: 8, workers: 1, batchPerRank: 8}}});
  const question = {...drafting.question, model: "deepseek-ai/DeepSeek-V3"};
  expect(deployFiles({...drafting, question}, "plain").plan!.model.nextn).toBe(1);
  const seeing = {model: "Qwen/Qwen3-VL-8B-Instruct", isl: 1000};
  const asked = (images: number) =>
    deployFiles(chosen({model: seeing.model, roles: {agg: {tp: 1}}}, {...seeing, images}), "plain");
  expect(asked(2).plan!.workload.isl).toBe(1000 + 2 * 1024);
  expect(asked(2).doubts.join()).toMatch(/2048 tokens of images besides 1000 of text/);
  expect(asked(0).plan!.workload.isl).toBe(1000);
});

test("releases to choose from are newest first, and what is chosen is among them", () => {
  const {dynamo, engine} = releaseChoices({...chosen(), dynamo: "1.2.0", engine: "1.2.7"});
  expect(dynamo.map(({value}) => value).slice(0, 3)).toEqual(["", "1.3.0", "1.2.0"]);
  expect(engine.map(({value}) => value)).toContain("1.2.7");
  expect(releaseChoices(chosen()).engine[0].label).toBe("1.3.0rc23 (Dynamo’s)");
  expect(releaseChoices({...chosen(), dynamo: "1.2.0"}).engine[0].label).toBe("1.3.0rc14 (Dynamo’s)");
  expect(releaseChoices({...chosen(), engine: "1.3.0rc11"}).dynamo[0].label).toBe("1.1.0 (the engine’s)");
});

test("figures measured on another release are among the doubts", () => {
  const choice = chosen();
  const measured = {version: "1.3.0rc10"};
  const plan = {
    ...choice.plan,
    ttftMs: 200,
    prefill: {...choice.plan.prefill!, ...measured},
    decode: {...choice.plan.decode!, ...measured}
  };
  expect(deployFiles({...choice, plan}, "plain").doubts.join("\n")).toMatch(
    /measurements of TensorRT-LLM 1\.3\.0rc10, the files are for 1\.3\.0rc23/
  );
  expect(releaseChoices({...choice, plan}).engine.map(({label}) => label)).toContain("1.3.0rc10 (measured)");
});

test("the zip holds every target that the plan can be written for, scripts as such", () => {
  const {plan} = deployFiles(chosen(), "plain");
  const {name, bytes} = zipOf(plan!, "plain");
  const entries = Object.keys(unzipSync(bytes));
  expect(name).toBe(`${plan!.name}.zip`);
  expect(entries.every((path) => path.startsWith(`${plan!.name}/`))).toBe(true);
  const files = entries.map((path) => path.slice(plan!.name.length + 1));
  expect(files).toEqual(
    expect.arrayContaining(["disagg/kubernetes.yaml", "disagg/k8s_deploy.yaml", "disagg/bench_run.sh", "README.md"])
  );
  expect(files.join()).not.toMatch(/llm-d|v1beta1/);
  expect(Object.keys(unzipSync(zipOf(plan!, "dynamo-v1beta1").bytes)).join()).toMatch(/v1beta1/);
});

test("values have the names that --set takes, with the reason of each, the file's role first", () => {
  const {plan} = deployFiles(chosen(), "plain");
  const [decode, prefill] = reasonGroups(plan!, "decode_config.yaml");
  expect([decode.name, prefill.name]).toEqual(["decode", "prefill"]);
  expect(decode.rows).toContainEqual({
    key: "max_batch_size",
    value: "64",
    reason: plan!.reasons["decode.limits.maxBatch"]
  });
  expect(prefill.rows.find(({key}) => key === "max_num_tokens")!.value).toBe("4,512");
  const limits = Object.keys(plan!.roles[0].limits).map((limit) => keyName(`prefill.limits.${limit}`));
  for (const key of limits) expect(Object.keys(roleKeys)).toContain(key);
  expect(reasonGroups(plan!).flatMap(({rows}) => rows).length).toBe(Object.keys(plan!.reasons).length);
});

describe("a comparison with the choice before", () => {
  test("takes what stood for a second, not what a drag passed through", () => {
    let nowMs = 0;
    const before = choiceBefore(() => nowMs);
    const [first, passed, last, next] = [5, 6, 7, 8].map((isl) => chosen({}, {isl}));
    expect(before(first)).toBe(null);
    nowMs += 1500;
    expect(before(passed)).toBe(first);
    nowMs += 20;
    expect(before(last)).toBe(first);
    nowMs += 5000;
    expect(before(last)).toBe(first);
    expect(before(next)).toBe(last);
  });

  test("does not begin anew when nothing that files are made from has changed", () => {
    let nowMs = 0;
    const before = choiceBefore(() => nowMs);
    before(chosen());
    nowMs += 600;
    before(chosen({}, {axis: "ttft", file: "README.md"}));
    nowMs += 600;
    expect(before(chosen({}, {isl: 1}))).not.toBe(null);
  });
});

test("changes are as few lines as can be, in place", () => {
  const lines = (text: string) => text.split("");
  expect(lineChanges(lines("abcdef"), lines("abcdef"))).toEqual([]);
  expect(lineChanges(lines("abcdef"), lines("abXdef"))).toEqual([{from: 2, to: 3, was: ["c"]}]);
  expect(lineChanges(lines("abcdef"), lines("abdef"))).toEqual([{from: 2, to: 2, was: ["c"]}]);
  expect(lineChanges(lines("abdef"), lines("abcdef"))).toEqual([{from: 2, to: 3, was: []}]);
  expect(lineChanges(lines("abcdefg"), lines("aXcdeYZ"))).toEqual([
    {from: 1, to: 2, was: ["b"]},
    {from: 5, to: 7, was: ["f", "g"]}
  ]);
  expect(lineChanges([], lines("ab"))).toEqual([{from: 0, to: 2, was: []}]);
});

test("changes made backwards give the text before, for real files", () => {
  const [before, after] = [five, four].map((roles) => deployFiles(chosen({roles}), "kubernetes").files);
  for (const {path, text} of after) {
    const [old, now] = [before.find((file) => file.path === path)!.text.split("\n"), text.split("\n")];
    const undone = lineChanges(old, now).reduceRight((lines, {from, to, was}) => {
      lines.splice(from, to - from, ...was);
      return lines;
    }, now.slice());
    expect(undone).toEqual(old);
  }
});

test("long files that share little are one change, in a moment", () => {
  const [before, after] = ["a", "b"].map((stem) => Array.from({length: 5000}, (_, i) => `${stem}${i}`));
  expect(lineChanges(before, after)).toEqual([{from: 0, to: 5000, was: before}]);
});

test("how much has changed is said in words", () => {
  expect(changeWords("no point")).toMatch(/once you choose another point/);
  expect(changeWords("no file")).toBe("The point before had no such file");
  expect(changeWords([])).toBe("As for the point before");
  expect(changeWords([{from: 0, to: 1, was: []}])).toBe("1 line differs from the point before");
  expect(changeWords([{from: 0, to: 2, was: ["a", "b", "c"]}])).toBe(
    "2 lines differ, 1 line gone from the point before"
  );
});

test("coloured lines are the file's, each whole by itself", () => {
  const plain = (html: string) =>
    html
      .replace(/<\/?span[^>]*>/g, "")
      .replace(/&(?:#(x?)([\da-f]+)|(\w+));/gi, (_, hex, code, name) =>
        code
          ? String.fromCharCode(parseInt(code, hex ? 16 : 10))
          : {lt: "<", gt: ">", amp: "&", quot: '"'}[name as "lt"]!
      );
  for (const target of ["plain", "kubernetes", "benchmark"])
    for (const {path, text} of deployFiles(chosen(), target).files) {
      const lines = colouredLines(path, text);
      expect(lines.map(plain).join("\n") + "\n", path).toBe(text);
      for (const line of lines) expect(line.match(/<span/g)?.length ?? 0).toBe(line.match(/<\/span>/g)?.length ?? 0);
      if (/\.(yaml|sh|md)$/.test(path)) expect(lines.join(), path).toContain("hljs-");
    }
  expect(wholeLines('a<span class="x">b\nc<span class="y">d\n</span></span>e')).toEqual([
    'a<span class="x">b</span>',
    '<span class="x">c<span class="y">d</span></span>',
    '<span class="x"><span class="y"></span></span>e'
  ]);
});

const hostile = [
  `a/"><img src=x onerror=alert(1)>`,
  "b/$(touch /tmp/x)`id`",
  "c/'; DROP\nTABLE: [&*",
  "d/</span></code><script>x</script>",
  "e/\u2028\u202e\ud83d\ude00é".padEnd(300, "é")
];

test.each(hostile)("a model named %j stays text wherever it is shown", (model) => {
  const config = JSON.stringify({
    architectures: ["LlamaForCausalLM"],
    hidden_act: "silu",
    num_hidden_layers: 2,
    hidden_size: 4096,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 14336,
    vocab_size: 32000,
    max_position_embeddings: 8192,
    tie_word_embeddings: false
  });
  const choice = chosen({}, {model, config});
  const outsideTags = (html: string) =>
    html.replace(/<\/?(?:span|b|li|ul|h3|h4|dl|dt|dd|div|code|button)\b[^<>]*>/g, "");
  for (const target of targetNames) {
    const now = deployFiles(choice, target);
    expect(now.files.length > 0 || now.problem !== "").toBe(true);
    if (target === "plain") expect(now.problem).toBe("");
    expect(outsideTags(sideHtml(now, ""))).not.toMatch(/[<>]/);
    for (const file of now.files) expect(outsideTags(codeHtml(file, []))).not.toMatch(/[<>]/);
    for (const {path, text} of now.files.filter((file) => file.path.endsWith(".yaml")))
      for (const document of parseAllDocuments(text)) expect(document.errors, path).toEqual([]);
  }
});

test("names in attributes cannot leave them", () => {
  const html = targetButtons([{name: `"onclick="x`, title: "<b>", why: `it's "so"`}], "");
  expect(html.match(/<button/g)).toHaveLength(1);
  expect(html).not.toMatch(/"onclick|<b>/);
  expect(escapeHtml(`&<>"'`)).toBe("&#38;&#60;&#62;&#34;&#39;");
  const marked = codeHtml({path: "a.yaml", text: "a: 1\n"}, [{from: 0, to: 1, was: [`"><i>`]}]);
  expect(marked).not.toContain("<i>");
});
