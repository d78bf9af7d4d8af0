/** Collectives beyond one node's tables. Method.md §6.8. */
import {describe, expect, it} from "vitest";
import {allReduceKernel, allReduceLatency, ncclKernel, ncclLatency} from "../../../engine/ops/collective.js";
import {allReduceRoofline, ncclRoofline} from "../../../engine/roofline.js";
import {trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const nccl = (dtype: string, operation: string, gpus: number, ms: number) => [dtype, operation, gpus, 1000, ms];
const platform = literalPlatform([
  {table: "custom_allreduce", rows: [[2, 1000, 1], [4, 1000, 2], [8, 1000, 4]]},
  {table: "nccl", rows: [
    nccl("half", "all_gather",     2, 1),
    nccl("half", "all_gather",     4, 2),
    nccl("half", "reduce_scatter", 8, 5),
    nccl("int8", "all_gather",     2, 7)
  ]}
]); // prettier-ignore

describe("all-reduce", () => {
  it("sums the tokens of one context shard, rounded up", () => {
    const op = {kind: "allreduce", name: "r", count: 1, hidden: 100, tp: 2} as const;
    expect(allReduceKernel(platform, op)(15, 1, 0, 0)).toBeCloseTo(1.5, 12);
    expect(allReduceKernel(platform, {...op, contextShards: 4})(15, 1, 0, 0)).toBeCloseTo(0.4, 12);
  });

  it("beyond a rack goes at the speed between racks", () => {
    const racks = {...literalSystem, gpusPerRack: 16, interRackBytesPerSec: 1e10};
    const rows = [[8, 1000, 4]];
    const ask = (tp: number) =>
      allReduceLatency(literalPlatform([{table: "custom_allreduce", rows}], {system: racks}), tp)(1000, 0, 0, 0);
    expect(ask(16)).toBeCloseTo((4 * (15 / 16) * (8 / 7) * 4e11) / 5e10, 9);
    expect(ask(32)).toBeCloseTo((4 * (31 / 32) * (8 / 7) * 4e11) / 1e10, 9);
  });

  it("in sol is the ring over all GPUs, with no table asked", () => {
    const sol = literalPlatform([], {database: "sol"});
    expect(allReduceLatency(sol, 32)(1e6, 0, 0, 0)).toBe(allReduceRoofline(literalSystem, 1e6, 32));
    expect(ncclLatency(sol, "alltoall", 32, "half")(1e6, 0, 0, 0)).toBe(
      ncclRoofline(literalSystem, "alltoall", 1e6, 32, 2)
    );
  });
});

describe("nccl", () => {
  it("tells operations and types apart", () => {
    expect(ncclLatency(platform, "all_gather", 2, "half")(1000, 0, 0, 0)).toBe(1);
    expect(ncclLatency(platform, "all_gather", 2, "int8")(1000, 0, 0, 0)).toBe(7);
    expect(ncclLatency(platform, "alltoall", 2, "half")(1000, 0, 0, 0)).toBeNaN();
    expect(trace.miss).toBe("no nccl rows: literal alltoall half; measure them");
  });

  it("is scaled from the largest group of the same operation and type, by steps alone within a node", () => {
    expect(ncclLatency(platform, "all_gather", 8, "half")(1000, 0, 0, 0)).toBeCloseTo(2 * (7 / 8) * (4 / 3), 12);
    expect(ncclLatency(platform, "all_gather", 8, "int8")(1000, 0, 0, 0)).toBeCloseTo(7 * (7 / 8) * 2, 12);
    const across = (5 * (15 / 16) * (8 / 7) * 4e11) / 5e10;
    expect(ncclLatency(platform, "reduce_scatter", 16, "half")(1000, 0, 0, 0)).toBeCloseTo(across, 9);
  });

  it("sends half-precision elements of every token", () => {
    const op = {kind: "nccl", name: "n", count: 1, operation: "all_gather", elementsPerToken: 50, gpus: 2} as const;
    expect(ncclKernel(platform, op)(60, 1, 0, 0)).toBeCloseTo(3, 12);
  });

  it("gives way to oneCCL only where it is absent", () => {
    const oneccl = {table: "oneccl" as const, rows: [nccl("half", "all_gather", 2, 9)]};
    const nvidia = {table: "nccl" as const, rows: [nccl("half", "all_gather", 2, 1)]};
    expect(ncclLatency(literalPlatform([oneccl]), "all_gather", 2, "half")(1000, 0, 0, 0)).toBe(9);
    expect(ncclLatency(literalPlatform([oneccl, nvidia]), "all_gather", 2, "half")(1000, 0, 0, 0)).toBe(1);
  });
});
