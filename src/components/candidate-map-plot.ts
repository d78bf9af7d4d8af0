/** Batches against prompt tokens of one worker as cells: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import {shareStep, stepColor} from "./batch-color.js";
import type {MapCell, WorkerMap} from "./candidate-map-cells.js";

export type MapPlot = SVGSVGElement & {
  scale(name: string): {apply(value: number): number; bandwidth: number};
};

/** Pixels: a finger finds a cell among its neighbours by what is said of it, so cells may be small. */
const leastCell = 15;
const areaHeight = 250;
const margin = {marginLeft: 58, marginTop: 24, marginBottom: 40, marginRight: 10};

/** Width that the cells need, and no less than there is. */
export function mapWidth({batches}: WorkerMap, available: number): number {
  return Math.max(available, batches.length * leastCell + margin.marginLeft + margin.marginRight);
}

export function candidateMapPlot(map: WorkerMap, selected: number, width: number): MapPlot {
  const {batches, contexts, cells, best} = map;
  const at = {x: "batch", y: "ctxTokens"} as const;
  const shown = cells.filter(({row}) => row >= 0);
  const missed = shown.filter(({isKept}) => !isKept);
  const over = cells.filter(({reason}) => reason === "memory" || reason === "kvCache");
  const unknown = cells.filter(({reason}) => reason === "data");
  return Plot.plot({
    width,
    // Always as high, so that what is below stays where it is while prompts grow.
    height: margin.marginTop + margin.marginBottom + areaHeight,
    ...margin,
    padding: 0.06,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {
      domain: batches,
      label: "batch (requests in flight per rank) →",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: batches.filter((batch) => Number.isInteger(Math.log2(batch)))
    },
    y: {
      domain: [...contexts].reverse(),
      label: "↑ prompt tokens a step",
      labelAnchor: "top",
      labelArrow: "none",
      tickSize: 0,
      tickFormat: (tokens: number) => tokens.toLocaleString("en")
    },
    marks: [
      Plot.cell(shown, {...at, fill: (cell: MapCell) => stepColor(shareStep(cell.share)), inset: 0}),
      Plot.cell(missed, {...at, fill: "url(#kp-missed)"}),
      Plot.cell(over, {...at, fill: "url(#kp-over)"}),
      Plot.cell(unknown, {...at, fill: "var(--kp-well)"}),
      Plot.text(unknown, {...at, text: () => "?", fill: "var(--kp-ink-faint)", fontSize: 11}),
      overLabel(over, batches),
      Plot.text(
        cells.filter(({row}) => row >= 0 && row === best),
        {
          ...at,
          text: () => "★",
          fontSize: 15,
          fill: "var(--kp-ink)",
          stroke: "var(--kp-card)",
          strokeWidth: 4
        }
      ),
      Plot.cell(
        cells.filter(({row}) => row >= 0 && row === selected),
        {...at, fill: "none", stroke: "var(--kp-ink)", strokeWidth: 2, inset: -2}
      )
    ]
  } as Plot.PlotOptions) as never;
}

/** Where there is room for it, in the midst of the cells that do not fit. */
function overLabel(over: readonly MapCell[], batches: readonly number[]): Plot.Markish {
  const [first] = over;
  const row = over.filter(({ctxTokens}) => ctxTokens === first?.ctxTokens);
  if (row.length < 6) return null;
  const middle = row[Math.floor(row.length / 2)];
  return Plot.text([batches.includes(middle.batch) ? middle : row[0]], {
    x: "batch",
    y: "ctxTokens",
    text: () => "does not fit",
    fill: "var(--kp-bad)",
    fontWeight: 600,
    stroke: "var(--kp-card)",
    strokeWidth: 4
  });
}

/** Hatchings of what misses a target and of what does not fit, once per page. */
export function mapPatterns(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "kp-patterns");
  svg.setAttribute("aria-hidden", "true");
  const hatch = (id: string, lines: string, width: number, size: number, ground: string) =>
    `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${ground}<rect width="${width}" height="${size}" fill="${lines}"/></pattern>`;
  svg.innerHTML =
    hatch("kp-missed", "var(--kp-card)", 3.4, 5, "") +
    hatch("kp-over", "var(--kp-over)", 1.2, 5, `<rect width="5" height="5" fill="var(--kp-well)"/>`);
  return svg;
}
