/** TensorRT-LLM: a YAML file, and few flags. Source: generator.md §§1, 4, 5.3, 5.4, 8. */
import {InputError} from "../../engine/errors.js";
import type {ServingChoices} from "../../engine/models/serving.js";
import type {Parallel} from "../../engine/result.js";
import type {Arg, JsonObject, Launch, Limits, MultiNode} from "../plan.js";
import {trtllmRow} from "../versions.js";
import type {TrtllmRow} from "../versions.js";
import {arg, switchArg} from "./args.js";
import {
  batchReason,
  checkBudget,
  defaultBlockTokens,
  graphReason,
  graphSizes,
  marginTokens,
  maxSeqTokens,
  promptTokens,
  roundUp,
  smallMarginTokens,
  tokensPerRequest
} from "./limits.js";
import {freeShare} from "./memory-share.js";
import type {EngineWriter, RoleContext, RoleDecision} from "./role.js";

function checkParallel({tp, dp, moeTp, moeEp, cp}: Parallel, isMoe: boolean, serving: ServingChoices): void {
  if (cp > 1) throw new InputError(`invalid cp: ${cp}; context parallelism on TensorRT-LLM is not known here, use 1`);
  if (dp > 1 && !isMoe)
    throw new InputError(`invalid dp: ${dp}; TensorRT-LLM shares attention out for MoE models only, use more workers`);
  if (dp > 1 && tp > 1)
    throw new InputError(
      `invalid tp ${tp} with dp ${dp}; attention DP of TensorRT-LLM spans all of tensor_parallel_size, use tp 1 or dp 1`
    );
  if (isMoe && moeTp * moeEp !== tp * dp)
    throw new InputError(`invalid moeTp ${moeTp}, moeEp ${moeEp}; their product must be tp · dp = ${tp * dp}`);
  if (serving.wideEp && (dp === 1 || moeEp !== dp))
    throw new InputError(`invalid wide EP: dp ${dp}, moeEp ${moeEp}; needs attention DP with as many expert ranks`);
}

function decide(context: RoleContext): RoleDecision {
  const {role, settings, notes, parallel, model, serving} = context;
  const {row} = trtllmRow(context.version);
  notes.warn(...row.doubts.filter((doubt) => role !== "agg" || !doubt.includes("transceiver")));
  const because = <Value>(path: string, set: Value | undefined, value: Value, reason: string) =>
    notes.choose(`${role}.${path}`, set, value, reason);
  refuseForeign(context);
  const blockTokens = blocksOf(context, row);
  const limits = decideLimits(context);
  const chunkedPrefill = because(
    "chunkedPrefill",
    settings.chunked_prefill,
    false,
    "every planned prompt fits one step"
  );
  checkBudget(context, limits.maxTokens, limits.maxBatch, chunkedPrefill);
  const decision: Omit<RoleDecision, "launch" | "engineConfig" | "engineConfigFile"> = {
    limits,
    kvCache: {
      dtype: context.kvDtype,
      engine: because("kvCache.engine", undefined, kvSpelling(context.kvDtype), "16 bit is auto; the rest as typed"),
      blockTokens
    },
    graphSizes: graphsOf(context, row, limits.maxBatch),
    prefixCaching: because(
      "prefixCaching",
      settings.prefix_caching,
      context.workload.prefix > 0,
      context.workload.prefix > 0 ? "prompts share a prefix" : "no prefix was planned for"
    ),
    chunkedPrefill,
    memoryFraction: because(
      "memoryFraction",
      settings.memory_fraction,
      freeShare(context),
      "of what is free after weights; 0.8, or what the modelled KV needs"
    ),
    expertParallel: {
      ep: because("expertParallel.ep", undefined, parallel.moeEp, "as chosen"),
      attentionDp: because("expertParallel.attentionDp", undefined, parallel.dp > 1, "on when attention is shared out"),
      wideEp: serving.wideEp === true,
      moeBackend: model.isMoe ? moeBackend(context, row) : null,
      allToAll: null
    },
    overlapScheduler: because(
      "overlapScheduler",
      settings.overlap_scheduler,
      role !== "prefill",
      role === "prefill" ? "prefill workers of TensorRT-LLM run without it" : "on where tokens are generated"
    )
  };
  if (role === "prefill" && decision.overlapScheduler)
    notes.warn("overlap scheduling on prefill workers of TensorRT-LLM was not proved");
  return {
    ...decision,
    engineConfig: engineConfig(context, row, decision),
    engineConfigFile: `${role}_config.yaml`,
    launch: launches(context, row, limits)
  };
}

