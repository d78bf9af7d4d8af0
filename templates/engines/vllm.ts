/** vLLM: everything is a flag. Source: generator.md §§1, 4, 5.1, 5.4, 8. */
import {InputError} from "../../engine/errors.js";
import type {Parallel} from "../../engine/result.js";
import type {Arg, Launch, Limits, MultiNode} from "../plan.js";
import {flagJson, oneLine} from "../quote.js";
import {vllmRow} from "../versions.js";
import type {VllmRow} from "../versions.js";
import {arg, switchArg, toggled} from "./args.js";
import {
  batchOf,
  batchReason,
  checkBudget,
  marginTokens,
  maxSeqTokens,
  promptTokens,
  tokensPerRequest
} from "./limits.js";
import {totalShare} from "./memory-share.js";
import {coordinatorPort, vllmRpcPortOffset} from "../ports.js";
import type {EngineWriter, RoleContext, RoleDecision} from "./role.js";

/** Least tokens of a step on decode workers, where a prompt is computed again when its transfer fails. */
const leastDecodeTokens = 512;

function checkParallel({tp, dp, moeTp, moeEp, cp}: Parallel, isMoe: boolean): void {
  if (cp > 1) throw new InputError(`invalid cp: ${cp}; context parallelism on vLLM is not known here, use 1`);
  if (isMoe && moeEp > 1 && moeEp !== tp * dp)
    throw new InputError(
      `invalid moeEp: ${moeEp}; vLLM spreads experts over all tp · dp = ${tp * dp} ranks or none, use ${tp * dp} or 1`
    );
  if (isMoe && moeTp * moeEp !== tp * dp)
    throw new InputError(`invalid moeTp ${moeTp}, moeEp ${moeEp}; their product must be tp · dp = ${tp * dp}`);
}

function decide(context: RoleContext): RoleDecision {
  const {role, settings, notes, parallel, model} = context;
  const {row} = vllmRow(context.version);
  const because = <Value>(path: string, set: Value | undefined, value: Value, reason: string) =>
    notes.choose(`${role}.${path}`, set, value, reason);
  const limits = decideLimits(context);
  const chunkedPrefill = because("chunkedPrefill", settings.chunked_prefill, true, "vLLM's default");
  if (!chunkedPrefill && limits.maxTokens < limits.maxSeqTokens)
    throw new InputError(
      `invalid ${role}.chunked_prefill: false; vLLM then needs max_num_tokens ${limits.maxTokens} of at least max_seq_len ${limits.maxSeqTokens}`
    );
  checkBudget(context, limits.maxTokens, limits.maxBatch, chunkedPrefill);
  const benchmarked = context.rules === "benchmark" && role !== "prefill";
  const decision: Omit<RoleDecision, "launch"> = {
    limits,
    kvCache: {
      dtype: context.kvDtype,
      engine: because(
        "kvCache.engine",
        undefined,
        kvSpelling(context.kvDtype),
        "16 bit is vLLM's auto; the rest as typed"
      ),
      blockTokens: because(
        "kvCache.blockTokens",
        settings.block_tokens,
        context.config.family === "DEEPSEEKV4" ? 256 : null,
        context.config.family === "DEEPSEEKV4" ? "DeepSeek-V4 needs 256" : "left to the attention backend"
      )
    },
    graphSizes: because(
      "graphSizes",
      settings.graph_sizes,
      benchmarked ? Array.from({length: limits.maxBatch}, (_, i) => i + 1) : null,
      benchmarked ? "every batch up to the largest" : "vLLM's own, which follow its limits"
    ),
    prefixCaching: because("prefixCaching", settings.prefix_caching, true, "vLLM's default"),
    chunkedPrefill,
    memoryFraction: because(
      "memoryFraction",
      settings.memory_fraction,
      totalShare(context),
      "0.9, or what the modelled memory needs; the default became 0.92 with 0.20, so it is always written"
    ),
    expertParallel: {
      ep: because("expertParallel.ep", undefined, parallel.moeEp, "experts over all ranks or none"),
      attentionDp: model.isMoe && parallel.dp > 1,
      wideEp: false,
      moeBackend: because("expertParallel.moeBackend", settings.moe_backend, null, "vLLM's choice"),
      allToAll: because("expertParallel.allToAll", settings.all_to_all, null, "vLLM's choice")
    },
    overlapScheduler: null,
    engineConfig: null,
    engineConfigFile: null
  };
  if (settings.all_to_all !== undefined || settings.moe_backend !== undefined)
    notes.warn("which expert kernels and transports of vLLM go together on which GPU was not proved");
  if (context.transferBackend !== undefined && context.transferBackend !== "NixlConnector")
    notes.warn(`KV transfer of vLLM by ${oneLine(context.transferBackend)} was not proved`);
  if (settings.transfer_buffer_tokens !== undefined)
    throw new InputError("invalid key: transfer_buffer_tokens; only TensorRT-LLM has a buffer of that kind");
  if (settings.chunk_tokens !== undefined)
    throw new InputError("invalid key: chunk_tokens; only SGLang has it, set max_num_tokens for vLLM");
  const refused = (["overlap_scheduler", "attention_backend"] as const).find((key) => settings[key] !== undefined);
  if (refused) throw new InputError(`invalid key: ${refused}; not for vLLM`);
  const args = engineArgs(context, row, decision);
  return {...decision, launch: launches(context, row, args)};
}

