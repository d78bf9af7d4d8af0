/** A button that keeps the question for the compare page, then the way there. */
import type {SystemSpec} from "../engine/system.js";
import {hardwareWords} from "./answer.js";
import {formatComparison, mostSearches, plainVariant, questionPart} from "./comparison.js";
import {knownGpus} from "./custom-gpu.js";
import {h} from "./dom.js";
import {backendWords, counted, shortModel} from "./format.js";
import {requestWords} from "./model-options.js";
import type {Question} from "./question.js";
import {saveSearch, savedSearches} from "./saved-search.js";

export function saveSearchButton(question: Question, systems: readonly SystemSpec[]): HTMLElement {
  const name = searchName(question, systems);
  const save = () => {
    if (!saveSearch({name, question})) return void (button.textContent = "this browser keeps nothing");
    const saved = savedSearches();
    const link = h(
      "a",
      {class: "kp-button", href: compareLink(saved[0].question), title: `Saved as ${name}`},
      `compare ${counted(saved.length, "saved search").replace("searchs", "searches")}`
    );
    button.replaceWith(link);
    link.focus();
  };
  const title = "Keep this search in this browser, to compare it with others";
  const button = h("button", {type: "button", class: "kp-button", title, onclick: save}, "save to compare");
  return button;
}

/** `Qwen3-32B-FP8, 32 × H200 SXM, TensorRT-LLM, 4000 in, 500 out`. */
function searchName(question: Question, systems: readonly SystemSpec[]): string {
  const hardware = hardwareWords(question, knownGpus(systems, question.gpu));
  return [shortModel(question.model), hardware, backendWords[question.backend], requestWords(question)].join(", ");
}

/** The newest as base, and as many of the others as can be compared. */
function compareLink(base: Question): string {
  const variants = savedSearches()
    .slice(0, mostSearches)
    .map(({question}) => ({...plainVariant, part: questionPart(base, question)}));
  return `./notebooks/compare.html${formatComparison({base, variants, against: 0, drawn: "best"})}`;
}