function refuseForeign({settings}: RoleContext): void {
  const refused = (["chunk_tokens", "all_to_all", "attention_backend"] as const).find(
    (key) => settings[key] !== undefined
  );
  if (refused) throw new InputError(`invalid key: ${refused}; not for TensorRT-LLM`);
  if (settings.quantization !== undefined)
    throw new InputError(
      "invalid key: quantization; TensorRT-LLM takes a checkpoint that is quantised, set model_path"
    );
}

function blocksOf({role, settings, notes, version}: RoleContext, row: TrtllmRow): number | null {
  const set = settings.block_tokens;
  if (set !== undefined && !row.blockTokens)
    throw new InputError(
      `invalid ${role}.block_tokens: ${set}; TensorRT-LLM ${version} has blocks of ${defaultBlockTokens} tokens`
    );
  if (set !== undefined && (set & (set - 1)) !== 0)
    throw new InputError(`invalid ${role}.block_tokens: ${set}; must be a power of two`);
  return notes.choose(
    `${role}.kvCache.blockTokens`,
    set,
    row.blockTokens ? defaultBlockTokens : null,
    row.blockTokens ? "TensorRT-LLM's default, the same on all roles" : "this release knows no such key; blocks hold 32"
  );
}

function decideLimits(context: RoleContext): Limits {
  const {role, settings, notes, rules} = context;
  const path = (name: string) => `${role}.limits.${name}`;
  const maxBatch = notes.choose(
    path("maxBatch"),
    settings.max_batch_size,
    context.batchPerRank,
    batchReason(context, false)
  );
  const maxTokens = notes.choose(path("maxTokens"), settings.max_num_tokens, ...stepTokens(context, maxBatch));
  const maxSeq = maxSeqTokens(context);
  return {
    maxBatch,
    maxTokens,
    maxSeqTokens: maxSeq,
    transferBufferTokens:
      role === "agg" ? refuseBuffer(settings.transfer_buffer_tokens) : bufferTokens(context, maxSeq),
    chunkTokens: null
  };

  function bufferTokens({workload}: RoleContext, longest: number): number {
    const wanted = rules === "compatible" ? workload.isl + workload.osl + smallMarginTokens : longest;
    const set = settings.transfer_buffer_tokens;
    if (set !== undefined && set < workload.isl)
      throw new InputError(
        `invalid ${role}.transfer_buffer_tokens: ${set}; must hold a prompt of ${workload.isl} tokens`
      );
    const reason = "the longest sequence, in whole blocks";
    return notes.choose(path("transferBufferTokens"), set, roundUp(wanted, defaultBlockTokens), reason);
  }
}

function refuseBuffer(set: number | undefined): null {
  if (set === undefined) return null;
  throw new InputError(`invalid transfer_buffer_tokens: ${set}; aggregated workers transfer nothing`);
}

function stepTokens(context: RoleContext, maxBatch: number): [number, string] {
  const margin = context.rules === "benchmark" ? marginTokens : smallMarginTokens;
  const decoding = maxBatch * tokensPerRequest(context);
  const blocks = (tokens: number) => roundUp(tokens, defaultBlockTokens);
  switch (context.role) {
    case "prefill":
      return [
        blocks(Math.max(promptTokens(context) + margin, maxBatch)),
        `all prompts of the modelled batch and ${margin}, in whole blocks`
      ];
    case "decode":
      return [blocks(decoding), "a full batch with its drafts, in whole blocks"];
    case "agg":
      return [
        blocks(decoding + promptTokens(context) + margin),
        `a full batch with its drafts, a prompt and ${margin}, in whole blocks`
      ];
  }
}

function graphsOf(context: RoleContext, row: TrtllmRow, maxBatch: number): number[] | null {
  const {role, settings, notes} = context;
  const has = row.graphPaddingKey !== undefined;
  if (settings.graph_sizes && !has)
    throw new InputError("invalid key: graph_sizes; TensorRT-LLM 0.20 has no key for it");
  if (!has || (role === "prefill" && !settings.graph_sizes)) return null;
  return notes.choose(`${role}.graphSizes`, settings.graph_sizes, graphSizes(context, maxBatch), graphReason(context));
}

