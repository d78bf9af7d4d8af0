/**
 * How the first GB200 runs of InferenceX shared out the GPUs of a rack, of which labels have the sum alone. Facts of its
 * launch script (github.com/SemiAnalysisAI/InferenceX, runners/launch_gb200-nv.sh of November 2025), as data.
 */
import type {Correction} from "./rules.js";
import type {GivenParallel, MeasuredRow} from "./read.js";

interface RackShare {
  isl: number;
  /** Of the rack, in all. */
  gpus: number;
  /** Requests in flight that it was run with. */
  users: readonly number[];
  prefillWorkers: number;
  /** Attention DP in both kinds of workers. */
  attentionDp: boolean;
  decodeWorkers: number;
  decodeGpus: number;
  /** Sequences that a rank of a decode worker takes. */
  seats: number;
  /** Draft tokens. */
  nextn?: number;
}

/** Prefill workers have 4 GPUs. */
const tensorrt: readonly RackShare[] = [
  ...share(1024, 36, [4, 8, 16, 32, 64, 128, 256, 564], [1, false, 4, 8, 128]),
  ...share(1024, 36, [144], [1, false, 4, 8, 32], 3),
  ...share(1024, 36, [512], [1, true, 1, 32, 16], 3),
  ...share(1024, 36, [1075], [1, true, 1, 32, 32]),
  ...share(1024, 20, [512], [1, true, 1, 16, 64], 3),
  ...share(1024, 20, [1075], [1, true, 1, 16, 64]),
  ...share(1024, 24, [2150], [2, true, 1, 16, 128], 1),
  ...share(1024, 24, [2048, 4300], [2, true, 1, 16, 256]),
  ...share(1024, 12, [2252], [1, true, 1, 8, 256], 1),
  ...share(1024, 12, [4300], [1, true, 1, 8, 512]),
  ...share(8192, 28, [3, 6, 12, 24, 48, 102], [1, false, 3, 8, 32]),
  ...share(8192, 28, [54], [1, false, 3, 8, 16], 3),
  ...share(8192, 52, [128, 269], [5, true, 1, 32, 8], 3),
  ...share(8192, 64, [538], [8, true, 1, 32, 16], 3),
  ...share(8192, 48, [1075], [8, true, 1, 16, 64], 2),
  ...share(8192, 32, [2150], [6, true, 1, 8, 256], 1),
  ...share(8192, 48, [256, 538], [4, true, 1, 32, 16]),
  ...share(8192, 40, [1075], [6, true, 1, 16, 64]),
  ...share(8192, 48, [2150], [8, true, 1, 16, 128]),
  ...share(8192, 28, [2150], [5, true, 1, 8, 256])
];

function share(
  isl: number,
  gpus: number,
  users: readonly number[],
  [prefillWorkers, attentionDp, decodeWorkers, decodeGpus, seats]: [number, boolean, number, number, number],
  nextn?: number
): RackShare[] {
  return [{isl, gpus, users, prefillWorkers, attentionDp, decodeWorkers, decodeGpus, seats, nextn}];
}

export function expertGroup(gpus: number): GivenParallel {
  return {tp: gpus, pp: 1, dp: 1, moeTp: 1, moeEp: gpus};
}

export function attentionGroup(gpus: number): GivenParallel {
  return {tp: 1, pp: 1, dp: gpus, moeTp: 1, moeEp: gpus};
}

/** What a sum of GPUs was; undefined where the script has no such run. */
export function rackCorrection(gpus: number, row: MeasuredRow): Correction | undefined {
  return row.backend === "sglang" ? sglangRack(gpus, row) : tensorrtRack(gpus, row);
}

function tensorrtRack(gpus: number, {isl, clientConcurrency = 0}: MeasuredRow): Correction | undefined {
  const found = tensorrt.find(
    (each) => each.isl === isl && each.gpus === gpus && each.users.includes(clientConcurrency)
  );
  if (!found) return undefined;
  const {prefillWorkers, attentionDp, decodeWorkers, decodeGpus, seats, nextn} = found;
  const group = attentionDp ? attentionGroup : expertGroup;
  const pools = {prefill: group(4), prefillWorkers, decode: group(decodeGpus), decodeWorkers};
  return {pools, poolLimits: {decode: {maxSequences: seats}}, ...(nextn ? {nextn} : {})};
}

/** Nodes of 4: prompts of 1k have 3 prefill workers of 2 nodes and 12 nodes that decode, longer ones 6 and 6. */
function sglangRack(gpus: number, {isl}: MeasuredRow): Correction | undefined {
  if (gpus !== 72) return undefined;
  const long = isl > 1024;
  return {
    pools: {
      prefill: attentionGroup(8),
      prefillWorkers: long ? 6 : 3,
      decode: attentionGroup(long ? 24 : 48),
      decodeWorkers: 1
    },
    early: true
  };
}
