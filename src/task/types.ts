/** What a task is: one experiment, resolved from its layers into plain data. */
import type {Goal, Interpolation, Preferences, SearchSpace, TransferRule, Tuning} from "../engine/index.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Database} from "../engine/ops/table.js";
import type {Quant} from "../engine/quant.js";
import type {Backend} from "../engine/schema.js";
import type {Images} from "../engine/models/vision.js";
import type {Predictor} from "../engine/search/predictor.js";
import type {TransferTier} from "../engine/transfer.js";

/** Values by flat snake_case key, as in the flat YAML form: `isl`, `prefill_tp_candidates`. `null` puts back the default. */
export type FlatValues = Record<string, unknown>;

/** `auto` is both. */
export const taskServingModes = ["agg", "disagg", "auto"] as const;
export type TaskServingMode = (typeof taskServingModes)[number];

/** GPUs and serving engine of a kind of workers, by name; what is not given is for the caller to choose. */
export interface PlatformRequest {
  /** Id of a system, or the path of a file that describes one. */
  system: string;
  /** `auto`: one after the other; see `Task.with`. */
  backend: Backend | "auto";
  /** Version of the tables; the latest unless given. */
  version?: string;
}

/** How measurements are looked up, on all platforms of a task. */
export interface LookUps {
  /** Measured tables where there are any unless given. */
  database?: Database;
  interpolation: Interpolation;
  transfer?: readonly TransferTier[];
  transferRule?: TransferRule;
  clampToLight: boolean;
  /** The measured system that answers for one without tables. */
  donor?: string;
}

/** Everything that one experiment asks, resolved: plain data that survives JSON, and is trusted. */
export interface TaskConfig {
  servingMode: TaskServingMode;
  /** Id of a model, or the path of its config.json. */
  model: string;
  /** Aggregated and prefill workers. */
  platform: PlatformRequest;
  /** Decode workers; undefined where they are as the others. */
  decodePlatform?: PlatformRequest;
  lookUps: LookUps;
  totalGpus: number;
  workload: {isl: number; osl: number; prefix: number; images?: Images};
  /** What aggregated and prefill workers compute in; what is not given is inferred from the checkpoint. */
  quant: Partial<Quant>;
  /** The same of decode workers. It does not build on `quant`: what is not given here is inferred too. */
  decodeQuant: Partial<Quant>;
  serving: ServingChoices;
  /** The same of decode workers; undefined where they are as the others. */
  decodeServing?: ServingChoices;
  /** Draft tokens per step; as many as the checkpoint has heads for unless given. */
  nextn?: number;
  acceptRates: readonly number[];
  /** Share of free memory that the KV cache may take (trtllm, aggregated). */
  freeMemoryFraction?: number;
  exactKvCache: boolean;
  space: SearchSpace;
  tuning: Tuning;
  /** Hard targets; no limit where not given. */
  targets: {ttftMs?: number; tpotMs?: number; requestLatencyMs?: number};
  preferences: Preferences & {goals: readonly Goal[]};
  /** Which way figures are found. */
  predictor: Predictor;
  /** Plans to list per serving mode. */
  topN: number;
  /** `target`: samples near the targets besides the grid; the search's own choice unless given. */
  sampling?: "grid" | "target";
}

/** Where a value was written. Lines and columns count from 1. */
export interface Position {
  file?: string;
  line?: number;
  column?: number;
}

/** Which layer set a value. */
export interface Origin extends Position {
  layer: string;
}

/** What kind a layer is, in the order of precedence, lowest first. */
export const layerKinds = ["base", "serving mode", "backend", "profile", "yaml", "command line"] as const;
export type LayerKind = (typeof layerKinds)[number];

/** A layer that took part, with what it set by flat key. */
export interface AppliedLayer extends Position {
  kind: LayerKind;
  name: string;
  values: FlatValues;
  /** Keys whose value a higher layer replaced. */
  overridden: readonly string[];
}

/** What a layer may depend on. */
export interface LayerContext {
  servingMode: TaskServingMode;
  backend: Backend | "auto";
  /** What profiles, file and command line say, highest first; defaults are not in it. */
  given: Readonly<FlatValues>;
}

/**
 * Values by name: data, or a function of the context. Keys without role (`gemm_quant_mode`) mean every worker; keys of
 * the other serving mode are left out.
 */
export interface Layer {
  name: string;
  values: FlatValues | ((context: LayerContext) => FlatValues);
  /** Applies only where this holds. */
  when?: (context: LayerContext) => boolean;
}

/** One thing wrong with what was given: `what: got; what would do`, without its place. */
export interface Fault extends Position {
  message: string;
  /** Flat key, or the path in a nested file: `config.worker_config.tp_list`. */
  key?: string;
}

/** One experiment, resolved. */
export interface Task {
  name: string;
  config: TaskConfig;
  /** Lowest first. */
  layers: readonly AppliedLayer[];
  /** Which layer set each key of the effective configuration. */
  origins: Readonly<Record<string, Origin>>;
  /** The effective configuration by flat key. */
  values: Readonly<FlatValues>;
  origin(key: string): Origin | undefined;
  /** The same task with flat values on top, for example one backend of `auto`. Throws InputError. */
  with(values: FlatValues, layer?: string): Task;
}

/** An experiment of a file: resolved, or everything that is wrong with it. */
export type Experiment = {name: string; ok: true; task: Task} | {name: string; ok: false; errors: readonly Fault[]};

/** What a task is resolved with, besides what it says itself. */
export interface TaskOptions {
  /** Profiles by name besides the built-in ones; one of the same name takes its place. */
  profiles?: Readonly<Record<string, FlatValues | Omit<Layer, "name">>>;
  /** Defaults of a verb in place of the base's: `{ttft: 2000, tpot: 30}`. */
  base?: FlatValues;
  /** Flat values of the command line, above everything else. */
  flags?: FlatValues;
  /**
   * Looks a model up by what the task calls it. With it, keys that have no effect on this model are refused where they
   * stand. Throws InputError for an unknown one.
   */
  model?: (idOrPath: string) => ModelConfig;
  /** Systems there are; an unknown one is then refused where it stands. Paths of YAML files always pass. */
  systems?: readonly string[];
}

/** Experiments of a file in order, faulty ones beside the others. */
export interface TaskFile {
  experiments: readonly Experiment[];
  /** What is wrong with the file itself. */
  errors: readonly Fault[];
}
