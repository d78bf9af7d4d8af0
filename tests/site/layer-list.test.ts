import {expect, test} from "vitest";
import {layerList, questionTask} from "../../src/components/layer-list.js";
import {questionPreferences, questionTargets} from "../../src/components/preference.js";
import {defaults} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {readTasks, taskAnswerOptions, taskOf, taskTargets} from "../../src/task/index.js";

const asking = (part: Partial<Question>): Question => ({...defaults, ...part});
const read = (yaml: string) => taskOf(readTasks(yaml).experiments[0]);

const questions: [what: string, question: Question][] = [
  ["the default question", defaults],
  ["a request latency", asking({requestLatencyMs: 5000})],
  ["soft latencies", asking({objective: "score", soft: "ttft,tpot", weight: 2, steepness: 0.2, penalty: "jump"})],
  [
    "a soft request latency besides",
    asking({requestLatencyMs: 5000, besides: true, soft: "latency", objective: "score"})
  ],
  ["budgets", asking({powerKw: 20, gpuHourPrice: 3, costPerMillion: 2, strict: true})],
  ["soft budgets", asking({powerKw: 20, gpuHourPrice: 3, costPerMillion: 2, soft: "power,cost", objective: "score"})],
  ["the lowest cost", asking({objective: "cost", gpuHourPrice: 3})],
  ["two systems and their prices", asking({decodeSystem: "h100_sxm", gpuHourPrice: 4, decodeGpuHourPrice: 2})],
  ["the fewest GPUs", asking({objective: "gpus", requestsPerSec: 20})],
  ["a load beside throughput", asking({requestsPerSec: 20})],
  ["the knee", asking({objective: "knee"})],
  ["images", asking({model: "Qwen/Qwen3-VL-8B-Instruct", images: 2, imageSize: "1080x1920"})],
  [
    "wide experts",
    asking({model: "deepseek-ai/DeepSeek-V3", experts: "wide", balanced: true, expertSlots: 288, prefix: 100})
  ],
  ["other look-ups", asking({database: "hybrid", transfer: "balanced", interpolation: "reference", donor: "h100_sxm"})]
];

test.each(questions)("%s as YAML asks the search what the page asks it", (_what, question) => {
  const {config} = read(layerList(question).yaml);
  expect(config).toEqual(questionTask(question).config);
  expect(taskTargets(config)).toEqual(searched(questionTargets(question)));
  const {goals, strict, objective, ...options} = taskAnswerOptions(config);
  const asked = questionPreferences(question);
  expect({goals, strict, objective}).toEqual({
    goals: asked.goals ?? [],
    strict: asked.strict ?? false,
    objective: asked.objective ?? "throughput"
  });
  const {load, gpuHourPrices, steepness, penaltyShape} = asked;
  expect(options).toMatchObject(defined({load, gpuHourPrices, steepness, penaltyShape}));
  expect(config).toMatchObject({model: question.model, totalGpus: question.gpus, servingMode: "auto"});
});

/** A request latency has the search derive the other two. */
function searched({requestLatencyMs, ...targets}: ReturnType<typeof questionTargets>) {
  return requestLatencyMs === undefined ? targets : {ttftMs: Infinity, tpotMs: Infinity, requestLatencyMs};
}

function defined<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}

test("a hard request latency beside the others becomes three goals, of the same plans", () => {
  const {config} = read(layerList(asking({requestLatencyMs: 5000, besides: true})).yaml);
  expect(config.targets).toEqual({requestLatencyMs: 5000});
  expect(config.preferences.goals).toEqual([
    {metric: "ttftMs", threshold: 300, hard: true},
    {metric: "tpotMs", threshold: 10, hard: true}
  ]);
});

test("a soft request latency alone leaves first token and each token an hour", () => {
  const {config} = read(layerList(asking({requestLatencyMs: 5000, soft: "latency", objective: "score"})).yaml);
  expect(config.targets).toEqual({ttftMs: 3_600_000, tpotMs: 3_600_000});
  expect(config.preferences.goals).toEqual([{metric: "requestLatencyMs", threshold: 5000, hard: false, weight: 1}]);
});

test("every value names the layer it comes from, its unit and what it stands in place of", () => {
  const {layers, rows} = layerList(asking({isl: 2000}));
  expect(layers.map(({name}) => name)).toEqual(["base", "agg", "disagg", "trtllm", "this page"]);
  expect(rows.find(({key}) => key === "isl")).toMatchObject({
    value: "2000",
    unit: "tokens",
    layer: "this page",
    instead: "base 4000"
  });
  expect(rows.find(({key}) => key === "prefix")).toMatchObject({value: "0", layer: "base", instead: ""});
  expect(rows.find(({key}) => key === "free_gpu_memory_fraction")).toMatchObject({layer: "trtllm"});
  expect(layers.reduce((sum, {count}) => sum + count, 0)).toBe(rows.length);
});

test("the YAML lists its layers, the page's own by name", () => {
  const {yaml} = layerList(defaults);
  expect(yaml).toMatch(/^# {3}backend trtllm: free_gpu_memory_fraction$/m);
  expect(yaml).toMatch(/^# {3}this page: serving_mode, model_path, /m);
});

test("a question that no task can be is refused in words", () => {
  expect(() => layerList(asking({database: "sol", interpolation: "reference"}))).toThrow(/no effect: interpolation/);
});
