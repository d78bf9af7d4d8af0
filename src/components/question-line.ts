/** A question in one line, for pages that take it from the address. */
import type {SystemSpec} from "../engine/system.js";
import {hardwareWords} from "./answer.js";
import {knownGpus} from "./custom-gpu.js";
import {h} from "./dom.js";
import {backendWords, shortModel} from "./format.js";
import {homeLink} from "./further.js";
import {requestWords} from "./model-options.js";
import type {Question} from "./question.js";

export function questionLine(question: Question, systems: SystemSpec[]): HTMLElement {
  const hardware = hardwareWords(question, knownGpus(systems, question.gpu));
  const words = `${shortModel(question.model)} on ${hardware}, ${backendWords[question.backend]}, ${requestWords(question)}. `;
  return h("p", {class: "kp-note"}, words, homeLink(question, "Change it on the home page"));
}
