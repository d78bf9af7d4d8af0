/** `kneepoint default`: the main question, answered in a terminal, as JSON, and as files. */
import {modesOf} from "../engine/result.js";
import {plansOf} from "./answer.js";
import type {Flags, Parsed} from "./args.js";
import {basisOf} from "./basis.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {missLines} from "./explain-report.js";
import {exitCode} from "./exit.js";
import {inkFor} from "./ink.js";
import {newOpener} from "./opener.js";
import {noProgress, progressOn} from "./progress.js";
import {reportText} from "./report.js";
import {answerProvenance, echoOf, questionOf} from "./run-output.js";
import {missesOf, newRunner, type Runner, type TaskAnswer} from "./run.js";
import {folderFor, saveAnswers} from "./save.js";
import {taskFlags} from "./task-flags.js";
import {calibrationOf, commandDefaults, runFlags, taskOfFlags, type RunValues} from "./task-input.js";
import {summaries} from "./verbs.js";

const flags: Flags = {...runFlags, ...taskFlags(commandDefaults)};

const notes = `Times are in milliseconds. tokens/s/GPU counts output tokens over all GPUs asked for, idle ones included.
Exit code 1 when nothing meets the targets. With KNEEPOINT_DATA set, tables are read from that folder.`;

const question = "--model Qwen/Qwen3-32B-FP8 --total-gpus 32 --system h200_sxm --isl 4000 --osl 500";
const examples = [
  {line: `default ${question} --ttft 300 --tpot 10`, what: "the best way to serve within two latency targets"},
  {line: `default ${question} --ttft 300 --tpot 10 --save-dir results`, what: "the same, kept as tables and pictures"},
  {line: `default ${question} --backend auto --request-latency 8000`, what: "every engine, for a whole request"},
  {
    line: `default ${question} --tpot 10 --soft ttft=300:2 --gpu-hour-price h200_sxm=3.5`,
    what: "a TTFT that may be missed at a price, and what it costs"
  },
  {line: `default ${question} --agg-tp 2,4 --serving-mode agg`, what: "some sizes only"}
];

export const run = command({name: "default", summary: summaries.default, flags, notes, examples}, async (parsed) => {
  const runner = newRunner(newOpener(openData()), calibrationOf(parsed));
  const task = taskOfFlags(runner.opener, parsed);
  return runTask(runner, task, parsed);
});

/** Searches one task, saves and prints it. */
async function runTask(runner: Runner, task: TaskAnswer["task"], {values}: Parsed<Flags>) {
  const {json, ...saving} = values as unknown as RunValues;
  const {catalogue} = runner.opener.data;
  const progress = json ? noProgress : progressOn(process.stderr);
  const folder = folderFor({json, ...saving}, [task]);
  const answer = await runner.run(task, (share, doing) => progress.update(share, doing));
  const provenance = answerProvenance(catalogue, answer);
  const {searches, result} = answer;
  const misses = result.chosen ? [] : missesOf(searches);
  const whole = () =>
    toJson({
      problem: echoOf(searches),
      ...provenance,
      ...basisOf(plansOf(result), task.config.predictor),
      result,
      ...bySearch(searches),
      ...(misses.length > 0 && {misses})
    });
  progress.end();
  if (json) print(whole());
  else {
    const {targets, options} = searches[0];
    const report = {
      question: questionOf(searches),
      totalGpus: searches[0].problem.totalGpus,
      targets,
      options,
      result,
      provenance,
      severalBackends: new Set(searches.map(({problem}) => problem.platform.backend)).size > 1,
      why: missLines(misses)
    };
    const width = Math.min(process.stdout.columns ?? 80, 120);
    print(reportText(report, {width, ink: inkFor(process.stdout)}));
  }
  if (folder) await saveAnswers({folder, catalogue, json: whole(), answers: [answer], progress});
  return exitCode(result.chosen ? "answered" : "noAnswer");
}

function bySearch(searches: TaskAnswer["searches"]): {bySearch?: object} {
  if (
    searches.every(
      ({result}, _, [first]) => modesOf(result).length + modesOf(first.result).length <= 2 && searches.length <= 2
    )
  )
    return {};
  return {bySearch: Object.fromEntries(searches.map(({name, result}) => [name, result]))};
}
