/** Sizes of steps and sequences, by rule set. Source: generator.md §4 with its recommended values. */
import {InputError} from "../../engine/errors.js";
import type {RoleContext} from "./role.js";

/** Tokens beyond what was asked for, so that a chat template or a longer prompt still fits. */
export const marginTokens = 1500;
/** The reference's smaller margin for TensorRT-LLM. */
export const smallMarginTokens = 500;
/** KV blocks of TensorRT-LLM unless told. */
export const defaultBlockTokens = 32;

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** Requests in flight per rank: what was modelled. The reference lets vLLM and SGLang take 512 and more instead. */
export function batchOf({rules, role, batchPerRank}: RoleContext, raises: boolean): number {
  if (rules !== "compatible" || !raises || role === "prefill") return batchPerRank;
  return batchPerRank < 512 ? 512 : 2 * batchPerRank;
}

export function batchReason({rules, role}: RoleContext, raises: boolean): string {
  return rules === "compatible" && raises && role !== "prefill"
    ? "the reference's 512, or twice the batch from there on"
    : "the batch that the figures hold for; more in flight would slow each request down";
}

/** Tokens that one decoding request takes in a step: itself and its drafts. */
export function tokensPerRequest({rules, model}: RoleContext): number {
  return rules === "compatible" ? 1 : 1 + model.nextn;
}

/** Tokens of the prompts of one step: the whole modelled batch of prompts on prefill workers, one prompt elsewhere. */
export function promptTokens({rules, role, workload, batchPerRank, ctxTokens = 0}: RoleContext): number {
  if (rules === "compatible" || role === "decode") return workload.isl;
  return role === "prefill" ? batchPerRank * workload.isl : Math.max(workload.isl, ctxTokens);
}

/** Longest sequence: prompt, answer and margin, within the model's context. */
export function maxSeqTokens(context: RoleContext): number {
  const {role, workload, config, settings, notes} = context;
  const asked = workload.isl + workload.osl;
  const path = `${role}.limits.maxSeqTokens`;
  if (settings.max_seq_len !== undefined) {
    if (settings.max_seq_len < asked)
      throw new InputError(
        `invalid ${role}.max_seq_len: ${settings.max_seq_len}; must be at least isl + osl = ${asked}, or requests are refused`
      );
    if (config.contextTokens > 0 && settings.max_seq_len > config.contextTokens)
      notes.warn(
        `max_seq_len ${settings.max_seq_len} is beyond the ${config.contextTokens} tokens of ${config.id}: engines refuse it unless the checkpoint scales its positions`
      );
    return notes.because(path, settings.max_seq_len, "set by the user");
  }
  if (config.contextTokens === 0) return notes.because(path, asked + marginTokens, "isl + osl + 1500");
  if (asked > config.contextTokens)
    throw new InputError(
      `isl ${workload.isl} + osl ${workload.osl} is beyond the ${config.contextTokens} tokens of ${config.id}; shorten them, or set max_seq_len if its checkpoint scales positions`
    );
  return notes.because(
    path,
    Math.min(asked + marginTokens, config.contextTokens),
    "isl + osl + 1500, within the model's context; without it the engine reserves for the whole context"
  );
}

/** Steps between captured batch sizes: [up to, step]. */
const graphSteps = [
  [16, 1],
  [32, 4],
  [64, 8],
  [128, 16],
  [256, 32],
  [512, 64]
] as const;

/** How far around the modelled batch every size is captured. */
const graphWindow = 8;

/** Batch sizes to capture, ascending, none above `most`, which is always one of them. */
export function graphSizes({rules, batchPerRank}: RoleContext, most: number): number[] {
  if (rules === "benchmark") return range(1, most);
  const sizes = new Set([most]);
  let size = 0;
  for (const [upTo, step] of graphSteps) while (size < upTo) sizes.add((size += step));
  for (const near of range(batchPerRank - graphWindow, batchPerRank + graphWindow)) sizes.add(near);
  return [...sizes].filter((size) => size >= 1 && size <= most).sort((a, b) => a - b);
}

export function graphReason({rules}: RoleContext): string {
  return rules === "benchmark" ? "every batch up to the largest" : "denser where small and around the modelled batch";
}

function range(first: number, last: number): number[] {
  return Array.from({length: Math.max(0, last - first + 1)}, (_, i) => first + i);
}

/** Throws InputError where a user's step is too small for what must fit into it. */
export function checkBudget(
  {role, workload, settings}: RoleContext,
  maxTokens: number,
  maxBatch: number,
  chunked: boolean
): void {
  if (maxTokens < maxBatch)
    throw new InputError(
      `invalid ${role}.max_num_tokens: ${maxTokens}; must be at least max_batch_size ${maxBatch}, one token a request`
    );
  if (role !== "decode" && !chunked && maxTokens < workload.isl)
    throw new InputError(
      `invalid ${role}.max_num_tokens: ${maxTokens}; must hold a prompt of ${workload.isl} tokens, or set ${role}.chunked_prefill=true`
    );
  if (settings.graph_sizes?.some((size) => size > maxBatch))
    throw new InputError(
      `invalid ${role}.graph_sizes: ${settings.graph_sizes.join(",")}; none may exceed max_batch_size ${maxBatch}`
    );
}
