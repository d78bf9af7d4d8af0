import type {Backend} from "../schema.js";
import type {Op} from "../ops/op.js";
import type {Parallel} from "../result.js";
import type {Quant} from "../quant.js";
import type {ServingChoices} from "./serving.js";
import type {ModelConfig} from "./types.js";

/** One worker's view of a model: how it is sharded and what it computes in. */
export interface WorkerSpec extends ServingChoices {
  model: ModelConfig;
  parallel: Parallel;
  quant: Quant;
  backend: Backend;
  /** Scale of every decode operator for speculative decoding; 1 without. Source: method.md §7.3. */
  mtpScale: number;
  /** How tokens spread over experts: `power_law` takes each family's own exponent, other names are taken as they are. */
  workload?: string;
  /** Counts the KV cache that each layer really keeps; by default all layers keep every token, as in the reference. */
  exactKvCache?: boolean;
}

/** Operators of one iteration of each phase. */
export interface PhaseOps {
  prefill: Op[];
  decode: Op[];
}

export type Phase = keyof PhaseOps;

/** GPUs that attention is split over within one data-parallel rank, and KV heads each of them holds. */
export function localKvHeads({model, parallel}: Pick<WorkerSpec, "model" | "parallel">): number {
  return Math.ceil(model.kvHeads / parallel.tp);
}

/** Multiplies the counts of decode operators for speculative decoding. */
export function scaled(ops: Op[], scale: number): Op[] {
  return scale === 1 ? ops : ops.map((op) => scaledOp(op, scale));
}

function scaledOp(op: Op, scale: number): Op {
  switch (op.kind) {
    case "fallback":
      return {...op, primary: scaled(op.primary, scale), fallback: scaled(op.fallback, scale)};
    case "overlap":
      return {...op, left: scaled(op.left, scale), right: scaled(op.right, scale)};
    default:
      return {...op, count: op.count * scale};
  }
}
