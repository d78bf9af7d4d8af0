/** Where a table has rows and what they are worth, and how far two versions of it are apart. */
import * as Plot from "npm:@observablehq/plot";
import type {CoverageCell, VersionJump} from "../engine/quality.js";
import {asPicture} from "./as-picture.js";
import {h} from "./dom.js";
import {figure, percent} from "./format.js";

export const mapColours = ["rows", "impossible", "speed of light reached"] as const;
export type MapColour = (typeof mapColours)[number];

/** Squares of all pairs of values; both axes in order of size, equally spaced. */
export function coveragePlot(
  map: CoverageCell[],
  {x, y, colour, width}: {x: string; y: string; colour: MapColour; width: number}
): Element {
  const ordered = (values: (number | string)[]) =>
    [...new Set(values)].sort((a, b) => Number(a) - Number(b) || String(a).localeCompare(String(b)));
  const [xs, ys] = [ordered(map.map((cell) => cell.x)), ordered(map.map((cell) => cell.y))];
  const valueOf = ({rows, impossible, utilisation}: CoverageCell) =>
    colour === "rows" ? rows : colour === "impossible" ? impossible / rows : utilisation;
  const cells = map.filter((cell) => Number.isFinite(valueOf(cell)));
  if (cells.length === 0)
    return h(
      "p",
      {class: "kp-empty"},
      "The bound of this table is not modelled, so there is nothing to hold its rows against."
    );
  const most = colour === "rows" ? Math.max(...cells.map(({rows}) => rows)) : 1;
  const plot = asPicture(
    Plot.plot({
      width: Math.min(width, Math.max(340, 90 + 68 * xs.length)),
      height: Math.min(520, 70 + 22 * ys.length),
      marginLeft: 72,
      marginBottom: 52,
      style: {fontSize: "12px", fontFamily: "inherit"},
      x: {
        type: "band",
        domain: xs,
        label: `${words(x)} →`,
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: short,
        ticks: every(xs, width / 46),
        tickSize: 0,
        padding: 0.06
      },
      y: {
        type: "band",
        domain: [...ys].reverse(),
        label: `↑ ${words(y)}`,
        labelArrow: "none",
        tickFormat: short,
        ticks: every(ys, 20),
        tickSize: 0,
        padding: 0.06
      },
      // Shades of one colour by opacity: right on a light and on a dark page.
      opacity: {
        type: colour === "rows" ? "sqrt" : "linear",
        domain: [0, most],
        range: [0.05, 1],
        clamp: true
      },
      marks: [
        Plot.cell(cells, {x: "x", y: "y", fill: fills[colour], fillOpacity: valueOf, inset: 0.5}),
        Plot.tip(cells, Plot.pointer({x: "x", y: "y", title: (cell: CoverageCell) => tip(cell, x, y)}))
      ],
      ariaLabel: `${cells.length} pairs of ${words(x)} and ${words(y)}, coloured by ${colour}`
    })
  );
  const range = colour === "rows" ? `0 to ${figure(most)}` : "0 to 100 %";
  return h(
    "div",
    {},
    plot,
    h("p", {class: "kp-note"}, `Faint to full: ${range} ${legendWords[colour]}. No square: nothing measured.`)
  );
}

const fills: Record<MapColour, string> = {
  rows: "var(--kp-agg)",
  impossible: "var(--kp-bad)",
  "speed of light reached": "var(--kp-op-gemm)"
};

const legendWords: Record<MapColour, string> = {
  rows: "rows",
  impossible: "of the rows impossible",
  "speed of light reached": "of the speed of light reached, in the median"
};

function tip({x: xValue, y: yValue, rows, impossible, utilisation}: CoverageCell, x: string, y: string): string {
  const light = Number.isFinite(utilisation) ? `\nmedian: ${percent(utilisation)} of the speed of light` : "";
  return `${words(x)} ${short(xValue)}, ${words(y)} ${short(yValue)}\n${figure(rows)} rows, ${figure(impossible)} impossible${light}`;
}

/** Newer over older, as a histogram over factors. */
export function jumpPlot({ratios}: VersionJump, width: number): Element {
  return asPicture(
    Plot.plot({
      width,
      height: 180,
      marginLeft: 64,
      marginBottom: 40,
      style: {fontSize: "12px", fontFamily: "inherit"},
      x: {
        type: "log",
        domain: [0.25, 4],
        label: "newer over older latency (ends: and beyond) →",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: [0.25, 0.5, 0.8, 1, 1.25, 2, 4],
        tickFormat: figure,
        tickSize: 0
      },
      y: {label: "↑ coordinates", labelArrow: "none", grid: true, tickSize: 0, ticks: 4},
      marks: [
        Plot.rectY(counts(ratios), {
          x1: "from",
          x2: "to",
          y: "count",
          fill: "var(--kp-agg)",
          insetLeft: 0.5,
          tip: true
        }),
        Plot.ruleX([1], {stroke: "currentColor", strokeDasharray: "3,3"})
      ],
      ariaLabel: `Distribution of ${ratios.length} ratios of newer to older latencies`
    })
  );
}

/** Bins of equal factors from a quarter to four; what lies beyond is counted in the last ones. */
const binCount = 48;

function counts(ratios: Float64Array): {from: number; to: number; count: number}[] {
  const edge = (i: number) => 0.25 * 16 ** (i / binCount);
  const bins = Array.from({length: binCount}, (_, i) => ({from: edge(i), to: edge(i + 1), count: 0}));
  for (const ratio of ratios) {
    const at = Math.floor((binCount * Math.log(ratio / 0.25)) / Math.log(16));
    ++bins[Math.min(binCount - 1, Math.max(0, at))].count;
  }
  return bins;
}

const words = (column: string) => column.replaceAll("_", " ");
const compact = new Intl.NumberFormat("en", {notation: "compact", maximumSignificantDigits: 3});
const short = (value: number | string) => (typeof value === "number" ? compact.format(value) : value);

/** At most `count` of the values, evenly picked. */
function every<T>(values: T[], count: number): T[] {
  const step = Math.max(1, Math.ceil(values.length / count));
  return values.filter((_, i) => i % step === 0);
}
