/** The selected candidate as a card, and where to go on with it. */
import type {CandidateAsk} from "../search/exploring.js";
import type {Discovery} from "../search/exploration.js";
import type {SearchResult} from "../engine/result.js";
import {modesOf} from "../engine/result.js";
import type {AggregatedScene} from "./aggregated-scene.js";
import {candidateId} from "./candidate-row.js";
import {h} from "./dom.js";
import {outcomePlans, planId} from "./plan.js";
import {formatQuestion} from "./question.js";

/** The selected candidate, as the worker is asked for it. */
export function candidateAsk({ask}: Discovery<"aggregated">, {columns, selected}: AggregatedScene): CandidateAsk {
  const {workers, worker, batch, ctxTokens} = columns;
  const {label} = workers[worker[selected]];
  const chosen = {mode: "agg", label, batch: batch[selected], ctxTokens: ctxTokens[selected]} as const;
  return {problem: ask.problem, preferences: ask.preferences, chosen};
}

/** The home page tries the usual workers alone, and shows plans of its fronts and lists. */
export function candidateLinks(
  {question, view, columns, selected}: AggregatedScene,
  result: SearchResult
): HTMLElement {
  if (selected < 0) return h("p", {class: "kp-links"});
  const id = candidateId(columns, selected);
  const isUsual = Object.keys(view.sizes).length === 0 && !view.chunked;
  const isKnown = isUsual && outcomePlans(modesOf(result)).some((plan) => planId(plan) === id);
  const home = `../index.html${formatQuestion({...question, pick: isKnown ? id : ""})}`;
  return h(
    "p",
    {class: "kp-links"},
    h("a", {href: home}, isKnown ? "This plan on the home page" : "The same question on the home page")
  );
}
