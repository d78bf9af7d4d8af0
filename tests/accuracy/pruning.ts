/**
 * What pruning saves on the recorded searches of the reference, and whether it loses a point of a front: run with
 * `npm run accuracy:pruning` where the tables are imported; tests/reference.test.ts holds it to no loss.
 */
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {answerSearch, evaluateSearch, findModel, modesOf, pruneFor, samplings} from "../../engine/index.js";
import type {Backend, Evaluation, SearchProblem, SearchResult, Targets} from "../../engine/index.js";
import {choosePlatform, loadSlices, openData} from "../../src/cli/data.js";
import {textTable} from "../../src/cli/tables.js";

/** One recorded search, searched both ways. */
export interface PruningRow {
  name: string;
  /** Candidates that fit and that tables answer. */
  candidates: number;
  evaluated: number;
  missedTtft: number;
  dominated: number;
  frontPoints: number;
  /** Points of either mode's front, with either sampling, that the pruned search lacks. */
  lost: number;
}

interface Recorded {
  name: string;
  model: string;
  system: string;
  backend: Backend;
  version: string;
  totalGpus: number;
  isl: number;
  osl: number;
  prefix: number;
  ttftMs: number;
  tpotMs: number;
}

export const recordedSearches = join(import.meta.dirname, "../../../shared/reference/search.jsonl");

/** Searches every recorded question whose tables are in the data folder. */
export async function pruningRows(): Promise<PruningRow[]> {
  const data = openData();
  const rows: PruningRow[] = [];
  for (const line of readFileSync(recordedSearches, "utf8").trim().split("\n")) {
    const asked = (JSON.parse(line) as {input: Recorded}).input;
    const model = findModel(asked.model);
    const {system, backend, version, totalGpus, isl, osl, prefix} = asked;
    const platform = choosePlatform(data, {system, backend, version, database: "silicon"});
    await loadSlices(data, model, platform);
    // Pages import the engine through a link in src/, which the type checker takes for another copy of it.
    const opened = {...platform, interpolation: "shared"} as unknown as SearchProblem["platform"];
    const problem = {model, platform: opened, totalGpus, workload: {isl, osl, prefix}};
    rows.push(pruningRow(asked.name, problem, asked));
  }
  return rows;
}

function pruningRow(name: string, problem: SearchProblem, {ttftMs, tpotMs}: Targets): PruningRow {
  const targets = {ttftMs, tpotMs};
  const [whole, pruned] = [evaluateSearch(problem), evaluateSearch(problem, {prune: pruneFor(targets)})];
  const {evaluated, ttft, dominated} = pruned.pruned!.counts;
  let [frontPoints, lost] = [0, 0];
  for (const sampling of samplings) {
    const answer = (evaluation: Evaluation) => frontKeys(answerSearch(evaluation, targets, {sampling}));
    const kept = answer(pruned);
    const all = answer(whole);
    frontPoints += all.size;
    lost += [...all].filter((point) => !kept.has(point)).length;
  }
  const points = whole.aggregated.reduce((sum, sweep) => sum + sweep.points.length, 0);
  const candidates = points + (whole.disaggregated?.decode.length ?? 0);
  return {name, candidates, evaluated, missedTtft: ttft, dominated, frontPoints, lost};
}

function frontKeys(result: SearchResult): Set<string> {
  return new Set(
    modesOf(result).flatMap(({mode, front}) =>
      front.map(({tokensPerSecPerUser, tokensPerSecPerGpuCluster: rate}) => `${mode} ${tokensPerSecPerUser} ${rate}`)
    )
  );
}

if (process.argv[1] === import.meta.filename) {
  if (!existsSync(recordedSearches))
    throw new Error(`no such file: ${recordedSearches}; the recorded searches are needed`);
  const share = (part: number, whole: number) => (whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`);
  const columns = [
    {title: "search", value: (row: PruningRow) => row.name},
    {title: "candidates", value: (row: PruningRow) => row.candidates, digits: 0},
    {title: "left out: TTFT", value: (row: PruningRow) => row.missedTtft, digits: 0},
    {title: "dominated", value: (row: PruningRow) => row.dominated, digits: 0},
    {title: "saved", value: (row: PruningRow) => share(row.candidates - row.evaluated, row.candidates)},
    {title: "front points", value: (row: PruningRow) => row.frontPoints, digits: 0},
    {title: "lost", value: (row: PruningRow) => row.lost, digits: 0}
  ];
  console.log(textTable(columns, await pruningRows()));
}
