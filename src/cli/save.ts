/** Answered tasks as the tree that `--save-dir` writes. */
import {createHash} from "node:crypto";
import {modesOf} from "../engine/result.js";
import type {Catalogue} from "../engine/schema.js";
import {formatTask} from "../task/index.js";
import type {Task} from "../task/index.js";
import {plansOf} from "./answer.js";
import {basisOf} from "./basis.js";
import {inOrder, toJson} from "./command.js";
import {filesOrReason, searchedPoint} from "./deployment.js";
import {searchChart} from "../chart/front-picture.js";
import {light} from "../chart/paint.js";
import type {Progress} from "./progress.js";
import {answerProvenance, echoOf, questionOf} from "./run-output.js";
import type {Answered, TaskAnswer} from "./run.js";
import {runChart, sourceLine} from "./run-chart.js";
import {reserveFolder, saveRun, type SavedExperiment} from "./save-run.js";
import type {RunValues} from "./task-input.js";
import {trim} from "./limit-words.js";

/** The folder of a run, found before anything is computed; undefined when nothing is to be saved. */
export function folderFor({"save-dir": dir, force}: RunValues, tasks: readonly Task[]): string | undefined {
  return dir === undefined || tasks.length === 0 ? undefined : reserveFolder(dir, runName(tasks), force);
}

/** `Qwen_Qwen3-32B-FP8_isl4000_osl500_ttft300_tpot10_1a2b3c4d`: the same question has the same name. */
export function runName(tasks: readonly Task[]): string {
  const [{config}] = tasks;
  const {ttftMs, tpotMs, requestLatencyMs} = config.targets;
  const parts = [
    config.model.replaceAll(/[^\w.-]+/g, "_"),
    `isl${config.workload.isl}`,
    `osl${config.workload.osl}`,
    ...(ttftMs === undefined ? [] : [`ttft${trim(ttftMs)}`]),
    ...(tpotMs === undefined ? [] : [`tpot${trim(tpotMs)}`]),
    ...(requestLatencyMs === undefined ? [] : [`latency${trim(requestLatencyMs)}`])
  ];
  const question = tasks.map(({name, config: own}) => JSON.stringify(inOrder([name, own]))).join("\n");
  return [...parts, createHash("sha256").update(question).digest("hex").slice(0, 8)].join("_");
}

/** What is saved of every search: its own effective configuration and its own answer. */
function savedSearch(catalogue: Catalogue, name: string, search: Answered): SavedExperiment {
  const {task, layers, result, targets} = search;
  const {isl, osl, prefix} = task.config.workload;
  const own = {searches: [search], result};
  const provenance = answerProvenance(catalogue, own);
  const question = questionOf([search]);
  return {
    name,
    config: formatTask(task.config, layers),
    context: {model: search.problem.model.id, isl, osl, prefix},
    result,
    json: toJson({
      problem: echoOf([search]),
      ...provenance,
      ...basisOf(plansOf(result), search.predictor),
      result
    }),
    deployments: modesOf(result).map(({best}) =>
      best.map((plan) => filesOrReason(searchedPoint(search.problem, plan)))
    ),
    chart: searchChart(result, {question, source: sourceLine(provenance.lines), targets}, light)
  };
}

export interface Saved {
  folder: string;
  catalogue: Catalogue;
  /** What `--json` prints. */
  json: string;
  answers: readonly TaskAnswer[];
  winner?: string;
  progress: Progress;
}

/** A name that is one folder on any system. */
const folderSafe = (name: string) => name.replaceAll(/[^\w.-]+/g, "_").replace(/^\.+/, "_");

/** Names of folders: of the search where one task was asked, else of the experiment, and the search where it has several. */
function folderName({task, searches}: TaskAnswer, search: Answered, isAlone: boolean): string {
  if (isAlone) return search.name;
  return searches.length > 1 ? `${task.name}_${search.name}` : task.name;
}

export async function saveAnswers({folder, catalogue, json, answers, winner, progress}: Saved): Promise<void> {
  const isAlone = answers.length === 1;
  const all = answers.flatMap((answer) =>
    answer.searches.map((search) => ({name: folderSafe(folderName(answer, search, isAlone)), search}))
  );
  const named = all.map((each, i) => {
    const before = all.slice(0, i).filter(({name}) => name === each.name).length;
    return before > 0 ? {...each, name: `${each.name}_${before + 1}`} : each;
  });
  const experiments = named.map(({name, search}) => savedSearch(catalogue, name, search));
  const config = named.map(({name, search}) => experimentText(name, search.task)).join("\n");
  progress.update(0.99, "saving");
  await saveRun(folder, {json, config, chart: runChart(catalogue, answers, winner, light), experiments});
  progress.say(`saved to ${folder}`);
}

/** One experiment of a file of several. */
function experimentText(name: string, {config}: Task): string {
  const lines = formatTask(config).trimEnd().split("\n");
  return [
    `${/^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name)}:`,
    ...lines.map((line) => `  ${line}`),
    ""
  ].join("\n");
}
