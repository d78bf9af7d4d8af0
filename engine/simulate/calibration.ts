/** Which fitted constants a worker's step times take, how near what they were fitted to is, and how far off they were. */
import type {ModelConfig} from "../models/types.js";
import type {WorkerSpec} from "../models/worker.js";
import type {ErrorBand, Parallel} from "../result.js";
import type {Backend} from "../schema.js";
import type {StepConstants} from "./types.js";

/** What decides which kernels a step is made of: experts or none, and what attention keeps. */
export const architectures = ["dense", "moe", "latent-moe"] as const;
export type Architecture = (typeof architectures)[number];

const latentFamilies: readonly ModelConfig["family"][] = [
  "DEEPSEEK",
  "DEEPSEEKV32",
  "DEEPSEEKV4",
  "KIMIK25",
  "KIMILINEAR"
];

export function architectureOf({family, experts}: Pick<ModelConfig, "family" | "experts">): Architecture {
  if (experts === 0) return "dense";
  return latentFamilies.includes(family) ? "latent-moe" : "moe";
}

/** Models that run the same operators go by one name: `DEEPSEEK 61x7168x256`. */
export function shapeOf({family, layers, hiddenSize, experts}: ModelConfig): string {
  return `${family} ${layers}x${hiddenSize}${experts > 0 ? `x${experts}` : ""}`;
}

/** Constants that a fit gives, in the order of its tables. */
export const constantNames = [
  "decodeScale",
  "decodeAttentionScale",
  "prefillScale",
  "decodeGapMs",
  "prefillGapMs",
  "prefillFloorMsPerLayer",
  "arrivalMs",
  "arrivalMsPerToken",
  "kvScale"
] as const satisfies readonly (keyof ServingConstants)[];
export type ConstantName = (typeof constantNames)[number];

export interface ServingConstants extends StepConstants {
  decodeAttentionScale: number;
  /** Factor on the KV cache that memory terms leave. */
  kvScale: number;
}

/** Error of predicted means on rows that the fit did not see: half of them within p50, nine tenths within p90; shares. */
export interface ServingError {
  ttft: ErrorBand;
  tpot: ErrorBand;
}

/** One backend on one architecture, over all GPUs and types. */
export interface ClassFit {
  backend: Backend;
  architecture: Architecture;
  constants: ServingConstants;
  /** Measurements, and deployments (model, GPU, types, sizes) that they are of. */
  rows: number;
  deployments: number;
  /** On models, GPUs and types that were left out together. */
  error: ServingError;
  /** Of a GPU and of a type of GEMMs, whatever the model: times these. */
  systems?: Readonly<Record<string, PartialFactors>>;
  types?: Readonly<Record<string, PartialFactors>>;
}

/** Those that are not 1. */
export type PartialFactors = Partial<ServingConstants>;

/** One model shape on one backend, whatever the GPU: what the class has there, times these. */
export interface ShapeFit {
  backend: Backend;
  shape: string;
  factors: ServingConstants;
  rows: number;
  deployments: number;
  /** On GPUs and types of it that were left out together. */
  error: ServingError;
}

/** One model shape on one GPU in one type, with drafts or not, with attention DP or not: times these, too. */
export interface FamilyFit extends ShapeFit {
  system: string;
  gemm: string;
  moe: string;
  drafts: boolean;
  attentionDp: boolean;
}

/** How a worker splits attention, and its experts: by TP and TP, by TP and EP, by DP and TP, by DP and EP. */
export type Layout = "tp" | "tep" | "dp" | "dep";

export function layoutOf({dp, moeEp}: Pick<Parallel, "dp" | "moeEp">): Layout {
  return `${dp > 1 ? "d" : "t"}${moeEp > 1 ? "e" : ""}p`;
}

/**
 * Kinds of workers of pools, by what their steps are made of: first those of a layout, then those of it on a GPU, of an
 * architecture and in a type, which have all fields. Drafts are those of decode workers alone.
 */
export interface PoolKind {
  role: "prefill" | "decode";
  layout: Layout;
  /** One NVLink domain over many nodes, in which experts are spread wide: not told of balanced ones. */
  rack: boolean;
  /** Experts alike on all ranks, which get no other tokens than theirs: see `poolServing`. */
  balanced?: true;
  system?: string;
  architecture?: Architecture;
  gemm?: string;
  drafts?: boolean;
}

/** Whether NVLink joins the nodes of a GPU, by its id: gb200, gb300. */
export function isRack(system: string): boolean {
  return system.startsWith("gb");
}

/** The kinds that a worker is of in one role, from what many are to what few are. */
export function poolKinds(
  {spec: {model, quant, parallel, eplb}, platform, nextn}: CalibratedWorker,
  role: PoolKind["role"]
): PoolKind[] {
  const system = platform.system.id;
  const spread = eplb ? {rack: false, balanced: true as const} : {rack: isRack(system)};
  const all: PoolKind = {role, layout: layoutOf(parallel), ...spread};
  const own = {...all, system, architecture: architectureOf(model), gemm: quant.gemm};
  return [all, role === "decode" ? {...own, drafts: nextn > 0} : own];
}

/**
 * How far prefill times of pools may lie from what is told, as `prefillSpread`: where the model on its GPU in its types is
 * calibrated, and where it is told by others.
 */
export interface PrefillSpreads {
  calibrated: number;
  elsewhere: number;
}

