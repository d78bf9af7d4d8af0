/** `kneepoint exp`: the experiments of a YAML file, one after the other, and how they compare. */
import {InputError} from "../engine/errors.js";
import type {Experiment} from "../task/index.js";
import {faultText} from "../task/index.js";
import {plansOf} from "./answer.js";
import type {Flags} from "./args.js";
import {basisOf} from "./basis.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {bestOf, compare, comparisonText, winnerSentence, type Outcome} from "./exp-report.js";
import {exitCode} from "./exit.js";
import {inkFor} from "./ink.js";
import {newOpener} from "./opener.js";
import {progressOn, type Progress} from "./progress.js";
import {answerProvenance, echoOf} from "./run-output.js";
import {figureWords} from "./report.js";
import {failureOf, missesOf, newRunner, type Runner} from "./run.js";
import {folderFor, saveAnswers} from "./save.js";
import {flatValues, taskFlags} from "./task-flags.js";
import {
  calibrationOf,
  chosenExperiments,
  readExperiments,
  runFlags,
  taskOptions,
  type RunValues
} from "./task-input.js";
import {summaries} from "./verbs.js";

const flags: Flags = {
  yaml: {
    type: "string",
    unit: "FILE",
    help: "file of experiments, nested or flat, or a config.yaml of --save-dir",
    aliases: ["yaml-path"],
    complete: "file"
  },
  only: {type: "texts", unit: "NAME,…", help: "experiments to run, by name"},
  ...runFlags,
  ...taskFlags()
};

const notes = `Flags of the question stand above what the file says, in every experiment. An experiment that fails does not stop
the others. Exit code 0 when at least one has an answer, 1 when none has, 2 when the file holds no experiment that can
be asked.`;

const examples = [
  {line: "exp --yaml experiments.yaml", what: "all experiments of a file"},
  {line: "exp experiments.yaml --only agg,disagg --ttft 500", what: "two of them, with another target"},
  {line: "exp --yaml experiments.yaml --save-dir results --json", what: "all of it kept, and printed for a program"}
];

const verb = {
  name: "exp",
  summary: summaries.exp,
  positional: "[FILE]",
  completePositional: "file",
  flags,
  notes,
  examples
} as const;

export const run = command<Flags>(verb, async (parsed) => {
  const {values, given, positional} = parsed;
  const {json, ...saving} = values as unknown as RunValues;
  const file = (values.yaml as unknown as string | undefined) ?? positional;
  const runner = newRunner(newOpener(openData()), calibrationOf(parsed));
  const options = taskOptions(runner.opener, flatValues(values, given));
  const experiments = chosenExperiments(readExperiments(file, options), values.only as unknown as string[] | undefined);
  const tasks = experiments.flatMap((each) => (each.ok ? [each.task] : []));
  const folder = folderFor({json, ...saving}, tasks);
  const progress = progressOn(process.stderr);
  const outcomes = await runAll(runner, experiments, progress);
  progress.end();
  if (tasks.length === 0) throw new InputError(outcomes.map(({name, error}) => `${name}: ${error}`).join("\n"));
  const comparison = compare(outcomes);
  const {catalogue} = runner.opener.data;
  const whole = () =>
    toJson({
      file,
      best: comparison.winner?.name ?? null,
      sentence: winnerSentence(comparison),
      experiments: outcomes.map((outcome) => outcomeJson(runner, outcome))
    });
  print(json ? whole() : comparisonText(comparison, inkFor(process.stdout)));
  const answers = outcomes.flatMap(({answer}) => answer ?? []);
  if (folder && answers.length > 0)
    await saveAnswers({folder, catalogue, json: whole(), answers, winner: comparison.winner?.name, progress});
  return exitCode(comparison.answered > 0 ? "answered" : "noAnswer");
});

/** One after the other: they share tables, and there is one core's worth of work in each. */
async function runAll(runner: Runner, experiments: readonly Experiment[], progress: Progress): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [i, experiment] of experiments.entries()) {
    const doing = `${i + 1} of ${experiments.length}: ${experiment.name}`;
    const outcome = await runOne(runner, experiment, (share) =>
      progress.update((i + share) / experiments.length, doing)
    );
    outcomes.push(outcome);
    progress.say(`${doing}: ${outcomeWords(outcome)}`);
  }
  return outcomes;
}

async function runOne(runner: Runner, experiment: Experiment, onProgress: (share: number) => void): Promise<Outcome> {
  const {name} = experiment;
  if (!experiment.ok) return {name, error: experiment.errors.map(faultText).join("\n")};
  try {
    return {name, answer: await runner.run(experiment.task, onProgress)};
  } catch (error) {
    return {name, error: failureOf(error)};
  }
}

function outcomeWords(outcome: Outcome): string {
  if (outcome.error !== undefined) return `failed: ${outcome.error.split("\n")[0]}`;
  const best = bestOf(outcome);
  return best ? figureWords(best) : "nothing meets its targets";
}

function outcomeJson({opener}: Runner, {name, answer, error}: Outcome): object {
  if (!answer) return {name, error};
  const {task, searches, result} = answer;
  const misses = result.chosen ? [] : missesOf(searches);
  return {
    name,
    problem: echoOf(searches),
    ...answerProvenance(opener.data.catalogue, answer),
    ...basisOf(plansOf(result), task.config.predictor),
    result,
    ...(misses.length > 0 && {misses})
  };
}
