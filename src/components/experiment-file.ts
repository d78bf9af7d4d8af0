/** Experiments of a YAML file as searches of the compare page. Loaded with the first file: it brings the YAML reader. */
import {findModel} from "../engine/models/catalogue.js";
import type {Backend} from "../engine/schema.js";
import {faultText, readTasks} from "../task/index.js";
import type {Experiment, Task} from "../task/index.js";
import {plainVariant, questionPart} from "./comparison.js";
import type {Variant} from "./comparison.js";
import {backendWords} from "./format.js";
import type {Question} from "./question.js";
import {taskQuestion} from "./task-question.js";

export interface ReadExperiments {
  variants: Variant[];
  /** What is wrong with the others, with line and column: `exps.yaml:12:5: unknown key: …`. */
  problems: string[];
}

export interface ReadOptions {
  /** Name of the file, for messages. */
  file: string;
  /** What the searches are told from. */
  base: Question;
  /** Ids of the systems there are. */
  systems: readonly string[];
  /** Backends that `auto` tries on a system. */
  backendsOf: (system: string) => readonly Backend[];
}

/** Every experiment of a file, both forms; with `backend_name: auto` one search for each backend. */
export function readExperiments(text: string, {file, base, systems, backendsOf}: ReadOptions): ReadExperiments {
  const {experiments, errors} = readTasks(text, {file, systems, model: findModel});
  const read = experiments.map((experiment) => searchesOf(experiment, {base, backendsOf}));
  const variants = read.flatMap((each) => each.variants);
  const problems = [...errors.map(faultText), ...read.flatMap((each) => each.problems)];
  if (variants.length === 0 && problems.length === 0)
    return {variants, problems: [`${file}: no experiment; a file maps names to experiments, or is one`]};
  return {variants, problems};
}

function searchesOf(
  experiment: Experiment,
  {base, backendsOf}: Pick<ReadOptions, "base" | "backendsOf">
): ReadExperiments {
  if (!experiment.ok) return {variants: [], problems: experiment.errors.map(faultText)};
  const {task} = experiment;
  const file = [task.config.platform, task.config.decodePlatform].find((side) => side && isFile(side.system));
  if (file)
    return {
      variants: [],
      problems: [
        `${task.name}: a page cannot open ${file.system}; describe the GPU on the home page and save the search`
      ]
    };
  const found = perBackend(task, backendsOf).map(({name, task: each}) => ({name, asked: taskQuestion(each)}));
  return {
    variants: found.flatMap(({name, asked}) =>
      asked ? [{...plainVariant, name, part: questionPart(base, asked.question), settings: asked.settings}] : []
    ),
    problems: found.flatMap(({name, asked}) =>
      asked ? [] : [`${name}: holds what this page cannot keep in a link; kneepoint exp answers it`]
    )
  };
}

const isFile = (system: string) => /\.ya?ml$/i.test(system);

function perBackend(task: Task, backendsOf: ReadOptions["backendsOf"]): {name: string; task: Task}[] {
  const {servingMode, platform, decodePlatform} = task.config;
  if (platform.backend !== "auto" && decodePlatform?.backend !== "auto") return [{name: task.name, task}];
  const keys = servingMode === "disagg" ? ["prefill_backend_name", "decode_backend_name"] : ["backend_name"];
  return backendsOf(platform.system).map((backend) => ({
    name: `${task.name}, ${backendWords[backend]}`,
    task: task.with(Object.fromEntries(keys.map((key) => [key, backend])))
  }));
}
