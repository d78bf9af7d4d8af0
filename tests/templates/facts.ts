/** The reference's facts about generated files, read out of the files themselves. */
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {findModel} from "../../engine/models/catalogue.js";
import type {KvCacheQuant} from "../../engine/quant.js";
import type {Backend} from "../../engine/schema.js";
import {explicitPoint} from "../../templates/explicit-point.js";
import {makePlan} from "../../templates/make-plan.js";
import type {DeploymentPlan, RoleName} from "../../templates/plan.js";
import type {TargetFile} from "../../templates/targets/target.js";
import {containerWords, documents, ofKind, type Manifest} from "./manifests.js";
import {systemOf} from "./points.js";

export interface Fact {
  role: RoleName | "*";
  target: "cli" | "engine" | "dgd" | "bench" | "scripts";
  key: string;
  op: string;
  value: unknown;
  level: "must" | "advised" | "portable";
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

/** None without the shared folder, which is said loudly. */
export function generatorCases(): Case[] {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).cases;
  console.warn("12 generator cases NOT RUN on files: ../shared/reference is not there");
  return [];
}

export function planOfCase({input}: Case): DeploymentPlan {
  const {backend, mode, isl, osl, nextn, weights} = input;
  const roles = Object.entries(input.roles).map(([role, {tp, pp, dp, moe_tp, moe_ep, bs}]) => [
    role,
    {tp, pp, dp, moeTp: moe_tp, moeEp: moe_ep, batchPerRank: bs, workers: input.workers[role as RoleName]}
  ]);
  const [{kv}] = Object.values(input.roles);
  const known = input.model === "nvidia/DeepSeek-R1-0528-FP4-v2" ? "deepseek-ai/DeepSeek-R1" : input.model;
  const model = findModel(known);
  const point = explicitPoint({
    model: known === input.model ? model : {...model, id: input.model, checkpoint: {algo: weights, kvCacheAlgo: null}},
    system: systemOf(input.system),
    backend,
    mode,
    workload: {isl, osl},
    nextn,
    quant: {kvCache: kv, ...(weights === "nvfp4" && {gemm: "nvfp4", moe: "nvfp4"})},
    roles: Object.fromEntries(roles)
  });
  return makePlan(point, {
    name: input.name_prefix,
    namespace: input.namespace,
    frontendPort: input.frontend_port,
    engineVersion: input.version,
    dynamoRelease: input.dynamo_version
  });
}

/** Files of a deployment, looked into. */
export class Artifacts {
  readonly graph: Manifest[];
  readonly bench: Manifest[];

  constructor(
    readonly plan: DeploymentPlan,
    readonly files: readonly TargetFile[]
  ) {
    this.graph = documents(this.text("k8s_deploy.yaml"));
    this.bench = documents(this.text("k8s_bench.yaml"));
  }

  text(name: string): string {
    return this.files.find(({path}) => path === `${this.plan.mode}/${name}`)!.text;
  }

  service(role: RoleName): Manifest {
    const [{spec}] = ofKind(this.graph, "DynamoGraphDeployment");
    return spec.services[this.plan.roles.find((each) => each.role === role)!.service];
  }

  /** Values of a flag of a worker in the graph as one text; "" of a switch, undefined of what is absent. */
  flag(role: RoleName, name: string): string | undefined {
    const words = containerWords(this.service(role).extraPodSpec.mainContainer);
    const at = words.indexOf(name);
    if (at < 0) return undefined;
    const end = words.findIndex((word, i) => i > at && word.startsWith("--"));
    return words.slice(at + 1, end < 0 ? undefined : end).join(" ");
  }

  engine(role: RoleName, key: string): unknown {
    const config = parse(this.text(`${role}_config.yaml`));
    const at = (path: string) => path.split(".").reduce((value, part) => value?.[part], config);
    return key
      .split("|")
      .map(at)
      .find((value) => value !== undefined);
  }

  graphValue(role: RoleName, key: string): unknown {
    const {replicas, resources, multinode} = this.service(role);
    return {replicas, gpu: resources.limits.gpu, nodeCount: multinode?.nodeCount}[key];
  }

  scriptValue(key: string): unknown {
    const scripts = this.files.filter(({path}) => /\/node_\d+_run\.sh$/.test(path));
    const devices = scripts.flatMap(({text}) => [...text.matchAll(/CUDA_VISIBLE_DEVICES=([\d,]+)/g)]);
    const indices = devices.flatMap(([, list]) => list.split(",").map(Number));
    return {count: scripts.length, max_gpu_index: Math.max(...indices)}[key];
  }

  benchHost(): string {
    const [{spec}] = ofKind(this.bench, "Job");
    const {env} = spec.template.spec.containers[0];
    return new URL(env.find(({name}: Manifest) => name === "ENDPOINT").value).hostname;
  }

  /** What the files say under a fact's key, one value for each of its roles. */
  values({role, target, key}: Fact): unknown[] {
    const roles = this.plan.roles.map((each) => each.role).filter((each) => role === "*" || each === role);
    switch (target) {
      case "cli":
        return roles.map((each) => this.flag(each, key));
      case "engine":
        return roles.map((each) => this.engine(each, key));
      case "bench":
        return [this.benchHost()];
      case "scripts":
        return [this.scriptValue(key)];
      case "dgd":
        if (key === "ComputeDomain") return [ofKind(this.graph, key)[0]];
        return roles.map((each) => this.graphValue(each, key));
    }
  }

  holds(fact: Fact): boolean {
    const values = this.values(fact);
    if (fact.op === "same_on_roles") return values.every((value) => value === values[0]);
    const roles = this.plan.roles.filter(({role}) => fact.role === "*" || role === fact.role);
    return (
      values.length > 0 &&
      values.every((value, i) => checks[fact.op](value, fact.value, (name) => Number(this.flag(roles[i].role, name))))
    );
  }
}

type Check = (value: unknown, wanted: any, other: (flag: string) => number) => boolean; // eslint-disable-line @typescript-eslint/no-explicit-any

const absent = (value: unknown) => value === undefined;
const checks: Record<string, Check> = {
  eq: (value, wanted) => value === wanted,
  eq_or_absent: (value, wanted) => absent(value) || value === wanted,
  in: (value, wanted) => wanted.includes(value),
  in_or_absent: (value, wanted) => absent(value) || wanted.includes(value),
  ge: (value, wanted) => !absent(value) && Number(value) >= Number(wanted),
  le: (value, wanted) => !absent(value) && Number(value) <= Number(wanted),
  ge_flag: (value, wanted, other) => !absent(value) && Number(value) >= other(wanted),
  json_eq: (value, wanted) => !absent(value) && JSON.stringify(JSON.parse(String(value))) === JSON.stringify(wanted),
  present: (value) => !absent(value),
  absent
};

export const told = ({role, target, key, op, value}: Fact) => `${role} ${target} ${key} ${op} ${JSON.stringify(value)}`;
