/**
 * A deployment, complete and decided: what every file is rendered from. Plain data, so that it survives JSON and YAML,
 * and feeding it back gives the same files. No renderer computes; what it needs is here.
 */
import type {Parallel, PlanError, Source} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";

/** Rises when a saved plan can no longer be read as before. */
export const planFormat = 1;

/** `compatible`: the reference's own margins; `benchmark`: limits at what was modelled, so that a run matches it. */
export const ruleSets = ["default", "benchmark", "compatible"] as const;
export type RuleSet = (typeof ruleSets)[number];

/** Aggregated workers do both phases. Order is the order of placement. */
export const roleNames = ["agg", "prefill", "decode"] as const;
export type RoleName = (typeof roleNames)[number];

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** What only a node knows when it starts: the leader's address, or `times` its rank within its worker. */
export type Late = {late: "leaderAddress"; suffix?: string} | {late: "nodeRank"; times: number};

/** One flag and its values, each a word of its own; none for a switch. */
export interface Arg<Value = string> {
  flag: string;
  values: Value[];
}

export interface DeploymentPlan {
  format: typeof planFormat;
  /** Ends in the mode: `t-disagg`. A Kubernetes name of at most 40 characters, so that `-frontend` and the like fit. */
  name: string;
  namespace: string;
  mode: "agg" | "disagg";
  rules: RuleSet;
  model: PlanModel;
  engine: PlanEngine;
  dynamo: PlanDynamo;
  hardware: PlanHardware;
  workload: {isl: number; osl: number; prefix: number};
  images: {engine: string; dynamo: string};
  frontend: {port: number; router: "round-robin" | "kv"};
  /** Secret that holds HF_TOKEN under `key`; only ever referred to. Null: none. */
  hfTokenSecret: {name: string; key: string} | null;
  /** Claim that holds downloaded models, and where it is mounted. Null: none. */
  modelCache: {claim: string; mountPath: string} | null;
  /** Pull secrets by name. */
  imagePullSecrets: string[];
  /** Folder in the container where engine configs lie (TensorRT-LLM). */
  configFolder: string;
  /** Aggregated: one. Disaggregated: prefill, then decode. */
  roles: RolePlan[];
  /** Hosts with the workers on them; node 0 has the frontend as well. */
  nodes: NodePlan[];
  totals: {workers: number; gpus: number; nodes: number};
  /** How KV reaches decode workers; null when aggregated. */
  transfer: {backend: string} | null;
  predicted: Predicted | null;
  benchmark: BenchmarkPlan;
  /** What the user set, by key, as given. */
  set: Record<string, string>;
  /** Why a value is as it is, by path: `decode.limits.maxBatch`. */
  reasons: Record<string, string>;
  /** Doubts, a sentence each. */
  warnings: string[];
}

export interface PlanModel {
  /** Hugging Face id, or the name that the caller gave. */
  id: string;
  servedName: string;
  /** What engines load: the id, or a path in the container. */
  path: string;
  isMoe: boolean;
  isMla: boolean;
  /** What GEMMs and experts are stored in, as the plan assumes. */
  weights: string;
  /** How the checkpoint says it is quantised; null when it is not. */
  checkpoint: string | null;
  /** Draft tokens per step; 0 is off. */
  nextn: number;
  /** The model's code comes with the checkpoint. */
  trustRemoteCode: boolean;
}

export interface PlanEngine {
  backend: Backend;
  /** `TensorRT-LLM`, `SGLang`, `vLLM`. */
  label: string;
  /** Release that the files are written for. */
  version: string;
  /** Row of the version table that was used: the highest that is not above `version`. */
  row: string;
  /** Releases whose measurements the figures come from; empty without a search. */
  dataVersions: string[];
}

export interface PlanDynamo {
  release: string;
  /** Engine that this release ships. */
  engineVersion: string;
}

export interface PlanHardware {
  /** System id: `h200_sxm`. */
  system: string;
  label: string;
  gpusPerNode: number;
  /** Nodes of a rack share NVLink (GB200, GB300), which pods reach through a ComputeDomain. */
  multiNodeNvlink: boolean;
  /** A worker spans nodes that share NVLink: its pods need a ComputeDomain. */
  computeDomain: boolean;
  arch: "amd64" | "arm64";
  /** Empty unless asked for. */
  nodeSelector: Record<string, string>;
  tolerations: {key: string; operator: "Exists" | "Equal"; value?: string; effect?: string}[];
}

export interface Limits {
  /** Requests in flight, as the engine counts them: per attention-DP rank, but of the whole worker in SGLang. */
  maxBatch: number;
  /** Tokens of one step. */
  maxTokens: number;
  /** Prompt and answer together. */
  maxSeqTokens: number;
  /** Tokens of KV that transfer holds at once (TensorRT-LLM, disaggregated). */
  transferBufferTokens: number | null;
  /** Tokens of prompts taken per step, of all attention-DP ranks (SGLang). */
  chunkTokens: number | null;
}

