/** What an answer hangs on, input by input, with pauses in which messages are heard. */
import type {Evaluation} from "../engine/search/evaluate.js";
import {isTarget, variablesOf} from "../engine/sensitivity/inputs.js";
import {sensitivitySteps} from "../engine/sensitivity/sensitivity.js";
import type {Sensitivity, SensitivityRow} from "../engine/sensitivity/sensitivity.js";
import type {Ask, SensitivityPart} from "./protocol.js";

/** Between pauses; a cancelled run ends within one. */
const stretchMs = 30;

/** Inputs whose effect is known at once come first. Throws what a search throws. */
export async function senseInputs(
  evaluation: Evaluation,
  {targets, preferences}: Ask,
  onpart: (part: SensitivityPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const {problem} = evaluation;
  const asked = variablesOf(problem, targets).map(({input}) => input);
  const inputs = [...new Set(asked)].sort((a, b) => Number(isTarget(b)) - Number(isTarget(a)));
  const rows: SensitivityRow[] = [];
  let whole: Sensitivity = {base: null, share: 0, rows};
  let paused = performance.now();
  for (const [at, input] of inputs.entries()) {
    const steps = sensitivitySteps(problem, targets, {evaluation, preferences, inputs: [input]});
    for (;;) {
      const step = steps.next();
      if (step.done) {
        rows.push(...step.value.rows);
        whole = {...step.value, rows: rows.sort((a, b) => b.effect - a.effect)};
        break;
      }
      if (performance.now() - paused < stretchMs) continue;
      await new Promise((later) => setTimeout(later));
      if (isCancelled()) return;
      paused = performance.now();
    }
    onpart({...whole, progress: {done: at + 1, total: inputs.length}});
  }
}
