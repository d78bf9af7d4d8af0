/** One answered task as it is printed: in words, and as JSON. */
import type {Platform, SearchProblem} from "../engine/index.js";
import {modesOf, type SearchResult} from "../engine/result.js";
import type {Catalogue} from "../engine/schema.js";
import {gpuWords, workloadWords} from "../words.js";
import {inOrder} from "./command.js";
import {plansOf, platformsOf} from "./answer.js";
import {limitWords, loadWords, objectiveWords} from "./limit-words.js";
import {provenanceOf, withAssumptions, type Provenance} from "./provenance.js";
import type {Search} from "./opener.js";
import type {TaskAnswer} from "./run.js";

/** What was asked, in a line. */
export function questionOf(searches: readonly Search[]): string {
  const [{problem, targets, options, task}] = searches;
  const {load, objective = "throughput"} = options;
  const parts = [
    `${problem.model.id} on ${load ? "" : `${gpuWords(problem.totalGpus)} of `}${systemWords(problem)}, ${engineWords(searches)}`,
    workloadWords(task.config.workload),
    limitWords(targets, options),
    ...(load ? [loadWords(load)] : []),
    ...(objective === "throughput" ? [] : [objectiveWords[objective]])
  ];
  return parts.join(" · ");
}

function systemWords({platform, decodePlatform}: SearchProblem): string {
  const [own, other] = [platform.system.id, decodePlatform?.system.id];
  return other === undefined || other === own ? own : `${own} → ${other}`;
}

function engineWords(searches: readonly Search[]): string {
  return [...new Set(searches.map(({problem}) => sidesWords(problem)))].join(", ");
}

function sidesWords({platform, decodePlatform}: SearchProblem): string {
  const [own, other] = [frameworkWords(platform), decodePlatform && frameworkWords(decodePlatform)];
  return other === undefined || other === own ? own : `${own} → ${other}`;
}

/** `trtllm 1.3.0rc10`, or `trtllm` alone where no tables of any version are there. */
function frameworkWords({backend, version, perf}: Platform): string {
  return perf.empty ? backend : `${backend} ${version}`;
}

/** Where figures come from when no plan is shown. */
export function problemProvenance(
  catalogue: Catalogue,
  searches: readonly Search[],
  doubts: readonly string[]
): Provenance {
  const problems = searches.map(({problem}) => problem);
  return withAssumptions(provenanceOf(catalogue, platformsOf(problems), [], doubts), problems[0].model);
}

export function answerProvenance(
  catalogue: Catalogue,
  {searches, result}: Pick<TaskAnswer, "searches" | "result">
): Provenance {
  const problems = searches.map(({problem}) => problem);
  const sources = provenanceOf(catalogue, platformsOf(problems), plansOf(result), result.doubts);
  const provenance = withAssumptions(sources, problems[0].model);
  return {...provenance, lines: [...gapHint(problems, result), ...provenance.lines]};
}

/** What would answer candidates that measured tables alone do not. */
function gapHint(problems: readonly SearchProblem[], result: SearchResult): string[] {
  const gaps = modesOf(result).reduce((sum, {rejected}) => sum + (rejected.data ?? 0), 0);
  const strict = problems.some(({platform}) => platform.database === "silicon");
  return gaps > 0 && strict ? ["Gaps: --database hybrid estimates what was not measured, each figure labelled"] : [];
}

/** What was asked, with everything that was inferred or defaulted filled in. */
export function echoOf(searches: readonly Search[]): object {
  const [{problem, targets, task}] = searches;
  const platforms = searches.map(({problem: {platform, decodePlatform}}) => ({
    system: platform.system.id,
    decodeSystem: decodePlatform?.system.id,
    backend: platform.backend,
    decodeBackend: decodePlatform?.backend,
    version: platform.version,
    decodeVersion: decodePlatform?.version,
    database: platform.database
  }));
  return {...(inOrder(task.config) as object), model: problem.model, platforms, targets};
}
