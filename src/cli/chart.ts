/** `kneepoint chart`: one chart of a question as an SVG or PNG file, for reports. */
import {basename, dirname} from "node:path";
import {breakdownSvg} from "../chart/breakdown-chart.js";
import {frontSvg} from "../chart/front-chart.js";
import {memorySvg} from "../chart/memory-chart.js";
import {chartNames, charts, type ChartName} from "../chart/names.js";
import {themes, type Theme} from "../chart/paint.js";
import {pictureSize} from "../chart/picture.js";
import {breakdownChart, costChart, memoryChart} from "../chart/plan-picture.js";
import {backendWords, shortModel, shortSystem} from "../components/format.js";
import {axes, type Axis} from "../components/question.js";
import {InputError, unknownName} from "../engine/errors.js";
import {planDetail} from "../engine/search/detail.js";
import {backends} from "../engine/schema.js";
import type {Experiment, FlatValues, Task} from "../task/index.js";
import {resolveTask} from "../task/index.js";
import type {Flags, Parsed} from "./args.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {Tree} from "./disk.js";
import {exitCode} from "./exit.js";
import {compare} from "./exp-report.js";
import {planFlags, planOf, type PlanValues} from "./found-plan.js";
import {newOpener, type Opener} from "./opener.js";
import {pngOf} from "./png.js";
import {progressOn} from "./progress.js";
import {pictureOf, runChart} from "./run-chart.js";
import {newRunner, type Runner, type TaskAnswer} from "./run.js";
import {flatValues, taskFlags} from "./task-flags.js";
import {
  askedTask,
  byFormulaUnlessAsked,
  chosenExperiments,
  commandDefaults,
  flagsByFormula,
  readExperiments,
  taskOptions,
  taskOrFaults,
  yamlFlags
} from "./task-input.js";
import {summaries} from "./verbs.js";

const group = "the picture";
const lines = "lines of compare";
const flags: Flags = {
  out: {
    type: "string",
    unit: "FILE",
    help: "file to write, .svg or .png (default: SVG to the terminal)",
    aliases: ["o", "output"],
    complete: "file",
    group
  },
  json: {type: "boolean", help: "print the answers that are drawn as JSON, in place of the SVG", group},
  theme: {type: "string", choices: Object.keys(themes), default: "light", help: "colours", group},
  width: {
    type: "integer",
    unit: "PIXELS",
    min: 320,
    max: 4000,
    help: "of the picture; a PNG has twice as many",
    shown: `${pictureSize.width}`,
    group
  },
  height: {
    type: "integer",
    unit: "PIXELS",
    min: 320,
    max: 4000,
    help: "frontier, compare, cost: of the picture; the others are as high as what they show",
    shown: `${pictureSize.height}`,
    group
  },
  axis: {
    type: "string",
    choices: axes,
    help: "frontier, compare: what lies across, speed per user, TTFT or request latency (default by the target)",
    group
  },
  log: {type: "boolean", help: "frontier, compare, cost: logarithmic axes", group},
  currency: {type: "string", unit: "SIGN", help: "cost: sign before amounts, as $", group},
  ...inGroup(planFlags("breakdown, memory: which plan, as default numbers them"), group),
  systems: {type: "texts", unit: "NAME,…", help: "GPU systems, a line each", complete: "system", group: lines},
  backends: {type: "texts", unit: "NAME,…", choices: backends, help: "serving engines, a line each", group: lines},
  models: {type: "texts", unit: "ID,…", help: "models, a line each", complete: "model", group: lines},
  only: {type: "texts", unit: "NAME,…", help: "experiments of --yaml, by name (default all)", group: lines},
  ...inGroup(yamlFlags, "where the question comes from"),
  ...flagsByFormula(taskFlags(commandDefaults))
};

/** Which charts a flag is for, where not for all. */
const only: Record<string, readonly ChartName[]> = {
  height: ["frontier", "compare", "cost"],
  axis: ["frontier", "compare"],
  log: ["frontier", "compare", "cost"],
  currency: ["cost"],
  plan: ["breakdown", "memory"],
  "plan-mode": ["breakdown", "memory"],
  systems: ["compare"],
  backends: ["compare"],
  models: ["compare"],
  only: ["compare"],
  experiment: ["frontier", "breakdown", "memory", "cost"]
};

