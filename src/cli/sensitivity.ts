/** `kneepoint sensitivity`: what the answer, and the choice, depend on. */
import {sensitiveInputs, sensitivitySteps, type SensitiveInput, type Sensitivity} from "../engine/index.js";
import {InputError} from "../engine/errors.js";
import type {Flags} from "./args.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {exitCode} from "./exit.js";
import {inkFor} from "./ink.js";
import {newOpener, type Search} from "./opener.js";
import {noProgress, progressOn, type Progress} from "./progress.js";
import {echoOf, problemProvenance, questionOf} from "./run-output.js";
import {sensitivitySentence, sensitivityText} from "./sensitivity-report.js";
import {taskFlags} from "./task-flags.js";
import {askedTask, commandDefaults, yamlFlags} from "./task-input.js";
import {summaries} from "./verbs.js";

const inputs = Object.keys(sensitiveInputs) as SensitiveInput[];
const mostPercent = 90;

const flags: Flags = {
  change: {
    type: "number",
    unit: "PERCENT",
    min: 0.1,
    max: mostPercent,
    default: 10,
    help: "by how much each input changes, down and up"
  },
  inputs: {type: "texts", unit: "NAME,…", choices: inputs, help: "inputs to change, out of"},
  json: {type: "boolean", help: "print the whole result as JSON"},
  ...yamlFlags,
  ...taskFlags(commandDefaults)
};

const notes = `One search per change, by formula: what chance does to a simulation is more than what small changes do. The largest effect stands first. Exit code 1 when nothing meets the targets as they are.`;
const question =
  "--model Qwen/Qwen3-32B-FP8 --total-gpus 32 --system h200_sxm --isl 4000 --osl 500 --ttft 300 --tpot 10";
const examples = [
  {line: `sensitivity ${question}`, what: "a tenth less and more of everything"},
  {line: `sensitivity ${question} --inputs isl,tpot --change 25`, what: "two inputs, a quarter each"},
  {line: "sensitivity --yaml experiments.yaml --experiment disagg", what: "an experiment of a file"}
];

const verb = {name: "sensitivity", summary: summaries.sensitivity, flags, notes, examples};

export const run = command<Flags>(verb, async (parsed) => {
  const {
    json,
    change,
    inputs: only
  } = parsed.values as unknown as {
    json: boolean;
    change: number;
    inputs?: SensitiveInput[];
  };
  const opener = newOpener(openData());
  if (parsed.given.has("predictor") && (parsed.values.predictor as unknown) === "simulation")
    throw new InputError("not yet: --predictor simulation; changes are answered by formula, drop it");
  const task = askedTask(opener, parsed);
  const searches = await opener.searches(task, "together");
  if (searches.length > 1)
    throw new InputError("invalid --backend: auto; sensitivity changes one engine's answer, name it");
  const [search] = searches;
  const table = finished(search, {share: change / 100, inputs: only}, json ? noProgress : progressOn(process.stderr));
  const provenance = problemProvenance(opener.data.catalogue, searches, []);
  if (json)
    print(
      toJson({
        problem: echoOf(searches),
        predictor: "formula",
        sentence: sensitivitySentence(table),
        ...provenance,
        result: table
      })
    );
  else print(sensitivityText({question: questionOf(searches), table, provenance}, inkFor(process.stdout)));
  return exitCode(table.base ? "answered" : "noAnswer");
});

function finished(
  {problem, targets, options: preferences}: Search,
  options: {share: number; inputs?: readonly SensitiveInput[]},
  progress: Progress
): Sensitivity {
  const steps = sensitivitySteps(problem, targets, {...options, preferences});
  for (;;) {
    const {done, value} = steps.next();
    if (done) {
      progress.end();
      return value;
    }
    progress.update(value.done / value.total, `search ${Math.floor(value.done) + 1} of ${value.total}`);
  }
}
