/** What an engine's file is told of one role, and what it decides. */
import type {ServingChoices} from "../../engine/models/serving.js";
import type {ModelConfig} from "../../engine/models/types.js";
import type {MemoryGiB, Parallel} from "../../engine/result.js";
import type {SystemSpec} from "../../engine/system.js";
import type {PlanModel, RoleName, RolePlan, RuleSet} from "../plan.js";
import type {RoleSettings} from "../settings.js";
import type {DynamoRow} from "../versions.js";

export interface RoleContext {
  role: RoleName;
  version: string;
  dynamo: DynamoRow;
  dynamoRelease: string;
  rules: RuleSet;
  workload: {isl: number; osl: number; prefix: number};
  model: PlanModel;
  config: ModelConfig;
  system: SystemSpec;
  parallel: Parallel;
  gpusPerWorker: number;
  nodesPerWorker: number;
  gpusPerPod: number;
  batchPerRank: number;
  /** Prompt tokens of a modelled mixed step. */
  ctxTokens?: number;
  memoryGiB?: MemoryGiB;
  freeMemoryFraction?: number;
  /** As the plan assumes, or as the user typed. */
  kvDtype: string;
  /** What to quantise weights to at load; null: nothing. */
  quantization: string | null;
  serving: ServingChoices;
  router: "round-robin" | "kv";
  transferBackend?: string;
  configFolder: string;
  settings: RoleSettings;
  notes: Notes;
}

/** What an engine decides of a role; sizes and placement are decided for it. */
export type RoleDecision = Omit<
  RolePlan,
  | ("role" | "service" | "workers" | "parallel" | "gpusPerWorker" | "nodesPerWorker" | "gpusPerPod" | "batchPerRank")
  | ("env" | "sharedMemoryGiB" | "nextn" | "quantization")
> & {
  /** Variables that the engine needs for it; the hardware's and the user's come besides. */
  env?: Record<string, string>;
};

/** One engine: which sizes it can have, and how a role is run. */
export interface EngineWriter {
  /** Throws InputError for sizes that the engine cannot have. */
  checkParallel(parallel: Parallel, isMoe: boolean, serving: ServingChoices): void;
  decide(context: RoleContext): RoleDecision;
  /** How KV goes between roles unless told; undefined where there is nothing to tell. */
  transferBackend(version: string): string;
  /** Name of the role in a Dynamo graph. */
  services: Record<RoleName, string>;
}

/** Reasons and doubts, gathered while a plan is made. */
export class Notes {
  readonly reasons: Record<string, string> = {};
  private readonly doubts = new Set<string>();

  get warnings(): string[] {
    return [...this.doubts];
  }

  warn(...sentences: string[]): void {
    for (const sentence of sentences) this.doubts.add(sentence);
  }

  because<Value>(path: string, value: Value, reason: string): Value {
    this.reasons[path] = reason;
    return value;
  }

  /** What the user set, else what was computed, with the reason of either. */
  choose<Value>(path: string, set: Value | undefined, computed: Value, reason: string): Value {
    return set === undefined ? this.because(path, computed, reason) : this.because(path, set, "set by the user");
  }
}
