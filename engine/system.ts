/** A GPU system as `systems/<id>.yaml` describes it: checked once, then plain numbers. Source: method.md §2. */

import {InputError, nearest, unknownName} from "./errors.js";
import {secondsToMs} from "./units.js";

export const generations = ["ampere", "ada", "hopper", "blackwell", "xe2"] as const;
export type Generation = (typeof generations)[number];

export interface SystemSpec {
  /** File stem: `h200_sxm`. */
  id: string;
  /** Display name: `NVIDIA H200 SXM`. */
  label: string;
  generation: Generation;
  memoryBandwidthBytesPerSec: number;
  /** Fraction of the memory bandwidth that element-wise kernels reach. */
  memoryBandwidthScaling: number;
  /** Fixed cost of an element-wise kernel. */
  memoryLatencyMs: number;
  memoryCapacityBytes: number;
  /** Dense tensor-core rates; absent where the GPU has no such arithmetic. */
  bf16FlopsPerSec: number;
  int8FlopsPerSec?: number;
  fp8FlopsPerSec?: number;
  fp4FlopsPerSec?: number;
  /** Every operator computes at its type's own rate; else attention and experts at a multiple of bf16 (quirk 19). */
  ownRates?: boolean;
  powerWatts: number;
  /** CUDA compute capability × 10: 90 is Hopper, 100 and up Blackwell; -1 for what is not CUDA. */
  smVersion: number;
  gpusPerNode: number;
  /** GPUs that the inter-node network joins; Infinity where there are no racks to leave. */
  gpusPerRack: number;
  /** Bandwidths are per GPU, one direction. */
  intraNodeBytesPerSec: number;
  interNodeBytesPerSec: number;
  interRackBytesPerSec?: number;
  p2pLatencyMs: number;
  /** Memory that NCCL takes, by GPUs in the group. */
  ncclBytes: Record<1 | 2 | 4 | 8, number>;
  /** Memory that the runtime takes beside all that is modelled. */
  otherBytes: number;
  /** Which version of the collective tables belongs to this system. */
  ncclVersion: string;
  onecclVersion?: string;
  /** What a person's own description left out, and from where it was taken: `as h200_sxm: node.gpus_per_node 8`. */
  assumptions?: string[];
}

interface NumberField {
  unit: string;
  least: number;
  most: number;
  optional?: boolean;
}

// The ranges are wide enough for any GPU and narrow enough to catch GB for bytes, TFLOP for FLOP or ms for s.
const bandwidth: NumberField = {unit: "bytes per second", least: 1e9, most: 1e15};
const flops: NumberField = {unit: "FLOP per second", least: 1e12, most: 1e18};
const latency: NumberField = {unit: "seconds", least: 0, most: 1};
const capacity: NumberField = {unit: "bytes", least: 1e9, most: 1e14};
const reserve: NumberField = {unit: "bytes", least: 0, most: 1e12};
const gpus: NumberField = {unit: "GPUs, a whole number", least: 1, most: 1e6};
const optional = (field: NumberField): NumberField => ({...field, optional: true});

const gpuFields = {
  memory_bandwidth_bytes_per_s: bandwidth,
  memory_bandwidth_scaling: {unit: "a fraction", least: 0.01, most: 1},
  memory_latency_s: latency,
  memory_capacity_bytes: capacity,
  bf16_flop_per_s: flops,
  int8_flop_per_s: optional(flops),
  fp8_flop_per_s: optional(flops),
  fp4_flop_per_s: optional(flops),
  power_w: {unit: "watts", least: 1, most: 1e5},
  sm_version: {unit: "CUDA compute capability × 10, a whole number", least: 50, most: 1000, optional: true}
} satisfies Record<string, NumberField>;

const nodeFields = {
  gpus_per_node: gpus,
  gpus_per_rack: optional(gpus),
  intra_node_bandwidth_bytes_per_s: bandwidth,
  inter_node_bandwidth_bytes_per_s: bandwidth,
  inter_rack_bandwidth_bytes_per_s: optional(bandwidth),
  p2p_latency_s: latency
} satisfies Record<string, NumberField>;

const ncclFields = {1: reserve, 2: reserve, 4: reserve, 8: reserve} satisfies Record<number, NumberField>;

