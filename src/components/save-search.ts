/** A button that keeps the question for the compare page, then the way there: redrawn by a later answer, it is that still. */
import type {SystemSpec} from "../engine/system.js";
import {hardwareWords} from "./answer.js";
import {formatComparison, mostSearches, plainVariant, questionPart} from "./comparison.js";
import {knownGpus} from "./custom-gpu.js";
import {h} from "./dom.js";
import {backendWords, counted, shortModel} from "./format.js";
import {requestWords} from "./model-options.js";
import type {Question} from "./question.js";
import {isSameSearch, isSaved, saveSearch, savedSearches} from "./saved-search.js";

export function saveSearchButton(question: Question, systems: readonly SystemSpec[]): HTMLElement {
  const name = searchName(question, systems);
  if (isSaved(question)) return wayToCompare(question, name);
  const save = () => {
    if (!saveSearch({name, question})) return void (button.textContent = "this browser keeps nothing");
    const link = wayToCompare(question, name);
    button.replaceWith(link);
    link.focus();
  };
  const title = "Keep this search in this browser, to compare it with others";
  const button = h("button", {type: "button", class: "kp-button", title, onclick: save}, "save to compare");
  return button;
}

function wayToCompare(question: Question, name: string): HTMLElement {
  const count = counted(savedSearches().length, "saved search").replace("searchs", "searches");
  return h("a", {class: "kp-button", href: compareLink(question), title: `Saved as ${name}`}, `compare ${count}`);
}

/** `Qwen3-32B-FP8, 32 × H200 SXM, TensorRT-LLM, 4000 in, 500 out`. */
function searchName(question: Question, systems: readonly SystemSpec[]): string {
  const hardware = hardwareWords(question, knownGpus(systems, question.gpu));
  return [shortModel(question.model), hardware, backendWords[question.backend], requestWords(question)].join(", ");
}

/** This one as base, and as many of the others as can be compared. */
function compareLink(question: Question): string {
  const base = {...question, pick: ""};
  const others = savedSearches().filter((saved) => !isSameSearch(saved.question, base));
  const variants = [base, ...others.map((saved) => saved.question)]
    .slice(0, mostSearches)
    .map((each) => ({...plainVariant, part: questionPart(base, each)}));
  return `./notebooks/compare.html${formatComparison({base, variants, against: 0, drawn: "best"})}`;
}
