/** Which way the figures of plans are found: by simulating requests, or by the reference's closed formulas. */
import type {Plan} from "../result.js";
import {tokensPerSecPerUser} from "../session/metrics.js";
import type {Preferences} from "./goals.js";

/** `simulation`: requests go through the engine's scheduler, step by step. `formula`: means in closed form. */
export const predictors = ["simulation", "formula"] as const;
export type Predictor = (typeof predictors)[number];

/** What is asked where nobody says. */
export const defaultPredictor: Predictor = "simulation";

/** Whether a plan off the front of throughput and speed may be the best, which a simulated search must then look for. */
export function mayLeaveFront({objective = "throughput", goals = []}: Preferences): boolean {
  return goals.length > 0 || (objective !== "throughput" && objective !== "knee");
}

/** A simulated plan with its figures by formula, which its operators add up to; another one as it is. */
export function byFormula(plan: Plan): Plan {
  if (!plan.simulated) return plan;
  const {simulated, error: _, ...rest} = plan;
  const {formula} = simulated;
  const tokensPerSecPerGpu = formula.tokensPerSec / plan.gpus;
  const used = plan.tokensPerSecPerGpuCluster / plan.tokensPerSecPerGpu;
  return {
    ...rest,
    ...formula,
    tokensPerSecPerUser: tokensPerSecPerUser(formula.tpotMs),
    tokensPerSecPerGpu,
    tokensPerSecPerGpuCluster: tokensPerSecPerGpu * used
  };
}
