import {describe, expect, test} from "vitest";
import {deploymentFiles} from "../../templates/tree.js";
import type {DeploymentPlan} from "../../templates/plan.js";
import {
  containerWords,
  documents,
  expand,
  ofKind,
  schemaErrors,
  sharedSchemas,
  validateCore,
  type Manifest
} from "./manifests.js";
import {namedPlan, planNames, planOf, representative} from "./plans.js";
import {runWords} from "./shell.js";

const hasSchemas = sharedSchemas(planNames.length, "LeaderWorkerSets");

function manifestsOf(plan: DeploymentPlan, file = "kubernetes.yaml"): Manifest[] {
  return documents(deploymentFiles(plan).find(({path}) => path.endsWith(`/${file}`))!.text);
}

const named = (name: string) => manifestsOf(namedPlan(name));

/** GPUs that a workload asks for in all. */
function gpusOf({kind, spec}: Manifest): number {
  const perPod = ({spec: pod}: Manifest) =>
    pod.containers.reduce(
      (sum: number, {resources}: Manifest) => sum + Number(resources?.limits?.["nvidia.com/gpu"] ?? 0),
      0
    );
  if (kind !== "LeaderWorkerSet") return spec.replicas * perPod(spec.template);
  const {leaderTemplate, workerTemplate, size} = spec.leaderWorkerTemplate;
  return spec.replicas * (perPod(leaderTemplate) + (size - 1) * perPod(workerTemplate));
}

const workloads = (manifests: readonly Manifest[]) =>
  manifests.filter(({kind}) => ["Deployment", "StatefulSet", "LeaderWorkerSet"].includes(kind));

