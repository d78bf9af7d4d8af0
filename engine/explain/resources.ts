/** What more memory, a smaller KV cache or more GPUs would admit. */
import {backendTraits} from "../backend.js";
import {inferQuant} from "../models/quant.js";
import type {MemoryGiB, Plan, Targets, WorkerPoint} from "../result.js";
import {evaluateSearch} from "../search/evaluate.js";
import type {Evaluation, SearchProblem} from "../search/evaluate.js";
import type {Preferences} from "../search/goals.js";
import type {Platform} from "../ops/table.js";
import {kvCacheQuants} from "../quant.js";
import {bytesToGiB} from "../units.js";
import {choiceOf} from "./choice.js";
import {judgementsOf} from "./judged.js";
import {hardLimits} from "./limits.js";

/**
 * `memory`: capacity of a GPU in GiB, of prefill where decode runs on others; all get as much more. `freeMemoryFraction`: share of free memory for KV cache. `kvCache`: its type.
 * `gpus`: GPUs in all.
 */
export const resources = ["memory", "freeMemoryFraction", "kvCache", "gpus"] as const;
export type Resource = (typeof resources)[number];

export interface ResourceRelaxation {
  resource: Resource;
  from: number | string;
  to: number | string;
  /** Candidates that keep every limit then, and did not before. */
  admits: number;
  /** The best of them; its throughput counts the GPUs there are then. */
  plan: Plan;
}

/** How often the number of GPUs is doubled. */
const doublings = 3;

/**
 * The least of each resource with which a plan has more throughput per GPU than any has now. Evaluates the problem
 * again, about once per resource. Empty where nothing helps.
 */
export function explainResources(
  evaluation: Evaluation,
  targets: Targets,
  preferences: Preferences = {}
): ResourceRelaxation[] {
  const {problem} = evaluation;
  const admitted = (of: Evaluation): Plan[] => {
    const plans: Plan[] = [];
    for (const {missed, candidate} of judgementsOf(of, hardLimits(targets, preferences), preferences))
      if (missed.length === 0) plans.push(candidate.plan());
    return plans;
  };
  const now = admitted(evaluation);
  const known = new Set(now.map(planKey));
  const rate = Math.max(0, ...now.map((plan) => plan.tokensPerSecPerGpuCluster));
  const added: Added = (changed) => admitted(evaluateSearch(changed)).filter((plan) => !known.has(planKey(plan)));
  return [
    ...moreMemory(problem, added, rate),
    ...moreOfFree(problem, added, rate),
    ...smallerKvCache(problem, added, rate),
    ...(now.length === 0 ? moreGpus(problem, added) : [])
  ];
}

type Added = (problem: SearchProblem) => Plan[];

/** On a GPU without end, each plan says what it takes. */
function moreMemory(problem: SearchProblem, added: Added, rate: number): ResourceRelaxation[] {
  const {platform, decodePlatform} = problem;
  const endless = (own: Platform) => ({...own, system: {...own.system, memoryCapacityBytes: Infinity}});
  const plans = added({
    ...problem,
    platform: endless(platform),
    ...(decodePlatform ? {decodePlatform: endless(decodePlatform)} : {})
  });
  const capacityGiB = bytesToGiB(platform.system.memoryCapacityBytes);
  const needing = plans.map((plan) => ({plan, needs: capacityGiB + moreGiB(problem, plan)}));
  return leastOf("memory", capacityGiB, rate, needing);
}

/** By how much the GPU whose memory a plan exceeds most would have to be larger; a byte is left over. */
function moreGiB(problem: SearchProblem, {agg, prefill, decode}: Plan): number {
  const {platform, decodePlatform = platform} = problem;
  const beyond = (neededGiB: number, {system}: Platform) => neededGiB - bytesToGiB(system.memoryCapacityBytes - 1);
  if (agg) return beyond(aggregatedGiB(problem, agg), platform);
  return Math.max(beyond(prefill!.memoryGiB.total, platform), beyond(decode!.memoryGiB.total, decodePlatform));
}

/** With the share of free memory that the engine keeps from the KV cache. */
function aggregatedGiB({platform, freeMemoryFraction = 1}: SearchProblem, {memoryGiB}: WorkerPoint): number {
  const {total, kvCache} = memoryGiB;
  return Math.max(total, total - kvCache + kvCache / (freeMemoryFraction * kvShare(platform)));
}

/** What of the share given to it the KV cache may use. */
function kvShare({backend}: Platform): number {
  const {kvCache} = backendTraits[backend];
  return kvCache ? (1 - kvCache.reserved) * (1 - kvCache.tolerance) : 1;
}

function moreOfFree(problem: SearchProblem, added: Added, rate: number): ResourceRelaxation[] {
  const {freeMemoryFraction = 1, platform} = problem;
  if (freeMemoryFraction === 1) return [];
  const freeGiB = ({total, kvCache}: MemoryGiB) => bytesToGiB(platform.system.memoryCapacityBytes) - (total - kvCache);
  const plans = added({...problem, freeMemoryFraction: 1}).filter(({agg}) => agg);
  const needing = plans.map((plan) => {
    const {memoryGiB} = plan.agg!;
    return {plan, needs: memoryGiB.kvCache / (freeGiB(memoryGiB) * kvShare(platform))};
  });
  return leastOf("freeMemoryFraction", freeMemoryFraction, rate, needing);
}

/** fp8 halves a 16-bit cache. */
function smallerKvCache(problem: SearchProblem, added: Added, rate: number): ResourceRelaxation[] {
  const {model, platform, quant, decodeQuant} = problem;
  const from = inferQuant(model, {role: "agg", ...platform}, quant).kvCache;
  if (kvCacheQuants[from].bytesPerWeight <= kvCacheQuants.fp8.bytesPerWeight) return [];
  const plans = added({
    ...problem,
    quant: {...quant, kvCache: "fp8"},
    ...(decodeQuant ? {decodeQuant: {...decodeQuant, kvCache: "fp8"}} : {})
  });
  const plan = mostThroughput(plans);
  if (!plan || plan.tokensPerSecPerGpuCluster <= rate) return [];
  return [{resource: "kvCache", from, to: "fp8", admits: plans.length, plan}];
}

function moreGpus(problem: SearchProblem, added: Added): ResourceRelaxation[] {
  const {totalGpus} = problem;
  for (let doubled = 1; doubled <= doublings; ++doubled) {
    const to = totalGpus * 2 ** doubled;
    const plans = added({...problem, totalGpus: to});
    const plan = mostThroughput(plans);
    if (plan) return [{resource: "gpus", from: totalGpus, to, admits: plans.length, plan}];
  }
  return [];
}

/** The least with which a plan has more throughput than there is now; none where no plan has. */
function leastOf(
  resource: Resource,
  from: number,
  rate: number,
  needing: readonly {plan: Plan; needs: number}[]
): ResourceRelaxation[] {
  const better = needing.filter(({plan}) => plan.tokensPerSecPerGpuCluster > rate);
  if (better.length === 0) return [];
  const to = Math.min(...better.map(({needs}) => needs));
  const plans = needing.filter(({needs}) => needs <= to).map(({plan}) => plan);
  return [{resource, from, to, admits: plans.length, plan: mostThroughput(plans)!}];
}

function mostThroughput(plans: readonly Plan[]): Plan | undefined {
  let best: Plan | undefined;
  for (const plan of plans) if (!best || plan.tokensPerSecPerGpuCluster > best.tokensPerSecPerGpuCluster) best = plan;
  return best;
}

/** What was decided, whatever its figures. */
function planKey(plan: Plan): string {
  return JSON.stringify(choiceOf(plan));
}
