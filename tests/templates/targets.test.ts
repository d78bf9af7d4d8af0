import {parse} from "yaml";
import {describe, expect, test} from "vitest";
import {deploymentFiles} from "../../templates/tree.js";
import {targetNames} from "../../templates/targets/index.js";
import {Artifacts} from "./facts.js";
import {generatorCases, planOfCase, told} from "./generator-cases.js";
import {containerWords, documents, ofKind, schemaErrors, sharedSchemas, type Manifest} from "./manifests.js";
import {namedPlan, planNames, planOf, representative} from "./plans.js";

const cases = generatorCases("files");
const hasSchemas = sharedSchemas(
  planNames.length,
  "plans by schemas of Dynamo, LeaderWorkerSet, llm-d and TensorRT-LLM"
);

/** All files that a plan can have. */
function allFiles(name: string) {
  const plan = namedPlan(name);
  const isLlmD = plan.engine.backend !== "trtllm" && name !== "vllm over nodes by ray";
  return deploymentFiles(
    plan,
    targetNames.filter((target) => target !== "llm-d" || isLlmD)
  );
}

const artifacts = (name: string) => new Artifacts(namedPlan(name), allFiles(name));

describe.each(cases)("files of case $id: $title", (each) => {
  test("every fact that must hold does, as read from the files", () => {
    const plan = planOfCase(each);
    const files = new Artifacts(plan, deploymentFiles(plan));
    const must = each.facts.filter(({level}) => level === "must");
    expect(must.length).toBeGreaterThan(5);
    expect(must.filter((fact) => !files.holds(fact)).map(told)).toEqual([]);
  });
});

describe.each(planNames)("%s", (name) => {
  test("files are as they were, and every YAML among them parses", async () => {
    const files = allFiles(name);
    const shown = files.filter(({path}) =>
      /node_0_run\.sh$|(deploy|kubernetes|values|config)\.yaml$|args\.txt$/.test(path)
    );
    const text = shown
      .filter(({path}) => !path.endsWith("generator_config.yaml") && !path.includes("/dynamo_"))
      .map(({path, text: each}) => `${"═".repeat(20)} ${path}\n${each}`)
      .join("\n");
    await expect(text).toMatchFileSnapshot(`snapshots/${name.replaceAll(" ", "-")}.txt`);
    for (const {path, text: each} of files)
      if (path.endsWith(".yaml")) expect(documents(each).length, path).toBeGreaterThan(0);
  });

  test.runIf(hasSchemas)("the graph is one by both versions of Dynamo's API", () => {
    const files = artifacts(name);
    const [graph] = ofKind(files.graph, "DynamoGraphDeployment");
    expect(schemaErrors("dynamo v1alpha1", graph)).toEqual([]);
    const [newer] = ofKind(documents(files.text("k8s_deploy_v1beta1.yaml")), "DynamoGraphDeployment");
    expect(schemaErrors("dynamo v1beta1", newer)).toEqual([]);
  });

  test("both versions of the graph start the same commands with the same GPUs", () => {
    const files = artifacts(name);
    const [newer] = ofKind(documents(files.text("k8s_deploy_v1beta1.yaml")), "DynamoGraphDeployment");
    for (const {role, service} of files.plan.roles) {
      const old = files.service(role);
      const component = newer.spec.components.find((each: Manifest) => each.name === service);
      const [container] = component.podTemplate.spec.containers;
      expect(containerWords(container)).toEqual(containerWords(old.extraPodSpec.mainContainer));
      expect(container.resources.limits["nvidia.com/gpu"]).toBe(old.resources.limits.gpu);
      expect(component.multinode).toEqual(old.multinode);
    }
  });

  test("the served name is the same in workers, benchmark and README", () => {
    const files = artifacts(name);
    const {servedName} = files.plan.model;
    for (const {role} of files.plan.roles) expect(files.flag(role, "--served-model-name")).toBe(servedName);
    expect(files.text("bench_run.sh")).toContain(`model=${servedName}\n`);
    expect(files.files.find(({path}) => path === "README.md")!.text).toContain(`"model":"${servedName}"`);
  });

  test("the benchmark asks the Service that stands before the deployment, at its port", () => {
    const files = artifacts(name);
    const {plan} = files;
    expect(files.benchHost()).toBe(`${plan.name}-frontend.${plan.namespace}.svc.cluster.local`);
    const services = ofKind(documents(files.text("kubernetes.yaml")), "Service");
    const frontend = services.find(({metadata}) => metadata.name === `${plan.name}-frontend`);
    expect(frontend.spec.ports[0].port).toBe(plan.frontend.port);
    expect(files.text("k8s_bench.yaml")).toContain(
      `frontend.${plan.namespace}.svc.cluster.local:${plan.frontend.port}`
    );
  });

  test("every file that can say it names release and rules, and no file holds a token", () => {
    for (const {path, text} of allFiles(name)) {
      if (path === "README.md") continue;
      expect(text.slice(0, 500), path).toMatch(/rules: default/);
      expect(text, path).toMatch(new RegExp(`files for: .* ${namedPlan(name).engine.version}`));
      expect(text, path).not.toMatch(/hf_[A-Za-z]{10}/);
    }
  });
});

