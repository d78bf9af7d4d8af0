/** What is asked of a plan, in words: hard targets and goals, soft ones, a load, the objective. */
import type {Goal, LoadTarget, Objective, Preferences} from "../engine/index.js";
import {goalLabel, goalMetrics} from "../engine/search/goals.js";
import type {Targets} from "../engine/result.js";
import {countOf, formatNumber} from "./tables.js";

/** `TTFT ≤ 300 ms and TPOT ≤ 10 ms`, then hard goals; `any latency` where there is none. */
export function limitWords(targets: Targets, {goals = []}: Preferences = {}): string {
  const hard = [...targetGoals(targets), ...goals.filter((goal) => goal.hard)];
  const soft = goals.filter((goal) => !goal.hard);
  const words = hard.length > 0 ? joined(hard.map(goalWords)) : "any latency";
  return soft.length > 0 ? `${words}, if possible ${joined(soft.map(goalWords))}` : words;
}

function targetGoals({ttftMs, tpotMs, requestLatencyMs}: Targets): Goal[] {
  const all: Goal[] =
    requestLatencyMs === undefined
      ? [
          {metric: "ttftMs", threshold: ttftMs, hard: true},
          {metric: "tpotMs", threshold: tpotMs, hard: true}
        ]
      : [{metric: "requestLatencyMs", threshold: requestLatencyMs, hard: true}];
  return all.filter(({threshold}) => threshold < Infinity);
}

/** `TTFT ≤ 300 ms`. */
function goalWords(goal: Goal): string {
  const {metric, threshold} = goal;
  const {limit, unit} = goalMetrics[metric];
  return `${goalLabel(goal)} ${limit === "most" ? "≤" : "≥"} ${trim(threshold)} ${unit}`;
}

function joined(parts: readonly string[]): string {
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts[0];
}

/** `50 requests/s`, `200 requests in flight`. */
export function loadWords({requestsPerSec, concurrency}: LoadTarget): string {
  if (requestsPerSec !== undefined) return `${trim(requestsPerSec)} requests/s`;
  return `${countOf(concurrency!, "request")} in flight`;
}

/** What the best plan has most or least of. */
export const objectiveWords: Record<Objective, string> = {
  throughput: "most tokens/s/GPU",
  latency: "lowest request latency",
  cost: "lowest cost per million tokens",
  gpus: "fewest GPUs for the load",
  score: "highest score",
  knee: "the knee of the front"
};

export const trim = (value: number) =>
  Number.isInteger(value) ? formatNumber(value).replaceAll(",", "") : String(Number(value.toFixed(3)));
