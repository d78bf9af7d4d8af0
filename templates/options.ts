/** What a deployment is planned for besides the chosen point. */
import type {ModelConfig} from "../engine/models/types.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {Plan} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";
import type {RuleSet} from "./plan.js";

/** What is deployed: a plan of the search, or one made by hand with the same fields (see `explicitPoint`). */
export interface ChosenPoint {
  plan: DeployablePlan;
  model: ModelConfig;
  system: SystemSpec;
  workload: {isl: number; osl: number; prefix?: number};
  /** Draft tokens per step that the figures count on. */
  nextn?: number;
  serving?: ServingChoices;
  decodeServing?: ServingChoices;
  /** Share of free memory for KV that the search assumed. */
  freeMemoryFraction?: number;
}

/** The part of the engine's Plan that files are made from; figures are left out where nothing was predicted. */
export type DeployablePlan = Pick<Plan, "mode" | "agg" | "prefill" | "decode" | "replicas"> &
  Partial<
    Pick<
      Plan,
      | "concurrency"
      | "ttftMs"
      | "tpotMs"
      | "requestLatencyMs"
      | "requestsPerSec"
      | "tokensPerSec"
      | "tokensPerSecPerGpu"
      | "tokensPerSecPerUser"
      | "source"
      | "error"
    >
  >;

export interface PlanOptions {
  rules?: RuleSet;
  /** Prefix of the name; the model's by default. */
  name?: string;
  namespace?: string;
  servedName?: string;
  modelPath?: string;
  /** Engine release; by default that of the Dynamo release. */
  engineVersion?: string;
  /** Dynamo release; by default one that ships the engine version, else the newest. */
  dynamoRelease?: string;
  image?: string;
  frontendPort?: number;
  router?: "round-robin" | "kv";
  hfTokenSecret?: string | null;
  modelCache?: {claim: string; mountPath?: string} | null;
  imagePullSecrets?: string[];
  /** Overrides the system's. */
  gpusPerNode?: number;
  /** Labels that nodes must have; none by default. */
  nodeSelector?: Readonly<Record<string, string>>;
  /** What decides where workers expect engine configs in the container. */
  configFolder?: string;
  /** `key=value` by key: `decode.max_batch_size`. A value here always wins. */
  set?: Readonly<Record<string, string>>;
}
