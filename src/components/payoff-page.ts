/** The parts of the page of where disaggregation pays, wired together. */
import type {PayoffCell} from "../search/paying.js";
import type {LiveSearch} from "../search/live.js";
import type {SiteData} from "../search/site.js";
import {hardwareWords} from "./answer.js";
import {knownGpus} from "./custom-gpu.js";
import {announce} from "./dom.js";
import {backendWords, shortModel} from "./format.js";
import {tpotSteps} from "./payoff.js";
import {pageAddress} from "./page-address.js";
import {payoffMap} from "./payoff-map.js";
import {payoffRuns} from "./payoff-runs.js";
import {payoffTable} from "./payoff-words.js";
import {defaults, formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";
import {runLine} from "./run-line.js";
import {shortInputs} from "./short-inputs.js";

/** A first token within two seconds: prompts of any length on the map then have a chance. */
const base: Question = {...defaults, ttftMs: 2000};

export function payoffPage(site: SiteData, search: LiveSearch) {
  // The map has no axis for whole requests, and no other objective than throughput.
  const read = (): Question => ({
    ...parseQuestion(location.search, base),
    ...{requestLatencyMs: 0, besides: false, soft: "", objective: "throughput", pick: ""}
  });
  const initial = read();
  const tpotsMs = [...new Set([...tpotSteps, initial.tpotMs])].sort((a, b) => a - b);
  const form = shortInputs({site, value: initial, without: ["isl", "osl", "prefix", "tpotMs"]});
  const set = (part: Partial<Question>) => {
    form.value = {...form.value, ...part};
    announce(form);
  };
  const map = payoffMap({
    open: (cell) => (location.href = homeAddress(form.value, cell)),
    show: (slice) => set({tpotMs: tpotsMs[slice]})
  });
  const bar = pageAddress<Question>({
    format: (question) => formatQuestion(question, base),
    apply: () => set(read()),
    follow: false
  });
  const write = () => bar.write(form.value);
  form.addEventListener("input", write);
  write();
  /** The slice of a TPOT target, or the next stricter one where there is none. */
  const sliceOf = ({tpotMs}: Question) =>
    Math.max(
      0,
      tpotsMs.findLastIndex((each) => each <= tpotMs)
    );
  const words = (question: Question) =>
    `${shortModel(question.model)}, ${hardwareWords(question, knownGpus(site.systems, question.gpu))}, ${backendWords[question.backend]}`;
  return {
    ...{form, map, sliceOf, words},
    progress: runLine("Pairs of lengths that are searched"),
    table: payoffTable(),
    runs: payoffRuns(search, site.systems, tpotsMs),
    dispose: () => bar.dispose()
  };
}

function homeAddress(question: Question, {isl, osl}: Pick<PayoffCell, "isl" | "osl">): string {
  return `../index.html${formatQuestion({...question, isl, osl, prefix: Math.min(question.prefix, isl - 1)})}`;
}
