/** `kneepoint recommend`: the fewest GPUs that serve a load within the targets. */
import {InputError} from "../engine/errors.js";
import type {LoadTarget} from "../engine/index.js";
import {plansOf} from "./answer.js";
import type {Flags} from "./args.js";
import {basisOf} from "./basis.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {missLines} from "./explain-report.js";
import {exitCode} from "./exit.js";
import {inkFor} from "./ink.js";
import {newOpener} from "./opener.js";
import {noProgress, progressOn} from "./progress.js";
import {sizingText, sizingSentence} from "./recommend-report.js";
import {answerProvenance, echoOf, questionOf} from "./run-output.js";
import {missesOf, newRunner} from "./run.js";
import {folderFor, saveAnswers} from "./save.js";
import {taskFlags} from "./task-flags.js";
import {calibrationOf, commandDefaults, runFlags, taskOfFlags, type RunValues} from "./task-input.js";
import {summaries} from "./verbs.js";

const flags: Flags = {...runFlags, ...taskFlags(commandDefaults)};

const notes = `One of --target-request-rate and --target-concurrency is needed. Without --max-gpus replicas of up to 128 GPUs are
tried, and as many of them as the load takes. With it, what does not fit is answered with what those GPUs serve of the
load. Exit code 1 when nothing meets the targets; a part of the load served is an answer.`;

const question = "--model Qwen/Qwen3-32B-FP8 --system h200_sxm --isl 4000 --osl 500 --ttft 300 --tpot 10";
const examples = [
  {line: `recommend ${question} --target-request-rate 50`, what: "GPUs for fifty requests a second"},
  {
    line: `recommend ${question} --target-concurrency 200 --max-gpus 16`,
    what: "what 16 GPUs serve of 200 users at once"
  },
  {
    line: `recommend ${question} --target-request-rate 50 --gpu-hour-price h200_sxm=3.5 --objective cost`,
    what: "the cheapest way to serve it"
  }
];

const verb = {name: "recommend", summary: summaries.recommend, flags, notes, examples};

export const run = command<Flags>(verb, async (parsed) => {
  const {json, ...saving} = parsed.values as unknown as RunValues;
  const rates = ["target-request-rate", "target-concurrency"].filter((name) => parsed.given.has(name));
  if (rates.length === 0)
    throw new InputError("missing load: not given; give --target-request-rate or --target-concurrency");
  const runner = newRunner(newOpener(openData()), calibrationOf(parsed));
  const {catalogue} = runner.opener.data;
  const task = taskOfFlags(runner.opener, parsed);
  const progress = json ? noProgress : progressOn(process.stderr);
  const folder = folderFor({json, ...saving}, [task]);
  const answer = await runner.run(task, (share, doing) => progress.update(share, doing));
  progress.end();
  const {searches, result} = answer;
  const {targets, options} = searches[0];
  const misses = result.chosen ? [] : missesOf(searches);
  const report = {
    question: questionOf(searches),
    targets,
    options: options as typeof options & {load: LoadTarget},
    result,
    provenance: answerProvenance(catalogue, answer),
    severalBackends: new Set(searches.map(({problem}) => problem.platform.backend)).size > 1,
    why: missLines(misses)
  };
  const whole = () =>
    toJson({
      problem: echoOf(searches),
      sentence: sizingSentence(report),
      ...report.provenance,
      ...basisOf(plansOf(result), task.config.predictor),
      result,
      ...(misses.length > 0 && {misses})
    });
  print(json ? whole() : sizingText(report, inkFor(process.stdout)));
  if (folder) await saveAnswers({folder, catalogue, json: whole(), answers: [answer], progress});
  return exitCode(result.chosen ? "answered" : "noAnswer");
});