const notes = `CHART is one of
${chartNames.map((name) => `  ${name.padEnd(11)}${charts[name]}`).join("\n")}
Figures are by formula, as in embeds, unless --predictor simulation or a file asks otherwise.
compare draws a line for each of --systems, --backends and --models, in every combination, or for each experiment of
--yaml. cost needs --gpu-hour-price. A file that is there already is overwritten. Exit code 1 when nothing meets the
targets: frontier, compare and cost then say so, breakdown and memory show the nearest plan.`;

const question =
  "--model Qwen/Qwen3-32B-FP8 --total-gpus 32 --system h200_sxm --isl 4000 --osl 500 --ttft 300 --tpot 10";
const shared = "--model Qwen/Qwen3-32B-FP8 --total-gpus 32 --isl 4000 --osl 500 --ttft 300 --tpot 10";
const examples = [
  {line: `chart frontier ${question} -o frontier.svg`, what: "both fronts and the choice, for a report"},
  {line: `chart breakdown ${question} -o breakdown.png`, what: "where the time of the chosen plan goes"},
  {line: `chart compare ${shared} --systems h100_sxm,h200_sxm,b200_sxm -o gpus.svg`, what: "three GPUs on one chart"},
  {line: `chart cost ${question} --gpu-hour-price h200_sxm=3.5 --currency $ -o cost.svg`, what: "what tokens cost"}
];

const verb = {
  name: "chart",
  summary: summaries.chart,
  positional: "CHART",
  completePositional: chartNames,
  flags,
  notes,
  examples
} as const;

interface ChartValues extends PlanValues {
  out?: string;
  theme: Theme;
  width?: number;
  height?: number;
  axis?: Axis;
  log: boolean;
  currency?: string;
  systems?: string[];
  backends?: string[];
  models?: string[];
  only?: string[];
  yaml?: string;
}

export const run = command<Flags>(verb, async (asked) => {
  const parsed = byFormulaUnlessAsked(asked);
  const name = chartName(parsed);
  const {out} = parsed.values as unknown as ChartValues;
  checkEnding(out);
  const runner = newRunner(newOpener(openData()));
  const tasks = name === "compare" ? comparedTasks(runner.opener, parsed) : [askedTask(runner.opener, parsed)];
  const answers = await runAll(runner, tasks);
  const svg = svgOf(name, runner, answers, parsed.values as unknown as ChartValues);
  if (out !== undefined) await writePicture(out, svg);
  if (parsed.values.json) print(toJson(answers.map(({task, result}) => ({name: task.name, result}))));
  else if (out === undefined) print(svg);
  return exitCode(answers.some(({result}) => result.chosen) ? "answered" : "noAnswer");
});

function inGroup(all: Flags, name: string): Flags {
  return Object.fromEntries(Object.entries(all).map(([flag, each]) => [flag, {...each, group: name}]));
}

function chartName({positional, given}: Parsed<Flags>): ChartName {
  if (positional === undefined) throw new InputError(`missing CHART: not given; name one of ${chartNames.join(", ")}`);
  const name = chartNames.find((each) => each === positional);
  if (name === undefined) throw new InputError(unknownName("chart", positional, chartNames));
  const idle = Object.entries(only).find(([flag, names]) => given.has(flag) && !names.includes(name));
  if (idle) throw new InputError(`no effect: --${idle[0]} on ${name}; it is for ${idle[1].join(", ")}`);
  return name;
}

function checkEnding(out: string | undefined): void {
  if (out !== undefined && !/\.(svg|png)$/i.test(out))
    throw new InputError(`invalid --out: ${out}; must end in .svg or .png`);
}

/** Lists with more than one entry, as keys of tasks; a line for every combination, named by what differs. */
const listKeys = {models: "model_path", systems: "system_name", backends: "backend_name"} as const;

