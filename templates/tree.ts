/** Everything that is written for a choice: its files by target, the README, and the plan to make them from again. */
import {InputError} from "../engine/errors.js";
import type {DeploymentPlan} from "./plan.js";
import {checkRelativePath, yamlText} from "./quote.js";
import {readme} from "./readme.js";
import {headerLines} from "./targets/header.js";
import {targetsNamed, usualTargets} from "./targets/index.js";
import type {Target, TargetFile} from "./targets/target.js";

export type {TargetFile} from "./targets/target.js";

/** The file that holds the plan. */
export const planFile = "generator_config.yaml";

/**
 * Files of one choice, in a folder of its own: `disagg/…`, `generator_config.yaml`, `README.md`.
 *
 * Without `names` all usual targets that the plan can be written for. Throws InputError for an unknown target, and for
 * one that was named and cannot be written.
 */
export function deploymentFiles(plan: DeploymentPlan, names?: readonly string[]): TargetFile[] {
  const written = names ? namedTargets(plan, names) : usualFor(plan);
  const own = written.flatMap((target) => target.files(plan));
  const files = [
    ...own.map((file) => ({...file, path: `${plan.mode}/${file.path}`})),
    {path: planFile, text: planText(plan, written)},
    {path: "README.md", text: readme(plan, written)}
  ];
  return oncePerPath(files);
}

/** The trees of several choices, best first: `top1/…`, `top2/…`. */
export function deploymentTree(plans: readonly DeploymentPlan[], names?: readonly string[]): TargetFile[] {
  return plans.flatMap((plan, i) =>
    deploymentFiles(plan, names).map((file) => ({...file, path: `top${i + 1}/${file.path}`}))
  );
}

function usualFor(plan: DeploymentPlan): Target[] {
  return targetsNamed(usualTargets).filter(({excludes}) => excludes?.(plan) === undefined);
}

function namedTargets(plan: DeploymentPlan, names: readonly string[]): Target[] {
  const named = targetsNamed(names);
  const why = named.flatMap(({name, excludes}) =>
    excludes?.(plan) === undefined ? [] : [`${name}: ${excludes(plan)}`]
  );
  if (why.length > 0) throw new InputError(`cannot be written: ${why.join("; ")}`);
  return named;
}

function planText(plan: DeploymentPlan, written: readonly Target[]): string {
  const about = headerLines(plan, planFile).map((line) => `# ${line}\n`);
  return about.join("") + yamlText({generator: "kneepoint", targets: written.map(({name}) => name), plan});
}

/** Targets may share a file, but never a path with other content. */
function oncePerPath(files: readonly TargetFile[]): TargetFile[] {
  const byPath = new Map<string, TargetFile>();
  for (const file of files) {
    const before = byPath.get(checkRelativePath(file.path));
    if (before && before.text !== file.text) throw new Error(`two files at ${file.path} differ`);
    byPath.set(file.path, before ?? file);
  }
  return [...byPath.values()];
}