describe.each(planNames)("%s", (name) => {
  test("objects of Kubernetes are valid by its own models, the rest are known kinds", () => {
    const all = ["kubernetes.yaml", "k8s_bench.yaml", "k8s_deploy.yaml"].flatMap((file) =>
      manifestsOf(namedPlan(name), file)
    );
    const others = all.filter((manifest) => !validateCore(manifest)).map(({kind}) => kind);
    expect(
      others.filter((kind) => !["LeaderWorkerSet", "DynamoGraphDeployment", "ComputeDomain"].includes(kind))
    ).toEqual([]);
  });

  test.runIf(hasSchemas)("LeaderWorkerSets are valid by its schema", () => {
    for (const set of ofKind(named(name), "LeaderWorkerSet")) expect(schemaErrors("leaderworkerset", set)).toEqual([]);
  });

  test("pods ask for as many GPUs as the plan has, and never for more than a node holds", () => {
    const plan = namedPlan(name);
    expect(workloads(named(name)).reduce((sum, each) => sum + gpusOf(each), 0)).toBe(plan.totals.gpus);
    for (const {gpusPerPod} of plan.roles) expect(gpusPerPod).toBeLessThanOrEqual(plan.hardware.gpusPerNode);
  });

  test("every selector finds pods, and every volume that is mounted is there", () => {
    const manifests = named(name);
    const templates = workloads(manifests).flatMap(({spec}) =>
      spec.template
        ? [spec.template]
        : [spec.leaderWorkerTemplate.leaderTemplate, spec.leaderWorkerTemplate.workerTemplate]
    );
    for (const {spec} of ofKind(manifests, "Service")) {
      const wanted = Object.entries(spec.selector).filter(([key]) => !key.startsWith("leaderworkerset"));
      expect(templates.some(({metadata}) => wanted.every(([key, value]) => metadata.labels[key] === value))).toBe(true);
    }
    const configs = ofKind(manifests, "ConfigMap").map(({metadata}) => metadata.name);
    for (const {spec} of templates) {
      const there = (spec.volumes ?? []).map((volume: Manifest) => volume.name);
      for (const {volumeMounts = []} of spec.containers)
        for (const mount of volumeMounts) expect(there).toContain(mount.name);
      for (const {configMap} of spec.volumes ?? []) if (configMap) expect(configs).toContain(configMap.name);
    }
  });

  test("names are valid, and no two objects share one", () => {
    const names = named(name).map(({kind, metadata}) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const each of names) expect(each).toMatch(/^\w+\/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });
});

describe("a worker that spans nodes", () => {
  const set = (name: string): Manifest => ofKind(named(name), "LeaderWorkerSet")[0].spec.leaderWorkerTemplate;
  const wordsOf = (template: Manifest, env: Record<string, string>) => containerWords(template.spec.containers[0], env);
  const after = (words: readonly string[], flag: string) => words[words.indexOf(flag) + 1];

  test("E4: vLLM's tensor ranks meet at the leader, and only rank 0 serves", () => {
    const {size, leaderTemplate, workerTemplate} = set("vllm tensor parallel over nodes");
    const [leader, follower] = [leaderTemplate, workerTemplate].map((template, i) =>
      wordsOf(template, {LWS_WORKER_INDEX: String(i), LWS_LEADER_ADDRESS: "lead"})
    );
    expect(size).toBe(2);
    for (const [rank, words] of [leader, follower].entries()) {
      expect(after(words, "--tensor-parallel-size")).toBe("16");
      expect([after(words, "--nnodes"), after(words, "--node-rank"), after(words, "--master-addr")]).toEqual([
        "2",
        String(rank),
        "lead"
      ]);
    }
    expect([leader.includes("--headless"), follower.includes("--headless")]).toEqual([false, true]);
  });

  test("E5: SGLang has the same flags on both pods, and the Service finds the leader alone", () => {
    const {leaderTemplate, workerTemplate} = set("sglang over nodes");
    const env = {LWS_WORKER_INDEX: "1", LWS_LEADER_ADDRESS: "lead"};
    const words = wordsOf(leaderTemplate, env);
    expect(wordsOf(workerTemplate, env)).toEqual(words);
    expect([after(words, "--nnodes"), after(words, "--node-rank")]).toEqual(["2", "1"]);
    expect(after(words, "--dist-init-addr")).toMatch(/^lead:\d+$/);
    const [frontend] = ofKind(named("sglang over nodes"), "Service");
    expect(frontend.spec.selector["leaderworkerset.sigs.k8s.io/worker-index"]).toBe("0");
  });

  test("case 4: attention-DP ranks start where those of the node before end, as a pod really starts them", () => {
    const {size, leaderTemplate, workerTemplate} = set("vllm disaggregated over nodes");
    expect(size).toBe(2);
    const calls = [leaderTemplate, workerTemplate].map((template, index) => {
      const env = {LWS_WORKER_INDEX: String(index), LWS_LEADER_ADDRESS: "lead"};
      const {calls: made, stderr} = runWords(wordsOf(template, env), {calls: 1, env});
      expect(stderr).toBe("");
      expect(made.map(({program}) => program)).toEqual(["vllm"]);
      return made[0].args;
    });
    for (const [index, args] of calls.entries()) {
      expect(after(args, "--data-parallel-start-rank")).toBe(String(8 * index));
      expect(after(args, "--data-parallel-size-local")).toBe("8");
      expect(after(args, "--data-parallel-address")).toBe("lead");
    }
    expect(calls.map((args) => args.includes("--headless"))).toEqual([false, true]);
  });

  test("TensorRT-LLM's leader starts all ranks once it reaches every pod", () => {
    const {leaderTemplate} = set("trtllm over a rack");
    const env = {LWS_WORKER_INDEX: "0", LWS_LEADER_ADDRESS: "set-0.set.dynamo", LWS_GROUP_SIZE: "4"};
    const words = wordsOf(leaderTemplate, env);
    const script = words[2]
      .replaceAll("/usr/sbin/sshd", "true")
      .replaceAll("ssh-keygen", "true")
      .replace(/install -m 600 \S+/g, "true");
    const {calls, stderr} = runWords([words[0], words[1], script, ...words.slice(3)], {calls: 1, env});
    expect(stderr).toBe("");
    const mpirun = calls.find(({program}) => program === "mpirun")!.args;
    expect(after(mpirun, "-n")).toBe("16");
    expect(after(mpirun, "-H")).toBe(
      "set-0.set.dynamo:4,set-0-1.set.dynamo:4,set-0-2.set.dynamo:4,set-0-3.set.dynamo:4"
    );
    expect(mpirun.slice(mpirun.indexOf("trtllm-llmapi-launch")).slice(0, 3)).toEqual([
      "trtllm-llmapi-launch",
      "trtllm-serve",
      "serve"
    ]);
  });

  test("an older vLLM joins a Ray cluster first", () => {
    const {leaderTemplate, workerTemplate} = set("vllm over nodes by ray");
    const env = {LWS_LEADER_ADDRESS: "lead"};
    const {calls} = runWords(wordsOf(leaderTemplate, env), {calls: 1, env});
    expect(calls.map(({program, args}) => [program, args[0]])).toEqual(
      expect.arrayContaining([
        ["ray", "start"],
        ["vllm", "serve"]
      ])
    );
    expect(wordsOf(workerTemplate, env)).toEqual([
      "ray",
      "start",
      "--block",
      "--num-gpus=8",
      expect.stringMatching(/^--address=lead:\d+$/)
    ]);
  });

  test("a claim on the rack's NVLink is made where a worker spans its nodes, and nowhere else", () => {
    const rack = named("trtllm over a rack");
    expect(ofKind(rack, "ComputeDomain")).toHaveLength(1);
    const [{spec}] = ofKind(rack, "LeaderWorkerSet");
    expect(spec.leaderWorkerTemplate.leaderTemplate.spec.resourceClaims).toHaveLength(1);
    const [prefill] = ofKind(rack, "StatefulSet");
    expect(prefill.spec.template.spec.resourceClaims).toBeUndefined();
    for (const name of planNames.filter((each) => each !== "trtllm over a rack"))
      expect(ofKind(named(name), "ComputeDomain")).toEqual([]);
  });

  test("E6: a worker whose GPUs nodes cannot share out evenly is refused", () => {
    const asked = {version: "0.20.1", roles: {agg: {tp: 4, pp: 3, batchPerRank: 8}}};
    expect(() => planOf(asked)).toThrow(/impossible split: .* 12 GPUs over nodes of 8/);
  });
});

test("the router of disaggregated pods names every one of them as Kubernetes does", () => {
  const manifests = named("sglang disaggregated");
  const router = ofKind(manifests, "Deployment").find(({metadata}) => metadata.name === "t-disagg-router");
  const words = containerWords(router.spec.template.spec.containers[0]);
  const urls = words.filter((word) => word.startsWith("http://"));
  const host = (role: string, i: number) => `t-disagg-${role}-${i}.t-disagg-${role}.dynamo.svc.cluster.local`;
  expect(urls.map((url) => new URL(url).hostname)).toEqual([
    ...[0, 1, 2, 3].map((i) => host("prefill", i)),
    host("decode", 0)
  ]);
  const [prefill] = ofKind(manifests, "StatefulSet");
  expect([prefill.metadata.name, prefill.spec.serviceName, prefill.spec.replicas]).toEqual([
    "t-disagg-prefill",
    "t-disagg-prefill",
    4
  ]);
});

test("arguments are expanded as the kubelet does", () => {
  expect(expand("$(A) $$(A) $(B) $A $$", {A: "x"})).toBe("x $(A) $(B) $A $");
});

test("a cache claim and pull secrets reach every pod that loads the model", () => {
  const options = {modelCache: {claim: "models", mountPath: "/models"}, imagePullSecrets: ["registry"]};
  const plan = planOf({...representative["vllm disaggregated"], options});
  for (const {spec} of ofKind(manifestsOf(plan), "StatefulSet")) {
    const pod = spec.template.spec;
    expect(pod.imagePullSecrets).toEqual([{name: "registry"}]);
    expect(pod.containers[0].volumeMounts).toContainEqual({name: "model-cache", mountPath: "/models"});
    expect(pod.containers[0].env).toContainEqual({name: "HF_HOME", value: "/models"});
  }
});
