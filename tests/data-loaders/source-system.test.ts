import {describe, expect, it} from "vitest";
import {systemYaml} from "../../data-loaders/source-system.js";
import {normalizeSystem} from "../../engine/system.js";

const source = () => ({
  data_dir: "data/l20",
  gpu: {
    mem_bw: 864e9,
    mem_bw_empirical_scaling_factor: 0.8,
    mem_empirical_constant_latency: 3e-6,
    mem_capacity: 48e9,
    bfloat16_tc_flops: 119.5e12,
    fp8_tc_flops: 239e12,
    power: 275,
    sm_version: 89
  },
  node: {
    num_gpus_per_node: 8,
    intra_node_bw: 32e9,
    inter_node_bw: 50e9,
    pcie_bw: 32e9,
    p2p_latency: 1e-5
  },
  misc: {nccl_mem: {1: 0, 2: 1e8, 4: 2e8, 8: 2e8}, other_mem: 3e9, nccl_version: "2.27.3"}
});

describe("a system described beside its tables", () => {
  it("reads like one of ours", () => {
    const yaml = systemYaml("l20", "NVIDIA L20", source());
    expect(normalizeSystem("l20.yaml", yaml)).toMatchObject({
      id: "l20",
      label: "NVIDIA L20",
      generation: "ada",
      memoryBandwidthBytesPerSec: 864e9,
      memoryLatencyMs: 0.003,
      bf16FlopsPerSec: 119.5e12,
      fp8FlopsPerSec: 239e12,
      gpusPerNode: 8,
      gpusPerRack: Infinity,
      ncclBytes: {1: 0, 2: 1e8, 4: 2e8, 8: 2e8},
      ncclVersion: "2.27.3"
    });
  });

  it("may be in our own keys", () => {
    const ours = systemYaml("l20", "NVIDIA L20", source());
    expect(systemYaml("l20", "another name", ours)).toBe(ours);
  });

  it.each([
    [89, "ada"],
    [80, "ampere"],
    [90, "hopper"],
    [103, "blackwell"],
    [undefined, "xe2"]
  ])("of sm_version %s is %s", (sm_version, generation) => {
    const yaml = source();
    expect(systemYaml("x", "X", {...yaml, gpu: {...yaml.gpu, sm_version}})).toMatchObject({generation});
  });

  it("says which key is missing, with its unit", () => {
    const {gpu, ...rest} = source();
    const {mem_bw: _, ...without} = gpu;
    expect(() => systemYaml("l20", "X", {...rest, gpu: without})).toThrow(
      "missing key in l20.yaml: gpu.memory_bandwidth_bytes_per_s; give it in bytes per second"
    );
    expect(() => systemYaml("l20", "X", {gpu: 3})).toThrow("invalid gpu in l20.yaml: 3; must be a mapping");
  });
});
