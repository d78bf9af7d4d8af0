import {tables, valueColumn} from "../schema.js";
import type {Columns, TableName} from "../schema.js";
import {meanUnit, milli} from "./format.js";
import type {SurfaceBody} from "./format.js";
import {layoutOf} from "./layout.js";

/** The surface at every point of sites [start, end) where it was fitted, as a table of that part would hold it. */
export function tabulate(table: TableName, body: SurfaceBody, start: number, end: number): Columns {
  const {columns, sites, axes, cells, covered, rank, mean, basis, basisUnits, coefficients, coefficientUnit} = body;
  const {key, axes: names} = tables[table];
  const {siteAxes, cellAxes} = layoutOf(table);
  const width = columns.length;
  let rows = 0;
  for (let at = start * cells.length; at < end * cells.length; ++at) rows += covered[at];
  const keyColumns = key.map(() => new Array<string | number>(rows));
  const axisColumns = names.map(() => new Float64Array(rows));
  const latencyMs = new Float64Array(rows);
  const means = Float64Array.from(mean, (value) => value * meanUnit);
  const curves = Float64Array.from(basis, (value, at) => value * basisUnits[at % rank] * milli);
  const points = Array.from(cells, (cell) => pointOf(axes, cell));
  let row = 0;
  for (let site = start; site < end; ++site) {
    const values = columns.map((column, i) => column[sites[site * width + i]]);
    for (let cell = 0; cell < cells.length; ++cell) {
      if (!covered[site * cells.length + cell]) continue;
      keyColumns.forEach((column, i) => (column[row] = values[i]));
      siteAxes.forEach((axis, i) => (axisColumns[axis][row] = values[key.length + i] as number));
      cellAxes.forEach((axis, i) => (axisColumns[axis][row] = points[cell][i]));
      let sum = means[cell];
      for (let j = 0; j < rank; ++j)
        sum += coefficients[site * rank + j] * coefficientUnit * milli * curves[cell * rank + j];
      latencyMs[row++] = Math.exp(sum);
    }
  }
  return Object.fromEntries([
    ...key.map((name, i) => [name, keyColumns[i]]),
    ...names.map((name, i) => [name, axisColumns[i]]),
    [valueColumn, latencyMs]
  ]) as Columns;
}

function pointOf(axes: readonly number[][], cell: number): number[] {
  const out: number[] = [];
  for (let axis = axes.length - 1; axis >= 0; --axis) {
    out[axis] = axes[axis][cell % axes[axis].length];
    cell = Math.floor(cell / axes[axis].length);
  }
  return out;
}
