/** One plan of an answer, by its number and its serving mode. */
import {InputError} from "../engine/errors.js";
import {modesOf, type Plan} from "../engine/result.js";
import {plansToShow} from "./answer.js";
import type {Flags} from "./args.js";
import type {Answered, TaskAnswer} from "./run.js";

export function planFlags(help: string): Flags {
  return {
    plan: {type: "integer", unit: "N", min: 1, default: 1, help},
    "plan-mode": {type: "string", choices: ["agg", "disagg"], help: "of which serving mode (default the better one)"}
  };
}

export interface PlanValues {
  plan: number;
  "plan-mode"?: "agg" | "disagg";
}

export interface FoundPlan {
  plan: Plan;
  search: Answered;
}

/** The plan asked for, with the search that found it; undefined where there is none at all. Throws InputError. */
export function planOf(
  {searches, result}: TaskAnswer,
  {plan: number, "plan-mode": asked}: PlanValues
): FoundPlan | undefined {
  const modes = modesOf(result).filter((mode) => (asked ?? result.chosen ?? mode.mode) === mode.mode);
  const plans = modes.flatMap(plansToShow);
  if (plans.length === 0) return undefined;
  if (number > plans.length) throw new InputError(`invalid --plan: ${number}; there are ${plans.length}, from 1`);
  const plan = plans[number - 1];
  const search = searches.find((each) => modesOf(each.result).flatMap(plansToShow).includes(plan));
  return search && {plan, search};
}
