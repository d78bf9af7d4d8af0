import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../data-loaders/read-systems.js";
import {InputError} from "../../engine/errors.js";
import {bandwidthBytesPerSec, flopsPerSec, normalizeSystem, reviveSystems} from "../../engine/system.js";
import type {SystemSpec} from "../../engine/system.js";

const systems = readSystems(join(import.meta.dirname, "../../systems"));
const named = (id: string): SystemSpec => systems.find((system) => system.id === id)!;

const spec = {
  name: "Test GPU",
  generation: "hopper",
  gpu: {
    memory_bandwidth_bytes_per_s: 2e12,
    memory_bandwidth_scaling: 0.8,
    memory_latency_s: 3e-6,
    memory_capacity_bytes: 80e9,
    bf16_flop_per_s: 1e15,
    power_w: 500
  },
  node: {
    gpus_per_node: 8,
    intra_node_bandwidth_bytes_per_s: 400e9,
    inter_node_bandwidth_bytes_per_s: 50e9,
    p2p_latency_s: 1e-5
  },
  memory: {nccl_bytes: {1: 0, 2: 1e8, 4: 2e8, 8: 3e8}, other_bytes: 1e9},
  collectives: {nccl_version: "2.27"}
};

const withGpu = (gpu: object) => ({...spec, gpu: {...spec.gpu, ...gpu}});
const normalize = (yaml: unknown) => () => normalizeSystem("systems/test.yaml", yaml);

describe("normalizeSystem", () => {
  it("reads a file into camelCase with ms, and fills in what may be absent", () => {
    expect(normalize(spec)()).toEqual({
      id: "test",
      label: "Test GPU",
      generation: "hopper",
      memoryBandwidthBytesPerSec: 2e12,
      memoryBandwidthScaling: 0.8,
      memoryLatencyMs: 0.003,
      memoryCapacityBytes: 80e9,
      bf16FlopsPerSec: 1e15,
      powerWatts: 500,
      smVersion: -1,
      gpusPerNode: 8,
      gpusPerRack: Infinity,
      intraNodeBytesPerSec: 400e9,
      interNodeBytesPerSec: 50e9,
      p2pLatencyMs: expect.closeTo(0.01, 12),
      ncclBytes: {1: 0, 2: 1e8, 4: 2e8, 8: 3e8},
      otherBytes: 1e9,
      ncclVersion: "2.27"
    });
  });

  it.each([
    [
      "a key in another unit",
      withGpu({memory_bandwidth_gb_per_s: 2000}),
      /test\.yaml: gpu\.memory_bandwidth_gb_per_s; did you mean memory_bandwidth_bytes_per_s\? \(in bytes per second\)/
    ],
    [
      "an unknown section",
      {...spec, network: {}},
      /unknown key in .*test\.yaml: network; did you mean|have name, generation/
    ],
    [
      "GB where bytes belong",
      withGpu({memory_capacity_bytes: 80}),
      /gpu\.memory_capacity_bytes .*: 80; must be 1000000000 .* in bytes/
    ],
    ["TFLOP where FLOP belong", withGpu({bf16_flop_per_s: 989}), /gpu\.bf16_flop_per_s .*: 989; .* in FLOP per second/],
    ["us where s belong", withGpu({memory_latency_s: 3}), /gpu\.memory_latency_s .*: 3; must be 0 to 1 in seconds/],
    ["a wrong sign", withGpu({power_w: -500}), /gpu\.power_w .*: -500; must not be negative, in watts/],
    ["text for a number", withGpu({power_w: "500 W"}), /gpu\.power_w .*: "500 W"; must be a number in watts/],
    ["half a GPU", {...spec, node: {...spec.node, gpus_per_node: 7.5}}, /node\.gpus_per_node .*: 7\.5; must be whole/],
    [
      "a number for a version",
      {...spec, collectives: {nccl_version: 2.27}},
      /collectives\.nccl_version .*: 2\.27; must be text/
    ],
    ["a missing key", withGpu({power_w: undefined}), /missing key in .*test\.yaml: gpu\.power_w; give it in watts/],
    ["a missing section", {...spec, node: undefined}, /test\.yaml: node is missing/],
    [
      "an unknown generation",
      {...spec, generation: "hoper"},
      /test\.yaml: unknown generation: hoper; .*did you mean hopper/
    ],
    ["no mapping at all", "h200", /must be a mapping/],
    ["an empty file", null, /missing or empty/]
  ])("refuses %s", (_, yaml, message) => {
    expect(normalize(yaml)).toThrow(InputError);
    expect(normalize(yaml)).toThrow(message);
  });
});

describe("systems/*.yaml", () => {
  it("are 26, each under its own name", () => {
    expect(systems.map(({id}) => id)).toEqual([
      "a10",
      "a100_pcie",
      "a100_sxm",
      "a100_sxm_40gb",
      "a30",
      "a40",
      "a800_sxm",
      "b200_sxm",
      "b300_sxm",
      "b60",
      "gb200",
      "gb300",
      "gh200",
      "h100_nvl",
      "h100_pcie",
      "h100_sxm",
      "h20",
      "h200_sxm",
      "h800_sxm",
      "l20",
      "l4",
      "l40",
      "l40s",
      "rtx_4090",
      "rtx_5090",
      "rtx_pro_6000_server"
    ]);
    expect(new Set(systems.map(({label}) => label)).size).toBe(26);
  });

  it("survive JSON, Infinity included", () => {
    expect(reviveSystems(JSON.parse(JSON.stringify(systems)))).toEqual(systems);
  });

  it("give h200 141 GiB and 4.8 TB/s", () => {
    expect(named("h200_sxm")).toMatchObject({memoryCapacityBytes: 151397597184, memoryBandwidthBytesPerSec: 4.8e12});
  });
});

describe("bandwidthBytesPerSec", () => {
  it.each([
    ["h200_sxm", 8, 450e9],
    ["h200_sxm", 16, 50e9],
    ["gb200", 4, 900e9],
    ["gb200", 72, 900e9],
    ["gb200", 73, 100e9]
  ])("on %s over %i GPUs", (id, gpus, bytesPerSec) => {
    expect(bandwidthBytesPerSec(named(id), gpus)).toBe(bytesPerSec);
  });
});

describe("flopsPerSec", () => {
  it.each([
    ["h200_sxm", 1, 989e12],
    ["h200_sxm", 2, 1978e12],
    ["l40s", 2, 733e12],
    ["b300_sxm", 4, 14000e12],
    ["a100_sxm", 2, 624e12],
    ["h200_sxm", 4, 3956e12]
  ])("of %s at rate %i is the dtype's own figure, else a multiple of bf16", (id, rate, flops) => {
    expect(flopsPerSec(named(id), rate)).toBe(flops);
  });
});
