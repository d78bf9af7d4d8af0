/** Change of an answer by input, in the order given; nothing yet of those still to come. A pure function. */
import * as Plot from "npm:@observablehq/plot";
import type {SensitivityOutcome} from "../engine/sensitivity/sensitivity.js";
import type {ShownRow} from "./sensitivity-runs.js";
import {h} from "./dom.js";
import {changeWords, inputWords, otherChoice} from "./sensitivity-words.js";

interface Bar {
  name: string;
  way: "less" | "more";
  change: number;
  words: string;
  title: string;
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const rowHeight = 40;
/** Of `−8.7 % ◆` beside a bar, in pixels. */
const wordsWidth = 66;

export function tornadoPlot(rows: readonly ShownRow[], width: number): SVGElement | HTMLElement {
  if (rows.length === 0) return h("div");
  const bars = rows.flatMap((row) => [...barOf(row, "less", row.down), ...barOf(row, "more", row.up)]);
  const narrow = width < 560;
  const margins = {marginLeft: narrow ? 108 : 190, marginRight: 64, marginTop: 44, marginBottom: 12};
  const halfWidth = (width - margins.marginLeft - margins.marginRight) / 2;
  // Beyond the longest bar there is room for its words, which on narrow pages stand across.
  const room = narrow ? 1.1 : Math.max(1.1, halfWidth / (halfWidth - wordsWidth));
  const end = room * Math.max(0.02, ...bars.map(({change}) => Math.abs(change)));
  const names = rows.map(inputWords);
  const mark = (way: Bar["way"]) => bars.filter((bar) => bar.way === way);
  const beside = (of: Bar[], sign: number) => of.filter(({change}) => (change < 0 ? -1 : 1) === sign);
  return Plot.plot({
    width,
    height: 56 + rowHeight * rows.length,
    ...margins,
    style: {fontSize: narrow ? "11.5px" : "12.5px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `Change of throughput: ${bars.map(({name, way, words}) => `${name}, ${way}: ${words}`).join("; ")}`,
    x: {
      domain: [-100 * end, 100 * end],
      label: "change of tokens/s/GPU (%)",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 40,
      percent: true,
      grid: true,
      tickSize: 0,
      ticks: narrow ? 5 : 9,
      tickFormat: "+d",
      axis: "top"
    },
    y: {domain: [1, 0], label: null, axis: null},
    fy: {domain: names, label: null, axis: null, padding: 0.18},
    marks: [
      Plot.axisFy({
        anchor: "left",
        label: null,
        frameAnchor: "left",
        textAnchor: "end",
        dx: -8,
        lineWidth: narrow ? 9 : 16,
        fill: "var(--kp-ink)"
      }),
      ...(["less", "more"] as const).map((way) =>
        Plot.rect(mark(way), {
          fy: "name",
          x1: 0,
          x2: "change",
          y1: () => (way === "less" ? 0 : 0.5),
          y2: () => (way === "less" ? 0.46 : 0.96),
          fill: way === "less" ? "var(--kp-line-strong)" : "var(--kp-ink-muted)",
          title: "title",
          tip: true
        })
      ),
      Plot.ruleX([0], {stroke: "var(--kp-ink-muted)"}),
      ...([-1, 1] as const).map((sign) => {
        // Where there is no room between a bar and the names, its words stand on the empty side of the line.
        const across = narrow && sign < 0;
        return Plot.text(beside(bars, sign), {
          fy: "name",
          x: across ? 0 : "change",
          y: ({way}: Bar) => (way === "less" ? 0.23 : 0.73),
          text: "words",
          dx: across ? 6 : 6 * sign,
          textAnchor: sign < 0 && !across ? "end" : "start",
          fill: "var(--kp-ink)",
          ...halo
        });
      })
    ]
  } as Plot.PlotOptions);
}

function barOf(row: ShownRow, way: Bar["way"], outcome: SensitivityOutcome | null | undefined): Bar[] {
  if (!outcome) return [];
  const change = outcome.change?.tokensPerSecPerGpuCluster ?? 0;
  const other = otherChoice(outcome);
  const name = inputWords(row);
  const words = `${changeWords(outcome)}${other ? " ◆" : ""}`;
  return [{name, way, change, words, title: `${name}, ${way}: ${changeWords(outcome)}${other ? `\n◆ ${other}` : ""}`}];
}
