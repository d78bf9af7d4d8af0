/** SGLang: everything is a flag, and sizes are of the whole worker. Source: generator.md §§1, 4, 5.2, 5.4, 8. */
import {InputError} from "../../engine/errors.js";
import {expertMode} from "../../engine/models/serving.js";
import type {ExpertMode, ServingChoices} from "../../engine/models/serving.js";
import type {Parallel} from "../../engine/result.js";
import type {Arg, Launch, Limits, MultiNode} from "../plan.js";
import {coordinatorPort} from "../ports.js";
import {sglangRow} from "../versions.js";
import type {SglangRow} from "../versions.js";
import {arg, switchArg} from "./args.js";
import {
  batchOf,
  batchReason,
  checkBudget,
  graphReason,
  graphSizes,
  marginTokens,
  maxSeqTokens,
  promptTokens,
  roundUp
} from "./limits.js";
import type {EngineWriter, RoleContext, RoleDecision} from "./role.js";

/** Chunks must be whole pages; no page of any attention kernel is larger. */
const chunkStep = 128;

function checkParallel({tp, dp, moeTp, moeEp, cp}: Parallel, isMoe: boolean, serving: ServingChoices): void {
  if (cp > 1)
    throw new InputError(`invalid cp: ${cp}; which flags context parallelism on SGLang takes was not proved, use 1`);
  if (!isMoe && dp > 1)
    throw new InputError(`invalid dp: ${dp}; SGLang shares attention out for MoE models only, use more workers`);
  if (isMoe && moeTp * moeEp !== tp * dp)
    throw new InputError(`invalid moeTp ${moeTp}, moeEp ${moeEp}; their product must be tp · dp = ${tp * dp}`);
  if (isMoe && expertMode({backend: "sglang", ...serving}) !== "standard" && moeEp !== tp * dp)
    throw new InputError(`invalid moeEp: ${moeEp}; DeepEP spreads experts over all ${tp * dp} GPUs of a stage`);
}

function decide(context: RoleContext): RoleDecision {
  const {role, settings, notes, parallel} = context;
  const {row} = sglangRow(context.version);
  const because = <Value>(path: string, set: Value | undefined, value: Value, reason: string) =>
    notes.choose(`${role}.${path}`, set, value, reason);
  refuseForeign(context);
  const limits = decideLimits(context);
  const perRank = Math.floor(limits.maxBatch / parallel.dp);
  const chunk = limits.chunkTokens === null ? Infinity : limits.chunkTokens / parallel.dp;
  if (role !== "decode" && settings.chunked_prefill === false && chunk < context.workload.isl)
    throw new InputError(
      `invalid ${role}.chunked_prefill: false; chunk_tokens holds no prompt of ${context.workload.isl} tokens`
    );
  const mode = expertMode({backend: "sglang", ...context.serving});
  const decision: Omit<RoleDecision, "launch"> = {
    limits,
    kvCache: {
      dtype: context.kvDtype,
      engine: because("kvCache.engine", undefined, kvSpelling(context.kvDtype), "16 bit is auto, fp8 is fp8_e4m3"),
      blockTokens: because("kvCache.blockTokens", settings.block_tokens, null, "left to the attention backend")
    },
    graphSizes:
      role === "prefill" && settings.graph_sizes === undefined
        ? null
        : because("graphSizes", settings.graph_sizes, graphSizes(context, perRank), graphReason(context)),
    prefixCaching: because("prefixCaching", settings.prefix_caching, true, "SGLang's default"),
    chunkedPrefill: because("chunkedPrefill", settings.chunked_prefill, true, "SGLang's default"),
    memoryFraction: because(
      "memoryFraction",
      settings.memory_fraction,
      null,
      "SGLang fits it to the chunk and the graphs"
    ),
    expertParallel: {
      ep: because("expertParallel.ep", undefined, parallel.moeEp, "as chosen"),
      attentionDp: because("expertParallel.attentionDp", undefined, parallel.dp > 1, "on when attention is shared out"),
      wideEp: mode !== "standard",
      moeBackend: because("expertParallel.moeBackend", settings.moe_backend, null, "SGLang's choice"),
      allToAll: because("expertParallel.allToAll", settings.all_to_all, ...transportOf(context, mode))
    },
    overlapScheduler: settings.overlap_scheduler ?? null,
    engineConfig: null,
    engineConfigFile: null
  };
  checkExperts(context, decision);
  if (settings.graph_sizes) checkBudget(context, Infinity, perRank, true);
  return {...decision, launch: launches(context, engineArgs(context, row, decision)), env: envOf(context, decision)};
}

/**
 * How tokens go to experts, and why. Experts that all GPUs share are simulated with DeepEP where they are to be balanced
 * beside shared-out attention.
 */
