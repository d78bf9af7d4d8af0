/**
 * What pages say first when nothing is asked in their address, found out when a site is built: `node views.ts` prints it
 * as JSON. The same components make it as in the page, which then puts the same in its place.
 */
import {readFileSync} from "node:fs";
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
import {baseSentence, sensitivitySentence} from "../../components/sensitivity-words.js";
import {askOf} from "../../search/live.js";
import type {LiveSearch} from "../../search/live.js";
import {streams} from "../../search/calls.js";
import {openSelected} from "../open-selected.js";
import type {Data} from "../open-selected.js";
import type {Searcher} from "../../search/searcher.js";
import {usualSensitivity} from "../../search/usual-sensitivity.js";
import {markupOf, provideDocument} from "./markup.js";

/** Of a page: the markup that its first placeholders after `after` stand for; null leaves one as it is. */
export interface FirstView {
  after: string;
  markup: (string | null)[];
}

export async function firstViews(data: Data, searcher: Searcher): Promise<Record<string, FirstView>> {
  provideDocument();
  return {
    "index.html": await home(data, searcher),
    "notebooks/compare.html": await compare(data, searcher),
    "notebooks/sensitivity.html": await sensitivity(data, searcher),
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

async function sensitivity({systems}: Data, searcher: Searcher): Promise<FirstView> {
  const {sensed} = await usualSensitivity(searcher, systems);
  const markup = [markupOf(sensitivitySentence({sensed, error: ""})), markupOf(baseSentence({sensed}))];
  return {after: `class="kp-sensitivity-lede"`, markup};
}

/** As a page has it of its worker. */
function streamOf(searcher: Searcher): LiveSearch["stream"] {
  return (name, asked, onpart, onerror) => {
    const run = streams[name](searcher, asked, onpart, () => false);
    run.catch((error: Error) => onerror(error.message));
    return () => {};
  };
}

if (process.argv[1] === import.meta.filename) {
  const {searcher, ...data} = openSelected(JSON.parse(readFileSync(process.env.KNEEPOINT_SELECTED!, "utf8")));
  process.stdout.write(JSON.stringify(await firstViews(data, searcher)));
}
