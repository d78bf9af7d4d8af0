/** Without any orchestration: engine configs, one script per host, and docker compose where one host is enough. */
import type {DeploymentPlan} from "../plan.js";
import {shellLine} from "../quote.js";
import {compose, composeFile} from "./compose.js";
import {engineFiles} from "./engine-config.js";
import {hostRouter, hostScripts} from "./host-script.js";
import type {Step, Target, TargetFile} from "./target.js";

export const plain: Target = {name: "plain", title: "On hosts", files, steps, doubts};

function files(plan: DeploymentPlan): TargetFile[] {
  return [...engineFiles(plan), ...hostScripts(plan, "plain", ""), ...compose(plan)];
}

function steps(plan: DeploymentPlan): Step[] {
  const {nodes, images} = plan;
  const others = nodes.slice(1).map(({index}) => index);
  return [
    ...(others.length > 0
      ? [{text: "Put the address of every node into nodes.env, and copy this folder to all of them."}]
      : []),
    {
      text:
        others.length > 0 ? "Start the others first." : `In a container of ${images.engine} with the host's network:`,
      command: others.length > 0 ? undefined : "bash node_0_run.sh"
    },
    ...others.map((index) => ({text: `On node ${index}:`, command: `bash node_${index}_run.sh`})),
    ...(others.length > 0
      ? [{text: "On node 0, which has the address that clients use:", command: "bash node_0_run.sh"}]
      : []),
    ...(others.length > 0
      ? []
      : [{text: "Or all of it with Docker.", command: shellLine(["docker", "compose", "-f", composeFile, "up"])}])
  ];
}

function doubts(plan: DeploymentPlan): string[] {
  const router = hostRouter(plan);
  if (!router) return [];
  if (plan.engine.backend === "vllm")
    return [
      `on hosts: vLLM has no router in its own package; ${router.title} is used, pinned to ${router.install!.requirement}`
    ];
  if (plan.mode === "agg" && plan.engine.backend === "trtllm")
    return ["on hosts: TensorRT-LLM has no router for aggregated workers; balance.py hands out connections in turn"];
  return [];
}
