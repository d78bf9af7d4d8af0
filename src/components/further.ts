/** Notebooks that go on with a question, and the way back. */
import type {Plan} from "../engine/result.js";
import {h} from "./dom.js";
import {planId} from "./plan.js";
import {formatQuestion} from "./question.js";
import type {Question} from "./question.js";

const notebooks = {
  aggregated: "Which aggregated deployment, and why not the others?",
  disaggregated: "How many prefill and how many decode workers?",
  "under-load": "What happens under load?",
  compare: "Which of these is better, and by how much?",
  "when-disaggregated": "When does disaggregation pay?",
  targets: "What does missing a target cost?",
  sensitivity: "What does this answer hang on?"
} as const;

/** Where notebooks lie, told from this module: pages that link to them lie beside them, and one lies above. */
const folder = new URL("../../notebooks/", import.meta.url).href;

/** From any page; a link made while the page runs needs its extension. */
export function notebookLink(name: keyof typeof notebooks, question: Question): string {
  return `${folder}${name}.html${formatQuestion({...question, pick: ""})}`;
}

export function furtherQuestions(question: Question): HTMLElement {
  const names = Object.keys(notebooks) as (keyof typeof notebooks)[];
  const links = names.map((name) => h("a", {href: notebookLink(name, question)}, notebooks[name]));
  return h("nav", {class: "kp-further", "aria-label": "Further questions"}, "Ask on: ", ...links);
}

/** From any page to a plan operator by operator. */
export function configurationLink(question: Question, plan: Plan): string {
  return `${folder}configuration.html${formatQuestion({...question, pick: planId(plan)})}`;
}

/** From a notebook to the home page with the same question. */
export function homeLink(question: Question, words: string): HTMLElement {
  return h("a", {href: `../index.html${formatQuestion({...question, pick: ""})}`}, words);
}
