import {commQuants} from "../quant.js";
import {allReduceRoofline, ncclRoofline} from "../roofline.js";
import type {CollectiveOperation} from "../roofline.js";
import {bandwidthBytesPerSec} from "../system.js";
import {missing} from "../trace.js";
import {tableLatency} from "./table.js";
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
  const {system, database} = platform;
  const measuredTp = database === "sol" || database === "roofline" ? tp : Math.min(tp, system.gpusPerNode);
  const latency = tableLatency(platform, {
    kind: "allreduce",
    dtype: "bf16",
    table: "custom_allreduce",
    part: [],
    key: [measuredTp],
    roofline: (elements) => allReduceRoofline(system, elements, measuredTp),
    hold: linear
  });
  const scale = measuredTp === tp ? 1 : ringScale(platform, tp, measuredTp);
  return scale === 1 ? latency : (elements) => latency(elements, 0, 0, 0) * scale;
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
  const {system, perf, database} = platform;
  const {bytesPerWeight} = commQuants[dtype];
  const table = perf.entriesOf("nccl").length > 0 ? "nccl" : "oneccl";
  const unmeasured = database === "sol" || database === "roofline";
  const sizes = unmeasured
    ? [gpus]
    : perf
        .keys(table, [])
        .filter(([d, o]) => d === dtype && o === operation)
        .map(([, , n]) => n as number);
  if (sizes.length === 0)
    return () => missing(`no ${table} rows: ${perf.systemId} ${operation} ${dtype}; measure them`);
  const measured = Math.min(gpus, Math.max(...sizes));
  const latency = tableLatency(platform, {
    kind: "nccl",
    dtype: "bf16",
    table,
    part: [],
    key: [dtype, operation, measured],
    roofline: (elements) => ncclRoofline(system, operation, elements, measured, bytesPerWeight),
    hold: linear
  });
  const scale = measured === gpus ? 1 : ringScale(platform, gpus, measured);
  return scale === 1 ? latency : (elements) => latency(elements, 0, 0, 0) * scale;
}
