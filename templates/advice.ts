/** What to change first when a deployment does not do what was predicted, with the names its engine has for it. */
import type {Backend} from "../engine/schema.js";
import type {DeploymentPlan} from "./plan.js";

/** Names of the settings that matter most. */
const names: Record<Backend, {memory: string; batch: string; tokens: string}> = {
  trtllm: {memory: "kv_cache_config.free_gpu_memory_fraction", batch: "max_batch_size", tokens: "max_num_tokens"},
  sglang: {memory: "--mem-fraction-static", batch: "--max-running-requests", tokens: "--chunked-prefill-size"},
  vllm: {memory: "--gpu-memory-utilization", batch: "--max-num-seqs", tokens: "--max-num-batched-tokens"}
};

/** Sentences, the likeliest first. */
export function adviceFor({engine, mode, roles}: DeploymentPlan): string[] {
  const {memory, batch, tokens} = names[engine.backend];
  const hasMtp = roles.some(({nextn}) => nextn > 0);
  return [
    `It runs out of memory while loading: lower \`${memory}\` by 0.05; after that \`${batch}\`.`,
    `TPOT is above what was predicted: see in the engine's log how many requests run at once; lower \`${batch}\`.`,
    ...(mode === "disagg"
      ? [
          "TTFT is above what was predicted: requests queue before prefill; give one more worker to prefill, or send less.",
          "Decode workers stand idle: prefill or the KV transfer holds them up; look at the network between the two."
        ]
      : [`TTFT is above what was predicted: prompts wait for decode steps; raise \`${tokens}\`, or send less.`]),
    ...(hasMtp
      ? ["The engine's log says fewer accepted draft tokens than planned: TPOT is longer in proportion."]
      : []),
    `Throughput is below what was predicted while TPOT is right: too few requests are in flight; send more, up to \`${batch}\`.`
  ];
}
