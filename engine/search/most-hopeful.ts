/**
 * What to simulate where the best plan may lie off the front: the most hopeful by their guesses first, until none that is
 * left can be better than what was found.
 */
import type {Targets} from "../result.js";
import {withFigures} from "./answer.js";
import type {AnswerOptions} from "./answer.js";
import type {Evaluation} from "./evaluate.js";
import type {Candidate} from "./mode-answer.js";
import {brokenGoal, byObjective, meetsTarget} from "./rank.js";

/** A deployment with the best that it can turn out to be, by its guess. */
export interface Hopeful<T> {
  entry: T;
  atBest: Candidate;
}

/**
 * Yields entries to be simulated, in order; `found` tells what became of one. Those are left out that would miss a target
 * or a hard goal even at their best; of shares of requests nothing is guessed.
 */
export function* mostHopeful<T>(
  evaluation: Evaluation,
  hopefuls: readonly Hopeful<T>[],
  {targets, options, found}: {targets: Targets; options: AnswerOptions; found: (entry: T) => Candidate | undefined}
): Generator<T> {
  const {objective, goals = []} = options;
  const better = byObjective(objective);
  const figured = (candidate: Candidate) => withFigures(evaluation, candidate, options);
  const means = goals.filter(({share}) => share === undefined);
  const order = hopefuls
    .map(({entry, atBest}) => ({entry, atBest: figured(atBest)}))
    .filter(({atBest}) => isWithin(atBest, targets) && !brokenGoal(atBest, means))
    .sort((a, b) => better(a.atBest, b.atBest));
  let best: Candidate | undefined;
  const learn = (entry: T) => {
    const candidate = found(entry);
    if (!candidate) return;
    const own = figured(candidate);
    if (isWithin(own, targets) && !brokenGoal(own, goals) && (!best || better(own, best) < 0)) best = own;
  };
  for (const {entry} of hopefuls) learn(entry);
  for (const {entry, atBest} of order) {
    if (best && better(best, atBest) <= 0) return;
    if (found(entry)) continue;
    yield entry;
    learn(entry);
  }
}

function isWithin(candidate: Candidate, targets: Targets): boolean {
  const isInTime = targets.requestLatencyMs !== undefined || candidate.ttftMs <= targets.ttftMs;
  return isInTime && meetsTarget(candidate, targets);
}
