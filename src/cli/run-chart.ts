/** What the picture of answered tasks shows: the modes of one, or what nobody beats of each of several. */
import {axisOf, bestOf, experimentsChart, jointFront, searchChart, type Picture} from "../chart/front-picture.js";
import type {FrontChart} from "../chart/front-chart.js";
import type {Paint} from "../chart/paint.js";
import type {Catalogue} from "../engine/schema.js";
import {gpuWords, workloadWords} from "../words.js";
import {platformsOf} from "./answer.js";
import {limitWords} from "./limit-words.js";
import {answerProvenance, questionOf} from "./run-output.js";
import type {TaskAnswer} from "./run.js";

/** How it is looked at, besides what the tasks say. */
export type Look = Pick<Picture, "axis" | "log"> & {cloud?: boolean};

/** The title names the winner where there are several. */
export function runChart(
  catalogue: Catalogue,
  answers: readonly TaskAnswer[],
  winner: string | undefined,
  paint: Paint,
  {cloud, ...look}: Look = {}
): FrontChart {
  const picture = {...pictureOf(catalogue, answers), ...look};
  if (answers.length === 1) return searchChart(answers[0].result, picture, paint, {cloud});
  const fronts = answers.map(({task, result}) => ({
    name: task.name,
    front: jointFront(result, axisOf(picture)),
    best: bestOf(result)
  }));
  const best = fronts.find(({name}) => name === winner);
  return experimentsChart(fronts, best, picture, paint);
}

/** What was asked, and where figures come from. Targets that differ between tasks cut no axis. */
export function pictureOf(catalogue: Catalogue, answers: readonly TaskAnswer[]): Picture {
  const all = (of: (answer: TaskAnswer) => string) => [...new Set(answers.map(of))];
  const [{searches}] = answers;
  const {targets, problem} = searches[0];
  const [line] = answers.length > 1 ? [] : [sourceLine(answerProvenance(catalogue, answers[0]).lines)];
  return {
    question: answers.length > 1 ? sharedQuestion(answers) : questionOf(searches),
    source: line ?? `Source: ${all(shortSource).join(", ")}`,
    targets:
      all((answer) => JSON.stringify(answer.searches[0].targets)).length === 1
        ? targets
        : {ttftMs: Infinity, tpotMs: Infinity},
    osl: problem.workload.osl
  };
}

/** What all of them ask alike. */
function sharedQuestion(answers: readonly TaskAnswer[]): string {
  const parts = answers.map(({searches: [{problem, targets, options, task}]}) => [
    problem.model.id,
    gpuWords(problem.totalGpus),
    workloadWords(task.config.workload),
    limitWords(targets, options)
  ]);
  const shared = parts[0].filter((part, i) => parts.every((each) => each[i] === part));
  return shared.length > 0 ? shared.join(" · ") : `${answers.length} experiments of different questions`;
}

/** `h100_sxm/vllm 0.19.0`, the tables that an experiment is answered from. */
function shortSource({searches}: TaskAnswer): string {
  const platforms = platformsOf(searches.map(({problem}) => problem));
  return platforms
    .map(({system, backend, version, database, donor, perf}) => {
      const tables = `${(donor ?? system).id}/${backend}${perf.empty ? "" : ` ${version}`}`;
      const how = database === "silicon" ? "" : ` (${database})`;
      return `${donor ? `${system.id} carried over from ` : ""}${tables}${how}`;
    })
    .join(" and ");
}

export const sourceLine = (lines: readonly string[]) => lines.find((line) => line.startsWith("Source")) ?? "";
