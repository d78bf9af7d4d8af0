/** Every candidate that an evaluation holds, whatever targets it is asked with. */
import {gridCandidates} from "./answer-aggregated.js";
import {disaggregatedCandidate} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import type {Candidate} from "./mode-answer.js";
import {pairsOf} from "./pairs.js";

export type {Candidate};

/** Aggregated points of the grid, then all pairs of prefill and decode points that make a replica. */
export function* candidatesOf(evaluation: Evaluation): Generator<Candidate> {
  const {problem, aggregated, disaggregated: pools} = evaluation;
  for (const sweep of aggregated) yield* gridCandidates(problem, sweep);
  if (!pools) return;
  for (const pair of pairsOf(evaluation)) yield disaggregatedCandidate(problem, pools.tuning, pair);
}
