/** A system description beside source tables (aiconfigurator's YAML), turned into ours. Source: method.md §2. */
import {normalizeSystem} from "../engine/system.js";
import type {Generation} from "../engine/system.js";
import {InputError} from "../engine/errors.js";

type Fields = Record<string, unknown>;

/** Names of a source file's keys in ours. Keys not listed (data_dir, pcie_bw, inter_rack_latency) describe nothing we model. */
const gpuNames = {
  mem_bw: "memory_bandwidth_bytes_per_s",
  mem_bw_empirical_scaling_factor: "memory_bandwidth_scaling",
  mem_empirical_constant_latency: "memory_latency_s",
  mem_capacity: "memory_capacity_bytes",
  bfloat16_tc_flops: "bf16_flop_per_s",
  int8_tc_flops: "int8_flop_per_s",
  fp8_tc_flops: "fp8_flop_per_s",
  fp4_tc_flops: "fp4_flop_per_s",
  power: "power_w",
  sm_version: "sm_version"
};
const nodeNames = {
  num_gpus_per_node: "gpus_per_node",
  num_gpus_per_rack: "gpus_per_rack",
  intra_node_bw: "intra_node_bandwidth_bytes_per_s",
  inter_node_bw: "inter_node_bandwidth_bytes_per_s",
  inter_rack_bw: "inter_rack_bandwidth_bytes_per_s",
  p2p_latency: "p2p_latency_s"
};

/**
 * The description in our keys, checked. `id` names the system, `label` the GPU.
 *
 * A description that already is in our keys passes through. Throws InputError that names file, key and unit.
 */
export function systemYaml(id: string, label: string, yaml: unknown): Fields {
  const file = `${id}.yaml`;
  const root = fieldsOf(file, "file", yaml);
  const ours = "name" in root && "memory" in root ? root : translated(file, label, root);
  normalizeSystem(file, ours);
  return ours;
}

function translated(file: string, label: string, root: Fields): Fields {
  const gpu = fieldsOf(file, "gpu", root.gpu);
  const misc = fieldsOf(file, "misc", root.misc);
  return {
    name: label,
    generation: generationOf(gpu.sm_version),
    gpu: renamed(gpu, gpuNames),
    node: renamed(fieldsOf(file, "node", root.node), nodeNames),
    memory: {nccl_bytes: misc.nccl_mem, other_bytes: misc.other_mem},
    collectives: given({nccl_version: misc.nccl_version, oneccl_version: misc.oneccl_version})
  };
}

/** CUDA compute capability × 10; what is not CUDA is an Intel GPU so far. */
function generationOf(smVersion: unknown): Generation {
  if (typeof smVersion !== "number") return "xe2";
  if (smVersion >= 100) return "blackwell";
  return smVersion >= 90 ? "hopper" : smVersion >= 89 ? "ada" : "ampere";
}

function renamed(fields: Fields, names: Record<string, string>): Fields {
  return given(Object.fromEntries(Object.entries(names).map(([from, to]) => [to, fields[from]])));
}

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function fieldsOf(file: string, path: string, value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new InputError(
    value === undefined
      ? `missing key in ${file}: ${path}`
      : `invalid ${path} in ${file}: ${JSON.stringify(value)}; must be a mapping`
  );
}
