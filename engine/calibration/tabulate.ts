import {tables, valueColumn} from "../schema.js";
import type {Columns} from "../schema.js";
import {meanUnit, milli, partStarts} from "./format.js";
import type {PartFit, SurfaceData} from "./format.js";
import {layoutOf} from "./layout.js";

/** Sites of one part of a surface. */
export interface SurfacePart {
  part: string[];
  fit: PartFit;
  /** Sites from `start` up to `end`. */
  start: number;
  end: number;
}

export function partsOf(data: SurfaceData): SurfacePart[] {
  const width = data.columns.length;
  const starts = partStarts(data);
  return starts.map((start, i) => ({
    part: layoutOf(data.table).part.map((_, column) =>
      String(data.columns[column][data.sites[start * width + column]])
    ),
    fit: data.parts[i],
    start,
    end: starts[i + 1] ?? data.sites.length / width
  }));
}

/** The surface of one part at every point where it was fitted, as a table of that part would hold it. */
export function tabulate(data: SurfaceData, {start, end}: SurfacePart): Columns {
  const {columns, sites, axes, cells, covered, rank, mean, basis, basisUnits, coefficients, coefficientUnit} = data;
  const {key, axes: names} = tables[data.table];
  const {part, siteAxes, cellAxes} = layoutOf(data.table);
  const width = columns.length;
  let rows = 0;
  for (let at = start * cells.length; at < end * cells.length; ++at) rows += covered[at];
  const out: Record<string, number[] | string[] | Float64Array> = {};
  const keyColumns = key.map((name) => (out[name] = new Array<never>(rows) as (string | number)[] as string[]));
  const axisColumns = names.map((name) => (out[name] = new Float64Array(rows)));
  const latencyMs = (out[valueColumn] = new Float64Array(rows));
  const means = Float64Array.from(mean, (value) => value * meanUnit);
  const curves = Float64Array.from(basis, (value, at) => value * basisUnits[at % rank] * milli);
  const points = Array.from(cells, (cell) => pointOf(axes, cell));
  let row = 0;
  for (let site = start; site < end; ++site) {
    const values = Array.from({length: width - part.length}, (_, i) => {
      const column = part.length + i;
      return columns[column][sites[site * width + column]];
    });
    for (let cell = 0; cell < cells.length; ++cell) {
      if (!covered[site * cells.length + cell]) continue;
      keyColumns.forEach((column, i) => (column[row] = values[i] as string));
      siteAxes.forEach((axis, i) => (axisColumns[axis][row] = values[key.length + i] as number));
      cellAxes.forEach((axis, i) => (axisColumns[axis][row] = points[cell][i]));
      let sum = means[cell];
      for (let j = 0; j < rank; ++j)
        sum += coefficients[site * rank + j] * coefficientUnit * milli * curves[cell * rank + j];
      latencyMs[row++] = Math.exp(sum);
    }
  }
  return out;
}

function pointOf(axes: readonly number[][], cell: number): number[] {
  const out: number[] = [];
  for (let axis = axes.length - 1; axis >= 0; --axis) {
    out[axis] = axes[axis][cell % axes[axis].length];
    cell = Math.floor(cell / axes[axis].length);
  }
  return out;
}
