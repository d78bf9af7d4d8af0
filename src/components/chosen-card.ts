/** What is selected on a page of candidates: its plan, its time operator by operator, and where to go on. */
import type {SystemSpec} from "../engine/system.js";
import type {ShownCandidate} from "../search/exploring.js";
import {breakdown} from "./breakdown.js";
import {knownGpus} from "./custom-gpu.js";
import {h} from "./dom.js";
import {planCard} from "./plan-card.js";
import type {Question} from "./question.js";

export interface ChosenCardOptions {
  /** Null: there is none, for the reason in `without`. */
  shown: ShownCandidate | null;
  without: string;
  question: Question;
  isBest: boolean;
  meetsTargets: boolean;
  systems: SystemSpec[];
  links: HTMLElement;
  onreset: () => void;
}

export function chosenCard({shown, without, links, systems, question, ...rest}: ChosenCardOptions): HTMLElement {
  if (!shown) return h("div", {class: "kp-plan"}, h("p", {class: "kp-hint"}, without), links);
  const gpus = knownGpus(systems, question.gpu);
  return h("div", {}, planCard({...rest, question, plan: shown.plan, systems: gpus}), breakdown(shown.detail), links);
}