function transportOf({serving, parallel: {tp, dp, moeEp}}: RoleContext, mode: ExpertMode): [string | null, string] {
  if (mode !== "standard") return [mode, "the chosen transport of experts"];
  const isBalanced = serving.eplb === true && dp > 1 && moeEp === tp * dp;
  return isBalanced ? ["deepep", "simulated so: DeepEP with balanced experts"] : [null, "SGLang's choice"];
}

/** Sequences of a rank that DeepEP keeps room for in decode steps unless told; SGLang's default. */
const dispatchedTokens = 128;

/** Room for all that a rank decodes, drafts included. */
function envOf(
  {batchPerRank, model, role}: RoleContext,
  {expertParallel}: Omit<RoleDecision, "launch">
): Record<string, string> {
  const tokens = batchPerRank * (1 + model.nextn);
  if (expertParallel.allToAll !== "deepep" || role === "prefill" || tokens <= dispatchedTokens) return {};
  return {SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK: String(tokens)};
}

function refuseForeign({settings}: RoleContext): void {
  if (settings.transfer_buffer_tokens !== undefined)
    throw new InputError("invalid key: transfer_buffer_tokens; only TensorRT-LLM has a buffer of that kind");
}

function checkExperts(
  {parallel, role, settings, notes}: RoleContext,
  {expertParallel}: Omit<RoleDecision, "launch">
): void {
  const transport = expertParallel.allToAll;
  if (transport === null && settings.moe_backend === undefined) return;
  if ((transport === "deepep" || transport === "mooncake") && parallel.moeEp !== parallel.tp * parallel.dp)
    throw new InputError(
      `invalid ${role}.all_to_all: ${transport}; it spreads experts over all ${parallel.tp * parallel.dp} GPUs, but ep is ${parallel.moeEp}`
    );
  notes.warn(
    "which expert kernels and transports of SGLang go together (deep_gemm or flashinfer_cutedsl with DeepEP) was not proved"
  );
}

function decideLimits(context: RoleContext): Limits {
  const {role, settings, notes, parallel, rules} = context;
  const path = (name: string) => `${role}.limits.${name}`;
  // The engine shares this out over attention-DP ranks.
  const modelled = context.batchPerRank * parallel.dp;
  const batch = rules === "compatible" ? Math.max(batchOf(context, true), modelled) : modelled;
  const maxBatch = notes.choose(
    path("maxBatch"),
    settings.max_batch_size,
    batch,
    `${batchReason(context, true)}; of all ${parallel.dp} attention-DP ranks together`
  );
  if (maxBatch < parallel.dp)
    throw new InputError(
      `invalid ${role}.max_batch_size: ${maxBatch}; must be at least 1 for each of ${parallel.dp} ranks`
    );
  const prompts = promptTokens(context) + marginTokens;
  const maxTokens = notes.choose(
    path("maxTokens"),
    settings.max_num_tokens,
    prompts,
    "the modelled prompts of a step and 1500"
  );
  if (role !== "decode" && settings.chunked_prefill === false && maxTokens < context.workload.isl)
    throw new InputError(
      `invalid ${role}.max_num_tokens: ${maxTokens}; must hold a prompt of ${context.workload.isl} tokens`
    );
  const writesChunk = role !== "decode" && rules !== "compatible";
  return {
    maxBatch,
    maxTokens,
    maxSeqTokens: maxSeqTokens(context),
    transferBufferTokens: null,
    chunkTokens: notes.choose(
      path("chunkTokens"),
      settings.chunk_tokens,
      writesChunk ? roundUp(maxTokens, chunkStep) * parallel.dp : null,
      writesChunk ? "the step's prompts in one chunk; the engine shares it out over attention-DP ranks" : "SGLang's own"
    )
  };
}

function kvSpelling(dtype: string): string {
  if (dtype === "bfloat16") return "auto";
  return dtype === "fp8" ? "fp8_e4m3" : dtype;
}

