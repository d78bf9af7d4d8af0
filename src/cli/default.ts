/** `kneepoint default`: the main question, answered in a terminal, as JSON, and as files. */
import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import type {Platform, SearchProblem} from "../engine/index.js";
import {mergeResults, plansOf, platformsOf, searchAll, type BackendAnswer} from "./answer.js";
import {servingChoices} from "../engine/models/serving.js";
import {command, print, toJson} from "./command.js";
import {plansCsv} from "./csv.js";
import {openData} from "./data.js";
import {inkFor} from "./ink.js";
import {openSearches, searchFlags, targetsOf, type SearchValues} from "./problem.js";
import {provenanceOf, withAssumptions} from "./provenance.js";
import {reportText, targetWords} from "./report.js";
import {summaries} from "./verbs.js";
import {gpuWords, workloadWords} from "../words.js";
import {modesOf, type SearchResult, type Targets} from "../engine/result.js";

const notes = `Times are in milliseconds. tokens/s/GPU counts output tokens over all GPUs asked for, idle ones included.
Exit code 1 when nothing meets the targets. With KNEEPOINT_DATA set, tables are read from that folder.`;

export const run = command(
  {name: "default", summary: summaries.default, flags: searchFlags, notes},
  async ({values}) => {
    const data = openData();
    const targets = targetsOf(values);
    const answers = searchAll(await openSearches(data, values), targets, values["top-n"]);
    const result = mergeResults(
      answers.map((each) => each.result),
      targets,
      {topN: values["top-n"]}
    );
    const problems = answers.map((each) => each.problem);
    const sources = provenanceOf(data.catalogue, platformsOf(problems), plansOf(result), result.doubts);
    const provenance = withAssumptions(sources, problems[0].model);
    provenance.lines.unshift(...gapHint(problems, result));
    const whole = () =>
      toJson({...echo(problems, targets, values), ...provenance, result, byBackend: byBackend(answers)});
    if (values["save-dir"]) save(values["save-dir"], problems[0], result, whole());
    if (values.json) print(whole());
    else {
      const report = {
        question: question(problems, targets),
        totalGpus: problems[0].totalGpus,
        targets,
        result,
        provenance
      };
      const width = Math.min(process.stdout.columns ?? 80, 120);
      print(reportText({...report, severalBackends: problems.length > 1}, {width, ink: inkFor(process.stdout)}));
    }
    return result.chosen ? 0 : 1;
  }
);

/** What would answer candidates that measured tables alone do not. */
function gapHint(problems: readonly SearchProblem[], result: SearchResult): string[] {
  const gaps = modesOf(result).reduce((sum, {rejected}) => sum + (rejected.data ?? 0), 0);
  const strict = problems.some(({platform}) => platform.database === "silicon");
  return gaps > 0 && strict ? ["Gaps: --database hybrid estimates what was not measured, each figure labelled"] : [];
}

function question([first, ...others]: readonly SearchProblem[], targets: Targets): string {
  const {model, totalGpus, workload, platform, decodePlatform} = first;
  const system = decodePlatform ? `${platform.system.id} → ${decodePlatform.system.id}` : platform.system.id;
  const frameworks = [first, ...others].map(({platform}) => frameworkWords(platform)).join(", ");
  const tokens = workloadWords(workload);
  return `${model.id} on ${gpuWords(totalGpus)} of ${system}, ${frameworks} · ${tokens} · ${targetWords(targets)}`;
}

/** `trtllm 1.3.0rc10`, or `trtllm` alone where no tables of any version are there. */
function frameworkWords({backend, version, perf}: Platform): string {
  return perf.empty ? backend : `${backend} ${version}`;
}

/** What was asked, with everything that was inferred or defaulted filled in. */
function echo(problems: readonly SearchProblem[], targets: Targets, values: SearchValues) {
  const [{model, totalGpus, workload, quant, nextn, acceptRates, freeMemoryFraction, exactKvCache}] = problems;
  const platforms = problems.map(({platform, decodePlatform}) => ({
    system: platform.system.id,
    decodeSystem: decodePlatform?.system.id,
    backend: platform.backend,
    version: platform.version,
    decodeVersion: decodePlatform?.version,
    database: platform.database
  }));
  const shared = {model, totalGpus, workload, quant, nextn, acceptRates, freeMemoryFraction, exactKvCache};
  return {problem: {...shared, ...servingChoices(problems[0]), platforms, targets, topN: values["top-n"]}};
}

function byBackend(answers: readonly BackendAnswer[]) {
  if (answers.length === 1) return undefined;
  return Object.fromEntries(answers.map(({problem, result}) => [problem.platform.backend, result]));
}

function save(dir: string, {model, workload}: SearchProblem, result: SearchResult, json: string) {
  const {isl, osl, prefix} = workload;
  const context = {model: model.id, isl, osl, prefix};
  for (const mode of modesOf(result)) {
    const folder = join(dir, mode.mode);
    mkdirSync(folder, {recursive: true});
    writeFileSync(join(folder, "pareto.csv"), plansCsv(mode.mode, mode.front, context));
    writeFileSync(join(folder, "best_config_topn.csv"), plansCsv(mode.mode, mode.best, context));
  }
  writeFileSync(join(dir, "result.json"), json + "\n");
}