function kvSpelling(dtype: string): string {
  return dtype === "bfloat16" || dtype === "float16" ? "auto" : dtype;
}

/** smVersion of the first Blackwell. */
const blackwellSmVersion = 100;

function moeBackend({role, settings, serving, system, model, notes}: RoleContext, row: TrtllmRow): string | null {
  const path = `${role}.expertParallel.moeBackend`;
  if (row.moeDefault === undefined) return null;
  const set = settings.moe_backend ?? serving.moeBackend?.replace("CUTE_DSL", "CUTEDSL");
  const chosen = set ?? (serving.wideEp ? "WIDEEP" : undefined);
  if (chosen === "TRTLLM" && system.smVersion < blackwellSmVersion)
    throw new InputError(`invalid ${role}.moe_backend: TRTLLM; its kernels need Blackwell, ${system.id} has none`);
  if (chosen === "WIDEEP") notes.warn("WIDEEP of TensorRT-LLM has requirements of its own that were not proved here");
  if (chosen !== undefined)
    return notes.because(path, chosen, settings.moe_backend !== undefined ? "set by the user" : "as modelled");
  if (row.moeDefault === "AUTO") return notes.because(path, "AUTO", "the engine's default picks by GPU and type");
  const fp4 = /nvfp4|mxfp4/.test(model.weights) && system.smVersion >= blackwellSmVersion;
  return notes.because(
    path,
    fp4 ? "TRTLLM" : "CUTLASS",
    "this release has no AUTO; Blackwell recipes for FP4 use TRTLLM"
  );
}

function engineConfig(
  context: RoleContext,
  row: TrtllmRow,
  decision: Omit<RoleDecision, "launch" | "engineConfig" | "engineConfigFile">
): JsonObject {
  const {parallel, model, nodesPerWorker, gpusPerPod} = context;
  const {limits, expertParallel} = decision;
  return {
    backend: "pytorch",
    tensor_parallel_size: parallel.tp * parallel.dp,
    pipeline_parallel_size: parallel.pp,
    ...(model.isMoe && {
      moe_expert_parallel_size: parallel.moeEp,
      moe_tensor_parallel_size: parallel.moeTp
    }),
    enable_attention_dp: expertParallel.attentionDp,
    ...(nodesPerWorker > 1 && {gpus_per_node: gpusPerPod}),
    max_batch_size: limits.maxBatch,
    max_num_tokens: limits.maxTokens,
    max_seq_len: limits.maxSeqTokens,
    enable_chunked_prefill: decision.chunkedPrefill,
    ...(model.trustRemoteCode && {trust_remote_code: true}),
    ...(row.overlapKey && {disable_overlap_scheduler: !decision.overlapScheduler}),
    ...kvConfig(context, row, decision),
    ...(row.graphPaddingKey !== undefined && graphConfig(row.graphPaddingKey, decision.graphSizes)),
    ...(expertParallel.moeBackend !== null && {moe_config: moeConfig(context, expertParallel.moeBackend)}),
    ...(limits.transferBufferTokens !== null && {
      cache_transceiver_config: transceiver(context, row, limits.transferBufferTokens)
    }),
    ...(model.nextn > 0 && {speculative_config: {decoding_type: "MTP", [row.draftKey]: model.nextn}})
  };
}

function kvConfig(
  {settings, notes, version}: RoleContext,
  row: TrtllmRow,
  {kvCache, memoryFraction, prefixCaching}: Pick<RoleDecision, "kvCache" | "memoryFraction" | "prefixCaching">
): JsonObject {
  if (row.kvDtypeKey === undefined && kvCache.engine !== "auto") {
    if (settings.kv_cache_dtype !== undefined)
      throw new InputError(`invalid kv_cache_dtype: ${kvCache.dtype}; TensorRT-LLM ${version} has no known key for it`);
    notes.warn(`TensorRT-LLM ${version} has no known key for KV of type ${kvCache.dtype}: it takes the checkpoint's`);
  }
  return {
    ...(row.kvDtypeKey === "kv_cache_dtype" && {kv_cache_dtype: kvCache.engine}),
    kv_cache_config: {
      ...(row.kvDtypeKey === "kv_cache_config.dtype" && {dtype: kvCache.engine}),
      ...(kvCache.blockTokens !== null && {tokens_per_block: kvCache.blockTokens}),
      ...(memoryFraction !== null && {free_gpu_memory_fraction: memoryFraction}),
      enable_block_reuse: prefixCaching
    }
  };
}

