import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {parse} from "yaml";
import {InputError} from "../../engine/errors.js";
import {kubernetesName} from "../../templates/quote.js";
import {deploymentFiles, planFile} from "../../templates/tree.js";
import {readSavedPlan} from "../../templates/saved-plan.js";
import type {DeploymentPlan} from "../../templates/plan.js";
import {
  containerWords,
  documents,
  ofKind,
  schemaErrors,
  sharedSchemas,
  validateCore,
  type Manifest
} from "./manifests.js";
import {planNames, planOf, representative, type Asked} from "./plans.js";
import {complaints, runFile} from "./shell.js";

const hasSchemas = sharedSchemas(1, "hostile plans by schemas");

/** What people and programs may call a model, none of it fit to be pasted anywhere. */
const hostile = [
  `it's "quoted" \\ and more`,
  "two\nlines\r\n# and: [yaml]",
  "$(touch /tmp/kneepoint-owned) `id` ${HOME} $HOME !!",
  "../../../etc/passwd",
  "模型/🚀 ünïcode\u2028next",
  "x".repeat(300),
  "{{ .Values.x }} {% raw %} {# no #}",
  "a; rm -rf / && echo |&<>(){}[]*?~#=%",
  "true",
  "- item\n---\nkind: Pod",
  "EOF\nEOF",
  "$$(A) $(LWS_WORKER_INDEX) %s \t tab "
];

const names = ["vllm aggregated", "vllm disaggregated over nodes", "sglang disaggregated", "trtllm disaggregated"];

function hostilePlan(name: string, text: string): DeploymentPlan {
  const asked = representative[name];
  const set = {served_model_name: text, model_path: text, "env.EXTRA": text};
  return planOf({...asked, options: {...asked.options, name: text, set}});
}

