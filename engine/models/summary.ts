import type {ModelConfig} from "./types.js";

export interface ModelSummary {
  /** All weights, in elements. */
  parameters: number;
  /** Weights that one token passes through. */
  activeParameters: number;
}

/** Rank of DeepSeek's and Kimi's compressed query, and the part of a head without rotation. Source: method.md §4. */
const qLoraRank = 1536;
const qkNopeHeadDim = 128;

/** Nemotron-NAS rounds the FFN width up to a multiple of this. Source: method.md §7.4. */
const nasInterMultiple = 256;

/**
 * Parameter counts from the shapes alone, to about 2 %: no norms or biases, the LM head apart from the embedding even
 * where a small model ties them, and all DeepSeek layers with experts although the first three are dense.
 */
export function modelSummary(model: ModelConfig): ModelSummary {
  const embeddings = 2 * model.vocabSize * model.hiddenSize;
  const layers = model.blocks ? nasParameters(model) : model.layers * (attentionParameters(model) + sharedFfn(model));
  const expert = 3 * model.hiddenSize * model.moeInterSize;
  const router = model.experts * model.hiddenSize;
  const rest = embeddings + layers + model.layers * router;
  return {
    parameters: rest + model.layers * model.experts * expert,
    activeParameters: rest + model.layers * model.topK * expert
  };
}

function attentionParameters({hiddenSize, heads, kvHeads, headDim, ...mla}: ModelConfig): number {
  const {kvLoraRank, qkRopeHeadDim, vHeadDim} = mla;
  if (kvLoraRank === undefined || qkRopeHeadDim === undefined || vHeadDim === undefined) {
    return 2 * hiddenSize * (heads + kvHeads) * headDim;
  }
  const down = hiddenSize * (qLoraRank + kvLoraRank + qkRopeHeadDim);
  const queries = qLoraRank * heads * (qkNopeHeadDim + qkRopeHeadDim);
  const keysAndValues = kvLoraRank * heads * (qkNopeHeadDim + vHeadDim);
  return down + queries + keysAndValues + heads * vHeadDim * hiddenSize;
}

/** The FFN that every token passes: all of it in a dense model, the shared expert in DeepSeek and Kimi, else none. */
function sharedFfn({hiddenSize, interSize, moeInterSize, experts, kvLoraRank}: ModelConfig): number {
  if (experts === 0) return 3 * hiddenSize * interSize;
  return kvLoraRank === undefined ? 0 : 3 * hiddenSize * moeInterSize;
}

function nasParameters({hiddenSize, heads, headDim, blocks = []}: ModelConfig): number {
  let parameters = 0;
  for (const {count, headsPerKvHead, ffnMult} of blocks) {
    const attention = headsPerKvHead === null ? 0 : 2 * hiddenSize * (heads + heads / headsPerKvHead) * headDim;
    const inter = ffnMult === null ? 0 : Math.floor((2 * ffnMult * hiddenSize) / 3);
    const roundedInter = Math.ceil(inter / nasInterMultiple) * nasInterMultiple;
    parameters += count * (attention + 3 * hiddenSize * roundedInter);
  }
  return parameters;
}