function engineArgs(context: RoleContext, row: SglangRow, decision: Omit<RoleDecision, "launch">): Arg[] {
  const {role, parallel, model, settings, serving} = context;
  const {limits, kvCache, expertParallel} = decision;
  const attention = settings.attention_backend ?? serving.attentionBackend;
  // Mixed steps and drafts exclude each other.
  const mixes = role === "agg" && model.nextn === 0 && settings.chunked_prefill !== false;
  return [
    arg("--served-model-name", model.servedName),
    arg("--host", "0.0.0.0"),
    ...switchArg("--trust-remote-code", model.trustRemoteCode),
    arg("--tensor-parallel-size", parallel.tp * parallel.dp),
    ...(parallel.pp > 1 ? [arg("--pipeline-parallel-size", parallel.pp)] : []),
    ...(parallel.dp > 1 ? [arg("--data-parallel-size", parallel.dp)] : []),
    ...switchArg("--enable-dp-attention", expertParallel.attentionDp),
    ...(model.isMoe && parallel.moeEp > 1 ? [arg("--expert-parallel-size", parallel.moeEp)] : []),
    arg("--kv-cache-dtype", kvCache.engine),
    ...(kvCache.blockTokens !== null ? [arg("--page-size", kvCache.blockTokens)] : []),
    arg("--context-length", limits.maxSeqTokens),
    arg("--max-running-requests", limits.maxBatch),
    arg("--max-prefill-tokens", limits.maxTokens),
    ...(limits.chunkTokens !== null ? [arg("--chunked-prefill-size", limits.chunkTokens)] : []),
    ...switchArg("--enable-mixed-chunk", mixes),
    ...(decision.memoryFraction !== null ? [arg("--mem-fraction-static", decision.memoryFraction)] : []),
    ...(context.quantization !== null ? [arg("--quantization", context.quantization)] : []),
    ...(attention !== undefined ? [arg("--attention-backend", attention)] : []),
    ...switchArg("--disable-radix-cache", !decision.prefixCaching),
    ...switchArg("--disable-overlap-schedule", decision.overlapScheduler === false),
    ...(decision.graphSizes ? [arg(row.graphFlag, ...decision.graphSizes)] : []),
    ...drafts(model.nextn),
    ...(expertParallel.moeBackend !== null ? [arg("--moe-runner-backend", expertParallel.moeBackend)] : []),
    ...(expertParallel.allToAll !== null ? [arg("--moe-a2a-backend", expertParallel.allToAll)] : []),
    ...(expertParallel.allToAll === "deepep"
      ? [arg("--deepep-mode", {agg: "auto", prefill: "normal", decode: "low_latency"}[role])]
      : []),
    ...switchArg("--enable-eplb", settings.eplb ?? serving.eplb ?? false),
    ...(role === "agg"
      ? []
      : [
          arg("--disaggregation-mode", role),
          arg("--disaggregation-transfer-backend", context.transferBackend ?? "nixl")
        ])
  ];
}

/** All of them or none. */
function drafts(nextn: number): Arg[] {
  if (nextn === 0) return [];
  return [
    arg("--speculative-algorithm", "NEXTN"),
    arg("--speculative-num-steps", nextn),
    arg("--speculative-eagle-topk", 1),
    arg("--speculative-num-draft-tokens", nextn + 1)
  ];
}

function launches(context: RoleContext, args: Arg[]): RoleDecision["launch"] {
  const {role, model, router} = context;
  const launch: Omit<Launch, "command"> = {
    args,
    // Even under Dynamo, where it serves nothing: ranks of one worker derive ports of their own from it.
    portFlags: [
      {flag: "--port", port: "http"},
      ...(role === "prefill" ? [{flag: "--disaggregation-bootstrap-port", port: "bootstrap"} as const] : [])
    ],
    portEnv: [],
    portJson: [],
    multiNode: multiNode(context)
  };
  return {
    plain: {...launch, command: ["python3", "-m", "sglang.launch_server", "--model-path", model.path]},
    dynamo: {
      ...launch,
      command: ["python3", "-m", "dynamo.sglang", "--model-path", model.path],
      args: [...args, ...switchArg("--enable-metrics", true)],
      portEnv: [{name: "DYN_SYSTEM_PORT", port: "system"}],
      portJson:
        router === "kv" && role !== "decode" ? [{flag: "--kv-events-config", template: kvEvents, port: "kvEvents"}] : []
    }
  };
}

const kvEvents = '{"publisher":"zmq","topic":"kv-events","endpoint":"tcp://*:{port}"}';

function multiNode({nodesPerWorker: nodes, gpusPerWorker, gpusPerPod}: RoleContext): MultiNode | null {
  if (nodes === 1) return null;
  return {
    method: "flags",
    everyNode: [
      arg("--nnodes", nodes),
      {flag: "--node-rank", values: [{late: "nodeRank", times: 1}]},
      {flag: "--dist-init-addr", values: [{late: "leaderAddress", suffix: `:${coordinatorPort}`}]}
    ],
    leader: [],
    followers: [],
    followersServe: false,
    ranks: gpusPerWorker,
    ranksPerNode: gpusPerPod
  };
}

export const sglang: EngineWriter = {
  checkParallel,
  decide,
  transferBackend: () => "nixl",
  services: {agg: "SGLangWorker", prefill: "SGLangPrefillWorker", decode: "SGLangDecodeWorker"}
};
