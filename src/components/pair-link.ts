/** Where to go on with a pair of workers, and how the worker is asked for it. */
import type {SearchResult} from "../engine/result.js";
import {modesOf} from "../engine/result.js";
import type {CandidateAsk} from "../search/exploring.js";
import type {Discovery} from "../search/exploration.js";
import {poolKey} from "./disaggregated-scene.js";
import type {DisaggregatedScene, PoolRole} from "./disaggregated-scene.js";
import {isUsual} from "./disaggregated-view.js";
import {h} from "./dom.js";
import {outcomePlans, planId} from "./plan.js";
import {formatQuestion} from "./question.js";

/** Null where the pair makes no replica that fits. */
export function pairAsk({ask}: Discovery<"pools">, scene: DisaggregatedScene | null): CandidateAsk | null {
  const {matched} = scene ?? {};
  if (!scene || !matched || matched.replicas === 0) return null;
  const pool = (role: PoolRole) => {
    const {workers, worker, batch} = scene.columns[role];
    const row = scene[role];
    return {label: workers[worker[row]].label, batch: batch[row], workers: matched.counts[role]};
  };
  const chosen = {mode: "disagg", prefill: pool("prefill"), decode: pool("decode")} as const;
  return {problem: ask.problem, preferences: ask.preferences, chosen};
}

/** As `planId` has it: `disagg:5xtp4…@1,3xtp4…@64`. */
export function pairId({columns, prefill, decode, matched}: DisaggregatedScene): string {
  const {counts} = matched!;
  return `disagg:${counts.prefill}x${poolKey(columns.prefill, prefill)},${counts.decode}x${poolKey(columns.decode, decode)}`;
}

/** The home page tries the usual workers alone, and shows plans of its fronts and lists. */
export function pairLinks(scene: DisaggregatedScene | null, result: SearchResult): HTMLElement {
  if (!scene?.matched) return h("p", {class: "kp-links"});
  const id = pairId(scene);
  const isKnown = isUsual(scene.view) && outcomePlans(modesOf(result)).some((plan) => planId(plan) === id);
  const home = `../index.html${formatQuestion({...scene.question, pick: isKnown ? id : ""})}`;
  const words = isKnown ? "This plan on the home page" : "The same question on the home page";
  return h("p", {class: "kp-links"}, h("a", {href: home}, words));
}
