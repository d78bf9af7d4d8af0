/** All that a page of two pools shows, worked out once per change. */
import type {Plan} from "../engine/result.js";
import type {DisaggregatedColumns, PoolColumns} from "../engine/search/columns.js";
import {balancedRatio, cellStates, ratePlane, replicaRates} from "../engine/search/rate-plane.js";
import type {CellState, RatePlane, ReplicaRates, WorkerPair} from "../engine/search/rate-plane.js";
import type {Discovery} from "../search/exploration.js";
import type {DisaggregatedView, WorkerCounts} from "./disaggregated-view.js";
import type {Looked} from "./page-state.js";
import type {Question} from "./question.js";

export type PoolRole = "prefill" | "decode";

export interface DisaggregatedScene {
  question: Question;
  view: DisaggregatedView;
  columns: DisaggregatedColumns;
  /** Rows of the chosen workers; −1 where a pool has none. */
  prefill: number;
  decode: number;
  /** Undefined where a pool has no worker, or the two do not hand KV cache over to each other. */
  matched?: Matched;
  isCompatible: boolean;
  /** Whether workers and numbers are those of the answer. */
  isAnswer: boolean;
  meetsTargets: boolean;
  /** Throughput of the answer per GPU of all; 0 without one. */
  answerRate: number;
}

/** Two workers and their numbers. */
export interface Matched {
  pair: WorkerPair;
  plane: RatePlane;
  /** Decode workers to a prefill worker at which neither waits. */
  balance: number;
  counts: WorkerCounts;
  rates: ReplicaRates;
  /** What the numbers come to; a replica may be of more GPUs than there are. */
  state: CellState;
  replicas: number;
  tokensPerSecPerGpu: number;
  tokensPerSecPerGpuCluster: number;
}

/** Columns beside which the plane is drawn beyond those that fit. */
const beyond = 1;
const leastSide = 3;

export function disaggregatedScene(
  {question, found: {answer, columns: found}}: Discovery<"pools">,
  {view}: Pick<Looked<DisaggregatedView>, "view">
): DisaggregatedScene | null {
  if (!found) return null;
  const columns = found;
  const {disagg} = answer.result;
  const plan = disagg?.nearest ?? disagg?.best[0] ?? null;
  const [prefill, decode] = chosenRows(columns, view, plan);
  const isCompatible = prefill >= 0 && decode >= 0 && areCompatible(columns, prefill, decode);
  const matched = isCompatible ? matchedPair(question, view, columns, prefill, decode) : undefined;
  const {counts} = matched ?? {};
  const isAnswer =
    plan !== null &&
    counts !== undefined &&
    counts.prefill === plan.prefill!.workers &&
    counts.decode === plan.decode!.workers &&
    prefill === poolRow(columns.prefill, keyOfPoint(plan.prefill!)) &&
    decode === poolRow(columns.decode, keyOfPoint(plan.decode!));
  return {
    question,
    view,
    columns,
    prefill,
    decode,
    matched,
    isCompatible,
    isAnswer,
    meetsTargets: disagg?.meetsTargets ?? false,
    answerRate: plan?.tokensPerSecPerGpuCluster ?? 0
  };
}

/** `label@batch`. */
export function poolKey({workers, worker, batch}: PoolColumns, row: number): string {
  return `${workers[worker[row]].label}@${batch[row]}`;
}

function keyOfPoint({label, batchPerRank}: NonNullable<Plan["decode"]>): string {
  return `${label}@${batchPerRank}`;
}

/** −1 for one that is not there. */
export function poolRow({workers, worker, batch}: PoolColumns, key: string): number {
  const [label, at] = key.split("@");
  const index = workers.findIndex((each) => each.label === label);
  return index < 0 ? -1 : batch.findIndex((b, row) => worker[row] === index && b === Number(at));
}

export function areCompatible({prefill, decode, compatible}: DisaggregatedColumns, p: number, d: number): boolean {
  return compatible[prefill.worker[p] * decode.workers.length + decode.worker[d]] === 1;
}

