/** The plan of any candidate of an evaluation, named by what a person chooses: sizes, batches and numbers of workers. */
import {InputError} from "../errors.js";
import type {Plan} from "../result.js";
import type {PoolPoint} from "../session/disaggregated.js";
import {finePoint} from "./aggregated.js";
import {detailed} from "./answer.js";
import type {AnswerOptions} from "./answer.js";
import {aggregatedCandidate} from "./answer-aggregated.js";
import {disaggregatedCandidate, finePoint as fineDecodePoint} from "./answer-disaggregated.js";
import type {Evaluation, Pools} from "./evaluate.js";
import type {Candidate} from "./mode-answer.js";
import {replicaRates} from "./rate-plane.js";

/** One worker of a pool at a batch, and how many of it a replica has. */
export interface ChosenPool {
  label: string;
  batch: number;
  workers: number;
}

export type ChosenCandidate =
  | {mode: "agg"; label: string; batch: number; ctxTokens: number}
  | {mode: "disagg"; prefill: ChosenPool; decode: ChosenPool};

/** With its error and figures. Throws InputError for what was not evaluated or does not fit. */
export function candidatePlan(evaluation: Evaluation, chosen: ChosenCandidate, options: AnswerOptions = {}): Plan {
  const candidate = chosen.mode === "agg" ? aggregatedOf(evaluation, chosen) : disaggregatedOf(evaluation, chosen);
  return detailed(evaluation, candidate.plan(), options);
}

function aggregatedOf(
  {problem, aggregated}: Evaluation,
  {label, batch, ctxTokens}: ChosenCandidate & {mode: "agg"}
): Candidate {
  const sweep = aggregated.find(({session}) => session.worker.label === label);
  const point =
    sweep &&
    (sweep.points.find((each) => each.batch === batch && each.ctxTokens === ctxTokens) ??
      finePoint(sweep, batch, ctxTokens));
  if (!sweep || !point) throw new InputError(`unknown candidate: ${label} batch ${batch}; not evaluated here`);
  return aggregatedCandidate(problem, sweep, point);
}

function disaggregatedOf(
  {problem, disaggregated: pools}: Evaluation,
  chosen: ChosenCandidate & {mode: "disagg"}
): Candidate {
  if (!pools) throw new InputError("invalid candidate: two pools; evaluate with disaggregated serving");
  const prefill = poolPoint(pools.prefill, chosen.prefill);
  const decode = poolPoint(pools.decode, chosen.decode, (point) =>
    fineDecodePoint(problem, pools, point.worker, chosen.decode.batch)
  );
  const {gpus, requestsPerSec} = replicaRates(
    matched(pools, prefill, decode),
    chosen.prefill.workers,
    chosen.decode.workers
  );
  if (gpus > problem.totalGpus) throw new InputError(`invalid replica: ${gpus} GPUs; there are ${problem.totalGpus}`);
  const match = {
    prefillWorkers: chosen.prefill.workers,
    decodeWorkers: chosen.decode.workers,
    gpus,
    requestsPerSec
  };
  return disaggregatedCandidate(problem, pools.tuning, {prefill, decode, match});
}

/** At a batch of the grid, or at one between. */
function poolPoint(
  points: readonly PoolPoint[],
  {label, batch}: ChosenPool,
  between: (point: PoolPoint) => PoolPoint | null = () => null
): PoolPoint {
  const own = points.filter(({worker}) => worker.label === label);
  const point = own.find((each) => each.batch === batch) ?? (own[0] && between(own[0]));
  if (!point) throw new InputError(`unknown worker: ${label} batch ${batch}; not evaluated here`);
  return point;
}

function matched({tuning}: Pools, prefill: PoolPoint, decode: PoolPoint) {
  const side = ({worker, requestsPerSec}: PoolPoint) => ({gpus: worker.gpus, requestsPerSec});
  return {prefill: side(prefill), decode: side(decode), tuning};
}