test("a release of the measurements that is not that of the files stands in the header", () => {
  const [first] = deploymentFiles(namedPlan("vllm aggregated"));
  expect(first.text).toContain("figures from measurements of: vLLM 0.19.0");
});

describe.runIf(hasSchemas)("TensorRT-LLM's configs", () => {
  test.each(planNames.filter((name) => representative[name].backend === "trtllm"))("of %s are valid", (name) => {
    const configs = allFiles(name).filter(({path}) => /\/(agg|prefill|decode)_config\.yaml$/.test(path));
    expect(configs.length).toBeGreaterThan(0);
    for (const {text} of configs) expect(schemaErrors("trtllm", parse(text))).toEqual([]);
  });
});

describe("llm-d", () => {
  const values = (name: string) => documents(artifacts(name).text("llm-d-values.yaml"))[0];

  test.runIf(hasSchemas).each(planNames.filter((name) => !/trtllm|ray/.test(name)))(
    "values of %s are the chart's",
    (name) => {
      expect(schemaErrors("llm-d", values(name))).toEqual([]);
    }
  );

  test("E1: eight attention-DP ranks on one node are eight GPUs, and the chart's own arguments are not repeated", () => {
    const {decode, modelArtifacts, prefill} = values("vllm aggregated mtp");
    expect(decode.parallelism).toEqual({tensor: 1, data: 8, dataLocal: 8, workers: 1});
    const [{modelCommand, args, resources}] = decode.containers;
    expect(modelCommand).toBe("vllmServe");
    expect(args).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^--(model|port|served-model-name|tensor-parallel-size|data-parallel-size)$/)
      ])
    );
    expect(resources.limits["nvidia.com/gpu"]).toBe("8");
    expect(typeof modelArtifacts.authSecretName).toBe("string");
    expect(prefill.create).toBe(false);
  });

  test("E1: without a secret its name is an empty string, and both roles of disaggregated serving say how KV moves", () => {
    const plan = planOf({...representative["vllm disaggregated"], options: {hfTokenSecret: null}});
    const [both] = documents(new Artifacts(plan, deploymentFiles(plan)).text("llm-d-values.yaml"));
    expect(both.modelArtifacts.authSecretName).toBe("");
    for (const role of [both.prefill, both.decode]) expect(role.containers[0].args).toContain("--kv-transfer-config");
    expect(both.routing.proxy).toMatchObject({enabled: true, connector: "nixlv2"});
    expect(both.decode.containers[0].ports[0].containerPort).toBe(both.routing.proxy.targetPort);
  });

  test("E2: SGLang is started by a command of its own", () => {
    const {decode} = values("sglang disaggregated");
    const [{modelCommand, command, args}] = decode.containers;
    expect([modelCommand, command]).toEqual(["custom", ["python3", "-m", "sglang.launch_server"]]);
    expect(args.slice(0, 2)).toEqual(["--model-path", "Qwen/Qwen3-32B-FP8"]);
  });

  test("a worker that spans nodes is as many pods of as many GPUs", () => {
    const {multinode, decode} = values("vllm disaggregated over nodes");
    const {tensor, dataLocal, workers} = decode.parallelism;
    expect([multinode, tensor * dataLocal, workers]).toEqual([true, 8, 2]);
  });

  test("what its chart cannot serve is refused by name and left out otherwise, with the reason", () => {
    const plan = namedPlan("trtllm aggregated");
    expect(() => deploymentFiles(plan, ["llm-d"])).toThrow("cannot be written: llm-d: llm-d routes to vLLM and SGLang");
    const readme = deploymentFiles(plan).find(({path}) => path === "README.md")!.text;
    expect(readme).toContain("no files for llm-d: llm-d routes to vLLM and SGLang");
  });
});

test("unknown targets are named with those that exist", () => {
  expect(() => deploymentFiles(namedPlan("vllm aggregated"), ["kubernets"])).toThrow(
    /unknown target: kubernets; .*kubernetes/
  );
});

test("a frontend on another port is another port everywhere, with a doubt about Dynamo's Service", () => {
  const plan = planOf({...representative["vllm disaggregated"], options: {frontendPort: 8080}});
  const files = new Artifacts(plan, deploymentFiles(plan));
  expect(files.text("bench_run.sh")).toContain("http://localhost:8080");
  const [graph] = ofKind(files.graph, "DynamoGraphDeployment");
  expect(containerWords(graph.spec.services.Frontend.extraPodSpec.mainContainer)).toContain("8080");
  expect(files.files.find(({path}) => path === "README.md")!.text).toContain(
    "port 8000, whatever the frontend's (8080)"
  );
});
