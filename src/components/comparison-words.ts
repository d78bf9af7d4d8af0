/** The compare page's sentence, what it is doing, and what to do where nothing is within the targets. */
import type {Comparison} from "./comparison.js";
import {formatComparison} from "./comparison.js";
import type {ComparedTable} from "./comparison-figures.js";
import type {Entry} from "./comparison-entry.js";
import type {RunProgress} from "./comparison-runs.js";
import {sentenceParts} from "./comparison-sentence.js";
import {h} from "./dom.js";
import {duration} from "./format.js";
import type {RunState} from "./run-line.js";

/** The notebook's answer, as far as it is known. */
export function comparisonSentence(
  comparison: Comparison,
  entries: readonly Entry[],
  table: ComparedTable
): (string | Node)[] {
  return sentenceParts(comparison, entries, table).map((part) =>
    typeof part === "string" ? part : h("b", {}, part.bold)
  );
}

/** What the searches are doing, with a button that ends it or goes on. */
export function searchingState(
  {done, total, doing, isStopped}: RunProgress,
  nameOf: (at: number) => string,
  {stop, resume}: {stop: () => void; resume: () => void}
): RunState {
  if (isStopped) {
    const words = `Stopped with ${total - Math.floor(done)} of ${total} left.`;
    return {words, action: {label: "Go on", onclick: resume}};
  }
  if (done >= total || !doing) return {words: ""};
  return {
    words: `Search ${Math.floor(done) + 1} of ${total}: ${nameOf(doing.at)}, ${doing.words}`,
    progress: {done, total},
    action: {label: "Stop", onclick: stop}
  };
}

/** The same searches with a later first token allowed, for when nothing is within the target. */
export function relaxLink(comparison: Comparison, entries: readonly Entry[]): HTMLElement | null {
  const {base} = comparison;
  const isEmpty = entries.length > 0 && entries.every(({front, isWaiting}) => front.length === 0 && !isWaiting);
  if (!isEmpty || entries.every(({error}) => error !== undefined)) return null;
  const field = base.requestLatencyMs ? "requestLatencyMs" : "ttftMs";
  const relaxed = {...comparison, base: {...base, [field]: 4 * base[field]}};
  return h(
    "p",
    {class: "kp-remedies"},
    h("a", {href: formatComparison(relaxed)}, `Allow ${duration(4 * base[field])} instead`)
  );
}
