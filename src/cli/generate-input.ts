/** Where the deployment that `generate` writes comes from: a file, sizes on the command line, or a search. */
import {existsSync, readFileSync} from "node:fs";
import {basename, dirname, join} from "node:path";
import * as v from "valibot";
import {InputError, unknownName} from "../engine/errors.js";
import {inferNextn} from "../engine/index.js";
import type {Plan} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";
import {explicitPoint, type ExplicitRole} from "../templates/explicit-point.js";
import type {ChosenPoint} from "../templates/options.js";
import type {RoleName} from "../templates/plan.js";
import {readSavedPlan, type SavedPlan} from "../templates/saved-plan.js";
import type {TaskConfig} from "../task/index.js";
import {savedPoint} from "./deployment.js";
import type {Opener} from "./opener.js";
import {readExperiments, taskOptions, taskOrFaults} from "./task-input.js";

/** A decided deployment, or points that are still to be planned. */
export type Asked = {saved: SavedPlan} | {points: readonly ChosenPoint[]};

/** `generator_config.yaml` as it was written, or `plan.json` of a run, which has its config.yaml a folder above. */
export function askedFile(opener: Opener, file: string): Asked {
  if (!existsSync(file)) throw new InputError(`no such file: ${file}; name a generator_config.yaml or a plan.json`);
  const text = readFileSync(file, "utf8");
  return file.endsWith(".json")
    ? {points: [filePoint(opener, file, text)]}
    : {saved: readSavedPlan(text, basename(file))};
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const worker = v.looseObject({
  system: v.string(),
  backend: v.picklist(["trtllm", "sglang", "vllm"]),
  version: v.string(),
  quant: v.record(v.string(), v.string()),
  parallel: v.object({tp: count, pp: count, dp: count, moeTp: count, moeEp: count, cp: count}),
  batchPerRank: count,
  workers: v.optional(count),
  memoryGiB: v.record(v.string(), v.number())
});
const planSchema = v.variant("mode", [
  v.looseObject({mode: v.literal("agg"), agg: worker, replicas: count}),
  v.looseObject({mode: v.literal("disagg"), prefill: worker, decode: worker, replicas: count})
]);

function filePoint(opener: Opener, file: string, text: string): ChosenPoint {
  const result = v.safeParse(planSchema, parsed(file, text));
  if (!result.success)
    throw new InputError(
      `no plan: ${file}, ${v.getDotPath(result.issues[0]) ?? "the top"}: ${result.issues[0].message}; take a plan.json of --save-dir`
    );
  const plan = result.output as unknown as Plan;
  const config = join(dirname(dirname(file)), "config.yaml");
  if (!existsSync(config))
    throw new InputError(`no configuration: ${config}; plan.json needs the config.yaml of its run a folder above`);
  const [experiment] = readExperiments(config, taskOptions(opener, {}));
  const task = taskOrFaults(experiment).config;
  const system = systemNamed(opener, (plan.agg ?? plan.prefill)!.system);
  return savedPoint(task, {model: opener.model(task.model), system, plan});
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`no plan: ${file}; must be JSON`);
  }
}

function systemNamed({data}: Opener, id: string) {
  const system = data.systems.find((each) => each.id === id);
  if (!system)
    throw new InputError(
      unknownName(
        "system",
        id,
        data.systems.map((each) => each.id)
      )
    );
  return system;
}

/** Sizes of roles that were given, by role; empty without any. */
export function rolesOf(values: Partial<Record<RoleName, string>>): Partial<Record<RoleName, ExplicitRole>> {
  const given = (["agg", "prefill", "decode"] as const).filter((role) => values[role] !== undefined);
  return Object.fromEntries(given.map((role) => [role, sizesOf(role, values[role]!)]));
}

/** Names of sizes as typed, and what they are. */
const sizeNames: Record<string, keyof ExplicitRole> = {
  tp: "tp",
  pp: "pp",
  dp: "dp",
  "moe-tp": "moeTp",
  "moe-ep": "moeEp",
  ep: "moeEp",
  batch: "batchPerRank",
  workers: "workers"
};

function sizesOf(role: RoleName, text: string): ExplicitRole {
  const pairs = text.split(",").map((part): [keyof ExplicitRole, number] => {
    const [name, value, ...rest] = part.trim().toLowerCase().replaceAll("_", "-").split("=");
    if (!Object.hasOwn(sizeNames, name))
      throw new InputError(unknownName(`size of --${role}`, name, Object.keys(sizeNames)));
    if (rest.length > 0 || !/^[1-9]\d{0,5}$/.test(value ?? ""))
      throw new InputError(`invalid --${role}: ${part}; must be like tp=4,batch=64,workers=2`);
    return [sizeNames[name], Number(value)];
  });
  return Object.fromEntries(pairs);
}

/**
 * A deployment by its sizes alone; nothing is searched or predicted. With `totalGpus` as many workers or replicas as fit.
 */
export function explicitAsked(
  opener: Opener,
  {model: id, platform, workload, quant, nextn, serving}: TaskConfig,
  {roles, totalGpus}: {roles: Partial<Record<RoleName, ExplicitRole>>; totalGpus?: number}
): Asked {
  if (roles.agg && (roles.prefill || roles.decode))
    throw new InputError("invalid roles: --agg with --prefill or --decode; a deployment is one or the other");
  if (platform.backend === "auto")
    throw new InputError("invalid --backend: auto; name the engine where nothing is searched");
  const model = opener.model(id);
  const point = explicitPoint({
    model,
    system: systemNamed(opener, platform.system),
    backend: platform.backend as Backend,
    mode: roles.agg ? "agg" : "disagg",
    workload,
    roles,
    totalGpus,
    quant,
    nextn: nextn ?? inferNextn(model)
  });
  return {points: [{...point, serving}]};
}
