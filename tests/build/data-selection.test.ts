import {describe, expect, test} from "vitest";
import type {Catalogue, VersionEntry} from "../../engine/schema.js";
import {everything, selectData} from "../../src/build/data-selection.js";

const version = (measured: boolean) => ({measured, slices: {}}) as unknown as VersionEntry;
const catalogue: Catalogue = {
  format: 1,
  systems: {
    h200_sxm: {
      trtllm: {"1.2.0rc5": version(true), "1.3.0rc10": version(true), "1.3.0rc15": version(false)},
      vllm: {"0.19.0": version(true)},
      nccl: {"2.23": version(true), "2.26.2": version(true)}
    },
    b60: {vllm: {"0.20.0": version(true), "0.22.0": version(false)}, oneccl: {"2021.17.2": version(true)}}
  }
};
const kept = (selected: Catalogue) =>
  Object.entries(selected.systems).flatMap(([system, libraries]) =>
    Object.entries(libraries).flatMap(([library, all]) =>
      Object.keys(all).map((each) => `${system}/${library} ${each}`)
    )
  );

describe("what goes into a site", () => {
  test("is everything unless told", () => {
    expect(selectData(catalogue, everything)).toEqual(catalogue);
  });

  test("is some systems, with all that they have", () => {
    expect(kept(selectData(catalogue, {...everything, systems: ["b60"]}))).toEqual([
      "b60/vllm 0.20.0",
      "b60/vllm 0.22.0",
      "b60/oneccl 2021.17.2"
    ]);
  });

  test("is some engines, with the collectives that each needs", () => {
    expect(kept(selectData(catalogue, {...everything, systems: ["h200_sxm"], backends: ["vllm"]}))).toEqual([
      "h200_sxm/vllm 0.19.0",
      "h200_sxm/nccl 2.23",
      "h200_sxm/nccl 2.26.2"
    ]);
  });

  test("is the newest version that was measured, not one that only lends rows", () => {
    expect(kept(selectData(catalogue, {versions: "newest"}))).toEqual([
      "h200_sxm/trtllm 1.3.0rc10",
      "h200_sxm/vllm 0.19.0",
      "h200_sxm/nccl 2.23",
      "h200_sxm/nccl 2.26.2",
      "b60/vllm 0.20.0",
      "b60/oneccl 2021.17.2"
    ]);
  });

  test("is versions by name, of one engine or of any", () => {
    expect(kept(selectData(catalogue, {versions: ["trtllm/1.2.0rc5", "0.20.0"]}))).toEqual([
      "h200_sxm/trtllm 1.2.0rc5",
      "h200_sxm/nccl 2.23",
      "h200_sxm/nccl 2.26.2",
      "b60/vllm 0.20.0",
      "b60/oneccl 2021.17.2"
    ]);
  });

  test("leaves the catalogue as it was", () => {
    const before = structuredClone(catalogue);
    selectData(catalogue, {systems: ["b60"], backends: ["vllm"], versions: "newest"});
    expect(catalogue).toEqual(before);
  });

  test.each([
    [{...everything, systems: ["h20_sxm"]}, /imported system: h20_sxm.*h200_sxm/s],
    [{...everything, backends: ["vlm"]}, /imported backend: vlm.*vllm/s],
    // Collectives are no choice.
    [{...everything, backends: ["nccl"]}, /imported backend: nccl/],
    [{versions: ["vllm/1.2.0rc5"]}, /imported version: vllm\/1\.2\.0rc5/]
  ])("refuses what is not imported: %j", (selection, message) => {
    expect(() => selectData(catalogue, selection)).toThrow(message);
  });
});
