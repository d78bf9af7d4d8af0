import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {parse} from "yaml";
import {customSystem, systemFile} from "../../engine/custom-system.js";
import {normalizeSystem} from "../../engine/system.js";

const folder = join(import.meta.dirname, "../../systems");
const known = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => normalizeSystem(file, parse(readFileSync(join(folder, file), "utf8"))));

const read = (text: string, file = "mine.yaml") => customSystem(file, parse(text), known);
const least = `
gpu:
  memory_bandwidth_bytes_per_s: 4000e9
  memory_capacity_bytes: 103079215104
  bf16_flop_per_s: 148e12
  fp8_flop_per_s: 296e12
`;

describe("a file with the least that must be given", () => {
  it("is the GPU it says, with the rest of its likeliest relative, and says so", () => {
    const mine = read(`name: Mine\ngeneration: hopper\n${least}`);
    expect(mine).toMatchObject({
      id: "mine",
      label: "Mine",
      generation: "hopper",
      smVersion: 90,
      memoryBandwidthBytesPerSec: 4e12,
      fp8FlopsPerSec: 2.96e14,
      gpusPerNode: 8,
      intraNodeBytesPerSec: 4.5e11
    });
    expect(mine.assumptions).toEqual([
      "as h20: gpu.memory_bandwidth_scaling 0.8, gpu.memory_latency_s 0.000003, gpu.sm_version 90, node.gpus_per_node 8, node.intra_node_bandwidth_bytes_per_s 450e9, node.inter_node_bandwidth_bytes_per_s 50e9, node.p2p_latency_s 0.00001, memory.other_bytes 3758096384"
    ]);
  });
  it("is called after its file", () => expect(read(least).label).toBe("mine"));
  it("is taken for a Hopper by its types and its bandwidth", () => expect(read(least).generation).toBe("hopper"));
  it("is given no type that it does not state", () => {
    const {fp4FlopsPerSec, int8FlopsPerSec} = read(least);
    expect([fp4FlopsPerSec, int8FlopsPerSec]).toEqual([undefined, undefined]);
  });
  it("never goes by the name of a known GPU, whose tables would answer", () => {
    expect(read(least, "some/where/h200_sxm.yaml").id).toBe("h200_sxm-custom");
  });
});

it.each(known)("the file of $id reads back as it was, with nothing assumed", (system) => {
  const {assumptions, ...back} = read(systemFile(system), "copy.yaml");
  expect(assumptions).toEqual([]);
  const {id: _, ...was} = system;
  expect(back).toEqual({...was, id: "copy"});
});

describe("nonsense is refused with file, key, unit and what would do", () => {
  it.each([
    ["GB for bytes", least.replace("4000e9", "4000"), "invalid gpu.memory_bandwidth_bytes_per_s in mine.yaml: 4000; must be 1000000000 to 1000000000000000 in bytes per second"],
    ["TFLOP for FLOP", least.replace("148e12", "148"), "invalid gpu.bf16_flop_per_s in mine.yaml: 148; must be 1000000000000 to 1000000000000000000 in FLOP per second"],
    ["a negative bandwidth", least.replace("4000e9", "-4000e9"), "invalid gpu.memory_bandwidth_bytes_per_s in mine.yaml: -4000000000000; must not be negative, in bytes per second"],
    ["no compute", least.replace(/ +bf16.*\n/, ""), "missing key in mine.yaml: gpu.bf16_flop_per_s; give it in FLOP per second"],
    ["no memory", least.replace(/ +memory_cap.*\n/, ""), "missing key in mine.yaml: gpu.memory_capacity_bytes; give it in bytes"],
    ["an unknown key", `${least}  fp4_flops_per_s: 3e14\n`, "unknown key in mine.yaml: gpu.fp4_flops_per_s; did you mean fp4_flop_per_s? (in FLOP per second)"],
    ["half a GPU per node", `${least}node:\n  gpus_per_node: 7.5\n`, "invalid node.gpus_per_node in mine.yaml: 7.5; must be whole, in GPUs, a whole number"],
    ["an unknown design", `generation: rubin\n${least}`, "mine.yaml: unknown generation: rubin; have ampere, ada, hopper, blackwell, xe2"],
    ["words for a number", least.replace("148e12", "148 TFLOPS"), 'invalid gpu.bf16_flop_per_s in mine.yaml: "148 TFLOPS"; must be a number in FLOP per second'],
    ["a list", "- 1\n", "invalid file: mine.yaml; must hold keys gpu and node, as kneepoint systems --yaml NAME prints"],
    ["nothing", "", "invalid file: mine.yaml; must hold keys gpu and node, as kneepoint systems --yaml NAME prints"]
  ])("%s", (_, text, message) => expect(() => read(text)).toThrow(message)); // prettier-ignore
});
