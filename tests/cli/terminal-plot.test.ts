import {describe, expect, it} from "vitest";
import {niceTicks, terminalPlot} from "../../src/cli/terminal-plot.js";

const points = (...pairs: [number, number][]) => pairs.map(([x, y]) => ({x, y}));
const agg = {name: "aggregated", mark: "●", points: points([110, 414], [126, 352], [167, 213], [205, 175], [220, 77])};
const disagg = {name: "disaggregated", mark: "▲", points: points([60, 704], [109, 587], [150, 380], [200, 120])};
const titles = {xTitle: "tokens/s/user", yTitle: "tokens/s/GPU"};

describe("terminalPlot", () => {
  it("draws both fronts, the target and the choice in 80 columns", () => {
    const target = {x: 100, label: "TPOT 10 ms", met: "right"} as const;
    const text = terminalPlot({series: [agg, disagg], ...titles, target, chosen: {x: 109, y: 587}});
    expect(text).toMatchSnapshot();
    expect(
      Math.max(
        ...text
          .split("\n")
          .slice(1)
          .map((line) => line.length)
      )
    ).toBeLessThanOrEqual(80);
  });

  it("draws a single point", () => {
    expect(terminalPlot({series: [{...agg, points: points([100, 50])}], ...titles, height: 6})).toContain("●");
  });

  it("keeps its scale when the target is far beyond every point", () => {
    const text = terminalPlot({series: [agg], ...titles, target: {x: 9000, label: "TPOT 0.1 ms", met: "right"}});
    expect(text).toContain("TPOT 0.1 ms: beyond the right edge");
    expect(text).not.toContain("9,000");
  });

  it("says when there is nothing", () => {
    expect(terminalPlot({series: [], ...titles})).toBe("(nothing to plot)");
  });
});

describe("niceTicks", () => {
  it.each([
    [[0, 704], 5, [0, 200, 400, 600, 800]],
    [[60, 220], 5, [50, 100, 150, 200, 250]],
    [[0, 0.3], 3, [0, 0.1, 0.2, 0.3]],
    [[7, 7], 4, [6, 8]]
  ])("%j in about %i steps", (values, count, ticks) => {
    expect(niceTicks(values, count)).toEqual(ticks);
  });
});