/** Every string anywhere in a value. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe.each(names)("hostile names in %s", (name) => {
  test.each(hostile)("stay one value in every file: %j", (text) => {
    let plan: DeploymentPlan;
    try {
      plan = hostilePlan(name, text);
    } catch (error) {
      // A value that no engine takes is refused, never changed.
      expect(error).toBeInstanceOf(InputError);
      return;
    }
    const targets = ["plain", "kubernetes", "dynamo", "dynamo-v1beta1", "benchmark"];
    const files = deploymentFiles(plan, targets);
    for (const {path} of files) expect(path).toMatch(/^((agg|disagg)\/)?[\w.-]+$/);
    for (const {path, text: script} of files.filter(({path: each}) => each.endsWith(".sh")))
      expect(complaints("bash", script), path).toBe("");
    expect(readSavedPlan(files.find(({path}) => path === planFile)!.text, "x").plan).toEqual(plan);

    const yaml = (file: string) => documents(files.find(({path}) => path.endsWith(`/${file}`))!.text);
    const [graph] = ofKind(yaml("k8s_deploy.yaml"), "DynamoGraphDeployment");
    for (const {service} of plan.roles) {
      const {extraPodSpec, envs} = graph.spec.services[service];
      const words = containerWords(extraPodSpec.mainContainer);
      expect(words[words.indexOf("--served-model-name") + 1]).toBe(text);
      const extra = envs.find(({name: each}: Manifest) => each === "EXTRA");
      expect(containerWords({args: [extra.value]})).toEqual([text]);
    }
    for (const manifest of [...yaml("kubernetes.yaml"), ...yaml("k8s_deploy.yaml"), ...yaml("k8s_bench.yaml")]) {
      expect(manifest.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      validateCore(manifest);
    }
    if (hasSchemas) expect(schemaErrors("dynamo v1alpha1", graph)).toEqual([]);
  });

  test.each(hostile)("reach engine and benchmark as one argument: %j", (text) => {
    let plan: DeploymentPlan;
    try {
      plan = hostilePlan(name, text);
    } catch {
      return;
    }
    const files = deploymentFiles(plan, ["plain", "benchmark"]);
    const [bench] = runFile(files, `${plan.mode}/bench_run.sh`, {calls: 1}).calls;
    expect(bench.args[bench.args.indexOf("--model") + 1]).toBe(text);
    if (plan.engine.backend === "trtllm") return;
    const hosts = Object.fromEntries(plan.nodes.map(({index}) => [`NODE_${index}_HOST`, `host-${index}`]));
    const {calls, stderr} = runFile(files, `${plan.mode}/node_0_run.sh`, {
      calls: plan.nodes[0].workers.length + 1,
      env: hosts
    });
    expect(stderr).toBe("");
    const workers = calls.filter(({env}) => env.EXTRA !== undefined);
    expect(workers.length).toBe(plan.nodes[0].workers.length);
    for (const {args, env} of workers) {
      expect(args[args.indexOf("--served-model-name") + 1]).toBe(text);
      expect(env.EXTRA).toBe(text);
    }
  });
});

test.each(hostile)("llm-d's values either hold the text as it is, or are refused for Helm's sake: %j", (text) => {
  let plan: DeploymentPlan;
  try {
    plan = hostilePlan("vllm disaggregated", text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return;
  }
  if (text.includes("{{")) return void expect(() => deploymentFiles(plan, ["llm-d"])).toThrow(/run as a template/);
  const [values] = documents(deploymentFiles(plan, ["llm-d"])[0].text);
  expect(values.modelArtifacts.name).toBe(text);
  if (hasSchemas) expect(schemaErrors("llm-d", values)).toEqual([]);
  expect(containerWords(values.decode.containers[0])).toContain(text);
});

test("a compose file gives a name back through Docker's own escape", () => {
  for (const text of hostile) {
    let plan: DeploymentPlan;
    try {
      plan = hostilePlan("vllm aggregated", text);
    } catch {
      continue;
    }
    const file = deploymentFiles(plan, ["plain"]).find(({path}) => path.endsWith("docker-compose.yaml"))!.text;
    const {services} = parse(file);
    const words: string[] = services["agg-0"].command.map((word: string) => word.replaceAll("$$", "$"));
    expect(words[words.indexOf("--served-model-name") + 1]).toBe(text);
    const unescaped = strings(services["agg-0"].command).filter((word) => /(?<!\$)(\$\$)*\$(?!\$)/.test(word));
    expect(unescaped).toEqual([]);
  }
});

test("two names that differ never become one Kubernetes name", () => {
  fc.assert(
    fc.property(fc.string({unit: "grapheme", maxLength: 80}), fc.string({unit: "grapheme", maxLength: 80}), (a, b) => {
      fc.pre(a !== b);
      expect(kubernetesName(a)).not.toBe(kubernetesName(b));
    })
  );
});

/** Plans of every shape: what cannot be is refused by makePlan and not counted. */
const asked: fc.Arbitrary<Asked> = fc
  .record({
    engine: fc.constantFrom(
      {backend: "vllm", version: "0.10.2"},
      {backend: "vllm", version: "0.13.0"},
      {backend: "vllm", version: "0.20.1"},
      {backend: "vllm", version: "0.24.0"},
      {backend: "sglang", version: "0.5.1"},
      {backend: "sglang", version: "0.5.11"},
      {backend: "sglang", version: "0.5.16"},
      {backend: "trtllm", version: "0.20.0"},
      {backend: "trtllm", version: "1.0.0"},
      {backend: "trtllm", version: "1.3.0rc14"}
    ),
    model: fc.constantFrom("Qwen/Qwen3-32B-FP8", "deepseek-ai/DeepSeek-V3", "Qwen/Qwen3-235B-A22B-FP8"),
    system: fc.constantFrom("h200_sxm", "b200_sxm", "gb200"),
    isDisaggregated: fc.boolean(),
    sizes: fc.array(
      fc.record({
        tp: fc.constantFrom(1, 2, 4, 8, 16),
        dp: fc.constantFrom(1, 1, 1, 4, 8, 16),
        pp: fc.constantFrom(1, 1, 1, 2),
        batchPerRank: fc.integer({min: 1, max: 300}),
        workers: fc.integer({min: 1, max: 6})
      }),
      {minLength: 2, maxLength: 2}
    ),
    nextn: fc.constantFrom(0, 0, 1, 3),
    router: fc.constantFrom("round-robin" as const, "kv" as const)
  })
  .map(({engine, isDisaggregated, sizes: [first, second], router, ...rest}) => ({
    ...rest,
    ...(engine as Pick<Asked, "backend" | "version">),
    roles: isDisaggregated ? {prefill: first, decode: second} : {agg: first},
    options: {router}
  }));

