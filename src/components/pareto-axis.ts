/** What lies across the frontier chart: where a plan is, which plans make the front there, and where a target cuts. */
import type {ModeResult, Plan} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import {planId} from "./plan.js";
import type {Axis, Question} from "./question.js";

export const axisLabels: Record<Axis, string> = {
  user: "speed per user (tokens/s)",
  ttft: "time to first token (ms)",
  latency: "request latency (ms)"
};

/** Where a plan lies on an axis. */
export function planX(plan: Plan, axis: Axis): number {
  if (axis === "ttft") return plan.ttftMs;
  return axis === "latency" ? plan.requestLatencyMs : plan.tokensPerSecPerUser;
}

export function planY(plan: Plan): number {
  return plan.tokensPerSecPerGpuCluster;
}

/** Where the region starts that breaks the target of this axis, and whether it lies left of there. */
export function targetEdge({
  axis,
  ttftMs,
  tpotMs,
  requestLatencyMs,
  osl
}: Question): {at: number; left: boolean; words: string} | null {
  if (axis === "ttft") return requestLatencyMs ? null : {at: ttftMs, left: false, words: "later than the target"};
  const totalMs = requestLatencyMs || ttftMs + tpotMs * (osl - 1);
  if (axis === "latency") return {at: totalMs, left: false, words: "slower than the target"};
  return requestLatencyMs ? null : {at: msPerSecond / tpotMs, left: true, words: "slower than the target"};
}

/** The mode with its front in the displayed axes: what is best per speed need not be best per TTFT. */
export function displayedMode(mode: ModeResult, axis: Axis): ModeResult {
  if (axis === "user") return mode;
  const plans = [...new Map([...mode.front, ...mode.best].map((plan) => [planId(plan), plan])).values()];
  const fastestFirst = plans.sort((a, b) => planX(a, axis) - planX(b, axis) || planY(b) - planY(a));
  let most = 0;
  const front = fastestFirst.filter((plan) => planY(plan) > most && (most = planY(plan)) > 0);
  return {...mode, front, knee: front.includes(mode.knee!) ? mode.knee : null};
}
