import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {parse} from "yaml";
import {donorAssumptions, namedDonor, nearestSystem, rankDonors, relationOf} from "../../engine/donor.js";
import {normalizeSystem} from "../../engine/system.js";
import type {SystemSpec} from "../../engine/system.js";
import {literalSystem} from "./literal-tables.js";

const folder = join(import.meta.dirname, "../../systems");
const systems = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => normalizeSystem(file, parse(readFileSync(join(folder, file), "utf8"))));
const system = (id: string) => systems.find((each) => each.id === id)!;
/** Those that NVIDIA's tables of July 2026 are of. */
const measured = [
  "a100_sxm",
  "b200_sxm",
  "b300_sxm",
  "b60",
  "gb200",
  "gb300",
  "h100_sxm",
  "h200_sxm",
  "l40s",
  "rtx_pro_6000_server"
].map(system);

describe("nearestSystem", () => {
  it.each([
    ["h100_pcie", "h100_sxm", "design"],
    ["h20", "h200_sxm", "design"],
    ["gh200", "h200_sxm", "design"],
    ["h100_nvl", "h200_sxm", "design"],
    ["a100_pcie", "a100_sxm", "design"],
    ["a30", "a100_sxm", "design"],
    ["l4", "l40s", "design"],
    ["rtx_4090", "l40s", "design"],
    ["rtx_5090", "rtx_pro_6000_server", "design"],
    ["a40", "l40s", "line"],
    ["a10", "l40s", "line"]
  ])("%s is answered by %s: %s", (id, donor, relation) => {
    expect(nearestSystem(system(id), measured).system.id).toBe(donor);
    expect(relationOf(system(id), system(donor))).toBe(relation);
  });

  it.each([
    ["h200_sxm", "h100_sxm"],
    ["b200_sxm", "gb200"],
    ["gb300", "b300_sxm"],
    ["a100_sxm", "h100_sxm"],
    ["l40s", "rtx_pro_6000_server"]
  ])("%s would be answered by %s, never by itself", (id, donor) => {
    expect(nearestSystem(system(id), measured).system.id).toBe(donor);
  });

  it("puts design before figures: a Hopper with a Blackwell's figures takes a Hopper", () => {
    const {memoryBandwidthBytesPerSec, bf16FlopsPerSec, fp8FlopsPerSec} = system("b200_sxm");
    const strange = {...system("h100_sxm"), id: "x", memoryBandwidthBytesPerSec, bf16FlopsPerSec, fp8FlopsPerSec};
    expect(relationOf(strange, nearestSystem(strange, measured).system)).toBe("design");
  });

  it("does not look at memory size", () => {
    const roomy = {...system("h100_sxm"), id: "x", memoryCapacityBytes: 1e13};
    expect(nearestSystem(roomy, measured).system.id).toBe("h100_sxm");
  });

  it("says why, with the ratios of its figures", () => {
    // 4.0 / 4.8 TB/s, 148 / 989 and 296 / 1978 TFLOP/s.
    expect(nearestSystem(system("h20"), measured).why).toBe(
      "same design (hopper); 0.83 × the memory bandwidth, 0.15 × bf16, 0.15 × fp8"
    );
  });

  it("does not depend on the order of the list", () => {
    for (const each of systems) {
      const there = rankDonors(each, measured).map((donor) => donor.system.id);
      expect(rankDonors(each, [...measured].reverse()).map((donor) => donor.system.id)).toEqual(there);
    }
  });

  it("refuses where nothing is measured", () => {
    expect(() => nearestSystem(system("h20"), [])).toThrow(
      "no donor for h20: no system is measured; import tables of one"
    );
  });
});

describe("namedDonor", () => {
  it("takes the one that was named, however far", () => {
    expect(namedDonor(system("h20"), measured, "l40s").why).toMatch(/^as asked; unrelated, nearest by figures/);
  });
  it("refuses one that is not measured, and names those that are", () => {
    expect(() => namedDonor(system("h20"), measured, "l4")).toThrow(/^unknown donor: l4; have a100_sxm, .*l40s/);
  });
});

it("types without a rate are said to compute at the next wider one's", () => {
  const bare: SystemSpec = {...literalSystem, fp8FlopsPerSec: undefined, fp4FlopsPerSec: undefined};
  expect(donorAssumptions(bare)).toEqual(["fp8 types compute at the bf16 rate", "fp4 types compute at the bf16 rate"]);
  expect(donorAssumptions({...literalSystem, fp4FlopsPerSec: undefined})).toEqual([
    "fp4 types compute at the fp8 rate"
  ]);
  expect(donorAssumptions(literalSystem)).toEqual([]);
});
