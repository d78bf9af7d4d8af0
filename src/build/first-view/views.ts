/**
 * What pages say first when nothing is asked in their address, found out when a site is built: `node views.ts` prints it
 * as JSON. The same components make it as in the page, which then puts the same in its place.
 */
import {existsSync, readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {dataFolder, systemFolders} from "../../../data-loaders/data-folder.js";
import {readAllSystems} from "../../../data-loaders/read-systems.js";
import type {CalibrationEntry} from "../../../engine/calibration.js";
import type {Catalogue} from "../../../engine/schema.js";
import type {SystemSpec} from "../../../engine/system.js";
import {answerSentence} from "../../components/answer.js";
import {comparedTable, targetSpeed} from "../../components/comparison-figures.js";
import {entriesOf} from "../../components/comparison-entry.js";
import {exampleVariants} from "../../components/comparison-example.js";
import {comparisonRuns} from "../../components/comparison-runs.js";
import type {RunState} from "../../components/comparison-runs.js";
import {comparisonSentence} from "../../components/comparison-words.js";
import {parseComparison} from "../../components/comparison.js";
import {coverageRows, measurementsLede} from "../../components/coverage.js";
import {dataNote} from "../../components/data-badge.js";
import {outcomeOf} from "../../components/outcome.js";
import {parseQuestion} from "../../components/question.js";
import {askOf} from "../../search/live.js";
import type {LiveSearch} from "../../search/live.js";
import {streams} from "../../search/calls.js";
import {Searcher} from "../../search/searcher.js";
import {markupOf, provideDocument} from "./markup.js";

/** Of a page: the markup that its first placeholders after `after` stand for; null leaves one as it is. */
export interface FirstView {
  after: string;
  markup: (string | null)[];
}

interface Data {
  catalogue: Catalogue;
  calibrations: CalibrationEntry[];
  systems: SystemSpec[];
}

export async function firstViews(data: Data, searcher: Searcher): Promise<Record<string, FirstView>> {
  provideDocument();
  return {
    "index.html": await home(data, searcher),
    "notebooks/compare.html": await compare(data, searcher),
    "notebooks/perf-data.html": {
      after: `class="kp-lede-place"`,
      markup: [markupOf(measurementsLede(coverageRows(data.catalogue)))]
    }
  };
}

async function home({systems}: Data, searcher: Searcher): Promise<FirstView> {
  const question = parseQuestion("");
  const {result, data, misses, ask} = await searcher.answer(askOf(question, systems), () => {});
  const outcome = outcomeOf(result, question.pick, ask);
  const sentence = markupOf(answerSentence({outcome, question, misses, systems}));
  return {after: `class="kp-top"`, markup: [sentence, null, markupOf(dataNote(data, result.doubts))]};
}

async function compare(data: Data, searcher: Searcher): Promise<FirstView> {
  const comparison = parseComparison("", exampleVariants(data));
  const runs = comparisonRuns({stream: streamOf(searcher)}, data.systems);
  const {outcomes} = await new Promise<RunState>((resolve) => {
    runs.states((state) => state.progress.done >= state.progress.total && resolve(state));
    runs.ask(comparison);
  });
  const entries = entriesOf(comparison, outcomes, [], data.systems);
  const table = comparedTable(entries, comparison.against, targetSpeed(comparison.base));
  return {after: `kp-compare-lede">`, markup: [markupOf(comparisonSentence(comparison, entries, table))]};
}

/** As a page has it of its worker. */
function streamOf(searcher: Searcher): LiveSearch["stream"] {
  return (name, asked, onpart, onerror) => {
    const run = streams[name](searcher, asked, onpart, () => false);
    run.catch((error: Error) => onerror(error.message));
    return () => {};
  };
}

async function readData(): Promise<Record<string, FirstView>> {
  const calibration = join(systemFolders()[0], "calibration");
  const list = join(calibration, "index.json");
  const data: Data = {
    catalogue: JSON.parse(readFileSync(process.env.KNEEPOINT_SELECTED!, "utf8")),
    calibrations: existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [],
    systems: readAllSystems(systemFolders())
  };
  const searcher = new Searcher(data.catalogue, data.calibrations, data.systems, {
    slice: (path) => bytesOf(join(dataFolder(), path)),
    calibration: ({file}) => bytesOf(join(calibration, file))
  });
  return firstViews(data, searcher);
}

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const {buffer, byteOffset, byteLength} = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(JSON.stringify(await readData()));
