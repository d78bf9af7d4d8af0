/** Measured latencies of a slice against one axis, above the speed of light. */
import * as Plot from "npm:@observablehq/plot";
import {valueColumn} from "../engine/schema.js";
import {asPicture} from "./as-picture.js";
import {h} from "./dom.js";
import {duration, figure} from "./format.js";
import type {Record_, SliceFilter} from "./slice-table.js";

export interface SlicePlotOptions {
  width: number;
  filter: SliceFilter;
  /** Least possible latency of a row; undefined where no bound is known. */
  lightMs: (row: Record_) => number | undefined;
}

export function slicePlot(rows: Record_[], {width, filter: {x, color, fixed}, lightMs}: SlicePlotOptions): Element {
  if (rows.length === 0) {
    const where = Object.entries(fixed)
      .map(([column, value]) => `${column} = ${value}`)
      .join(", ");
    return h(
      "p",
      {class: "kp-empty"},
      `Nothing was measured at ${where}. Choose another value, or one of these as colour to see what there is.`
    );
  }
  const z = color || undefined;
  const light = rows.flatMap((row) => {
    const ms = lightMs(row);
    return ms !== undefined && ms > 0 ? [{...row, light: ms}] : [];
  });
  const many = new Set(rows.map((row) => row[color])).size > 8;
  const stroke = z ?? (() => "measured");
  return asPicture(
    Plot.plot({
      width,
      height: Math.min(460, Math.max(320, width * 0.5)),
      marginLeft: 64,
      marginBottom: 40,
      style: {fontSize: "12px", fontFamily: "inherit"},
      x: {
        type: rows.some((row) => Number(row[x]) <= 0) ? "symlog" : "log",
        label: `${x} →`,
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: figure,
        tickSize: 0,
        ticks: 6,
        grid: false
      },
      y: {
        type: "log",
        label: "↑ latency (ms)",
        labelArrow: "none",
        tickFormat: figure,
        tickSize: 0,
        ticks: decades([...rows.map((row) => Number(row[valueColumn])), ...light.map((row) => row.light)]),
        grid: true
      },
      color: {
        type: many ? "ordinal" : "categorical",
        scheme: many ? "cool" : "observable10",
        legend: Boolean(z),
        label: z
      },
      marks: [
        Plot.line(light, {
          x,
          y: "light",
          z,
          stroke: z ?? "currentColor",
          strokeDasharray: "3,3",
          strokeOpacity: 0.7,
          sort: x
        }),
        Plot.line(rows, {x, y: valueColumn, z, stroke: z ?? "var(--kp-ink)", strokeWidth: 1.5, sort: x}),
        Plot.dot(rows, {
          x,
          y: valueColumn,
          fill: z ?? "var(--kp-ink)",
          r: 2.2,
          tip: true,
          channels: {
            ...(z ? {[z]: z} : {}),
            measured: (d: Record_) => duration(Number(d[valueColumn])),
            "speed of light": (d: Record_) => words(lightMs(d)),
            reached: (d: Record_) => share(d, lightMs(d))
          },
          title: undefined
        }),
        light.length > 0 && !z
          ? Plot.text(light.slice(-1), {x, y: "light", text: () => "speed of light", dy: 12, textAnchor: "end"})
          : null
      ].filter((mark) => mark !== null),
      ariaLabel: `Latency against ${x}, ${rows.length} measurements${typeof stroke === "string" ? `, coloured by ${stroke}` : ""}`
    })
  );
}

/** Powers of ten within the values: the lines of a logarithmic axis that help to read it. */
function decades(values: number[]): number[] {
  const [least, most] = [Math.min(...values.filter((value) => value > 0)), Math.max(...values)].map(Math.log10);
  return Array.from(
    {length: Math.max(0, Math.floor(most) - Math.ceil(least) + 1)},
    (_, i) => 10 ** (Math.ceil(least) + i)
  );
}

function words(ms: number | undefined): string {
  return ms === undefined ? "unknown" : duration(ms);
}

function share(row: Record_, ms: number | undefined): string {
  return ms === undefined ? "–" : `${Math.round((100 * ms) / Number(row[valueColumn]))} %`;
}
