import {parquetWriteBuffer, type ColumnSource} from "hyparquet-writer";
import {valueColumn} from "../engine/schema.js";

/** A slice as a Parquet file: one row group of one page per column, no nulls, no statistics, no compression. */
export function encodeSlice(columns: Record<string, Float64Array | string[]>, latencyMs: Float64Array): Uint8Array {
  const columnData: ColumnSource[] = Object.entries(columns).map(([name, data]) => ({
    name,
    nullable: false,
    ...encoded(data)
  }));
  columnData.push({name: valueColumn, data: latencyMs, type: "DOUBLE", nullable: false, encoding: "BYTE_STREAM_SPLIT"});
  const rowGroupSize = latencyMs.length;
  const buffer = parquetWriteBuffer({columnData, rowGroupSize, pageSize: 0, statistics: false, codec: "UNCOMPRESSED"});
  return new Uint8Array(buffer);
}

function encoded(data: Float64Array | string[]): Pick<ColumnSource, "data" | "type" | "encoding"> {
  if (Array.isArray(data)) return {data, type: "STRING", encoding: "RLE_DICTIONARY"};
  if (data.some((value) => value > 0x7fffffff)) {
    return {data: BigInt64Array.from(data, BigInt), type: "INT64", encoding: "DELTA_BINARY_PACKED"};
  }
  return {data: Int32Array.from(data), type: "INT32", encoding: "DELTA_BINARY_PACKED"};
}
