import {tables} from "../schema.js";
import type {TableName, TableSpec} from "../schema.js";

/**
 * How a table's rows become a matrix. Its *sites* are what is told apart by name: values of the part and key columns and
 * of the axes listed here, such as one GEMM's n and k. Its *cells* are the points of the other axes, which all sites share.
 */
export interface Layout {
  part: readonly string[];
  key: readonly string[];
  /** Positions among the table's axes. */
  siteAxes: readonly number[];
  cellAxes: readonly number[];
  /** Of key columns and site axes in turn: which hold text. */
  text: readonly boolean[];
}

const siteAxesOf: Partial<Record<TableName, readonly string[]>> = {
  gemm: ["n", "k"],
  compute_scale: ["k"],
  scale_matrix: ["k"],
  deepep_normal: ["sms"]
};

export function layoutOf(table: TableName): Layout {
  const {part, key, axes, text = []}: TableSpec = tables[table];
  const named = siteAxesOf[table] ?? (axes[0] === "heads" ? ["heads"] : []);
  const positions = axes.map((_, axis) => axis);
  const siteAxes = positions.filter((axis) => named.includes(axes[axis]));
  return {
    part,
    key,
    siteAxes,
    cellAxes: positions.filter((axis) => !siteAxes.includes(axis)),
    text: [...key.map((column) => text.includes(column)), ...siteAxes.map(() => false)]
  };
}