function graphConfig(paddingKey: string, sizes: number[] | null): JsonObject {
  return sizes === null ? {} : {cuda_graph_config: {[paddingKey]: true, batch_sizes: sizes}};
}

function moeConfig({serving, config, settings, notes}: RoleContext, backend: string): JsonObject {
  if (backend !== "WIDEEP" || !(settings.eplb ?? serving.eplb)) {
    if (settings.eplb)
      throw new InputError("invalid eplb: true; TensorRT-LLM balances experts with moe_backend WIDEEP only");
    return {backend};
  }
  notes.warn("the load balancer of TensorRT-LLM's wide EP was not proved");
  return {backend, load_balancer: {num_slots: serving.wideEpSlots ?? config.experts, layer_updates_per_iter: 1}};
}

function transceiver({transferBackend, notes}: RoleContext, row: TrtllmRow, tokens: number): JsonObject {
  if (row.transceiver !== "max_num_tokens")
    return {backend: transferBackend ?? row.transceiver, max_tokens_in_buffer: tokens};
  notes.warn("KV transfer of TensorRT-LLM 0.20 was not proved");
  return {max_num_tokens: tokens};
}

function launches(context: RoleContext, row: TrtllmRow, limits: Limits): RoleDecision["launch"] {
  const {role, model, router, dynamo, configFolder, notes} = context;
  const config = `${configFolder}/${role}_config.yaml`;
  if (!row.servedNameFlag && model.servedName !== model.path)
    notes.warn("trtllm-serve of this release has no flag for the served name: it serves under the model's path");
  const common: Omit<Launch, "command" | "args"> = {
    portFlags: [],
    portEnv: [],
    portJson: [],
    multiNode: multiNode(context)
  };
  const plain: Launch = {
    ...common,
    command: ["trtllm-serve", "serve", model.path],
    args: [
      arg("--backend", "pytorch"),
      arg("--host", "0.0.0.0"),
      ...(row.servedNameFlag ? [arg("--served_model_name", model.servedName)] : []),
      ...switchArg("--trust_remote_code", model.trustRemoteCode),
      arg(row.configFlag, config)
    ],
    portFlags: [{flag: "--port", port: "http"}]
  };
  const publishes = router === "kv" && role !== "decode";
  const worker: Launch = {
    ...common,
    command: ["python3", "-m", "dynamo.trtllm", "--model-path", model.path],
    args: [
      arg("--served-model-name", model.servedName),
      arg("--extra-engine-args", config),
      ...(role === "agg" ? [] : [arg("--disaggregation-mode", role)]),
      ...(row.limitsAsFlags ? limitArgs(limits) : []),
      ...switchArg(dynamo.kvEventsFlag, publishes)
    ],
    portEnv: [{name: "DYN_SYSTEM_PORT", port: "system"}]
  };
  return {plain, dynamo: worker};
}

function limitArgs({maxBatch, maxTokens, maxSeqTokens}: Limits): Arg[] {
  return [arg("--max-batch-size", maxBatch), arg("--max-num-tokens", maxTokens), arg("--max-seq-len", maxSeqTokens)];
}

/** One MPI job over all nodes, a rank a GPU. */
function multiNode({nodesPerWorker, gpusPerWorker, gpusPerPod}: RoleContext): MultiNode | null {
  if (nodesPerWorker === 1) return null;
  return {
    method: "mpi",
    everyNode: [],
    leader: [],
    followers: [],
    followersServe: false,
    ranks: gpusPerWorker,
    ranksPerNode: gpusPerPod
  };
}

export const trtllm: EngineWriter = {
  checkParallel,
  decide,
  transferBackend: (version) => {
    const {transceiver} = trtllmRow(version).row;
    return transceiver === "max_num_tokens" ? "DEFAULT" : transceiver;
  },
  services: {agg: "TRTLLMWorker", prefill: "TRTLLMPrefillWorker", decode: "TRTLLMDecodeWorker"}
};
