/** Reads the sizes of a config.json by any of their names, and keeps account of what was read and what was assumed. */

import {InputError} from "../errors.js";

export type Json = Record<string, unknown>;

/** One field as it was read. */
export interface FieldRead {
  /** The field's usual name. */
  field: string;
  /** The key that the config states it under. */
  key: string;
  value: number | boolean;
}

/** Other spellings in use, tried after a field's own names. */
const spellings: Record<string, readonly string[]> = {
  num_hidden_layers: ["n_layer", "n_layers", "num_layers"],
  hidden_size: ["n_embd", "d_model", "model_dim"],
  num_attention_heads: ["n_head", "n_heads", "num_heads"],
  num_key_value_heads: [
    "num_kv_heads",
    "n_head_kv",
    "kv_n_heads",
    "multi_query_group_num",
    "num_attention_groups",
    "num_query_groups"
  ],
  head_dim: ["head_size", "kv_channels", "d_head", "attention_head_size"],
  intermediate_size: ["n_inner", "ffn_dim", "ffn_hidden_size", "d_ff"],
  vocab_size: ["padded_vocab_size", "n_vocab"],
  max_position_embeddings: [
    "n_positions",
    "n_ctx",
    "seq_length",
    "max_sequence_length",
    "max_seq_len",
    "max_seq_length"
  ],
  num_experts_per_tok: [
    "top_k_experts",
    "num_experts_per_token",
    "experts_per_token",
    "moe_topk",
    "moe_top_k",
    "moe_k",
    "num_selected_experts"
  ],
  n_routed_experts: ["num_local_experts", "num_experts", "moe_num_experts", "num_routed_experts"],
  moe_intermediate_size: ["expert_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size"],
  n_shared_experts: ["num_shared_experts", "num_shared_expert", "moe_num_shared_experts"]
};

/** Largest value that can be meant, by field; others up to `mostOther`. Ten to a hundred times what any model has. */
const most: Record<string, number> = {
  num_hidden_layers: 10_000,
  num_attention_heads: 10_000,
  num_key_value_heads: 10_000,
  head_dim: 65_536,
  hidden_size: 1_000_000,
  intermediate_size: 10_000_000,
  moe_intermediate_size: 10_000_000,
  vocab_size: 100_000_000
};
const mostOther = 1_000_000_000;

export class Fields {
  readonly reads: FieldRead[] = [];
  /** What was taken for granted, one sentence each, naming the field. */
  readonly assumptions: string[] = [];
  private readonly missing: string[] = [];

  constructor(
    readonly id: string,
    readonly config: Json
  ) {}

  /** The key that the first of `names`, or one of its spellings, is stated under; null counts as not stated. */
  keyOf(...names: string[]): string | undefined {
    const all = names.flatMap((name) => [name, ...(spellings[name] ?? [])]);
    return all.find((name) => this.config[name] !== undefined && this.config[name] !== null);
  }

  /** The first of `names` that the config states, a whole number; a list of one number per layer reads as that number. */
  maybe(...names: string[]): number | undefined {
    const key = this.keyOf(...names);
    if (key === undefined) return undefined;
    const value = uniform(this.config[key]);
    const limit = most[names[0]] ?? mostOther;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) this.refuse(key, "must be a whole number");
    if (value > limit) this.refuse(key, `must be at most ${limit}`);
    this.note(names[0], key, value);
    return value;
  }

  /** As `maybe`, but positive. A missing one is noted for throwIfMissing and read as 1 meanwhile. */
  need(...names: string[]): number {
    const value = this.maybe(...names);
    if (value === 0) this.refuse(this.keyOf(...names)!, "must be positive");
    if (value === undefined) this.missing.push(names.join(" or "));
    return value ?? 1;
  }

  /** As `maybe`; one that is not stated is `fallback`, which is said. */
  assume(fallback: number, why: string, ...names: string[]): number {
    const value = this.maybe(...names);
    if (value === undefined) this.say(`${names[0]} is not stated: ${why} assumed`);
    return value ?? fallback;
  }

  /** A yes or no; undefined when it is not stated. */
  flag(name: string): boolean | undefined {
    const value = this.config[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "boolean") this.refuse(name, "must be true or false");
    this.note(name, name, value);
    return value;
  }

  /** A list, one entry per layer. A missing one is noted for throwIfMissing and read as empty meanwhile. */
  list(...names: string[]): unknown[] {
    const key = this.keyOf(...names);
    if (key === undefined) {
      this.missing.push(names.join(" or "));
      return [];
    }
    const value = this.config[key];
    if (!Array.isArray(value) || value.length === 0) this.refuse(key, "must be a list, one entry per layer");
    return value;
  }

  say(assumption: string): void {
    if (!this.assumptions.includes(assumption)) this.assumptions.push(assumption);
  }

  refuse(key: string, requirement: string): never {
    throw new InputError(`invalid ${key} in ${this.id}: ${shown(this.config[key])}; ${requirement}`);
  }

  throwIfMissing(): void {
    if (this.missing.length === 0) return;
    throw new InputError(`${this.id}: config is missing ${[...new Set(this.missing)].join(", ")}`);
  }

  private note(field: string, key: string, value: number | boolean): void {
    if (!this.reads.some((read) => read.key === key)) this.reads.push({field, key, value});
  }
}

/** The number of a list that repeats one number for every layer; anything else as it is. */
function uniform(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 && value.every((each) => each === value[0]) ? value[0] : value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asObject(id: string, what: string, value: unknown): Json {
  if (isObject(value)) return value;
  throw new InputError(`${id}: ${what} is not an object: ${shown(value)}`);
}
