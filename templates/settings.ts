/** What users set by `key=value`: which keys there are, what they take, and where they apply. */
import {InputError, nearest} from "../engine/errors.js";
import {roleNames, type RoleName} from "./plan.js";
import {checkText, checkWord, envName, show} from "./quote.js";

type Kind = "count" | "tokens" | "fraction" | "boolean" | "text" | "sizes";

interface Key {
  kind: Kind;
  /** A sentence for help. */
  about: string;
}

/** Keys of a role: `decode.max_batch_size`, or without a role for all of them. */
export const roleKeys = {
  max_batch_size: {kind: "tokens", about: "requests in flight, as the engine counts them"},
  max_num_tokens: {kind: "tokens", about: "tokens of one step"},
  max_seq_len: {kind: "tokens", about: "prompt and answer together, in tokens"},
  transfer_buffer_tokens: {kind: "tokens", about: "tokens of KV that transfer holds at once (TensorRT-LLM)"},
  chunk_tokens: {kind: "tokens", about: "prompt tokens per step of all attention-DP ranks (SGLang)"},
  kv_cache_dtype: {kind: "text", about: "type of the KV cache: bfloat16, fp8, or as the engine spells it"},
  block_tokens: {kind: "tokens", about: "tokens per KV block or page"},
  graph_sizes: {kind: "sizes", about: "batch sizes of CUDA graphs, with commas"},
  memory_fraction: {kind: "fraction", about: "share of GPU memory (TensorRT-LLM: of what is free) for the engine"},
  prefix_caching: {kind: "boolean", about: "reuse the KV of prompts that begin alike"},
  chunked_prefill: {kind: "boolean", about: "split prompts over steps"},
  overlap_scheduler: {kind: "boolean", about: "prepare the next step while sampling"},
  moe_backend: {kind: "text", about: "kernels of the experts, as the engine spells them"},
  all_to_all: {kind: "text", about: "transport between experts, as the engine spells it"},
  eplb: {kind: "boolean", about: "balance the load of experts"},
  attention_backend: {kind: "text", about: "attention kernels (SGLang)"},
  quantization: {kind: "text", about: "quantisation at load, of a checkpoint that has none"},
  shared_memory_gib: {kind: "tokens", about: "shared memory of a worker, GiB"}
} as const satisfies Record<string, Key>;

/** Keys of the deployment. */
export const planKeys = {
  name: {kind: "text", about: "prefix of every name"},
  namespace: {kind: "text", about: "Kubernetes namespace"},
  served_model_name: {kind: "text", about: "name that clients ask for"},
  model_path: {kind: "text", about: "what engines load: an id or a path in the container"},
  image: {kind: "text", about: "container image of the workers"},
  frontend_port: {kind: "count", about: "port that clients reach"},
  router: {kind: "text", about: "round-robin or kv"},
  hf_token_secret: {kind: "text", about: "secret with HF_TOKEN, none for no secret"},
  model_cache: {kind: "text", about: "claim that holds downloaded models"},
  model_cache_path: {kind: "text", about: "where that claim is mounted"},
  image_pull_secret: {kind: "text", about: "secret to pull images with"},
  node_selector: {kind: "text", about: "label=value that nodes must have"},
  trust_remote_code: {kind: "boolean", about: "run code that comes with the checkpoint"},
  nextn: {kind: "count", about: "draft tokens per step (MTP), on all roles"},
  transfer_backend: {kind: "text", about: "transport of KV between roles, as the engine spells it"},
  config_folder: {kind: "text", about: "folder of engine configs in the container"}
} as const satisfies Record<string, Key>;

type Value<K extends Kind> = K extends "boolean"
  ? boolean
  : K extends "text"
    ? string
    : K extends "sizes"
      ? number[]
      : number;
type Values<Keys extends Record<string, Key>> = {-readonly [Name in keyof Keys]?: Value<Keys[Name]["kind"]>};

export type RoleSettings = Values<typeof roleKeys> & {env?: Record<string, string>};
export type PlanSettings = Values<typeof planKeys>;

export interface Settings {
  plan: PlanSettings;
  roles: Record<RoleName, RoleSettings>;
}

/** Throws InputError for unknown keys, roles that the plan lacks, and values of the wrong kind. */
export function parseSettings(set: Readonly<Record<string, string>>, roles: readonly RoleName[]): Settings {
  const settings: Settings = {plan: {}, roles: {agg: {}, prefill: {}, decode: {}}};
  // Keys for all roles first, so that one for a single role wins whatever the order.
  const entries = Object.entries(set).sort(([a], [b]) => Number(isRoleKey(a)) - Number(isRoleKey(b)));
  for (const [key, text] of entries) apply(settings, key, checkText(key, text), roles);
  return settings;
}

function isRoleKey(key: string): boolean {
  return roleNames.some((role) => key.startsWith(`${role}.`));
}

function apply(settings: Settings, key: string, text: string, roles: readonly RoleName[]): void {
  const role = roleNames.find((name) => key.startsWith(`${name}.`));
  if (role !== undefined && !roles.includes(role))
    throw new InputError(
      `invalid key: ${key}; this deployment has ${roles.map((name) => `${name}.`).join(" and ")} only`
    );
  const name = role === undefined ? key : key.slice(role.length + 1);
  const targets = (role === undefined ? roles : [role]).map((target) => settings.roles[target]);
  if (name.startsWith("env.")) {
    for (const target of targets) target.env = {...target.env, [envName(name.slice("env.".length))]: text};
  } else if (Object.hasOwn(roleKeys, name)) {
    const value = parseValue(key, roleKeys[name as keyof typeof roleKeys].kind, text);
    for (const target of targets) Object.assign(target, {[name]: value});
  } else if (role === undefined && Object.hasOwn(planKeys, name)) {
    Object.assign(settings.plan, {[name]: parseValue(key, planKeys[name as keyof typeof planKeys].kind, text)});
  } else throw unknownKey(key, role, roles);
}

function unknownKey(key: string, role: RoleName | undefined, roles: readonly RoleName[]): InputError {
  const ofRoles = roles.flatMap((name) => Object.keys(roleKeys).map((roleKey) => `${name}.${roleKey}`));
  const near = nearest(key, role === undefined ? [...Object.keys(planKeys), ...Object.keys(roleKeys)] : ofRoles);
  return new InputError(
    `unknown key: ${show(key)}; ${near ? `did you mean ${near}?` : `have ${listKeys().join(", ")}`}`
  );
}

/** All keys as help lists them. */
export function listKeys(): string[] {
  return [...Object.keys(planKeys), ...Object.keys(roleKeys), "env.NAME"];
}

/** More than any engine takes for a size. */
const mostTokens = 2 ** 31 - 1;

function parseValue(key: string, kind: Kind, text: string): boolean | number | string | number[] {
  const refuse = (wish: string) => new InputError(`invalid ${key}: ${show(text)}; ${wish}`);
  switch (kind) {
    case "text":
      return checkWord(key, text);
    case "boolean":
      if (text !== "true" && text !== "false") throw refuse("must be true or false");
      return text === "true";
    case "fraction": {
      const value = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
      if (!(value > 0 && value <= 1)) throw refuse("must be above 0 and at most 1");
      return value;
    }
    case "count":
      return whole(text, 0, refuse);
    case "tokens":
      return whole(text, 1, refuse);
    case "sizes":
      return [...new Set(text.split(",").map((part) => whole(part.trim(), 1, refuse)))].sort((a, b) => a - b);
  }
}

function whole(text: string, least: number, refuse: (wish: string) => InputError): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= mostTokens)) throw refuse(`must be a whole number of at least ${least}`);
  return value;
}
