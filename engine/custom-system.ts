/**
 * A GPU that a person describes: the layout of `systems/*.yaml`, of which only memory and compute must be given. What
 * is left out is taken from the known system nearest to it, and listed.
 */
import {InputError} from "./errors.js";
import {nearestSystem} from "./donor.js";
import {generations, normalizeSystem} from "./system.js";
import type {Generation, SystemSpec} from "./system.js";
import {msToSeconds} from "./units.js";

/** Keys that a GPU may lack; nothing is assumed for them. */
const mayLack = [
  "int8_flop_per_s",
  "fp8_flop_per_s",
  "fp4_flop_per_s",
  "gpus_per_rack",
  "inter_rack_bandwidth_bytes_per_s"
];

/** Keys whose defaults bear on no figure that is shown. */
const unsaid = ["name", "power_w", "nccl_version", "oneccl_version"];

/**
 * Throws InputError that names file, key and unit, as `normalizeSystem` does. The id is the file's stem, with `-custom`
 * after it where a known system has that name: its tables are another GPU's.
 */
export function customSystem(file: string, yaml: unknown, known: readonly SystemSpec[]): SystemSpec {
  if (!isRecord(yaml))
    throw new InputError(`invalid file: ${file}; must hold keys gpu and node, as kneepoint systems --yaml NAME prints`);
  const base = likeliest(yaml, known);
  const assumptions: string[] = [];
  const filled = fill(yaml, systemYaml(base), "", (path, value) => {
    const key = path.split(".").at(-1)!;
    if (!unsaid.includes(key)) assumptions.push(`${path}: ${JSON.stringify(value)}, as ${base.id}`);
  });
  const stem = file.replace(/^.*[\\/]/, "").replace(/\.ya?ml$/, "");
  const system = normalizeSystem(file, {...filled, name: yaml.name ?? stem});
  const taken = known.some(({id}) => id === system.id);
  return {...system, id: taken ? `${system.id}-custom` : system.id, assumptions};
}

/** The known system that comes nearest in what is given: generation and compute capability if they are, then figures. */
function likeliest(yaml: Record<string, unknown>, known: readonly SystemSpec[]): SystemSpec {
  const gpu = isRecord(yaml.gpu) ? yaml.gpu : {};
  const number = (key: string) => (typeof gpu[key] === "number" && gpu[key] > 0 ? gpu[key] : undefined);
  const sm = number("sm_version");
  const generation = generations.find((name) => name === yaml.generation);
  const alike = known.filter(
    (each) =>
      (sm === undefined || each.smVersion === sm) && (generation === undefined || each.generation === generation)
  );
  const candidates = alike.length > 0 ? alike : known;
  const [first] = candidates;
  const guess: SystemSpec = {
    ...first,
    id: "",
    generation: generation ?? ("" as Generation),
    smVersion: sm ?? -1,
    memoryBandwidthBytesPerSec: number("memory_bandwidth_bytes_per_s") ?? first.memoryBandwidthBytesPerSec,
    bf16FlopsPerSec: number("bf16_flop_per_s") ?? first.bf16FlopsPerSec,
    fp8FlopsPerSec: number("fp8_flop_per_s"),
    fp4FlopsPerSec: number("fp4_flop_per_s")
  };
  return nearestSystem(guess, candidates).system;
}

/** `given` with what it lacks from `defaults`; sections are filled key by key. `note` hears of each, by path. */
function fill(
  given: Record<string, unknown>,
  defaults: Record<string, unknown>,
  path: string,
  note: (path: string, value: unknown) => void
): Record<string, unknown> {
  const filled = {...given};
  for (const [key, value] of Object.entries(defaults)) {
    const at = path ? `${path}.${key}` : key;
    const own = given[key] ?? undefined;
    if (isRecord(value) && (own === undefined || isRecord(own))) filled[key] = fill(own ?? {}, value, at, note);
    else if (own === undefined && !mayLack.includes(key) && !mustBeGiven.includes(key)) {
      filled[key] = value;
      note(at, value);
    }
  }
  return filled;
}

const mustBeGiven = ["memory_bandwidth_bytes_per_s", "memory_capacity_bytes", "bf16_flop_per_s"];

/** A system in the layout of its file. */
export function systemYaml(system: SystemSpec): Record<string, unknown> {
  const {ncclBytes, gpusPerRack} = system;
  return {
    name: system.label,
    generation: system.generation,
    gpu: given({
      memory_bandwidth_bytes_per_s: system.memoryBandwidthBytesPerSec,
      memory_bandwidth_scaling: system.memoryBandwidthScaling,
      memory_latency_s: msToSeconds(system.memoryLatencyMs),
      memory_capacity_bytes: system.memoryCapacityBytes,
      bf16_flop_per_s: system.bf16FlopsPerSec,
      int8_flop_per_s: system.int8FlopsPerSec,
      fp8_flop_per_s: system.fp8FlopsPerSec,
      fp4_flop_per_s: system.fp4FlopsPerSec,
      power_w: system.powerWatts,
      sm_version: system.smVersion < 0 ? undefined : system.smVersion
    }),
    node: given({
      gpus_per_node: system.gpusPerNode,
      gpus_per_rack: gpusPerRack === Infinity ? undefined : gpusPerRack,
      intra_node_bandwidth_bytes_per_s: system.intraNodeBytesPerSec,
      inter_node_bandwidth_bytes_per_s: system.interNodeBytesPerSec,
      inter_rack_bandwidth_bytes_per_s: system.interRackBytesPerSec,
      p2p_latency_s: msToSeconds(system.p2pLatencyMs)
    }),
    memory: {nccl_bytes: {...ncclBytes}, other_bytes: system.otherBytes},
    collectives: given({nccl_version: system.ncclVersion, oneccl_version: system.onecclVersion})
  };
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
