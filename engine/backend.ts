import type {Backend} from "./schema.js";
import {bytesPerMiB} from "./units.js";

/** Sizes of activations by family group and min(tp, 8), in multiples of the attention width. Source: method.md §8. */
interface ActivationWidths {
  dense: Record<number, number>;
  llama: Record<number, number>;
  moe: Record<number, number>;
}

/** What distinguishes serving engines, as data. */
export interface BackendTraits {
  activationWidths: ActivationWidths;
  /** Activations never take less. */
  minActivationBytes: number;
  /** Share added to activations and to other memory. */
  activationOverhead: number;
  otherOverhead: number;
  /** DeepSeek's expert workspace is as wide as the hidden state; else as the attention heads. */
  workspaceOfHiddenSize: boolean;
  /** Token budget that activations are sized for, whatever the step holds; undefined: what the step holds. */
  maxTokens?: number;
  /** Share of free memory that the KV cache may not use, and how far short of it the engine stops; undefined: not checked. */
  kvCache?: {reserved: number; tolerance: number};
  /** Mixed steps that TPOT does not see: prompts arriving while nothing decodes. */
  hiddenMixedSteps: number;
  /** Decode requests in a mixed step when prompts never run out: by share of steps, or all that are not prefilling. */
  decodeShareWhenSaturated: boolean;
  /** Scheduling cost of a prompt, per layer. */
  prefillOverheadMsPerLayer: number;
  /** Mean wait of a prompt in multiples of its prefill, from mixed steps and batch. */
  queueing: (mixedSteps: number, batch: number) => number;
  /** Throughput cannot exceed batch over request latency. */
  cappedByLatency: boolean;
  supportsContextParallel: boolean;
}

const widths: ActivationWidths = {
  dense: {1: 10, 2: 6, 4: 5, 8: 5},
  llama: {1: 11, 2: 6.5, 4: 5, 8: 5},
  moe: {1: 22, 2: 13, 4: 10, 8: 10}
};

const sglangWidths: ActivationWidths = {
  dense: {1: 13, 2: 8, 4: 6.5, 8: 6.5},
  llama: {1: 14, 2: 8.5, 4: 6.5, 8: 6.5},
  moe: {1: 28, 2: 17, 4: 13, 8: 13}
};

/** A prompt waits for twice its prefill, more the more mixed steps there are, at most four times. Source: method.md §10. */
const stepQueueing = (mixedSteps: number) => Math.min(2 + (mixedSteps - 3) / 20, 4);

export const backendTraits: Record<Backend, BackendTraits> = {
  trtllm: {
    activationWidths: widths,
    minActivationBytes: 70 * bytesPerMiB,
    activationOverhead: 0,
    otherOverhead: 0,
    workspaceOfHiddenSize: false,
    maxTokens: 8192,
    kvCache: {reserved: 0.015, tolerance: 0.02},
    hiddenMixedSteps: 3,
    decodeShareWhenSaturated: true,
    prefillOverheadMsPerLayer: 0,
    queueing: stepQueueing,
    cappedByLatency: false,
    supportsContextParallel: false
  },
  sglang: {
    activationWidths: sglangWidths,
    minActivationBytes: 90 * bytesPerMiB,
    activationOverhead: 0.15,
    otherOverhead: 0.2,
    workspaceOfHiddenSize: true,
    hiddenMixedSteps: 3,
    decodeShareWhenSaturated: true,
    prefillOverheadMsPerLayer: 0,
    queueing: stepQueueing,
    cappedByLatency: false,
    supportsContextParallel: true
  },
  vllm: {
    activationWidths: widths,
    minActivationBytes: 70 * bytesPerMiB,
    activationOverhead: 0,
    otherOverhead: 0,
    workspaceOfHiddenSize: false,
    hiddenMixedSteps: 0,
    decodeShareWhenSaturated: false,
    prefillOverheadMsPerLayer: 0.8,
    queueing: (_, batch) => (batch <= 1 ? 1 : Math.min(1 + Math.log2(batch) / 8, 2)),
    cappedByLatency: true,
    supportsContextParallel: false
  }
};
