/** A search with figures by simulation, in the worker, with pauses in which messages are heard. */
import {simulatedAnswerSteps} from "../engine/search/simulated.js";
import type {Evaluation} from "../engine/search/evaluate.js";
import type {Candidate} from "../engine/search/candidates.js";
import type {SearchResult} from "../engine/result.js";
import type {Ask, Misses} from "./protocol.js";
import {missesOf} from "./missing.js";
import {pacing} from "./pace.js";

/** How far a simulated search is. */
export interface SimulatedPart {
  /** Deployments simulated, and how many are known to be worth it. */
  progress: {done: number; total: number};
  /** The answer as far as it is known; null while it would say less than formulas do. */
  result: SearchResult | null;
  /** What targets keep out of it, of the deployments that were simulated; null where a plan meets them. */
  misses: Misses | null;
}

/** Between answers that are not the last: at least, and as a share of the time so far, as less and less changes. */
const newsMs = 250;
const newsShare = 0.5;

/** Deployments by which a front has its shape: most of what adds to it comes first. */
const enough = 50;

/** The last part has all of `progress` done, the others do not. */
export async function simulateSearch(
  evaluation: Evaluation,
  {targets, preferences}: Pick<Ask, "targets" | "preferences">,
  onpart: (part: SimulatedPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const steps = simulatedAnswerSteps(evaluation, targets, {...preferences, topN: 5});
  const start = performance.now();
  const pace = pacing(isCancelled);
  let told = start;
  let simulated: () => Candidate[] = () => [];
  for (;;) {
    const {done: isOver, value} = steps.next();
    if (isOver) {
      const misses = value.chosen ? null : missesOf(evaluation, {targets, preferences}, simulated());
      return onpart({progress: {done: 1, total: 1}, result: value, misses});
    }
    const now = performance.now();
    const {done, total, partial} = value;
    ({simulated} = value);
    const isDue = now - told >= Math.max(newsMs, newsShare * (now - start));
    if (done === 1 || done === enough || (done > enough && isDue)) {
      told = now;
      const known = done >= enough ? partial() : null;
      const result = known?.chosen ? known : null;
      onpart({progress: {done, total: Math.max(total, done + 1)}, result, misses: null});
    }
    if (!(await pace())) return;
  }
}
