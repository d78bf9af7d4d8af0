/**
 * How long a search takes whose figures are simulated: processor time of this process, the least of several runs, beside
 * that of a fixed loop. Compare ratios. The first run of a process also has the compiler's time, on other cores; what a
 * reader waits is beside it.
 */
import {simulatedAnswerSteps} from "../../engine/search/simulated.js";
import {evaluateSearch} from "../../engine/index.js";
import type {SearchProblem, Targets} from "../../engine/index.js";
import {processorMs, referenceMs} from "./processor-time.js";

const rounds = 5;
const best = 50;

interface Run {
  /** Until the first deployment is simulated, until fifty are, and until all that matter are. */
  firstMs: number;
  bestMs: number;
  wholeMs: number;
  /** Until fifty are, by the clock. */
  waitedMs: number;
  simulated: number;
}

export function benchSimulatedSearch(problem: SearchProblem, targets: Targets): void {
  const evaluation = evaluateSearch(problem);
  const run = (exhaustive: boolean): Run => {
    const [start, startedMs] = [processorMs(), performance.now()];
    const found: Run = {firstMs: 0, bestMs: 0, wholeMs: 0, waitedMs: 0, simulated: 0};
    const steps = simulatedAnswerSteps(evaluation, targets, {exhaustive});
    for (let step = steps.next(); !step.done; step = steps.next()) {
      ++found.simulated;
      if (found.simulated === 1) found.firstMs = processorMs() - start;
      if (found.simulated > best) continue;
      found.bestMs = processorMs() - start;
      found.waitedMs = performance.now() - startedMs;
    }
    found.wholeMs = processorMs() - start;
    return found;
  };
  const cold = run(false);
  const warm = Array.from({length: rounds}, () => run(false));
  const all = Array.from({length: 2}, () => run(true));
  const least = (runs: readonly Run[], of: keyof Run) => Math.min(...runs.map((each) => each[of]));
  const loopMs = referenceMs();
  const line = (name: string, ms: number, note = "") =>
    console.log(
      `  ${name.padEnd(44)} ${ms.toFixed(1).padStart(8)} ms   ${(ms / loopMs).toFixed(1)} of the loop   ${note}`
    );
  console.log("  simulated, in processor time; least of five runs");
  line("first deployment, cold", cold.firstMs);
  line("fifty best, cold", cold.bestMs, `${cold.waitedMs.toFixed(0)} ms by the clock`);
  line("fifty best", least(warm, "bestMs"));
  line("whole front", least(warm, "wholeMs"), `${cold.simulated} deployments`);
  const [{simulated}] = all;
  const wholeMs = least(all, "wholeMs");
  line("every deployment", wholeMs, `${simulated}, ${((1000 * wholeMs) / simulated).toFixed(0)} ms a thousand`);
}
