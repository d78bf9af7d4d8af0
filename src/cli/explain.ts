/** `kneepoint explain`: which layer set which value, why a plan is as it is, why there is none. */
import {InputError, unknownName} from "../engine/errors.js";
import {byFormula, explainPlan, type PlanWhy} from "../engine/index.js";
import type {Flags} from "./args.js";
import {basisLines, basisOf} from "./basis.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {missLines, planBlocks} from "./explain-report.js";
import {exitCode} from "./exit.js";
import {planFlags, planOf, type FoundPlan, type PlanValues} from "./found-plan.js";
import {inkFor} from "./ink.js";
import {layersText, valueOrigins, valueSentence} from "./layer-report.js";
import {newOpener} from "./opener.js";
import {noProgress, progressOn} from "./progress.js";
import {answerSentence} from "./report.js";
import {answerProvenance, questionOf} from "./run-output.js";
import {missesOf, newRunner} from "./run.js";
import {taskFlags} from "./task-flags.js";
import {askedTask, commandDefaults, yamlFlags} from "./task-input.js";
import {summaries} from "./verbs.js";
import type {Task} from "../task/index.js";

const flags: Flags = {
  layers: {type: "boolean", help: "only the layers and who set what, without searching"},
  ...planFlags("which plan to explain, as default numbers them"),
  json: {type: "boolean", help: "print the whole result as JSON"},
  ...yamlFlags,
  ...taskFlags(commandDefaults)
};

const notes = `KEY names one value, as the effective configuration calls it; then only its layers are told. Exit code 1 when nothing
meets the targets, which is then explained.`;

const question = "--model Qwen/Qwen3-32B-FP8 --total-gpus 32 --system h200_sxm --isl 4000 --osl 500";
const examples = [
  {line: `explain ${question} --ttft 300 --tpot 10`, what: "the best plan: its time, its limits, its neighbours"},
  {line: `explain ${question} --ttft 30 --tpot 10`, what: "why nothing meets a target, and what would"},
  {line: "explain ttft --yaml experiments.yaml", what: "which layer set a value of a file, and in which line"},
  {line: "explain --yaml experiments.yaml --experiment disagg --layers", what: "all of an experiment's values"}
];

const verb = {
  name: "explain",
  summary: summaries.explain,
  positional: "[KEY]",
  flags,
  notes,
  examples
};

interface ExplainValues extends PlanValues {
  layers: boolean;
  json: boolean;
}

export const run = command<Flags>(verb, async (parsed) => {
  const values = parsed.values as unknown as ExplainValues;
  const runner = newRunner(newOpener(openData()));
  const task = askedTask(runner.opener, parsed);
  if (parsed.positional !== undefined) return explainKey(task, parsed.positional, values.json);
  const layers = {layers: task.layers, values: valueOrigins(task)};
  if (values.layers) {
    print(values.json ? toJson(layers) : layersText(task, inkFor(process.stdout)));
    return exitCode("answered");
  }
  const progress = values.json ? noProgress : progressOn(process.stderr);
  const answer = await runner.run(task, (share, doing) => progress.update(share, doing));
  progress.end();
  const found = planOf(answer, values);
  const why = found && whyOf(found);
  const misses = answer.result.chosen ? [] : missesOf(answer.searches);
  const provenance = answerProvenance(runner.opener.data.catalogue, answer);
  if (values.json) {
    const basis = basisOf(found ? [found.plan] : [], task.config.predictor);
    print(toJson({...layers, ...provenance, ...basis, plan: found?.plan ?? null, why: why ?? null, misses}));
  } else {
    const [{problem, targets, options}] = answer.searches;
    const ink = inkFor(process.stdout);
    const basis = basisLines(found ? [found.plan] : []);
    const sentence = answerSentence({result: answer.result, targets, options, totalGpus: problem.totalGpus});
    const blocks = [
      provenance.warnings.map((warning) => ink.warn(warning)).join("\n"),
      ink.dim(questionOf(answer.searches)),
      ink.bold(sentence),
      missLines(misses).join("\n"),
      ...(found && why ? planBlocks(found.plan, why, problem.totalGpus, ink) : []),
      layersText(task, ink),
      [...basis, ...provenance.lines].join("\n")
    ];
    print(blocks.filter((block) => block !== "").join("\n\n"));
  }
  return exitCode(answer.result.chosen ? "answered" : "noAnswer");
});

function explainKey(task: Task, key: string, json: boolean): number {
  const all = valueOrigins(task);
  const name = key.replace(/^-+/, "").replaceAll("-", "_");
  const found = all.find((each) => each.key === name);
  const names = all.map((each) => each.key);
  if (!found) throw new InputError(unknownName("key of this task", key, names));
  print(json ? toJson(found) : valueSentence(found));
  return exitCode("answered");
}

function whyOf({plan, search: {evaluation, targets, options}}: FoundPlan): PlanWhy {
  return explainPlan(evaluation, byFormula(plan), {targets, preferences: options});
}
