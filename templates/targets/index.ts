/** Every target. Adding one is adding its file and its line here. */
import {InputError, unknownName} from "../../engine/errors.js";
import {benchmark} from "./benchmark.js";
import {dynamoV1beta1} from "./dynamo-v1beta1.js";
import {dynamo} from "./dynamo.js";
import {kubernetes} from "./kubernetes.js";
import {llmD} from "./llm-d.js";
import {plain} from "./plain.js";
import type {Target} from "./target.js";

/** In the order of the README. */
export const targets: readonly Target[] = [plain, kubernetes, dynamo, dynamoV1beta1, llmD, benchmark];

/** Those written when none is named. */
export const usualTargets: readonly string[] = ["plain", "kubernetes", "dynamo", "llm-d", "benchmark"];

export const targetNames: readonly string[] = targets.map(({name}) => name);

/** Targets by name, each once, in the order of the table. Throws InputError for a name that none has. */
export function targetsNamed(names: readonly string[]): Target[] {
  const wrong = names.find((name) => !targetNames.includes(name));
  if (wrong !== undefined) throw new InputError(unknownName("target", wrong, [...targetNames]));
  if (names.length === 0) throw new InputError(`no target: none named; name some of ${targetNames.join(", ")}`);
  return targets.filter(({name}) => names.includes(name));
}
