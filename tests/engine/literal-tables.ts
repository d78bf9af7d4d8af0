/** Small literal tables and a literal system, to test the engine without any file. */
import {PerfDatabase} from "../../engine/perf.js";
import {tables, valueColumn} from "../../engine/schema.js";
import type {Backend, TableName} from "../../engine/schema.js";
import type {Database, Platform} from "../../engine/index.js";
import type {SystemSpec} from "../../engine/system.js";

/** A round-numbered GPU: 1 TB/s, 100 TFLOP/s bf16, 200 fp8, 400 fp4, 8 a node. */
export const literalSystem: SystemSpec = {
  id: "literal",
  label: "Literal GPU",
  generation: "hopper",
  memoryBandwidthBytesPerSec: 1e12,
  memoryBandwidthScaling: 0.8,
  memoryLatencyMs: 0.003,
  memoryCapacityBytes: 80 * 2 ** 30,
  bf16FlopsPerSec: 1e14,
  int8FlopsPerSec: 2e14,
  fp8FlopsPerSec: 2e14,
  fp4FlopsPerSec: 4e14,
  powerWatts: 700,
  smVersion: 90,
  gpusPerNode: 8,
  gpusPerRack: Infinity,
  intraNodeBytesPerSec: 4e11,
  interNodeBytesPerSec: 5e10,
  p2pLatencyMs: 0.01,
  ncclBytes: {1: 0, 2: 1e8, 4: 2e8, 8: 2e8},
  otherBytes: 3e9,
  ncclVersion: "2"
};

/** One slice: part values, then rows of the table's key and axis columns and the latency. */
export interface LiteralSlice {
  table: TableName;
  part?: string[];
  rows: (string | number)[][];
}

export function literalPlatform(
  slices: LiteralSlice[],
  {backend = "trtllm", database = "silicon", system = literalSystem}: Partial<Platform> = {}
): Platform {
  const perf = new PerfDatabase(system.id, backend as Backend, "1.0");
  for (const {table, part = [], rows} of slices) {
    const names = [...tables[table].key, ...tables[table].axes, valueColumn];
    const columns = Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])]));
    perf.add(table, part, columns as Record<string, number[]>);
  }
  return {system, backend: backend as Backend, version: "1.0", perf, database: database as Database};
}