describe("plans at random", () => {
  let planned = 0;

  test("ask for workers × GPUs in every target, share no device and no port, and are the same twice", () => {
    fc.assert(
      fc.property(asked, (of) => {
        let plan: DeploymentPlan;
        try {
          plan = planOf(of);
        } catch (error) {
          if (error instanceof InputError) return;
          throw error;
        }
        ++planned;
        checkPlan(plan, of);
      }),
      {numRuns: 120, seed: 7}
    );
    expect(planned).toBeGreaterThan(30);
  }, 120_000);

  function checkPlan(plan: DeploymentPlan, of: Asked): void {
    const files = deploymentFiles(plan);
    expect(deploymentFiles(planOf(of))).toEqual(files);
    const wanted = plan.roles.reduce((sum, {workers, gpusPerWorker}) => sum + workers * gpusPerWorker, 0);
    const manifests = (file: string) => documents(files.find(({path}) => path.endsWith(`/${file}`))!.text);
    expect(graphGpus(manifests("k8s_deploy.yaml"))).toBe(wanted);
    expect(kubernetesGpus(manifests("kubernetes.yaml"))).toBe(wanted);
    const values = files.find(({path}) => path.endsWith("llm-d-values.yaml"));
    if (values) expect(llmDGpus(documents(values.text)[0], plan.mode)).toBe(wanted);
    expect(plan.nodes.reduce((sum, {workers}) => sum + workers.flatMap(({devices}) => devices).length, 0)).toBe(wanted);
    for (const {workers} of plan.nodes) {
      const devices = workers.flatMap((worker) => worker.devices);
      expect(new Set(devices).size).toBe(devices.length);
      expect(Math.max(...devices)).toBeLessThan(plan.hardware.gpusPerNode);
    }
    for (const {path, text} of files.filter(({path: each}) => /node_\d+_run\.sh$/.test(each))) checkScript(path, text);
  }

  /** On one host no device and no port is given twice. */
  function checkScript(path: string, text: string): void {
    const runs = text.split("\nrun ").slice(1);
    const devices = runs.flatMap((run) =>
      (/CUDA_VISIBLE_DEVICES=([\d,]+)/.exec(run)?.[1] ?? "").split(",").filter(Boolean)
    );
    expect(
      devices.filter((device, i) => devices.indexOf(device) !== i),
      path
    ).toEqual([]);
    const ports = runs.flatMap((run) => [
      ...new Set(
        [...run.matchAll(/(?:_PORT=|--port |--http-port |bootstrap-port |tcp:\/\/\*:)(\d+)/g)].map(([, port]) => port)
      )
    ]);
    expect(
      ports.filter((port, i) => ports.indexOf(port) !== i),
      path
    ).toEqual([]);
  }

  const limit = (container: Manifest) => Number(container.resources?.limits?.["nvidia.com/gpu"] ?? 0);

  function graphGpus(all: Manifest[]): number {
    const [{spec}] = ofKind(all, "DynamoGraphDeployment");
    const services: Manifest[] = Object.values(spec.services);
    return services.reduce(
      (sum, {replicas, resources, multinode}) =>
        sum + replicas * Number(resources?.limits.gpu ?? 0) * (multinode?.nodeCount ?? 1),
      0
    );
  }

  function kubernetesGpus(all: Manifest[]): number {
    return all.reduce((sum, {kind, spec}) => {
      if (kind === "LeaderWorkerSet") {
        const {leaderTemplate, workerTemplate, size} = spec.leaderWorkerTemplate;
        const [leader, other] = [leaderTemplate, workerTemplate].map((each) => limit(each.spec.containers[0]));
        return sum + spec.replicas * (leader + (size - 1) * other);
      }
      return kind === "Deployment" || kind === "StatefulSet"
        ? sum + spec.replicas * limit(spec.template.spec.containers[0])
        : sum;
    }, 0);
  }

  /** As the chart counts: pods of a worker are `workers`, GPUs of a pod are its limits. */
  function llmDGpus({prefill, decode}: Manifest, mode: string): number {
    const of = ({replicas, parallelism, containers}: Manifest) => {
      expect(parallelism.tensor * parallelism.dataLocal).toBe(limit(containers[0]));
      return replicas * parallelism.workers * limit(containers[0]);
    };
    return of(decode) + (mode === "disagg" ? of(prefill) : 0);
  }
});

test("every representative plan is among those that were shown to be safe", () => {
  for (const name of names) expect(planNames).toContain(name);
});
