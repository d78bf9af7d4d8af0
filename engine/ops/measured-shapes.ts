/** Dimensions of the models that blocks were measured with, where tables state heads alone. Source: method.md §4. */
import type {Dsv4Shape, MsaShape} from "../roofline-sparse.js";

/** DeepSeek-V4's two sizes, of the whole model. Origin: config.json of DeepSeek-V4-Flash and DeepSeek-V4-Pro. */
const dsv4Models = {
  flash: {hidden: 4096, heads: 64, queryRank: 1024, outputGroups: 8, indexTopK: 512},
  pro: {hidden: 7168, heads: 128, queryRank: 1536, outputGroups: 16, indexTopK: 1024}
} as const;

const dsv4Common = {
  headDim: 512,
  outputRank: 1024,
  ropeHeadDim: 64,
  windowTokens: 128,
  indexHeadDim: 128,
  indexHeads: 64
} as const;

/** Steps of the normalisation that mixes DeepSeek-V4's residual streams. Origin: hc_sinkhorn_iters of its config.json. */
export const sinkhornIterations = 20;

export type Dsv4Variant = keyof typeof dsv4Models;
export const dsv4Variants = Object.keys(dsv4Models) as Dsv4Variant[];

export function dsv4ModelHeads(variant: Dsv4Variant): number {
  return dsv4Models[variant].heads;
}

/** One GPU's share of `heads` heads; both sizes have eight heads to an output group. */
export function dsv4ShapeOf(variant: Dsv4Variant, heads: number, compressRatio: number): Dsv4Shape {
  const model = dsv4Models[variant];
  const outputGroups = Math.floor((model.outputGroups * heads) / model.heads);
  return {...dsv4Common, ...model, heads, outputGroups, compressRatio};
}

/**
 * The size that rows of `heads` local heads are of, for a bound. Tables do not say: what the smaller one could have is
 * taken for it, whose bound is the lower of the two.
 */
export function dsv4VariantOf(heads: number): Dsv4Variant {
  return heads > dsv4Models.flash.heads ? "pro" : "flash";
}

/** MiniMax-M3 has 64 heads to 4 of keys and values. Origin: its config.json; 16 blocks of 128 tokens are attended. */
const msaHeadsPerKvHead = 16;

/** One GPU's share of MiniMax-M3's block, the only one of its kind. */
export function msaShapeOf(heads: number): MsaShape {
  return {
    hidden: 6144,
    heads,
    kvHeads: Math.max(1, Math.ceil(heads / msaHeadsPerKvHead)),
    headDim: 128,
    valueHeadDim: 128,
    indexTopK: 16 * 128,
    blockTokens: 128,
    indexHeadDim: 128,
    indexHeads: 4
  };
}
