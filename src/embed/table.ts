/** The figures of a chart as a table: for who cannot see it, or wants to copy them. */
import {memoryParts} from "../chart/memory-chart.js";
import {figure} from "../components/format.js";
import type {Drawable} from "./protocol.js";

export interface Table {
  head: string[];
  rows: string[][];
}

export function tableOf(drawable: Drawable): Table {
  switch (drawable.kind) {
    case "front": {
      const {series, xTitle, yTitle} = drawable.chart;
      const rows = series.flatMap(({name, points}) =>
        [...points].sort((a, b) => a.x - b.x).map(({x, y, mark}) => [name, figure(x), figure(y), markWords[mark]])
      );
      return {head: ["front", xTitle, yTitle, "source"], rows};
    }
    case "breakdown": {
      const rows = drawable.chart.phases.flatMap(({title, totalMs, ops}) =>
        [...ops]
          .sort((a, b) => b.latencyMs - a.latencyMs)
          .map(({name, latencyMs, source}) => [
            `${title}: ${name.replaceAll("_", " ")}`,
            figure(latencyMs),
            figure((100 * latencyMs) / totalMs),
            source
          ])
      );
      return {head: ["operator", "time (ms)", "share (%)", "source"], rows};
    }
    case "memory": {
      const {rows} = drawable.chart;
      const sizes = rows.map(({name, memory, capacityGiB}) => [
        name,
        ...memoryParts.map(({part}) => figure(memory[part])),
        figure(memory.total),
        figure(capacityGiB)
      ]);
      return {
        head: ["worker", ...memoryParts.map(({name}) => `${name} (GiB)`), "all (GiB)", "capacity (GiB)"],
        rows: sizes
      };
    }
  }
}

const markWords = {filled: "measured", hollow: "between measurements", hatched: "estimated"} as const;