function comparedTasks(opener: Opener, {values, given}: Parsed<Flags>): Task[] {
  const {yaml, only: names, ...asked} = values as unknown as ChartValues;
  const options = taskOptions(opener, flatValues(values, given));
  if (yaml !== undefined) return chosenExperiments(readExperiments(yaml, options), names).map(taskOrFaults);
  const lists = Object.entries(listKeys).flatMap(([list, key]) => {
    const entries = [...new Set(asked[list as keyof typeof listKeys] ?? [])];
    return entries.length > 0 ? [{key, entries}] : [];
  });
  const combined = lists.reduce<FlatValues[]>(
    (all, {key, entries}) => all.flatMap((each) => entries.map((entry) => ({...each, [key]: entry}))),
    [{}]
  );
  if (combined.length < 2)
    throw new InputError(
      "nothing to compare: one line only; give --systems, --backends or --models several, or --yaml"
    );
  return combined.map((line) =>
    taskOrFaults(
      comparedTask(
        opener,
        flatValues(values, given),
        line,
        lists.filter(({entries}) => entries.length > 1)
      )
    )
  );
}

function comparedTask(
  opener: Opener,
  flat: FlatValues,
  line: FlatValues,
  varied: readonly {key: string}[]
): Experiment {
  const name = varied.map(({key}) => lineWords(opener, key, line[key] as string)).join(", ");
  return resolveTask({}, {...taskOptions(opener, {...flat, ...line}), base: commandDefaults, name});
}

/** As people call it: `H200 SXM`, `vLLM`, `Qwen3-32B-FP8`. */
function lineWords({data}: Opener, key: string, value: string): string {
  if (key === "system_name") return shortSystem(data.systems.find(({id}) => id === value)?.label ?? value);
  return key === "backend_name" ? (backendWords[value] ?? value) : shortModel(value);
}

async function runAll(runner: Runner, tasks: readonly Task[]): Promise<TaskAnswer[]> {
  const progress = progressOn(process.stderr);
  const answers: TaskAnswer[] = [];
  for (const [i, task] of tasks.entries())
    answers.push(await runner.run(task, (share, doing) => progress.update((i + share) / tasks.length, doing)));
  progress.end();
  return answers;
}

function svgOf(name: ChartName, runner: Runner, answers: readonly TaskAnswer[], values: ChartValues): string {
  const {catalogue, systems} = runner.opener.data;
  const {theme, axis, log, currency} = values;
  const paint = themes[theme];
  const size = {
    ...pictureSize,
    ...(values.width && {width: values.width}),
    ...(values.height && {height: values.height})
  };
  const picture = {...pictureOf(catalogue, answers), axis, log};
  switch (name) {
    case "frontier":
      return frontSvg(runChart(catalogue, answers, undefined, paint, {axis, log, cloud: true}), size, paint);
    case "compare": {
      const outcomes = answers.map((answer) => ({name: answer.task.name, answer}));
      const {winner} = compare(outcomes);
      return frontSvg(runChart(catalogue, answers, winner?.name, paint, {axis, log}), size, paint);
    }
    case "cost":
      return frontSvg(costChart(answers[0].result, {...picture, currency}, paint), size, paint);
    case "breakdown":
    case "memory": {
      const found = planOf(answers[0], values);
      if (!found) throw new InputError("no plan: no candidate could be evaluated; kneepoint explain says why");
      const {plan, search} = found;
      const words = {...picture, meetsTargets: answers[0].result.chosen !== null};
      if (name === "breakdown")
        return breakdownSvg(breakdownChart(plan, planDetail(search.evaluation, plan), words), size.width, paint);
      const known = [...systems, search.problem.platform.system, search.problem.decodePlatform?.system];
      const systemOf = (id: string) => known.find((system) => system?.id === id);
      return memorySvg(memoryChart(plan, systemOf, words), size.width, paint);
    }
  }
}

async function writePicture(out: string, svg: string): Promise<void> {
  const tree = new Tree(dirname(out));
  tree.write(basename(out), /\.png$/i.test(out) ? await pngOf(svg) : `${svg}\n`);
  tree.close();
}
