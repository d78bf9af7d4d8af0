/**
 * A GPU that a person describes: the layout of `systems/*.yaml`, of which only memory and compute must be given. What
 * is left out is taken from the known system nearest to it, and listed.
 */
import {InputError} from "./errors.js";
import {generations, normalizeSystem} from "./system.js";
import type {SystemSpec} from "./system.js";
import {msToSeconds} from "./units.js";

/** Keys that a GPU may lack; nothing is assumed for them. */
const mayLack = [
  "int8_flop_per_s",
  "fp8_flop_per_s",
  "fp4_flop_per_s",
  "gpus_per_rack",
  "inter_rack_bandwidth_bytes_per_s"
];

/** Keys whose defaults are not worth saying: what they bear on is the same everywhere. */
const unsaid = ["name", "power_w", "nccl", "oneccl"];

/**
 * Throws InputError that names file, key and unit, as `normalizeSystem` does. The id is the file's stem, with `-custom`
 * after it where a known system has that name: its tables are another GPU's.
 */
export function customSystem(file: string, yaml: unknown, known: readonly SystemSpec[]): SystemSpec {
  if (!isRecord(yaml))
    throw new InputError(`invalid file: ${file}; must hold keys gpu and node, as kneepoint systems --yaml NAME prints`);
  const base = likeliest(yaml, known);
  const taken: string[] = [];
  const filled = fill(yaml, systemYaml(base), "", (path, value) => {
    if (!unsaid.some((key) => path.includes(key))) taken.push(`${path} ${scalar(path, value)}`);
  });
  const assumptions = taken.length > 0 ? [`as ${base.id}: ${taken.join(", ")}`] : [];
  const stem = file.replace(/^.*[\\/]/, "").replace(/\.ya?ml$/, "");
  const system = normalizeSystem(file, {...filled, name: yaml.name ?? stem});
  const isKnown = known.some(({id}) => id === system.id);
  return {...system, id: isKnown ? `${system.id}-custom` : system.id, assumptions};
}

/** FLOP/s beside bandwidth where neither design nor compute capability is given: memory tells large dies from graphics dies. */
const flopsWeight = 0.25;

/** The known system that comes nearest in what is given: generation and compute capability, types, then figures. */
function likeliest(yaml: Record<string, unknown>, known: readonly SystemSpec[]): SystemSpec {
  const gpu = isRecord(yaml.gpu) ? yaml.gpu : {};
  const number = (key: string) => (typeof gpu[key] === "number" && gpu[key] > 0 ? gpu[key] : undefined);
  const sm = number("sm_version");
  const [bandwidth, bf16] = [number("memory_bandwidth_bytes_per_s"), number("bf16_flop_per_s")];
  const [fp8, fp4] = [number("fp8_flop_per_s"), number("fp4_flop_per_s")];
  const octaves = (got: number | undefined, other: number) => (got ? Math.abs(Math.log2(got / other)) : 0);
  const unlike = (each: SystemSpec) => [
    sm !== undefined && each.smVersion !== sm ? 1 : 0,
    generations.some((name) => name === yaml.generation) && each.generation !== yaml.generation ? 1 : 0,
    (!fp8 === !each.fp8FlopsPerSec ? 0 : 1) + (!fp4 === !each.fp4FlopsPerSec ? 0 : 1),
    octaves(bandwidth, each.memoryBandwidthBytesPerSec) + flopsWeight * octaves(bf16, each.bf16FlopsPerSec)
  ];
  const keyed = known.map((system) => ({system, key: unlike(system)}));
  keyed.sort((a, b) => a.key.map((value, i) => value - b.key[i]).find((difference) => difference !== 0) ?? 0);
  return keyed[0].system;
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

/** The file of a system, to be edited and read back by `customSystem`. */
export function systemFile(system: SystemSpec): string {
  const lines = Object.entries(systemYaml(system)).flatMap(([key, value]) =>
    isRecord(value)
      ? ["", `${key}:`, ...Object.entries(value).map(([name, of]) => `  ${name}: ${scalar(name, of)}`)]
      : [`${key}: ${scalar(key, value)}`]
  );
  return [
    "# Rates are dense, in FLOP per second; bandwidths in bytes per second, those of the node per GPU and one direction;",
    "# capacities in bytes; times in seconds.",
    ...lines,
    ""
  ].join("\n");
}

/** Numbers as people write them: `4800e9` bytes, `989e12` FLOP. */
function scalar(key: string, value: unknown): string {
  if (isRecord(value))
    return `{${Object.entries(value)
      .map(([name, of]) => `${name}: ${scalar(name, of)}`)
      .join(", ")}}`;
  if (typeof value !== "number") return JSON.stringify(value);
  const power = /flop_per_s$/.test(key) ? 12 : /bytes_per_s$/.test(key) ? 9 : 0;
  if (power === 0) return String(value);
  const short = [12, 17].map((digits) => `${Number((value / 10 ** power).toPrecision(digits))}e${power}`);
  return short.find((text) => Number(text) === value) ?? String(value);
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
