/** What stands before workers that run without Dynamo: the engine's own router where it has one. */
import type {DeploymentPlan, RoleName} from "../plan.js";
import {yamlText} from "../quote.js";
import {render} from "../render.js";
import {comments} from "./header.js";
import type {TargetFile} from "./target.js";

/** A server that a router sends requests to. `host` is a name, or a shell variable where only the node knows it. */
export interface Endpoint {
  role: RoleName;
  host: string;
  port: number;
  /** SGLang: where decode workers meet a prefill worker. */
  bootstrapPort: number;
}

/** A word of the router's command: text, or an endpoint with what comes before its host. */
export type RouterWord = string | {at: Endpoint; before: string};

export interface Router {
  title: string;
  words: RouterWord[];
  /** Python requirement that brings the command where the engine's image lacks it. */
  install: {command: string; requirement: string} | null;
  /** File that the command reads; its path stands in `words` as `routerFile`. */
  file: TargetFile | null;
}

/** Placeholder in a router's words for the path of its file. */
export const routerFile = "\0file";

/** One worker that does everything needs nothing before it. */
export function needsRouter({mode}: DeploymentPlan, endpoints: readonly Endpoint[]): boolean {
  return mode === "disagg" || endpoints.length > 1;
}

/** The router that listens on the plan's port. */
export function routerOf(plan: DeploymentPlan, endpoints: readonly Endpoint[]): Router {
  switch (plan.engine.backend) {
    case "trtllm":
      return plan.mode === "disagg" ? trtllmDisaggregated(plan, endpoints) : balancer(plan, endpoints);
    case "sglang":
      return sglangRouter(plan, endpoints);
    case "vllm":
      return vllmRouter(plan, endpoints);
  }
}

const url = (at: Endpoint): RouterWord => ({at, before: "http://"});
const withRole = (endpoints: readonly Endpoint[], name: RoleName) => endpoints.filter(({role}) => role === name);

function listen(plan: DeploymentPlan): string[] {
  const policy = plan.frontend.router === "kv" ? "cache_aware" : "round_robin";
  return ["--host", "0.0.0.0", "--port", String(plan.frontend.port), "--policy", policy];
}

/** Flags as sglang_router 0.3.2 reads them. */
function sglangRouter(plan: DeploymentPlan, endpoints: readonly Endpoint[]): Router {
  const disaggregated: RouterWord[] = [
    "--pd-disaggregation",
    ...withRole(endpoints, "prefill").flatMap((at) => ["--prefill", url(at), String(at.bootstrapPort)]),
    ...withRole(endpoints, "decode").flatMap((at) => ["--decode", url(at)])
  ];
  const workers = plan.mode === "disagg" ? disaggregated : ["--worker-urls", ...endpoints.map(url)];
  return {
    title: "SGLang's router",
    words: ["python3", "-m", "sglang_router.launch_router", ...listen(plan), ...workers],
    install: {command: 'python3 -c "import sglang_router"', requirement: "sglang-router==0.3.2"},
    file: null
  };
}

/** Flags as vllm-router 0.1.17 reads them; vLLM's own package has no router. */
function vllmRouter(plan: DeploymentPlan, endpoints: readonly Endpoint[]): Router {
  const disaggregated: RouterWord[] = [
    "--vllm-pd-disaggregation",
    ...withRole(endpoints, "prefill").flatMap((at) => ["--prefill", url(at)]),
    ...withRole(endpoints, "decode").flatMap((at) => ["--decode", url(at)])
  ];
  const workers = plan.mode === "disagg" ? disaggregated : ["--worker-urls", ...endpoints.map(url)];
  return {
    title: "the vLLM project's router (a package of its own)",
    words: ["vllm-router", ...listen(plan), ...workers],
    install: {command: "command -v vllm-router", requirement: "vllm-router==0.1.17"},
    file: null
  };
}

/** `trtllm-serve disaggregated`: asks a prefill server for the prompt, then a decode server for the answer. */
function trtllmDisaggregated(plan: DeploymentPlan, endpoints: readonly Endpoint[]): Router {
  const servers = (name: RoleName) => {
    const own = withRole(endpoints, name);
    return {num_instances: own.length, urls: own.map(({host, port}) => `${host}:${port}`)};
  };
  const config = {
    hostname: "0.0.0.0",
    port: plan.frontend.port,
    backend: "pytorch",
    context_servers: servers("prefill"),
    generation_servers: servers("decode")
  };
  const title = "TensorRT-LLM's disaggregated server";
  const path = "disagg_config.yaml";
  return {
    title,
    words: ["trtllm-serve", "disaggregated", "-c", routerFile],
    install: null,
    file: {path, text: comments(plan, path) + yamlText(config)}
  };
}

/** TensorRT-LLM has no router for workers that do both phases, so connections go to them in turn. */
function balancer(plan: DeploymentPlan, endpoints: readonly Endpoint[]): Router {
  const path = "balance.py";
  return {
    title: "balance.py, which hands connections to workers in turn",
    words: [
      ...["python3", routerFile, String(plan.frontend.port)],
      ...endpoints.map((at): RouterWord => ({at, before: ""}))
    ],
    install: null,
    file: {path, text: render("balance.py", {header: comments(plan, path)})}
  };
}