function decideLimits(context: RoleContext): Limits {
  const {role, settings, notes} = context;
  const path = (name: string) => `${role}.limits.${name}`;
  const maxBatch = notes.choose(
    path("maxBatch"),
    settings.max_batch_size,
    batchOf(context, true),
    batchReason(context, true)
  );
  return {
    maxBatch,
    maxTokens: notes.choose(path("maxTokens"), settings.max_num_tokens, ...stepTokens(context, maxBatch)),
    maxSeqTokens: maxSeqTokens(context),
    transferBufferTokens: null,
    chunkTokens: null
  };
}

function stepTokens(context: RoleContext, maxBatch: number): [number, string] {
  const decoding = maxBatch * tokensPerRequest(context);
  switch (context.role) {
    case "prefill":
      return [
        Math.max(promptTokens(context) + marginTokens, maxBatch),
        "all prompts of the modelled batch and 1500, or they could never run together"
      ];
    case "decode":
      return [Math.max(decoding, leastDecodeTokens), "a full batch with its drafts, at least 512"];
    case "agg":
      return [decoding + promptTokens(context) + marginTokens, "a full batch with its drafts, a prompt and 1500"];
  }
}

function kvSpelling(dtype: string): string {
  return dtype === "bfloat16" ? "auto" : dtype;
}

function engineArgs(context: RoleContext, row: VllmRow, decision: Omit<RoleDecision, "launch">): Arg[] {
  const {parallel, model, settings, rules} = context;
  const {limits, kvCache, expertParallel} = decision;
  const writesEp = model.isMoe && parallel.moeEp > 1;
  const prefix = decision.prefixCaching;
  return [
    arg("--served-model-name", model.servedName),
    ...switchArg("--trust-remote-code", model.trustRemoteCode),
    arg("--tensor-parallel-size", parallel.tp),
    ...(parallel.pp > 1 ? [arg("--pipeline-parallel-size", parallel.pp)] : []),
    ...(parallel.dp > 1 ? [arg("--data-parallel-size", parallel.dp)] : []),
    ...switchArg("--enable-expert-parallel", writesEp),
    ...(context.nodesPerWorker > 1 && row.spansNodesBy === "ray" && parallel.dp === 1
      ? [arg("--distributed-executor-backend", "ray")]
      : []),
    arg("--kv-cache-dtype", kvCache.engine),
    ...(kvCache.blockTokens !== null ? [arg("--block-size", kvCache.blockTokens)] : []),
    arg("--max-model-len", limits.maxSeqTokens),
    arg("--max-num-seqs", limits.maxBatch),
    arg("--max-num-batched-tokens", limits.maxTokens),
    ...(decision.memoryFraction !== null && !(rules === "compatible" && settings.memory_fraction === undefined)
      ? [arg("--gpu-memory-utilization", decision.memoryFraction)]
      : []),
    ...(context.quantization !== null ? [arg("--quantization", context.quantization)] : []),
    ...toggled("enable-prefix-caching", settings.prefix_caching ?? (prefix ? undefined : false)),
    ...toggled("enable-chunked-prefill", settings.chunked_prefill),
    ...(decision.graphSizes ? [arg(row.graphFlag, ...decision.graphSizes)] : []),
    ...(model.nextn > 0 ? [speculative(context, row)] : []),
    ...(expertParallel.allToAll !== null ? [arg("--all2all-backend", expertParallel.allToAll)] : []),
    ...(expertParallel.moeBackend !== null ? [arg("--moe-backend", expertParallel.moeBackend)] : []),
    ...switchArg("--enable-eplb", settings.eplb ?? false),
    ...(context.role !== "agg" ? [transferConfig(context)] : [])
  ];
}

function speculative({config, model, version}: RoleContext, row: VllmRow): Arg {
  if (row.mtpMethod === "deepseek_mtp" && !config.family.startsWith("DEEPSEEK"))
    throw new InputError(`invalid nextn: ${model.nextn}; vLLM ${version} drafts for DeepSeek models only, use 0`);
  return arg("--speculative-config", flagJson({method: row.mtpMethod, num_speculative_tokens: model.nextn}));
}

