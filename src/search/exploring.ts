/** For pages that show candidates: an answer with everything that it was chosen from, and any candidate as a plan. */
import {candidatePlan} from "../engine/search/candidate-plan.js";
import type {ChosenCandidate} from "../engine/search/candidate-plan.js";
import {aggregatedColumns, disaggregatedColumns} from "../engine/search/columns.js";
import type {AggregatedColumns, DisaggregatedColumns} from "../engine/search/columns.js";
import {planDetail} from "../engine/search/detail.js";
import type {CandidateLists} from "../engine/search/enumerate.js";
import {triedSizes} from "../engine/search/evaluate.js";
import type {Evaluation} from "../engine/search/evaluate.js";
import type {SearchRole} from "../engine/search/space.js";
import type {Plan, PlanDetail} from "../engine/result.js";
import type {Part} from "./calls.js";
import type {Answer, Ask, Progress} from "./protocol.js";
import type {Searcher} from "./searcher.js";

/** An answer, its candidates as columns, and the sizes of workers that are tried when nothing else is said. */
export interface Explored<Columns> {
  answer: Answer;
  columns: Columns;
  usual: Record<SearchRole, CandidateLists>;
}

export interface ExploredAggregated extends Explored<AggregatedColumns> {
  /** Requests per rank, and prompt tokens in a mixed step, that were tried of each worker; ascending. */
  batches: readonly number[];
  contexts: readonly number[];
}

/** Null columns where there are fewer than two GPUs. */
export type ExploredPools = Explored<DisaggregatedColumns | null>;

/** Tables on their way, then what was found. */
export interface ExploredPart<Found> extends Part {
  tables: Progress;
  found: Found | null;
}

/** Throws InputError for a problem that makes no sense. */
export async function exploreAggregated(
  searcher: Searcher,
  ask: Ask,
  onpart: (part: ExploredPart<ExploredAggregated>) => void
): Promise<void> {
  const {answer, evaluation, usual} = await answered(searcher, ask, onpart);
  const options = evaluation.aggregated[0]?.options;
  const columns = aggregatedColumns(evaluation, ask.targets, ask.preferences);
  onpart(whole({answer, columns, usual, batches: options?.batches ?? [], contexts: options?.contexts ?? []}));
}

/** Throws InputError for a problem that makes no sense. */
export async function explorePools(
  searcher: Searcher,
  ask: Ask,
  onpart: (part: ExploredPart<ExploredPools>) => void
): Promise<void> {
  const {answer, evaluation, usual} = await answered(searcher, ask, onpart);
  onpart(whole({answer, columns: disaggregatedColumns(evaluation, ask.targets, ask.preferences), usual}));
}

async function answered(searcher: Searcher, ask: Ask, onpart: (part: ExploredPart<never>) => void) {
  const answer = await searcher.answer(ask, (tables) => onpart({progress: {done: 0, total: 1}, tables, found: null}));
  const {evaluation} = await searcher.evaluated(ask.problem);
  return {answer, evaluation, usual: usualSizes(evaluation)};
}

function whole<Found>(found: Found): ExploredPart<Found> {
  return {progress: {done: 1, total: 1}, tables: {loaded: 0, total: 0}, found};
}

function usualSizes({problem}: Evaluation): Record<SearchRole, CandidateLists> {
  const sizes = (role: SearchRole) => triedSizes({...problem, space: undefined}, role);
  return {agg: sizes("agg"), prefill: sizes("prefill"), decode: sizes("decode")};
}

/** A candidate of a problem, and whose preferences its figures follow. */
export interface CandidateAsk extends Pick<Ask, "problem" | "preferences"> {
  chosen: ChosenCandidate;
}

export interface ShownCandidate {
  plan: Plan;
  detail: PlanDetail;
}

/** Throws InputError for one that is not of the problem. */
export async function showCandidate(
  searcher: Searcher,
  {problem, preferences, chosen}: CandidateAsk
): Promise<ShownCandidate> {
  const {evaluation} = await searcher.evaluated(problem);
  const plan = candidatePlan(evaluation, chosen, preferences);
  return {plan, detail: planDetail(evaluation, plan)};
}
