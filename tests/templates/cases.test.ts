import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {findModel} from "../../engine/models/catalogue.js";
import type {KvCacheQuant} from "../../engine/quant.js";
import type {Backend} from "../../engine/schema.js";
import {explicitPoint} from "../../templates/explicit-point.js";
import {makePlan} from "../../templates/make-plan.js";
import {ruleSets, type DeploymentPlan, type Json, type RoleName, type RuleSet} from "../../templates/plan.js";
import {systemOf, valueOf} from "./points.js";

interface Fact {
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

interface Case {
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
const cases: Case[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).cases : [];
if (cases.length === 0) console.warn("12 generator cases (213 facts) NOT RUN: ../shared/reference is not there");

/** Facts of the `compatible` rules that are the reference's own values and were advised against. */
const isAdvice = ({level}: Fact) => level === "advised";

/** A checkpoint that the catalogue lacks is its sibling, quantised otherwise. */
function modelOf(id: string, weights: string) {
  const model = findModel(id === "nvidia/DeepSeek-R1-0528-FP4-v2" ? "deepseek-ai/DeepSeek-R1" : id);
  return id === model.id ? model : {...model, id, checkpoint: {algo: weights, kvCacheAlgo: null}};
}

function planOf({input}: Case, rules: RuleSet): DeploymentPlan {
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

/** What the plan says under a fact's key, one value for each role; undefined is absent. */
function valuesOf(plan: DeploymentPlan, {role, target, key}: Fact): unknown[] {
  const roles = plan.roles.filter((each) => role === "*" || each.role === role);
  switch (target) {
    case "cli":
      return roles.map(({launch}) => valueOf(launch.dynamo.args, key));
    case "engine":
      return roles.map(({engineConfig}) =>
        key
          .split("|")
          .map((path) => at(engineConfig, path))
          .find((value) => value !== undefined)
      );
    case "dgd":
      if (key === "ComputeDomain") return [plan.hardware.computeDomain || undefined];
      return roles.map(
        ({workers, gpusPerPod, nodesPerWorker}) =>
          ({replicas: workers, gpu: String(gpusPerPod), nodeCount: nodesPerWorker > 1 ? nodesPerWorker : undefined})[
            key
          ]
      );
    case "bench":
      return [`${plan.name}-frontend.${plan.namespace}.svc.cluster.local`];
    case "scripts":
      return [
        {
          count: plan.nodes.length,
          max_gpu_index: Math.max(...plan.nodes.flatMap(({workers}) => workers.flatMap(({devices}) => devices)))
        }[key]
      ];
  }
}

function at(config: Json, path: string): Json | undefined {
  let value: Json | undefined = config;
  for (const key of path.split("."))
    value = typeof value === "object" && value !== null && !Array.isArray(value) ? value[key] : undefined;
  return value;
}

function holds(plan: DeploymentPlan, fact: Fact): boolean {
  const values = valuesOf(plan, fact);
  if (fact.op === "same_on_roles") return values.every((value) => value === values[0]);
  const other = (i: number) =>
    Number(
      valueOf(
        plan.roles.filter(({role}) => fact.role === "*" || role === fact.role)[i].launch.dynamo.args,
        String(fact.value)
      )
    );
  return values.length > 0 && values.every((value, i) => holdsFor(value, fact, () => other(i)));
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

const told = ({role, target, key, op, value}: Fact) => `${role} ${target} ${key} ${op} ${JSON.stringify(value)}`;

describe.each(cases)("case $id: $title", (each) => {
  test.each(ruleSets)("all facts hold under the %s rules", (rules) => {
    const plan = planOf(each, rules);
    const facts = each.facts.filter((fact) => rules !== "compatible" || !isAdvice(fact));
    expect(facts.filter((fact) => !holds(plan, fact)).map(told)).toEqual([]);
  });
});

test.runIf(cases.length > 0)("no fact is left out: 12 cases, 213 facts and a way to evaluate each", () => {
  expect([cases.length, cases.flatMap(({facts}) => facts).length]).toEqual([12, 213]);
});

test.runIf(cases.length > 0)("every fact that the reference's own files break is listed among the differences", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/deploy-differences.md"), "utf8");
  const broken = cases.flatMap(({facts}) => facts.filter(({reference}) => reference === "fail").map(({key}) => key));
  expect(broken.length).toBeGreaterThan(10);
  expect([...new Set(broken)].filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});
