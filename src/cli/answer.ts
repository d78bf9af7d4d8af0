/** One or several backends' searches as one result. */
import type {Evaluation, Platform, SearchProblem} from "../engine/index.js";
import {answerSearch, evaluateSearch} from "../engine/index.js";
import type {ModeResult, Plan, Reason, SearchResult, Targets} from "../engine/result.js";

export interface BackendAnswer {
  problem: SearchProblem;
  evaluation: Evaluation;
  result: SearchResult;
}

export function searchAll(problems: readonly SearchProblem[], targets: Targets, topN: number): BackendAnswer[] {
  return problems.map((problem) => {
    const evaluation = evaluateSearch(problem);
    return {problem, evaluation, result: answerSearch(evaluation, targets, {topN})};
  });
}

/** Best of all backends per mode, as the reference merges its experiments. Source: method.md §12.5. */
export function mergeResults(results: readonly SearchResult[], targets: Targets, topN: number): SearchResult {
  if (results.length === 1) return results[0];
  const agg = mergeMode(
    results.map((result) => result.agg),
    targets,
    topN
  );
  const disaggs = results.flatMap((result) => result.disagg ?? []);
  const disagg = disaggs.length > 0 ? mergeMode(disaggs, targets, topN) : null;
  const doubts = [...new Set(results.flatMap((result) => result.doubts))];
  return {agg, disagg, doubts, chosen: chosenMode(agg, disagg)};
}

function mergeMode(modes: readonly ModeResult[], targets: Targets, topN: number): ModeResult {
  const meetsTargets = modes.some((mode) => mode.meetsTargets);
  const candidates = modes.filter((mode) => mode.meetsTargets === meetsTargets).flatMap((mode) => mode.best);
  const all = [...modes].sort((a, b) => throughput(b) - throughput(a));
  const nearest = nearestOf(modes, targets);
  return {
    ...all[0],
    best: candidates.sort(byThroughput).slice(0, topN),
    front: nonDominated(
      modes.flatMap((mode) => mode.front),
      targets.requestLatencyMs !== undefined
    ),
    considered: modes.reduce((sum, mode) => sum + mode.considered, 0),
    rejected: sumCounts(modes.map((mode) => mode.rejected)),
    messages: Object.assign({}, ...modes.map((mode) => mode.messages)) as ModeResult["messages"],
    nearest: meetsTargets ? null : nearest,
    meetsTargets
  };
}

/** The plan that misses the targets least, over all modes given. */
export function nearestOf(modes: readonly ModeResult[], targets: Targets): Plan | null {
  const plans = modes.flatMap((mode) => mode.nearest ?? []);
  return plans.sort((a, b) => overshoot(a, targets) - overshoot(b, targets))[0] ?? null;
}

/** How many times its target the figure is that misses it most. */
function overshoot(plan: Plan, {ttftMs, tpotMs, requestLatencyMs}: Targets): number {
  if (requestLatencyMs !== undefined) return plan.requestLatencyMs / requestLatencyMs;
  return Math.max(plan.ttftMs / ttftMs, plan.tpotMs / tpotMs);
}

/** What there is to show of a mode: its best plans, or the nearest one when there are none. */
export function plansToShow({best, nearest}: ModeResult): Plan[] {
  return best.length > 0 || !nearest ? best : [nearest];
}

const throughput = (mode: ModeResult) => mode.best[0]?.tokensPerSecPerGpuCluster ?? -Infinity;
const byThroughput = (a: Plan, b: Plan) => b.tokensPerSecPerGpuCluster - a.tokensPerSecPerGpuCluster;

function chosenMode(agg: ModeResult, disagg: ModeResult | null): SearchResult["chosen"] {
  const able = [agg, ...(disagg ? [disagg] : [])].filter((mode) => mode.meetsTargets && mode.best.length > 0);
  return able.sort((a, b) => throughput(b) - throughput(a))[0]?.mode ?? null;
}

function sumCounts(counts: readonly ModeResult["rejected"][]): ModeResult["rejected"] {
  const sum: ModeResult["rejected"] = {};
  for (const each of counts)
    for (const [reason, count] of Object.entries(each)) sum[reason as Reason] = (sum[reason as Reason] ?? 0) + count;
  return sum;
}

/** Throughput per user up, or request latency down, against throughput per GPU; sorted by the former. */
function nonDominated(plans: readonly Plan[], byLatency: boolean): Plan[] {
  const speed = (plan: Plan) => (byLatency ? -plan.requestLatencyMs : plan.tokensPerSecPerUser);
  const kept: Plan[] = [];
  const fastestFirst = [...plans].sort((a, b) => speed(b) - speed(a) || byThroughput(a, b));
  for (const plan of fastestFirst)
    if (plan.tokensPerSecPerGpuCluster > (kept.at(-1)?.tokensPerSecPerGpuCluster ?? -Infinity)) kept.push(plan);
  return byLatency ? kept : kept.reverse();
}

/** Every platform that the searches used, prefill and decode side, once. */
export function platformsOf(problems: readonly Pick<SearchProblem, "platform" | "decodePlatform">[]): Platform[] {
  const all = problems.flatMap(({platform, decodePlatform}) =>
    decodePlatform ? [platform, decodePlatform] : [platform]
  );
  const name = ({system, backend, version, database}: Platform) => [system.id, backend, version, database].join();
  return [...new Map(all.map((platform) => [name(platform), platform])).values()];
}
