/** Several searches of one question, on other serving engines or other choices, as one answer. */
import type {ModeResult, Plan, Reason, SearchResult, Targets} from "../result.js";
import {chooseMode} from "./answer.js";
import type {Preferences} from "./goals.js";
import {overshootOf} from "./mode-answer.js";
import {byObjective, byThroughput} from "./rank.js";

/** What of the preferences the searches were answered with matters here. */
export type MergeOptions = Pick<Preferences, "objective"> & {topN?: number};

/** Best of all per mode, as the reference merges its experiments. Source: method.md §12.5. */
export function mergeResults(
  results: readonly SearchResult[],
  targets: Targets,
  options: MergeOptions = {}
): SearchResult {
  if (results.length === 1) return results[0];
  const agg = mergeMode(
    results.flatMap((result) => result.agg ?? []),
    targets,
    options
  );
  const disagg = mergeMode(
    results.flatMap((result) => result.disagg ?? []),
    targets,
    options
  );
  const doubts = [...new Set(results.flatMap((result) => result.doubts))];
  return {agg, disagg, doubts, chosen: chooseMode([agg, disagg], options)};
}

function mergeMode(
  modes: readonly ModeResult[],
  targets: Targets,
  {objective, topN = 5}: MergeOptions
): ModeResult | null {
  if (modes.length === 0) return null;
  const better = byObjective(objective);
  const meetsTargets = modes.some((mode) => mode.meetsTargets);
  const candidates = modes.filter((mode) => mode.meetsTargets === meetsTargets).flatMap((mode) => mode.best);
  const [first] = [...modes].sort((a, b) => compareBest(a, b, better));
  return {
    ...first,
    best: candidates.sort(better).slice(0, topN),
    front: nonDominated(
      modes.flatMap((mode) => mode.front),
      targets.requestLatencyMs !== undefined
    ),
    considered: modes.reduce((sum, mode) => sum + mode.considered, 0),
    rejected: sumCounts(modes.map((mode) => mode.rejected)),
    messages: Object.assign({}, ...modes.map((mode) => mode.messages)) as ModeResult["messages"],
    nearest: meetsTargets ? null : nearestOf(modes, targets),
    meetsTargets
  };
}

/** Modes without a plan last. */
function compareBest(a: ModeResult, b: ModeResult, better: (a: Plan, b: Plan) => number): number {
  if (a.best.length === 0 || b.best.length === 0) return b.best.length - a.best.length;
  return better(a.best[0], b.best[0]);
}

/** The plan that misses the targets least, over all modes given. */
export function nearestOf(modes: readonly ModeResult[], targets: Targets): Plan | null {
  const plans = modes.flatMap((mode) => mode.nearest ?? []);
  return plans.sort((a, b) => overshootOf(a, targets) - overshootOf(b, targets))[0] ?? null;
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
