import {allReduceLatency, ncclLatency} from "./collective.js";
import type {Latency, Platform} from "./table.js";
import type {Kernel, MoeDispatch} from "./op.js";

const none: Latency = () => 0;

/** What the backend communicates before and after the experts, by how attention is sharded. Source: method.md §6.7. */
export function moeDispatchKernel(platform: Platform, op: MoeDispatch): Kernel {
  const {hidden, moeTp, moeEp, dp, cp, side, phase} = op;
  const gpus = moeTp * moeEp;
  const attentionGpus = Math.floor(gpus / dp);
  const gathers = side === "pre";
  const nccl = (operation: "all_gather" | "reduce_scatter", over: number) =>
    ncclLatency(platform, operation, over, "half");
  const overRanks = () => nccl(gathers ? "all_gather" : "reduce_scatter", gpus);
  const allReduce = () => allReduceLatency(platform, gpus);
  const perRank =
    (latency: Latency): Kernel =>
    (tokens) =>
      latency(tokens * hidden, 0, 0, 0);
  const allRanks =
    (latency: Latency, share = 1): Kernel =>
    (tokens) =>
      latency(tokens * hidden * dp * share, 0, 0, 0);

  switch (platform.backend) {
    case "trtllm": {
      if (platform.system.smVersion === 100 && dp > 1) return allRanks(overRanks(), gathers ? dispatchShare(op) : 1);
      if (attentionGpus > 1) return perRank(allReduce());
      return dp > 1 ? allRanks(overRanks()) : perRank(none);
    }
    case "vllm": {
      const within = perRank(attentionGpus > 1 ? allReduce() : none);
      const between = allRanks(dp > 1 ? overRanks() : none);
      return (...step) => within(...step) + between(...step);
    }
    case "sglang": {
      if (attentionGpus > 1 && dp > 1) {
        const within = perRank(nccl(gathers ? "reduce_scatter" : "all_gather", attentionGpus));
        const between = allRanks(overRanks());
        return (...step) => within(...step) + between(...step);
      }
      if (cp > 1) {
        if (phase === "prefill") return perRank(overRanks());
        return perRank(gathers ? none : allReduce());
      }
      if (attentionGpus > 1) return perRank(allReduce());
      return dp > 1 ? allRanks(overRanks()) : perRank(none);
    }
  }
}

/** Blackwell sends activations quantised: payload and, for nvfp4, scale factors, as a share of bf16 elements. */
function dispatchShare({quant}: MoeDispatch): number {
  switch (quant) {
    case "nvfp4":
      return 1 / 4 + 1 / 32;
    case "fp8":
    case "fp8_block":
      return 1 / 2;
    default:
      return 1;
  }
}
