import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {ruleSets, type DeploymentPlan, type Json} from "../../templates/plan.js";
import {factHolds, generatorCases, planOfCase, told, type Fact} from "./generator-cases.js";
import {valueOf} from "./points.js";

const cases = generatorCases("plans");

/** Facts of the `compatible` rules that are the reference's own values and were advised against. */
const isAdvice = ({level}: Fact) => level === "advised";

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
  const roles = plan.roles.filter(({role}) => fact.role === "*" || role === fact.role);
  const other = (i: number, flag: string) => Number(valueOf(roles[i].launch.dynamo.args, flag));
  return factHolds(fact, valuesOf(plan, fact), other);
}

describe.each(cases)("case $id: $title", (each) => {
  test.each(ruleSets)("all facts hold under the %s rules", (rules) => {
    const plan = planOfCase(each, rules);
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
