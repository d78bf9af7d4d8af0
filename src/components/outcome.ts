/** The plans of an answer as the page ranks them. */
import {modesOf} from "../engine/result.js";
import type {ModeResult, Plan, SearchResult, Targets} from "../engine/result.js";
import {overshootOf} from "../engine/search/mode-answer.js";
import type {Ask} from "../search/protocol.js";
import {planId} from "./plan.js";

export interface Outcome {
  modes: ModeResult[];
  /** Best of the winning mode; when nothing meets the targets the nearest plan there is; null without any plan. */
  best: Plan | null;
  /** Best plan of the other mode, when it meets the targets too. */
  rival: Plan | null;
  meetsTargets: boolean;
  /** The reader’s pick if it is still there, else `best`. */
  selected: Plan | null;
}

type Judged = Pick<Ask, "targets" | "preferences">;

export function outcomeOf(result: SearchResult, pick: string, {targets, preferences}: Judged): Outcome {
  const modes = modesOf(result);
  const winner = modes.find(({mode}) => mode === result.chosen);
  const best = winner?.best[0] ?? (preferences.strict ? null : nearestOf(modes, targets));
  const rival = modes.find((mode) => mode !== winner && mode.meetsTargets)?.best[0] ?? null;
  const picked = pick
    ? modes.flatMap(({front, best}) => [...front, ...best]).find((plan) => planId(plan) === pick)
    : undefined;
  return {modes, best, rival: winner ? rival : null, meetsTargets: result.chosen !== null, selected: picked ?? best};
}

/** The plan that misses the targets least; the first mode’s of equals. */
function nearestOf(modes: readonly ModeResult[], targets: Targets): Plan | null {
  const plans = modes.flatMap(({nearest}) => nearest ?? []);
  return plans.sort((a, b) => overshootOf(a, targets) - overshootOf(b, targets))[0] ?? null;
}
