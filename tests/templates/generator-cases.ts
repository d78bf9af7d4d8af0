/** The recorded cases of a generator: inputs, facts that must hold, and plans made of them. */
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {findModel} from "../../engine/models/catalogue.js";
import type {KvCacheQuant} from "../../engine/quant.js";
import type {Backend} from "../../engine/schema.js";
import {explicitPoint} from "../../templates/explicit-point.js";
import {makePlan} from "../../templates/make-plan.js";
import type {DeploymentPlan, Json, RoleName, RuleSet} from "../../templates/plan.js";
import {systemOf} from "./points.js";

export interface Fact {
  role: RoleName | "*";
  target: "cli" | "engine" | "dgd" | "bench" | "scripts";
  key: string;
  op: string;
  value: Json;
  level: "must" | "advised" | "portable";
  reference: "pass" | "fail";
}

interface Sizes {
  tp: number;
  pp: number;
  dp: number;
  moe_tp: number;
  moe_ep: number;
  bs: number;
  kv: KvCacheQuant;
}

export interface Case {
  id: number;
  title: string;
  input: {
    backend: Backend;
    version: string;
    dynamo_version: string;
    mode: "agg" | "disagg";
    model: string;
    weights: string;
    system: string;
    isl: number;
    osl: number;
    nextn: number;
    roles: Partial<Record<RoleName, Sizes>>;
    workers: Partial<Record<RoleName, number>>;
    name_prefix: string;
    namespace: string;
    frontend_port: number;
  };
  facts: Fact[];
}

const file = join(import.meta.dirname, "../../../shared/reference/generator-cases.json");

/** None without the shared folder, which is said loudly. `where`: what facts are held against. */
export function generatorCases(where: string): Case[] {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).cases;
  console.warn(`12 generator cases (213 facts) NOT RUN on ${where}: ../shared/reference is not there`);
  return [];
}

/** A checkpoint that the catalogue lacks is its sibling, quantised otherwise. */
function modelOf(id: string, weights: string) {
  const model = findModel(id === "nvidia/DeepSeek-R1-0528-FP4-v2" ? "deepseek-ai/DeepSeek-R1" : id);
  return id === model.id ? model : {...model, id, checkpoint: {algo: weights, kvCacheAlgo: null}};
}

export function planOfCase({input}: Case, rules?: RuleSet): DeploymentPlan {
  const {backend, mode, isl, osl, nextn, weights} = input;
  const roles = Object.entries(input.roles).map(([role, {tp, pp, dp, moe_tp, moe_ep, bs}]) => [
    role,
    {tp, pp, dp, moeTp: moe_tp, moeEp: moe_ep, batchPerRank: bs, workers: input.workers[role as RoleName]}
  ]);
  const [{kv}] = Object.values(input.roles);
  const point = explicitPoint({
    model: modelOf(input.model, weights),
    system: systemOf(input.system),
    backend,
    mode,
    workload: {isl, osl},
    nextn,
    quant: {kvCache: kv, ...(weights === "nvfp4" && {gemm: "nvfp4", moe: "nvfp4"})},
    roles: Object.fromEntries(roles)
  });
  return makePlan(point, {
    rules,
    name: input.name_prefix,
    namespace: input.namespace,
    frontendPort: input.frontend_port,
    engineVersion: input.version,
    dynamoRelease: input.dynamo_version
  });
}

/**
 * Whether values, one for each role that a fact is about, are as it says; undefined is what is absent. `other` gives the
 * value of another flag of the same role.
 */
export function factHolds(
  fact: Fact,
  values: readonly unknown[],
  other: (role: number, flag: string) => number
): boolean {
  if (fact.op === "same_on_roles") return values.every((value) => value === values[0]);
  return values.length > 0 && values.every((value, i) => holdsFor(value, fact, () => other(i, String(fact.value))));
}

function holdsFor(value: unknown, {op, value: wanted}: Fact, other: () => number): boolean {
  const absent = value === undefined;
  switch (op) {
    case "eq":
      return value === wanted;
    case "eq_or_absent":
      return absent || value === wanted;
    case "in":
      return (wanted as Json[]).includes(value as Json);
    case "in_or_absent":
      return absent || (wanted as Json[]).includes(value as Json);
    case "ge":
      return !absent && Number(value) >= Number(wanted);
    case "le":
      return !absent && Number(value) <= Number(wanted);
    case "ge_flag":
      return !absent && Number(value) >= other();
    case "json_eq":
      return !absent && JSON.stringify(JSON.parse(String(value))) === JSON.stringify(wanted);
    case "present":
      return !absent;
    case "absent":
      return absent;
    default:
      throw new Error(`unknown op: ${op}`);
  }
}

export const told = ({role, target, key, op, value}: Fact) => `${role} ${target} ${key} ${op} ${JSON.stringify(value)}`;