/** What was chosen; what was not goes with the other as the search pairs them, or is the answer’s. */
function chosenRows(columns: DisaggregatedColumns, view: DisaggregatedView, plan: Plan | null): [number, number] {
  const {prefill, decode, pairs} = columns;
  const chosen = {prefill: poolRow(prefill, view.prefill), decode: poolRow(decode, view.decode)};
  const answer = {
    prefill: plan ? poolRow(prefill, keyOfPoint(plan.prefill!)) : -1,
    decode: plan ? poolRow(decode, keyOfPoint(plan.decode!)) : -1
  };
  const pairOf = (row: number) => pairs.decode.indexOf(row);
  if (chosen.prefill >= 0 && chosen.decode >= 0) return [chosen.prefill, chosen.decode];
  if (chosen.decode >= 0) {
    const pair = pairOf(chosen.decode);
    return [pair < 0 ? firstOf(prefill, answer.prefill) : pairs.prefill[pair], chosen.decode];
  }
  if (chosen.prefill < 0) return [firstOf(prefill, answer.prefill), firstOf(decode, answer.decode)];
  const usable = answer.decode >= 0 && areCompatible(columns, chosen.prefill, answer.decode);
  return [chosen.prefill, usable ? answer.decode : bestDecode(columns, chosen.prefill)];
}

function firstOf({batch}: PoolColumns, row: number): number {
  return row >= 0 ? row : batch.length > 0 ? 0 : -1;
}

/** The decode worker that keeps the targets with most throughput, or misses them least, of those that go with a prefill worker. */
function bestDecode(columns: DisaggregatedColumns, prefill: number): number {
  const {decode, pairs} = columns;
  let best = -1;
  for (const [i, row] of pairs.decode.entries()) {
    if (!areCompatible(columns, prefill, row)) continue;
    const isBetter =
      best < 0 ||
      pairs.missedBy[i] < pairs.missedBy[best] ||
      (pairs.missedBy[i] === pairs.missedBy[best] &&
        pairs.tokensPerSecPerGpuCluster[i] > pairs.tokensPerSecPerGpuCluster[best]);
    if (isBetter) best = i;
  }
  return best < 0 ? firstOf(decode, -1) : pairs.decode[best];
}

function matchedPair(
  {gpus: totalGpus, osl}: Question,
  view: DisaggregatedView,
  columns: DisaggregatedColumns,
  prefill: number,
  decode: number
): Matched {
  const side = (pool: PoolColumns, row: number) => ({
    gpus: pool.workers[pool.worker[row]].gpus,
    requestsPerSec: pool.requestsPerSec[row]
  });
  const pair = {
    prefill: side(columns.prefill, prefill),
    decode: side(columns.decode, decode),
    tuning: columns.tuning
  };
  const fitting = (own: number, other: number) => Math.floor((totalGpus - other) / own) + beyond;
  const sideOf = (own: number, other: number, most: number, asked = 0) =>
    Math.max(asked, Math.min(most, Math.max(leastSide, fitting(own, other))));
  const plane = ratePlane(pair, {
    prefillWorkers: sideOf(pair.prefill.gpus, pair.decode.gpus, view.prefillWorkers, view.at?.prefill),
    decodeWorkers: sideOf(pair.decode.gpus, pair.prefill.gpus, view.decodeWorkers, view.at?.decode),
    totalGpus,
    replicaGpus: columns.replicaGpus,
    osl
  });
  const counts = view.at ?? countsOf(plane, plane.best);
  const rates = replicaRates(pair, counts.prefill, counts.decode);
  const cell = cellOf(plane, counts);
  return {
    pair,
    plane,
    balance: balancedRatio(pair),
    counts,
    rates,
    state: cellStates[plane.state[cell]],
    replicas: Math.floor(totalGpus / rates.gpus),
    tokensPerSecPerGpu: plane.tokensPerSecPerGpu[cell],
    tokensPerSecPerGpuCluster: plane.tokensPerSecPerGpuCluster[cell]
  };
}

/** One worker of each where there is no best cell. */
export function countsOf({prefillWorkers}: RatePlane, cell: number): WorkerCounts {
  if (cell < 0) return {prefill: 1, decode: 1};
  return {prefill: (cell % prefillWorkers) + 1, decode: Math.floor(cell / prefillWorkers) + 1};
}

export function cellOf({prefillWorkers}: RatePlane, {prefill, decode}: WorkerCounts): number {
  return (decode - 1) * prefillWorkers + prefill - 1;
}

/** Best cell of what the plane shows. */
export function bestCell({measure}: DisaggregatedView, {best, bestOfCluster}: RatePlane): number {
  return measure === "all" ? bestOfCluster : best;
}

export function planeRates({measure}: DisaggregatedView, plane: RatePlane): Float64Array {
  return measure === "all" ? plane.tokensPerSecPerGpuCluster : plane.tokensPerSecPerGpu;
}
