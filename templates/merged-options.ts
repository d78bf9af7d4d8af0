/** Options of a deployment with what was set by key laid over them, and what of them goes into files as it is. */
import {InputError} from "../engine/errors.js";
import type {Backend} from "../engine/schema.js";
import type {PlanOptions} from "./options.js";
import type {DeploymentPlan} from "./plan.js";
import {checkContainerPath, checkImage, checkKubernetesName, show} from "./quote.js";
import type {PlanSettings} from "./settings.js";
import type {ChosenVersions} from "./versions.js";

export interface MergedOptions extends Omit<PlanOptions, "set"> {
  transferBackend?: string;
  trustRemoteCode?: boolean;
  nextn?: number;
}

export function mergeOptions(options: PlanOptions, set: PlanSettings): MergedOptions {
  const {set: _, ...given} = options;
  if (set.router !== undefined && set.router !== "kv" && set.router !== "round-robin")
    throw new InputError(`invalid router: ${set.router}; must be round-robin or kv`);
  for (const [label, value] of Object.entries(given.nodeSelector ?? {})) selectorOf(`${label}=${value}`);
  const cache = set.model_cache ?? given.modelCache?.claim;
  if (set.model_cache_path !== undefined && cache === undefined)
    throw new InputError("invalid model_cache_path: no claim to mount; give model_cache too");
  const laid: MergedOptions = {
    name: set.name,
    namespace: set.namespace,
    servedName: set.served_model_name,
    modelPath: set.model_path,
    image: set.image,
    frontendPort: set.frontend_port,
    router: set.router as MergedOptions["router"],
    hfTokenSecret: set.hf_token_secret === "none" ? null : set.hf_token_secret,
    modelCache:
      cache === undefined ? undefined : {claim: cache, mountPath: set.model_cache_path ?? given.modelCache?.mountPath},
    imagePullSecrets: set.image_pull_secret === undefined ? undefined : [set.image_pull_secret],
    nodeSelector: set.node_selector === undefined ? undefined : selectorOf(set.node_selector),
    configFolder: set.config_folder,
    transferBackend: set.transfer_backend,
    trustRemoteCode: set.trust_remote_code,
    nextn: set.nextn
  };
  return {...given, ...Object.fromEntries(Object.entries(laid).filter(([, value]) => value !== undefined))};
}

/** `label=value`, as Kubernetes has them. */
function selectorOf(text: string): Record<string, string> {
  const match = /^([\w./-]{1,316})=([\w.-]{0,63})$/.exec(text);
  if (!match) throw new InputError(`invalid node_selector: ${show(text)}; must be like label=value`);
  return {[match[1]]: match[2]};
}

const dynamoImages: Record<Backend, string> = {vllm: "vllm", sglang: "sglang", trtllm: "tensorrtllm"};

export function imagesOf(backend: Backend, {engineVersion, dynamoRelease}: ChosenVersions, image: string | undefined) {
  if (image !== undefined) return {engine: checkImage(image), dynamo: checkImage(image)};
  const engine = {
    vllm: `vllm/vllm-openai:v${engineVersion}`,
    sglang: `lmsysorg/sglang:v${engineVersion}`,
    trtllm: `nvcr.io/nvidia/tensorrt-llm/release:${engineVersion}`
  }[backend];
  return {
    engine,
    dynamo: `nvcr.io/nvidia/ai-dynamo/${dynamoImages[backend]}-runtime:${dynamoRelease.replace(/^v/, "")}`
  };
}

export function secretOf(name: string | null | undefined): DeploymentPlan["hfTokenSecret"] {
  if (name === null) return null;
  return {name: checkKubernetesName("secret", name ?? "hf-token-secret"), key: "HF_TOKEN"};
}

export function cacheOf(cache: MergedOptions["modelCache"]): DeploymentPlan["modelCache"] {
  if (!cache) return null;
  const mountPath = checkContainerPath("model cache path", cache.mountPath ?? "/workspace/model_cache");
  return {claim: checkKubernetesName("claim", cache.claim), mountPath};
}

export function configFolderOf({configFolder}: MergedOptions): string {
  return checkContainerPath("config folder", configFolder ?? "/workspace/engine_configs").replace(/(?<=.)\/+$/, "");
}
