/** The deployment of a chosen plan as the page shows it; comes with templates and YAML, so only when asked for. */
import {InputError} from "../engine/errors.js";
import {inferNextn} from "../engine/models/quant.js";
import {imageLoad} from "../engine/models/vision.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Plan} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import {makePlan} from "../templates/make-plan.js";
import type {ChosenPoint} from "../templates/options.js";
import type {DeploymentPlan} from "../templates/plan.js";
import {compareReleases, parseRelease} from "../templates/release-order.js";
import {targets, usualTargets} from "../templates/targets/index.js";
import {deploymentFiles, type TargetFile} from "../templates/tree.js";
import {chooseVersions, dynamoRows, engineRows} from "../templates/versions.js";
import {zipFiles} from "../templates/zip.js";
import type {Choice} from "./combobox.js";
import {gpusOf} from "./custom-gpu.js";
import {modelOf} from "./model.js";
import {imagesOf, servingOf} from "./model-options.js";
import {planWorkers} from "./plan.js";
import type {Question} from "./question.js";

/** A plan of the search and what was asked for it, with the releases that its files are for; empty: by themselves. */
export interface DeployChoice {
  plan: Plan;
  question: Question;
  systems: readonly SystemSpec[];
  dynamo: string;
  engine: string;
}

export interface TargetChoice {
  name: string;
  title: string;
  /** Why the plan cannot be written this way; empty when it can. */
  why: string;
}

/** What there is to see of a choice. */
export interface DeployFiles {
  /** Null where no engine or cluster would take it. */
  plan: DeploymentPlan | null;
  targets: TargetChoice[];
  /** Files of the target with the README and the plan, by path without the folder of the mode. */
  files: TargetFile[];
  /** What is unproved, a sentence each. */
  doubts: string[];
  /** Why there are no files; empty when there are. */
  problem: string;
}

export function deployFiles(choice: DeployChoice, target: string): DeployFiles {
  const nothing = {plan: null, targets: targetChoices(null), files: [], doubts: []};
  return refused(
    () => planned(choice, target),
    (problem) => ({...nothing, problem})
  );
}

function planned(choice: DeployChoice, target: string): DeployFiles {
  const {point, doubts} = pointOf(choice);
  const releases = {dynamoRelease: choice.dynamo || undefined, engineVersion: choice.engine || undefined};
  const plan = makePlan(point, releases);
  const all = targetChoices(plan);
  const general = {plan, targets: all, doubts: [...plan.warnings, ...doubts]};
  const why = all.find(({name}) => name === target)?.why;
  if (why) return {...general, files: [], problem: `Not for this plan: ${why}. Choose another way above.`};
  const own = () => targets.find(({name}) => name === target)!.doubts?.(plan) ?? [];
  return refused<DeployFiles>(
    () => ({...general, files: filesOf(plan, target), doubts: [...general.doubts, ...own()], problem: ""}),
    (problem) => ({...general, files: [], problem})
  );
}

/** What cannot be is a value here. */
function refused<T>(attempt: () => T, instead: (problem: string) => T): T {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return instead(error.message);
  }
}

function pointOf({plan, question, systems}: DeployChoice): {point: ChosenPoint; doubts: string[]} {
  const model = modelOf(question);
  if (!model) throw new InputError(`unknown model: ${question.model}; choose one, or paste its config.json`);
  const [{worker}] = planWorkers(plan);
  const system = gpusOf(systems, question.gpu).find(({id}) => id === worker.system)!;
  const {isl, osl, prefix} = question;
  const imageTokens = imageTokensOf(model, question);
  const doubts =
    imageTokens > 0 ? [`prompts are taken to hold ${imageTokens} tokens of images besides ${isl} of text`] : [];
  const workload = {isl: isl + imageTokens, osl, prefix};
  const serving = servingOf(question);
  return {point: {plan, model, system, workload, nextn: inferNextn(model), serving}, doubts};
}

/** Of all images of a prompt. */
function imageTokensOf(model: ModelConfig, question: Question): number {
  const images = imagesOf(question);
  return images ? images.count * imageLoad(model, images).tokens : 0;
}

/** Without a plan nothing is known against any. */
function targetChoices(plan: DeploymentPlan | null): TargetChoice[] {
  return targets.map(({name, title, excludes}) => ({name, title, why: (plan && excludes?.(plan)) ?? ""}));
}

function filesOf(plan: DeploymentPlan, target: string): TargetFile[] {
  const folder = `${plan.mode}/`;
  return deploymentFiles(plan, [target]).map((file) =>
    file.path.startsWith(folder) ? {...file, path: file.path.slice(folder.length)} : file
  );
}

/** Every target that the plan can be written for, and the one that is looked at. */
export function zipOf(plan: DeploymentPlan, shown: string): {name: string; bytes: Uint8Array<ArrayBuffer>} {
  const able = targetChoices(plan).filter(({name, why}) => !why && (usualTargets.includes(name) || name === shown));
  const names = able.map(({name}) => name);
  return {name: `${plan.name}.zip`, bytes: zipFiles(deploymentFiles(plan, names), plan.name)};
}

/** Releases to choose from, newest first; the first of each goes with the other. */
export function releaseChoices(choice: DeployChoice): {dynamo: Choice[]; engine: Choice[]} {
  const [{worker}] = planWorkers(choice.plan);
  const {backend} = worker;
  const measured = planWorkers(choice.plan).map((each) => each.worker.version);
  const alone = matching(backend, choice);
  const released = dynamoRows.map(({release}) => release);
  const shipped = dynamoRows.map(({engines}) => engines[backend]);
  const known = [...shipped, ...engineRows[backend].map(({version}) => version), ...measured];
  return {
    dynamo: [
      {value: "", label: alone.dynamo},
      ...newest([...released, choice.dynamo]).map((value) => ({value, label: value}))
    ],
    engine: [
      {value: "", label: alone.engine},
      ...newest([...known.filter((version) => !version.endsWith("dev")), choice.engine]).map((value) => ({
        value,
        label: measured.includes(value) ? `${value} (measured)` : value
      }))
    ]
  };
}

/** What stands where nothing is chosen. */
function matching(backend: Backend, {dynamo, engine}: DeployChoice): {dynamo: string; engine: string} {
  try {
    const {dynamoRelease} = chooseVersions(backend, {engineVersion: engine || undefined});
    const {engineVersion} = chooseVersions(backend, {dynamoRelease: dynamo || dynamoRelease});
    return {
      dynamo: `${dynamoRelease} (${engine ? "the engine’s" : "newest"})`,
      engine: `${engineVersion} (Dynamo’s)`
    };
  } catch {
    return {dynamo: "the engine’s", engine: "Dynamo’s"};
  }
}

function newest(versions: readonly string[]): string[] {
  const releases = [...new Set(versions)].filter((version) => parseRelease(version));
  return releases.sort((a, b) => compareReleases(b, a));
}
