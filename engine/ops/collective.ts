import type {PerfDatabase} from "../perf.js";
import {commQuants} from "../quant.js";
import type {CommQuant} from "../quant.js";
import {allReduceRoofline, ncclRoofline} from "../roofline.js";
import type {CollectiveOperation} from "../roofline.js";
import {bandwidthBytesPerSec} from "../system.js";
import {missing, rank, weaken} from "../trace.js";
import {sameMode, transferTiers} from "../transfer.js";
import {carried, hasDonor} from "./carry.js";
import {byOctaves, gridCloud} from "./ladder.js";
import type {Rung} from "./ladder.js";
import {tableLatency, withError} from "./table.js";
import type {Latency, Platform} from "./table.js";
import type {AllReduce, Kernel, Nccl} from "./op.js";

/** Beyond a collective's table latency grows with the message. */
const linear = (elements: number) => elements;

/** Source: method.md §6.8. */
export function allReduceKernel(platform: Platform, {hidden, tp, contextShards = 1}: AllReduce): Kernel {
  const latency = allReduceLatency(platform, tp);
  return (tokens) => latency(Math.ceil(tokens / contextShards) * hidden, 0, 0, 0);
}

/** latency(elements) of summing bf16 elements over tp GPUs; beyond a node scaled from the node's by bandwidth. */
export function allReduceLatency(platform: Platform, tp: number): Latency {
  if (tp === 1) return () => 0;
  if (hasDonor(platform)) return carried(platform, "allreduce", (on) => allReduceLatency(on, tp));
  const {system, perf, database} = platform;
  const measuredTp = database === "sol" ? tp : Math.min(tp, system.gpusPerNode);
  const latency = tableLatency(platform, {
    kind: "allreduce",
    dtype: "bf16",
    table: "custom_allreduce",
    part: [],
    key: [measuredTp],
    roofline: (elements) => allReduceRoofline(system, elements, measuredTp),
    hold: linear,
    // Ours: other numbers of GPUs, and the library's all-reduce.
    ladder: function* () {
      const sizes = perf.keys("custom_allreduce", []).map(([gpus]) => gpus as number);
      for (const gpus of byOctaves(sizes, measuredTp)) {
        const roofline = (elements: number) => allReduceRoofline(system, elements, gpus);
        yield {
          tier: "xshape",
          roofline,
          cloud: gridCloud(platform, perf.grid("custom_allreduce", [], [gpus])!, roofline),
          scale: 1
        };
      }
      for (const rung of ncclLadder(platform, "all_reduce", measuredTp, "half")) yield {...rung, tier: "xop"};
    }
  });
  return measuredTp === tp ? latency : scaledBeyond(platform, "allreduce", latency, tp, measuredTp);
}

/** A ring over `gpus` from the measured one. Source: method.md §4.2, §6.8. */
function scaledBeyond(
  platform: Platform,
  kind: "allreduce" | "nccl",
  latency: Latency,
  gpus: number,
  measured: number
): Latency {
  const {database, transfer = transferTiers} = platform;
  if (database === "empirical" && !transfer.includes("xshape"))
    return () => missing(`no ${kind} over ${gpus} GPUs: have ${measured}; the transfer policy leaves out xshape`);
  const scale = ringScale(platform, gpus, measured);
  return withError(kind, (elements) => {
    weaken(rank.xshape);
    return latency(elements, 0, 0, 0) * scale;
  });
}

/** How much longer a ring over `gpus` takes than one over `measured`, by steps and by bandwidth. */
function ringScale({system}: Platform, gpus: number, measured: number): number {
  const steps = ((gpus - 1) / gpus) * (measured / (measured - 1));
  return (steps * bandwidthBytesPerSec(system, measured)) / bandwidthBytesPerSec(system, gpus);
}

export function ncclKernel(platform: Platform, {operation, elementsPerToken, gpus}: Nccl): Kernel {
  const latency = ncclLatency(platform, operation, gpus, "half");
  return (tokens) => latency(tokens * elementsPerToken, 0, 0, 0);
}

/** latency(elements) of a collective over `gpus`; beyond the largest measured group scaled from it by bandwidth. */
export function ncclLatency(
  platform: Platform,
  operation: CollectiveOperation,
  gpus: number,
  dtype: keyof typeof commQuants
): Latency {
  if (gpus === 1) return () => 0;
  if (hasDonor(platform)) return carried(platform, "nccl", (on) => ncclLatency(on, operation, gpus, dtype));
  const {system, perf, database} = platform;
  const {bytesPerWeight} = commQuants[dtype];
  const table = ncclTable(perf);
  const sizes = database === "sol" ? [gpus] : ncclSizes(perf, dtype, operation);
  if (database === "silicon" && sizes.length === 0)
    return () => missing(`no ${table} rows: ${perf.systemId} ${operation} ${dtype}; measure them`);
  const measured = Math.min(gpus, sizes.length > 0 ? Math.max(...sizes) : gpus);
  const latency = tableLatency(platform, {
    kind: "nccl",
    dtype: "bf16",
    table,
    part: [],
    key: [dtype, operation, measured],
    roofline: (elements) => ncclRoofline(system, operation, elements, measured, bytesPerWeight),
    hold: linear,
    ladder: () => ncclLadder(platform, operation, measured, dtype)
  });
  return measured === gpus ? latency : scaledBeyond(platform, "nccl", latency, gpus, measured);
}

const ncclTable = (perf: PerfDatabase) => (perf.entriesOf("nccl").length > 0 ? "nccl" : "oneccl");

export function ncclSizes(perf: PerfDatabase, dtype: string, operation: string): number[] {
  const keys = perf.keys(ncclTable(perf), []) as [string, string, number][];
  return keys.filter(([d, o]) => d === dtype && o === operation).map(([, , gpus]) => gpus);
}

/** Other numbers of GPUs, then other types, then other operations. Ours. */
function* ncclLadder(
  platform: Platform,
  operation: CollectiveOperation,
  gpus: number,
  dtype: CommQuant
): Iterable<Rung> {
  const {perf, system} = platform;
  const table = ncclTable(perf);
  const named = (perf.keys(table, []) as [CommQuant, CollectiveOperation, number][]).filter(
    ([dtype]) => dtype in commQuants
  );
  const asked = commQuants[dtype];
  const dtypes = [...new Set([dtype, ...named.map(([dtype]) => dtype)])];
  const operations = [...new Set([operation, ...named.map(([, operation]) => operation)])];
  for (const op of operations)
    for (const type of dtypes)
      for (const size of byOctaves(ncclSizes(perf, type, op), gpus)) {
        const mode = commQuants[type];
        const roofline = (elements: number) => ncclRoofline(system, op, elements, size, mode.bytesPerWeight);
        const typed = type === dtype ? "xshape" : sameMode(mode, asked) ? "xquant" : "xprofile";
        const cloud = gridCloud(platform, perf.grid(table, [], [type, op, size])!, roofline);
        yield {tier: op === operation ? typed : "xop", cloud, roofline, scale: 1};
      }
}
