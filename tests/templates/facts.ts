/** What a fact is about, read out of the generated files themselves. */
import {parse} from "yaml";
import type {DeploymentPlan, RoleName} from "../../templates/plan.js";
import type {TargetFile} from "../../templates/targets/target.js";
import {factHolds, type Fact} from "./generator-cases.js";
import {containerWords, documents, ofKind, type Manifest} from "./manifests.js";

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
    const roles = this.plan.roles.filter(({role}) => fact.role === "*" || role === fact.role);
    return factHolds(fact, this.values(fact), (i, name) => Number(this.flag(roles[i].role, name)));
  }
}