export interface RolePlan {
  role: RoleName;
  /** Name in a Dynamo graph: `VllmDecodeWorker`. */
  service: string;
  workers: number;
  /** Neutral sizes: tp · dp = moeTp · moeEp for MoE. */
  parallel: Parallel;
  gpusPerWorker: number;
  nodesPerWorker: number;
  /** GPUs of a worker on each of its nodes: what a pod asks for. */
  gpusPerPod: number;
  batchPerRank: number;
  limits: Limits;
  kvCache: {
    /** `bfloat16`, `fp8`, `int8`, as the plan assumes; or what the user typed. */
    dtype: string;
    /** As the engine spells it. */
    engine: string;
    /** Tokens per block or page; null leaves it to the engine. */
    blockTokens: number | null;
  };
  /** Batch sizes that CUDA graphs are captured for; null leaves them to the engine. */
  graphSizes: number[] | null;
  nextn: number;
  prefixCaching: boolean;
  chunkedPrefill: boolean;
  /** Share of GPU memory (of what is free after weights in TensorRT-LLM); null leaves it to the engine. */
  memoryFraction: number | null;
  expertParallel: {
    ep: number;
    attentionDp: boolean;
    wideEp: boolean;
    moeBackend: string | null;
    allToAll: string | null;
  };
  /** Quantisation at load, of a checkpoint that has none; null: the checkpoint says it. */
  quantization: string | null;
  /** Set for engines that only run without it in this role. */
  overlapScheduler: boolean | null;
  launch: {plain: Launch; dynamo: Launch};
  /** TensorRT-LLM's YAML as data; null for engines that take flags alone. */
  engineConfig: JsonObject | null;
  /** `decode_config.yaml`; null without one. */
  engineConfigFile: string | null;
  /** Environment of every process of this role, besides ports and secrets. */
  env: Record<string, string>;
  sharedMemoryGiB: number;
}

/** How one worker is started, the same on all of its nodes but for `multiNode`. Ports are not in `args`; see `portFlags`. */
export interface Launch {
  /** Program and leading words, with the model where it is positional. */
  command: string[];
  args: Arg[];
  /** Flags that carry a port of the worker: `--port` ← `http`. */
  portFlags: {flag: string; port: PortName}[];
  /** Variables that carry a port of the worker: `DYN_SYSTEM_PORT` ← `system`. */
  portEnv: {name: string; port: PortName}[];
  /** JSON flags that carry a port: `{port}` in `template` becomes the number. */
  portJson: {flag: string; template: string; port: PortName}[];
  /** Null when one node is enough. Not for a Dynamo graph, whose operator adds the like itself. */
  multiNode: MultiNode | null;
}

export interface MultiNode {
  /** `flags`: each node starts its part; `mpi`: one job over all nodes; `ray`: a Ray cluster first, then the leader alone. */
  method: "flags" | "mpi" | "ray";
  /** Additions on every node, on the leader alone and on the others. */
  everyNode: Arg<string | Late>[];
  leader: Arg<string | Late>[];
  followers: Arg<string | Late>[];
  /** Whether followers serve HTTP of their own. */
  followersServe: boolean;
  ranks: number;
  ranksPerNode: number;
}

/** Ports of one worker; each starts a run of `portSpans[name]` that nothing else on the host uses. */
export const portNames = ["http", "system", "kvEvents", "sideChannel", "bootstrap", "coordinator"] as const;
export type PortName = (typeof portNames)[number];
export type Ports = Record<PortName, number>;

export interface NodePlan {
  index: number;
  frontend: boolean;
  workers: NodeWorker[];
}

/** The part of a worker that lies on one node. */
export interface NodeWorker {
  role: RoleName;
  /** Counts the workers of a role from 0. */
  worker: number;
  /** Place of this node among the worker's nodes; 0 is the leader. */
  rank: number;
  /** Index of the node that leads the worker. */
  leaderNode: number;
  devices: number[];
  ports: Ports;
  /** How many consecutive ports each takes. */
  portSpans: Ports;
}

/** Figures of the whole deployment as the search gave them. */
export interface Predicted {
  ttftMs: number;
  tpotMs: number;
  requestLatencyMs: number;
  requestsPerSec: number;
  tokensPerSec: number;
  tokensPerSecPerGpu: number;
  tokensPerSecPerUser: number;
  /** Requests in flight in the whole deployment. */
  concurrency: number;
  source: Source;
  /** Error of the operator timings behind them, where it is known. */
  error?: PlanError;
}

export interface BenchmarkPlan {
  /** Requests in flight when every worker is full. */
  concurrency: number;
  /** Ascending: a ladder, and the full load with 5 % less and more. */
  concurrencies: number[];
  /** Requests and warm-up requests at each concurrency, in its order. */
  requests: number[];
  warmups: number[];
  seed: number;
}

/** The role of a plan, which must have it. */
export function roleOf(plan: DeploymentPlan, name: RoleName): RolePlan {
  return plan.roles.find(({role}) => role === name)!;
}

/** Words of arguments as a shell or a container gets them. */
export function words(args: readonly Arg[]): string[] {
  return args.flatMap(({flag, values}) => [flag, ...values]);
}
