/** A GPU of the reader's own: the layout of a systems file, as JSON in the question, and the system that it makes. */
import {customSystem} from "../engine/custom-system.js";
import type {SystemSpec} from "../engine/system.js";

/** Stands for the reader's own GPU where an id is asked. */
export const customId = "custom";

/** What a description says; the rest of a systems file is filled in from the nearest known system. */
export interface GpuDescription {
  name?: string;
  generation?: string;
  gpu?: Record<string, unknown>;
  node?: Record<string, unknown>;
  [section: string]: unknown;
}

/** The GPUs to choose from, the reader's own among them. Throws InputError when what it says makes no sense. */
export function gpusOf(systems: readonly SystemSpec[], description: string): SystemSpec[] {
  if (!description) return [...systems];
  return [...systems, {...customSystem(`${customId}.yaml`, parseDescription(description), systems), id: customId}];
}

/** As `gpusOf`, without a description that makes no sense. */
export function knownGpus(systems: readonly SystemSpec[], description: string): SystemSpec[] {
  try {
    return gpusOf(systems, description);
  } catch {
    return [...systems];
  }
}

function parseDescription(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A description to start from: what the sliders set, from a known system. */
export function describe(system: SystemSpec, name: string): GpuDescription {
  const rates = {
    bf16_flop_per_s: system.bf16FlopsPerSec,
    fp8_flop_per_s: system.fp8FlopsPerSec,
    fp4_flop_per_s: system.fp4FlopsPerSec
  };
  return {
    name,
    generation: system.generation,
    gpu: {
      memory_bandwidth_bytes_per_s: system.memoryBandwidthBytesPerSec,
      memory_capacity_bytes: system.memoryCapacityBytes,
      ...Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined)),
      ...(system.smVersion < 0 ? {} : {sm_version: system.smVersion})
    },
    node: {
      gpus_per_node: system.gpusPerNode,
      intra_node_bandwidth_bytes_per_s: system.intraNodeBytesPerSec,
      inter_node_bandwidth_bytes_per_s: system.interNodeBytesPerSec
    }
  };
}