function transferConfig({transferBackend = "NixlConnector"}: RoleContext): Arg {
  return arg("--kv-transfer-config", flagJson({kv_connector: transferBackend, kv_role: "kv_both"}));
}

function launches(context: RoleContext, row: VllmRow, args: Arg[]): RoleDecision["launch"] {
  const {role, model, router} = context;
  const usesNixl = role !== "agg";
  const sideChannel = {name: "VLLM_NIXL_SIDE_CHANNEL_PORT", port: "sideChannel"} as const;
  const plain: Launch = {
    command: ["vllm", "serve", model.path],
    args: [...args, arg("--host", "0.0.0.0")],
    portFlags: [{flag: "--port", port: "http"}],
    portEnv: usesNixl ? [sideChannel] : [],
    portJson: [],
    multiNode: multiNode(context, row, false)
  };
  const dynamo: Launch = {
    command: ["python3", "-m", "dynamo.vllm", "--model", model.path],
    args: [...args, ...roleArgs(context)],
    portFlags: [],
    portEnv: [
      {name: "DYN_SYSTEM_PORT", port: "system"},
      {name: "DYN_VLLM_KV_EVENT_PORT", port: "kvEvents"},
      sideChannel
    ],
    portJson:
      router === "kv" && role !== "decode" ? [{flag: "--kv-events-config", template: kvEvents, port: "kvEvents"}] : [],
    multiNode: multiNode(context, row, true)
  };
  return {plain, dynamo};
}

const kvEvents = '{"publisher":"zmq","topic":"kv-events","endpoint":"tcp://*:{port}","enable_kv_cache_events":true}';

/** How a Dynamo worker learns its role. Source: generator.md §5.4. */
function roleArgs({role, dynamo}: RoleContext): Arg[] {
  if (role === "agg") return [];
  const connector = dynamo.connectorNone ? [arg("--connector", "none")] : [];
  if (dynamo.vllmRole === "--disaggregation-mode") return [arg("--disaggregation-mode", role), ...connector];
  return [...switchArg("--is-prefill-worker", role === "prefill"), ...connector];
}

function multiNode(context: RoleContext, row: VllmRow, underDynamo: boolean): MultiNode | null {
  const {parallel, nodesPerWorker: nodes, gpusPerWorker, gpusPerPod} = context;
  if (nodes === 1) return null;
  const common = {ranks: gpusPerWorker, ranksPerNode: gpusPerPod};
  if (parallel.dp > 1) return {...dataParallelNodes(context, underDynamo), ...common};
  const followers = [{flag: "--headless", values: []}];
  if (row.spansNodesBy === "ray")
    return {method: "ray", everyNode: [], leader: [], followers: [], followersServe: false, ...common};
  return {
    method: "flags",
    everyNode: [
      arg("--nnodes", nodes),
      {flag: "--node-rank", values: [{late: "nodeRank", times: 1}]},
      {flag: "--master-addr", values: [{late: "leaderAddress"}]},
      arg("--master-port", coordinatorPort)
    ],
    leader: [],
    followers,
    followersServe: false,
    ...common
  };
}

/** Attention-DP ranks are shared out over nodes; each lies on one. Under Dynamo every node serves its own ranks. */
function dataParallelNodes(
  {parallel: {tp, pp, dp}, gpusPerPod, nodesPerWorker}: RoleContext,
  underDynamo: boolean
): Omit<MultiNode, "ranks" | "ranksPerNode"> {
  const local = gpusPerPod / (tp * pp);
  if (!Number.isInteger(local) || dp % nodesPerWorker !== 0)
    throw new InputError(
      `impossible split: ${dp} attention-DP ranks of ${tp * pp} GPUs over ${nodesPerWorker} nodes; vLLM keeps a rank on one node, so tp · pp must divide the ${gpusPerPod} GPUs of each`
    );
  return {
    method: "flags",
    everyNode: [
      arg("--data-parallel-size-local", local),
      {flag: "--data-parallel-start-rank", values: [{late: "nodeRank", times: local}]},
      {flag: "--data-parallel-address", values: [{late: "leaderAddress"}]},
      arg("--data-parallel-rpc-port", coordinatorPort + vllmRpcPortOffset),
      ...switchArg("--data-parallel-hybrid-lb", underDynamo)
    ],
    leader: [],
    followers: underDynamo ? [] : [{flag: "--headless", values: []}],
    followersServe: underDynamo
  };
}

export const vllm: EngineWriter = {
  checkParallel,
  decide,
  transferBackend: () => "NixlConnector",
  services: {agg: "VllmWorker", prefill: "VllmPrefillWorker", decode: "VllmDecodeWorker"}
};
