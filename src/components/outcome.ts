/** The plans of an answer as the page ranks them. */
import {modesOf} from "../engine/result.js";
import type {ModeResult, Plan, SearchResult} from "../engine/result.js";
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

export function outcomeOf(result: SearchResult, pick: string): Outcome {
  const modes = modesOf(result);
  const winner = modes.find(({mode}) => mode === result.chosen);
  const nearest = modes
    .flatMap((mode) => mode.best.slice(0, 1))
    .sort((a, b) => b.tokensPerSecPerGpuCluster - a.tokensPerSecPerGpuCluster);
  const best = winner?.best[0] ?? nearest[0] ?? null;
  const rival = modes.find((mode) => mode !== winner && mode.meetsTargets)?.best[0] ?? null;
  const picked = pick
    ? modes.flatMap(({front, best}) => [...front, ...best]).find((plan) => planId(plan) === pick)
    : undefined;
  return {modes, best, rival: winner ? rival : null, meetsTargets: result.chosen !== null, selected: picked ?? best};
}
