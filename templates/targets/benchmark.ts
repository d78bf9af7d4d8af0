/** Measures what was predicted: a script for any endpoint, and a Job that runs it inside the cluster. */
import type {DeploymentPlan} from "../plan.js";
import {kubernetesText, kubernetesYaml, shellLine, shellWord} from "../quote.js";
import {render} from "../render.js";
import {comments} from "./header.js";
import {frontendUrl} from "./kubernetes.js";
import {labels, objectMeta, tokenEnv} from "./pod.js";
import type {Step, Target, TargetFile} from "./target.js";

const script = "bench_run.sh";
const job = "k8s_bench.yaml";

/** Releases whose flags the script uses. */
const tools = {aiperf: "0.13.0", guidellm: "0.8.1"};

export const benchmark: Target = {name: "benchmark", title: "Measure it", files, steps};

function files(plan: DeploymentPlan): TargetFile[] {
  const text = benchScript(plan);
  return [
    {path: script, text, executable: true},
    {path: job, text: comments(plan, job) + kubernetesYaml(jobObjects(plan, text))}
  ];
}

function benchScript(plan: DeploymentPlan): string {
  const {model, workload, benchmark: load, frontend} = plan;
  return render("bench_run.sh", {
    ...tools,
    header: comments(plan, script),
    endpoint: `http://localhost:${frontend.port}`,
    model: shellWord(model.servedName),
    tokenizer: shellWord(model.path),
    trustRemoteCode: model.trustRemoteCode,
    concurrencies: load.concurrencies.join(" "),
    requests: load.requests.join(" "),
    warmups: load.warmups.join(" "),
    seed: load.seed,
    isl: workload.isl,
    osl: workload.osl,
    prefixTokens: workload.prefix,
    ownTokens: Math.max(1, workload.isl - workload.prefix)
  });
}

export const benchName = ({name}: DeploymentPlan) => `${name}-bench`;

function jobObjects(plan: DeploymentPlan, text: string): object[] {
  const name = benchName(plan);
  const {modelCache} = plan;
  return [
    {apiVersion: "v1", kind: "ConfigMap", metadata: objectMeta(plan, name, "bench"), data: {[script]: text}},
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: objectMeta(plan, name, "bench"),
      spec: {
        backoffLimit: 0,
        template: {
          metadata: {labels: labels(plan, "bench")},
          spec: {
            restartPolicy: "Never",
            containers: [
              {
                name: "bench",
                image: "python:3.12-slim",
                command: ["bash", `/bench/${script}`],
                args: ["aiperf"],
                env: [
                  {name: "ENDPOINT", value: kubernetesText(frontendUrl(plan))},
                  {name: "RESULTS", value: "/results"},
                  ...(modelCache ? [{name: "HF_HOME", value: kubernetesText(modelCache.mountPath)}] : []),
                  ...tokenEnv(plan)
                ],
                volumeMounts: [
                  {name: "script", mountPath: "/bench", readOnly: true},
                  {name: "results", mountPath: "/results"},
                  ...(modelCache ? [{name: "model-cache", mountPath: modelCache.mountPath}] : [])
                ]
              }
            ],
            volumes: [
              {name: "script", configMap: {name}},
              {name: "results", emptyDir: {}},
              ...(modelCache ? [{name: "model-cache", persistentVolumeClaim: {claimName: modelCache.claim}}] : [])
            ]
          }
        }
      }
    }
  ];
}

function steps(plan: DeploymentPlan): Step[] {
  const logs = ["kubectl", "logs", "-n", plan.namespace, "-f", `job/${benchName(plan)}`];
  return [
    {
      text: "From anywhere that reaches it; ENDPOINT=http://host:port where it is elsewhere.",
      command: `bash ${script}`
    },
    {text: "The same with GuideLLM.", command: `bash ${script} guidellm`},
    {text: "Inside the cluster, behind the deployment's Service.", command: shellLine(["kubectl", "apply", "-f", job])},
    {text: "Its figures.", command: shellLine(logs)}
  ];
}