/** Prefill and decode workers of one backend: what the aggregated fit has, times these, and times those of their kind. */
export interface DisaggregatedFit {
  backend: Backend;
  /** Undefined: all kinds, of which alone the error is told. */
  kind?: PoolKind;
  factors: PartialFactors;
  /** Of all kinds. */
  prefillSpreads?: PrefillSpreads;
  rows?: number;
  deployments?: number;
  /** On deployments that were left out. */
  error?: ServingError;
  /** The same by prefill times as they are fitted, without a spread: of searches. */
  errorAsFitted?: ServingError;
}

export interface CalibrationTable {
  format: 1;
  /** Where measurements are from, how many were used, and when the first and last were made. */
  source: {name: string; rows: number; from: string; to: string};
  seed: number;
  folds: number;
  classes: ClassFit[];
  shapes: ShapeFit[];
  families: FamilyFit[];
  /** What workers of disaggregated deployments have besides, by backend. */
  disaggregated?: DisaggregatedFit[];
  /** Of predictions without any calibration, on the same rows. */
  uncalibrated: ServingError;
}

/**
 * `calibrated`: this model's shape on this GPU, engine and type. `model`: the same on another GPU or in another type.
 * `architecture`: other models like it on the engine. `none`: as operators are.
 */
export const calibrationKinds = ["calibrated", "model", "architecture", "none"] as const;
export type CalibrationKind = (typeof calibrationKinds)[number];

export interface Calibrated {
  kind: CalibrationKind;
  /** `vllm moe · MOE 62x3072x256 on b200_sxm, fp8/fp8`. */
  name: string;
  constants: ServingConstants;
  error: ServingError;
  /** Measurements that it rests on. */
  rows: number;
}

/** Operators as the tables have them, and nothing else. */
export const plainConstants: ServingConstants = {
  decodeScale: 1,
  decodeAttentionScale: 1,
  prefillScale: 1,
  decodeGapMs: 0,
  prefillGapMs: 0,
  prefillFloorMsPerLayer: 0,
  arrivalMs: 0,
  arrivalMsPerToken: 0,
  kvScale: 1
};

/** Factors that change nothing. */
export const plainFactors = Object.fromEntries(constantNames.map((name) => [name, 1])) as unknown as ServingConstants;

/** A worker as its calibration is looked up. */
export interface CalibratedWorker {
  spec: Pick<WorkerSpec, "model" | "backend" | "quant" | "parallel" | "eplb">;
  platform: {system: {id: string}};
  nextn: number;
}

/** The nearest fit of a table. A user's own table is asked first where there is one. */
export function calibratedFor(worker: CalibratedWorker, table: CalibrationTable, own?: CalibrationTable): Calibrated {
  if (own) {
    const found = calibratedFor(worker, own);
    if (found.kind === "calibrated") return {...found, name: `${found.name} (own runs)`};
  }
  const {model, backend, quant, parallel} = worker.spec;
  const architecture = architectureOf(model);
  const shape = shapeOf(model);
  const system = worker.platform.system.id;
  const {inClass, ofShape, constants} = sharedConstants(
    {backend, architecture, shape, system, gemm: quant.gemm},
    table
  );
  if (!inClass) return {kind: "none", name: "none", constants, error: table.uncalibrated, rows: 0};
  const className = `${backend} ${architecture}`;
  const types = architecture === "dense" ? quant.gemm : `${quant.gemm}/${quant.moe}`;
  const alike = table.families.filter(
    (fit) =>
      fit.backend === backend &&
      fit.shape === shape &&
      fit.system === system &&
      fit.gemm === quant.gemm &&
      (architecture === "dense" || fit.moe === quant.moe)
  );
  const [drafts, attentionDp] = [worker.nextn > 0, parallel.dp > 1];
  const family =
    alike.find((fit) => fit.drafts === drafts && fit.attentionDp === attentionDp) ??
    alike.find((fit) => !fit.drafts && !fit.attentionDp) ??
    alike[0];
  if (!family && ofShape) {
    const {error, rows} = ofShape;
    return {kind: "model", name: `${className} · ${shape}`, constants, error, rows};
  }
  if (!family) return {kind: "architecture", name: className, constants, error: inClass.error, rows: inClass.rows};
  return {
    kind: "calibrated",
    name: `${className} · ${shape} on ${system}, ${types}`,
    constants: product(constants, family.factors),
    error: family.error,
    rows: family.rows
  };
}

/** What a model shape, a GPU and a type share with others of their class: families' factors come on top. */
export function sharedConstants(
  {
    backend,
    architecture,
    shape,
    system,
    gemm
  }: Pick<FamilyFit, "backend" | "shape" | "system" | "gemm"> & {
    architecture: Architecture;
  },
  table: CalibrationTable
): {inClass?: ClassFit; ofShape?: ShapeFit; constants: ServingConstants} {
  const inClass = table.classes.find((fit) => fit.backend === backend && fit.architecture === architecture);
  const ofShape = table.shapes.find((fit) => fit.backend === backend && fit.shape === shape);
  if (!inClass) return {constants: plainConstants};
  const parts = [inClass.systems?.[system], inClass.types?.[gemm], ofShape?.factors];
  return {
    inClass,
    ofShape,
    constants: parts.reduce<ServingConstants>(
      (all, factors) => product(all, {...plainFactors, ...factors}),
      inClass.constants
    )
  };
}

export function product(a: ServingConstants, b: ServingConstants): ServingConstants {
  return Object.fromEntries(constantNames.map((name) => [name, a[name] * b[name]])) as unknown as ServingConstants;
}
