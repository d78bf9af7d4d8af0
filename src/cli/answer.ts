/** Several searches' results as one: modes side by side, backends merged. */
import {answerSearch, evaluateSearch} from "../engine/index.js";
import type {Evaluation, Platform, Preferences, SearchProblem} from "../engine/index.js";
import {modesOf, type ModeResult, type Plan, type Reason, type SearchResult, type Targets} from "../engine/result.js";
import {chooseMode} from "../engine/search/answer.js";
import {byObjective} from "../engine/search/rank.js";

type Judged = Pick<Preferences, "objective"> & {topN: number};

/** Best of all backends per mode, as the reference merges its experiments. Source: method.md §12.5. */
export function mergeResults(results: readonly SearchResult[], targets: Targets, options: Judged): SearchResult {
  if (results.length === 1) return results[0];
  const [agg, disagg] = (["agg", "disagg"] as const).map((name) => {
    const modes = results.flatMap((result) => result[name] ?? []);
    return modes.length > 1 ? mergeMode(modes, targets, options) : (modes[0] ?? null);
  });
  const doubts = [...new Set(results.flatMap((result) => result.doubts))];
  return {agg, disagg, doubts, chosen: chooseMode([agg, disagg], options)};
}

function mergeMode(modes: readonly ModeResult[], targets: Targets, {objective, topN}: Judged): ModeResult {
  const meetsTargets = modes.some((mode) => mode.meetsTargets);
  const better = byObjective(objective);
  const candidates = modes.filter((mode) => mode.meetsTargets === meetsTargets).flatMap((mode) => mode.best);
  const first = [...modes].sort((a, b) =>
    a.best[0] && b.best[0] ? better(a.best[0], b.best[0]) : b.best.length - a.best.length
  );
  const nearest = nearestOf(modes, targets);
  return {
    ...first[0],
    best: candidates.sort(better).slice(0, topN),
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

/** The best plan of the mode that was chosen. */
export function chosenPlan(result: SearchResult): Plan | undefined {
  return result.chosen ? result[result.chosen]!.best[0] : undefined;
}

/** Every plan that is shown. */
export function plansOf(result: SearchResult): Plan[] {
  return modesOf(result).flatMap(plansToShow);
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
  const throughput = (plan: Plan) => plan.tokensPerSecPerGpuCluster;
  const kept: Plan[] = [];
  const fastestFirst = [...plans].sort((a, b) => speed(b) - speed(a) || throughput(b) - throughput(a));
  for (const plan of fastestFirst)
    if (throughput(plan) > (kept.at(-1) ? throughput(kept.at(-1)!) : -Infinity)) kept.push(plan);
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
