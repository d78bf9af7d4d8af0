/** Vision encoders: what an image is to the engine, and the operators that encode it. Source: method.md §7.4. */
import {InputError} from "../errors.js";
import type {AllReduce, Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import type {ModelConfig, VisionConfig} from "./types.js";
import type {WorkerSpec} from "./worker.js";

/** Images of one request, all of one size. */
export interface Images {
  count: number;
  heightPixels: number;
  widthPixels: number;
}

/** What encoder and language model see of one request's images. */
export interface ImageLoad {
  images: number;
  /** Of one image: patches that the encoder attends over, and prompt tokens that they are merged into. */
  patches: number;
  tokens: number;
}

/** Throws InputError for a model that takes no images, and for images too small to make a token. */
export function imageLoad(model: ModelConfig, images: Images): ImageLoad {
  const {count, heightPixels, widthPixels} = images;
  if (![count, heightPixels, widthPixels].every((value) => Number.isInteger(value) && value >= 1))
    throw new InputError(
      `invalid images: ${count} of ${heightPixels}x${widthPixels}; must be whole numbers ≥ 1, or be left out`
    );
  if (!model.vision)
    throw new InputError(`invalid images: ${count}; ${model.id} has no vision encoder that is modelled, use text only`);
  const {patchPixels, mergePatches} = model.vision;
  const edge = patchPixels * mergePatches;
  const tokens = div(heightPixels, edge) * div(widthPixels, edge);
  if (tokens === 0)
    throw new InputError(
      `invalid image size: ${heightPixels}x${widthPixels}; must be at least ${edge} pixels each way`
    );
  return {images: count, patches: div(heightPixels, patchPixels) * div(widthPixels, patchPixels), tokens};
}

/** Operators of an encoder: those over patches, and those over merged tokens. */
export interface EncoderOps {
  layers: Op[];
  projector: Op[];
}

/** Share of a head that the encoder rotates. Source: method.md §7.4. */
const rotaryShare = 0.5;

/** The encoder computes in bfloat16 whatever the language model does: quantised checkpoints leave it alone. */
export function encoderOps(worker: WorkerSpec, vision: VisionConfig): EncoderOps {
  const {tp} = worker.parallel;
  const {layers, hiddenSize, heads, interSize, mergePatches, outSize, deepstackLayers} = vision;
  const b = builders(worker, "decode");
  const gemm = (name: string, count: number, n: number, k: number) => b.gemm(name, count, n, k, {quant: "bfloat16"});
  const norm = (name: string) => b.elementwise(name, layers, 2 * hiddenSize, 2 * hiddenSize);
  const reduce = (name: string, count: number, hidden: number): AllReduce => ({
    kind: "allreduce",
    name,
    count,
    hidden,
    tp
  });
  const inter = div(interSize, tp);
  const merged = hiddenSize * mergePatches ** 2;
  const mergers = 1 + deepstackLayers;
  return {
    layers: [
      norm("vision_norm_1"),
      gemm("vision_qkv_gemm", layers, div(3 * hiddenSize, tp), hiddenSize),
      {
        kind: "encoder_attention",
        name: "vision_attention",
        count: layers,
        heads: div(heads, tp),
        headDim: div(hiddenSize, heads),
        fmha: "bfloat16",
        rotaryShare
      },
      gemm("vision_proj_gemm", layers, hiddenSize, div(hiddenSize, tp)),
      reduce("vision_ar_1", layers, hiddenSize),
      norm("vision_norm_2"),
      gemm("vision_ffn1_gemm", layers, inter, hiddenSize),
      b.elementwise("vision_act", layers, inter, inter),
      gemm("vision_ffn2_gemm", layers, hiddenSize, inter),
      reduce("vision_ar_2", layers, hiddenSize)
    ],
    projector: [
      gemm("vision_merge1_gemm", mergers, div(merged, tp), merged),
      gemm("vision_merge2_gemm", mergers, outSize, div(merged, tp)),
      reduce("vision_merge_ar", mergers, outSize)
    ]
  };
}
