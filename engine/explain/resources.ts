/** What more memory, a smaller KV cache or more GPUs would admit. */
import {backendTraits} from "../backend.js";
import {inferQuant} from "../models/quant.js";
import type {Plan, Targets, WorkerPoint} from "../result.js";
import {evaluateSearch} from "../search/evaluate.js";
import type {Evaluation, SearchProblem} from "../search/evaluate.js";
import type {Preferences} from "../search/goals.js";
import type {Platform} from "../ops/table.js";
import {kvCacheQuants} from "../quant.js";
import {bytesToGiB} from "../units.js";
import {choiceOf} from "./choice.js";
import type {Candidate} from "../search/candidates.js";
import {admittedOf, judgedLimits} from "./judged.js";
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
  const hard = hardLimits(targets, preferences);
  const admitted = (of: Evaluation) => [...admittedOf(of, judgedLimits(of, hard, preferences))];
  const now = admitted(evaluation);
  const rate = now.reduce((most, candidate) => Math.max(most, candidate.tokensPerSecPerGpuCluster), 0);
  const plansOf: PlansOf = (changed) => admitted(evaluateSearch(changed)).map((candidate) => candidate.plan());
  return [
    ...moreMemory(problem, plansOf, rate),
    ...moreOfFree(problem, plansOf, rate),
    ...smallerKvCache(problem, plansOf, now, rate),
    ...(now.length === 0 ? moreGpus(problem, plansOf) : [])
  ];
}

/** Plans of a changed problem that keep every limit. */
type PlansOf = (problem: SearchProblem) => Plan[];

/** On a GPU without end, each plan says what it takes. */
function moreMemory(problem: SearchProblem, plansOf: PlansOf, rate: number): ResourceRelaxation[] {
  const {platform, decodePlatform} = problem;
  const endless = (own: Platform) => ({...own, system: {...own.system, memoryCapacityBytes: Infinity}});
  const plans = plansOf({
    ...problem,
    platform: endless(platform),
    ...(decodePlatform ? {decodePlatform: endless(decodePlatform)} : {})
  });
  const capacityGiB = bytesToGiB(platform.system.memoryCapacityBytes);
  const needing = plans
    .map((plan) => ({plan, needs: capacityGiB + moreGiB(problem, plan)}))
    .filter(({needs}) => needs > capacityGiB);
  return leastOf("memory", capacityGiB, rate, needing);
}

/** By how much the GPU whose memory a plan exceeds most would have to be larger; a byte is left over. */
function moreGiB(problem: SearchProblem, {agg, prefill, decode}: Plan): number {
  const {platform, decodePlatform = platform} = problem;
  const beyond = (neededGiB: number, {system}: Platform) => neededGiB - bytesToGiB(system.memoryCapacityBytes - 1);
  if (agg) return beyond(aggregatedGiB(problem, agg), platform);
  return Math.max(beyond(prefill!.memoryGiB.total, platform), beyond(decode!.memoryGiB.total, decodePlatform));
}

/** With the share of free memory that the engine keeps from the KV cache, where it checks. */
function aggregatedGiB({platform, freeMemoryFraction = 1}: SearchProblem, {memoryGiB}: WorkerPoint): number {
  const {total, kvCache} = memoryGiB;
  const usable = usableShare(platform);
  return usable === undefined ? total : Math.max(total, total - kvCache + kvCache / (freeMemoryFraction * usable));
}

/** What of the share given to it the KV cache may use; undefined where the engine does not check. */
function usableShare({backend}: Platform): number | undefined {
  const {kvCache} = backendTraits[backend];
  return kvCache && (1 - kvCache.reserved) * (1 - kvCache.tolerance);
}

function moreOfFree(problem: SearchProblem, plansOf: PlansOf, rate: number): ResourceRelaxation[] {
  const {freeMemoryFraction = 1, platform} = problem;
  const usable = usableShare(platform);
  if (freeMemoryFraction === 1 || usable === undefined) return [];
  const capacityGiB = bytesToGiB(platform.system.memoryCapacityBytes);
  const needs = ({memoryGiB: {total, kvCache}}: WorkerPoint) => kvCache / ((capacityGiB - total + kvCache) * usable);
  const needing = plansOf({...problem, freeMemoryFraction: 1})
    .flatMap((plan) => (plan.agg ? [{plan, needs: needs(plan.agg)}] : []))
    .filter(({needs}) => needs > freeMemoryFraction);
  return leastOf("freeMemoryFraction", freeMemoryFraction, rate, needing);
}

/** fp8 halves a 16-bit cache. */
function smallerKvCache(
  problem: SearchProblem,
  plansOf: PlansOf,
  now: readonly Candidate[],
  rate: number
): ResourceRelaxation[] {
  const {model, platform, quant, decodeQuant} = problem;
  const from = inferQuant(model, {role: "agg", ...platform}, quant).kvCache;
  if (kvCacheQuants[from].bytesPerWeight <= kvCacheQuants.fp8.bytesPerWeight) return [];
  const plans = plansOf({
    ...problem,
    quant: {...quant, kvCache: "fp8"},
    ...(decodeQuant ? {decodeQuant: {...decodeQuant, kvCache: "fp8"}} : {})
  });
  const known = new Set(now.map((candidate) => planKey(candidate.plan())));
  const added = plans.filter((plan) => !known.has(planKey(plan)));
  const plan = mostThroughput(added);
  if (!plan || plan.tokensPerSecPerGpuCluster <= rate) return [];
  return [{resource: "kvCache", from, to: "fp8", admits: added.length, plan}];
}

function moreGpus(problem: SearchProblem, plansOf: PlansOf): ResourceRelaxation[] {
  const {totalGpus} = problem;
  for (let doubled = 1; doubled <= doublings; ++doubled) {
    const to = totalGpus * 2 ** doubled;
    const plans = plansOf({...problem, totalGpus: to});
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
