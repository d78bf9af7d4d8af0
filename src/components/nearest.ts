/** The candidate that misses the targets by least, for when nothing meets them. */
import type {ModeResult} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import type {Question} from "./question.js";

export interface Miss {
  ttftMs: number;
  tpotMs: number;
  requestLatencyMs: number;
}

/** Undefined when no candidate was evaluated at all. */
export function nearestMiss(modes: ModeResult[], question: Question): Miss | undefined {
  const misses = [...modes.flatMap(({best}) => best), ...modes.flatMap((mode) => cloudMisses(mode, question))];
  return misses.reduce<Miss | undefined>(
    (a, b) => (a && excess(a, question) <= excess(b, question) ? a : b),
    undefined
  );
}

function cloudMisses({cloud}: ModeResult, {osl}: Question): Miss[] {
  return Array.from(cloud.ttftMs, (ttftMs, i) => {
    const tpotMs = msPerSecond / cloud.tokensPerSecPerUser[i];
    return {ttftMs, tpotMs, requestLatencyMs: ttftMs + tpotMs * (osl - 1)};
  });
}

/** By what factor the targets would have to be relaxed; 1 when they are met. */
function excess({ttftMs, tpotMs, requestLatencyMs}: Miss, question: Question): number {
  if (question.requestLatencyMs) return requestLatencyMs / question.requestLatencyMs;
  return Math.max(ttftMs / question.ttftMs, 1) * Math.max(tpotMs / question.tpotMs, 1);
}