/** What one systems file says, or an InputError that names the file, the key and the unit. */
export function normalizeSystem(file: string, yaml: unknown): SystemSpec {
  const root = section(file, "", yaml, ["name", "generation", "gpu", "node", "memory", "collectives"]);
  const gpu = numbers(file, "gpu", root.gpu, gpuFields);
  const node = numbers(file, "node", root.node, nodeFields);
  const memory = section(file, "memory", root.memory, ["nccl_bytes", "other_bytes"]);
  const nccl = numbers(file, "memory.nccl_bytes", memory.nccl_bytes, ncclFields);
  const collectives = section(file, "collectives", root.collectives, ["nccl_version", "oneccl_version"]);
  const generation = text(file, "generation", root.generation) as Generation;
  if (!generations.includes(generation)) {
    throw new InputError(`${file}: ${unknownName("generation", generation, generations)}`);
  }
  return withoutUndefined({
    id: file.replace(/^.*[\\/]/, "").replace(/\.ya?ml$/, ""),
    label: text(file, "name", root.name),
    generation,
    memoryBandwidthBytesPerSec: gpu.memory_bandwidth_bytes_per_s!,
    memoryBandwidthScaling: gpu.memory_bandwidth_scaling!,
    memoryLatencyMs: secondsToMs(gpu.memory_latency_s!),
    memoryCapacityBytes: gpu.memory_capacity_bytes!,
    bf16FlopsPerSec: gpu.bf16_flop_per_s!,
    int8FlopsPerSec: gpu.int8_flop_per_s,
    fp8FlopsPerSec: gpu.fp8_flop_per_s,
    fp4FlopsPerSec: gpu.fp4_flop_per_s,
    powerWatts: gpu.power_w!,
    smVersion: gpu.sm_version ?? -1,
    gpusPerNode: node.gpus_per_node!,
    gpusPerRack: node.gpus_per_rack ?? Infinity,
    intraNodeBytesPerSec: node.intra_node_bandwidth_bytes_per_s!,
    interNodeBytesPerSec: node.inter_node_bandwidth_bytes_per_s!,
    interRackBytesPerSec: node.inter_rack_bandwidth_bytes_per_s,
    p2pLatencyMs: secondsToMs(node.p2p_latency_s!),
    ncclBytes: {1: nccl[1]!, 2: nccl[2]!, 4: nccl[4]!, 8: nccl[8]!},
    otherBytes: number(file, "memory.other_bytes", memory.other_bytes, reserve)!,
    ncclVersion: text(file, "collectives.nccl_version", collectives.nccl_version),
    onecclVersion:
      collectives.oneccl_version === undefined
        ? undefined
        : text(file, "collectives.oneccl_version", collectives.oneccl_version)
  });
}

/** A SystemSpec after JSON, which writes the Infinity of a rackless system as null. */
export type SystemJson = Omit<SystemSpec, "gpusPerRack"> & {gpusPerRack?: number | null};

/** The systems that the data loader wrote, with what JSON cannot say put back. */
export function reviveSystems(systems: readonly SystemJson[]): SystemSpec[] {
  return systems.map((system) => ({...system, gpusPerRack: system.gpusPerRack ?? Infinity}));
}

/** Bytes per second that one GPU sends to the others of a group of `gpuCount`, over the slowest link the group needs. */
export function bandwidthBytesPerSec(system: SystemSpec, gpuCount: number): number {
  if (gpuCount <= system.gpusPerNode) return system.intraNodeBytesPerSec;
  if (gpuCount <= system.gpusPerRack) return system.interNodeBytesPerSec;
  return system.interRackBytesPerSec ?? system.interNodeBytesPerSec;
}

/** Peak FLOP per second at `computeRate` times bf16: the dtype's own figure, else bf16's × rate. Source: method.md §2 rateG. */
export function flopsPerSec(system: SystemSpec, computeRate: number): number {
  const own = {2: system.fp8FlopsPerSec, 4: system.fp4FlopsPerSec}[computeRate];
  return own ?? system.bf16FlopsPerSec * computeRate;
}

function section(file: string, path: string, value: unknown, keys: readonly string[]): Record<string, unknown> {
  if (value === undefined || value === null) throw new InputError(`${file}: ${path || "file"} is missing or empty`);
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(`invalid ${path || "file"} in ${file}: ${JSON.stringify(value)}; must be a mapping`);
  }
  for (const key of Object.keys(value))
    if (!keys.includes(key)) throw new InputError(unknownKey(file, path, key, keys));
  return value as Record<string, unknown>;
}

function unknownKey(file: string, path: string, key: string, keys: readonly string[]): string {
  const near = nearest(key, keys);
  const unit = near === undefined ? undefined : unitOf(near);
  const hint = near === undefined ? `have ${keys.join(", ")}` : `did you mean ${near}?${unit ? ` (in ${unit})` : ""}`;
  return `unknown key in ${file}: ${path ? `${path}.` : ""}${key}; ${hint}`;
}

function unitOf(key: string): string | undefined {
  const fields: Record<string, NumberField> = {...gpuFields, ...nodeFields, other_bytes: reserve};
  return fields[key]?.unit;
}

function numbers<K extends string | number>(
  file: string,
  path: string,
  value: unknown,
  fields: Record<K, NumberField>
): Record<K, number | undefined> {
  const got = section(file, path, value, Object.keys(fields));
  const entries = Object.entries<NumberField>(fields);
  return Object.fromEntries(
    entries.map(([key, field]) => [key, number(file, `${path}.${key}`, got[key], field)])
  ) as Record<K, number | undefined>;
}

function number(file: string, path: string, value: unknown, field: NumberField): number | undefined {
  if (value === undefined || value === null) {
    if (field.optional) return undefined;
    throw new InputError(`missing key in ${file}: ${path}; give it in ${field.unit}`);
  }
  const wrong = (problem: string) =>
    new InputError(`invalid ${path} in ${file}: ${JSON.stringify(value)}; ${problem} in ${field.unit}`);
  if (typeof value !== "number" || Number.isNaN(value)) throw wrong("must be a number");
  if (value < 0) throw wrong("must not be negative,");
  if (value < field.least || value > field.most) throw wrong(`must be ${field.least} to ${field.most}`);
  if (field.unit.endsWith("a whole number") && !Number.isInteger(value)) throw wrong("must be whole,");
  return value;
}

function text(file: string, path: string, value: unknown): string {
  if (value === undefined || value === null) throw new InputError(`missing key in ${file}: ${path}`);
  if (typeof value === "string" && value !== "") return value;
  throw new InputError(
    `invalid ${path} in ${file}: ${JSON.stringify(value)}; must be text, in quotes if it looks like a number`
  );
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
