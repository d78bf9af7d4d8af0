/** What a search tries beyond its defaults: every dimension can be set, and what is not keeps method.md §10–12. */
import {InputError} from "../errors.js";
import type {Role} from "../models/types.js";
import type {CandidateLists} from "./enumerate.js";

export const servingModes = ["agg", "disagg"] as const;
export type ServingMode = (typeof servingModes)[number];

/** Roles whose workers have candidate sizes of their own. */
export type SearchRole = Exclude<Role, "static">;

/** Which candidates a search evaluates. */
export interface SearchSpace {
  /** Serving modes tried; both unless given, disaggregated only with two GPUs or more. */
  modes?: readonly ServingMode[];
  /** Sizes tried per role; each list that is not given keeps its default. */
  agg?: Partial<CandidateLists>;
  prefill?: Partial<CandidateLists>;
  decode?: Partial<CandidateLists>;
  /** Requests in flight per rank that are tried; the standard lists up to the largest batch unless given. */
  aggBatches?: readonly number[];
  prefillBatches?: readonly number[];
  decodeBatches?: readonly number[];
  /** Largest batches of the standard lists: 512 aggregated and decode, 1 prefill. */
  aggMaxBatch?: number;
  prefillMaxBatch?: number;
  decodeMaxBatch?: number;
  /** Prompt tokens per mixed step that are tried; whole prompts up to a budget unless given. */
  ctxTokens?: readonly number[];
  /** Prompts may be cut into chunks of 512 tokens and more, so that mixed steps hold less than a prompt. */
  chunkedPrefill?: boolean;
  /** Longest sequence, in tokens, that TensorRT-LLM reserves KV cache for; isl + osl unless given. */
  maxSeqTokens?: number;
  /** GPUs that a disaggregated replica may have; 1, 2, 4, 8 and 16 to 128 in steps of 8 unless given. */
  replicaGpus?: readonly number[];
  /** Most GPUs of a disaggregated replica: 128, with experts over many GPUs 512. */
  maxReplicaGpus?: number;
  /** Workers of each pool that a replica may have; 1 to 32 unless given. */
  prefillWorkers?: readonly number[];
  decodeWorkers?: readonly number[];
}

/** Throws InputError for a list that is empty or holds what is not a whole number above 0. */
export function checkSpace(space: SearchSpace, seqTokens: number): void {
  const {agg, prefill, decode, modes, chunkedPrefill: _, ...flat} = space;
  if (modes?.length === 0) throw new InputError(`invalid modes: none; must be out of ${servingModes.join(", ")}`);
  const lists: [string, unknown][] = Object.entries(flat);
  for (const [role, sizes] of Object.entries({agg, prefill, decode}))
    lists.push(...Object.entries(sizes ?? {}).map(([name, list]): [string, unknown] => [`${role} ${name}`, list]));
  for (const [name, value] of lists) {
    if (value === undefined) continue;
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    if (values.length === 0)
      throw new InputError(`invalid ${name}: empty; must list whole numbers ≥ 1, or be left out`);
    const bad = values.find((each) => !(Number.isInteger(each) && (each as number) >= 1));
    if (bad !== undefined) throw new InputError(`invalid ${name}: ${String(bad)}; must be a whole number ≥ 1`);
  }
  if (space.maxSeqTokens !== undefined && space.maxSeqTokens < seqTokens)
    throw new InputError(`invalid maxSeqTokens: ${space.maxSeqTokens}; must hold isl + osl = ${seqTokens}`);
}
