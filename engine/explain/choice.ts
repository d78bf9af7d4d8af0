/** One way to serve, apart from its figures, and what a search of nothing else says of it. */
import {InputError} from "../errors.js";
import type {Parallel, Plan, Reason, Targets, WorkerPoint} from "../result.js";
import {answerSearch} from "../search/answer.js";
import type {CandidateLists} from "../search/enumerate.js";
import {evaluateSearch} from "../search/evaluate.js";
import type {SearchProblem} from "../search/evaluate.js";
import type {Preferences} from "../search/goals.js";
import type {PoolSpec} from "../session/estimate.js";
import {gpusOf} from "../session/worker.js";

/** What a plan decided: sizes, batches and workers. */
export type Choice = AggregatedChoice | DisaggregatedChoice;

export interface AggregatedChoice {
  mode: "agg";
  parallel: Parallel;
  /** Requests in flight per rank. */
  batch: number;
  /** Prompt tokens per mixed step. */
  ctxTokens: number;
}

export interface DisaggregatedChoice {
  mode: "disagg";
  prefill: PoolSpec;
  decode: PoolSpec;
}

/** Its plan, or why there is none. */
export type ChoiceAnswer = {plan: Plan} | {plan: null; reason: Reason; message: string};

export function choiceOf(plan: Plan): Choice {
  if (plan.agg) {
    const {parallel, batchPerRank, ctxTokens} = plan.agg;
    return {mode: "agg", parallel, batch: batchPerRank, ctxTokens: ctxTokens!};
  }
  const pool = ({parallel, batchPerRank, workers}: WorkerPoint & {workers: number}): PoolSpec => ({
    parallel,
    batch: batchPerRank,
    workers
  });
  return {mode: "disagg", prefill: pool(plan.prefill!), decode: pool(plan.decode!)};
}

/** GPUs of one replica. */
export function gpusOfChoice(choice: Choice): number {
  if (choice.mode === "agg") return gpusOf(choice.parallel);
  const {prefill, decode} = choice;
  return gpusOf(prefill.parallel) * prefill.workers + gpusOf(decode.parallel) * decode.workers;
}

/** What a search of a problem says of one choice, whether it would try it or not, and whatever its targets and goals. */
export function answerChoice(problem: SearchProblem, choice: Choice, preferences: Preferences = {}): ChoiceAnswer {
  const gpus = gpusOfChoice(choice);
  const {totalGpus} = problem;
  const fault = handOverFault(problem, choice);
  if (fault) return {plan: null, reason: "divisibility", message: fault};
  if (gpus > totalGpus) return {plan: null, reason: "gpus", message: `takes ${gpus} GPUs; there are ${totalGpus}`};
  try {
    const evaluation = evaluateSearch(onlyChoice(problem, choice));
    const result = answerSearch(evaluation, anyTargets, {...preferences, goals: []})[choice.mode]!;
    const [plan] = result.best;
    if (plan) return {plan};
    const [reason = "data"] = Object.keys(result.rejected) as Reason[];
    return {plan: null, reason, message: result.messages[reason] ?? ""};
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {plan: null, reason: "divisibility", message: error.message};
  }
}

/** SGLang hands KV cache over between workers of one tensor-parallel size only, but for wide EP. Source: method.md §11. */
export function handOverFault(
  {platform, wideEp, decodeServing}: Pick<SearchProblem, "platform" | "wideEp" | "decodeServing">,
  choice: Choice
): string | undefined {
  if (choice.mode === "agg" || platform.backend !== "sglang" || wideEp || decodeServing?.wideEp) return undefined;
  const [from, to] = [choice.prefill.parallel.tp, choice.decode.parallel.tp];
  return from === to
    ? undefined
    : `sglang hands KV cache over between equal tp only; prefill has ${from}, decode ${to}`;
}

const anyTargets: Targets = {ttftMs: Infinity, tpotMs: Infinity};

/** The problem with one candidate. */
export function onlyChoice(problem: SearchProblem, choice: Choice): SearchProblem {
  const kept = {modes: [choice.mode], maxSeqTokens: problem.space?.maxSeqTokens};
  if (choice.mode === "agg") {
    const {parallel, batch, ctxTokens} = choice;
    return {
      ...problem,
      space: {...kept, agg: onlyParallel(parallel), aggBatches: [batch], ctxTokens: [ctxTokens]}
    };
  }
  const {prefill, decode} = choice;
  return {
    ...problem,
    space: {
      ...kept,
      prefill: onlyParallel(prefill.parallel),
      prefillBatches: [prefill.batch],
      prefillWorkers: [prefill.workers],
      decode: onlyParallel(decode.parallel),
      decodeBatches: [decode.batch],
      decodeWorkers: [decode.workers],
      replicaGpus: [gpusOfChoice(choice)]
    }
  };
}

function onlyParallel(parallel: Parallel): CandidateLists {
  const {tp, pp, dp, moeTp, moeEp, cp} = parallel;
  return {gpus: [gpusOf(parallel)], tp: [tp], pp: [pp], dp: [dp], moeTp: [moeTp], moeEp: [moeEp], cp: [cp]};
}
