/** What an answer hangs on, input by input, with pauses in which messages are heard. */
import type {Evaluation} from "../engine/search/evaluate.js";
import {isTarget, sensitiveInputs, variablesOf} from "../engine/sensitivity/inputs.js";
import type {Variable} from "../engine/sensitivity/inputs.js";
import {sensitivity, sensitivitySteps} from "../engine/sensitivity/sensitivity.js";
import {pacing} from "./pace.js";
import type {Ask, SensedInput, SensitivityPart} from "./protocol.js";

/** Searches with one input changed, by the one as it is: they hold for any targets. */
const changed = new WeakMap<Evaluation, Map<string, Evaluation>>();

/** The answer as it is comes first, then inputs whose effect is known at once. Throws what a search throws. */
export async function senseInputs(
  evaluation: Evaluation,
  {targets, preferences}: Ask,
  onpart: (part: SensitivityPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const {problem} = evaluation;
  const evaluations = changed.get(evaluation) ?? new Map<string, Evaluation>();
  changed.set(evaluation, evaluations);
  const options = {evaluation, evaluations, preferences};
  const given = variablesOf(problem, targets);
  const variables = [...given].sort((a, b) => Number(isTarget(b.input)) - Number(isTarget(a.input)));
  const placeOf = ({input, side}: Variable) => given.findIndex((each) => each.input === input && each.side === side);
  let sensed = {...sensitivity(problem, targets, {...options, inputs: []}), waiting: variables.map(inputOf)};
  const say = () => {
    const done = variables.length - sensed.waiting.length;
    onpart({sensed, progress: {done, total: variables.length}, tables: {loaded: 0, total: 0}});
  };
  say();
  const pace = pacing(isCancelled);
  for (const input of new Set(variables.map(({input}) => input))) {
    const steps = sensitivitySteps(problem, targets, {...options, inputs: [input]});
    for (;;) {
      const {done, value} = steps.next();
      if (done) {
        const rows = [...sensed.rows, ...value.rows].sort((a, b) => b.effect - a.effect || placeOf(a) - placeOf(b));
        sensed = {...sensed, rows, waiting: sensed.waiting.filter((each) => each.input !== input)};
        break;
      }
      if (!(await pace())) return;
    }
    say();
    if (!(await pace())) return;
  }
}

function inputOf(variable: Variable): SensedInput {
  const {label, unit} = sensitiveInputs[variable.input];
  return {...variable, label, unit};
}
