import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {placeLabels, type Label} from "../../src/chart/label.js";
import {frontSvg, type FrontChart} from "../../src/chart/front-chart.js";
import {experimentsChart, searchChart} from "../../src/chart/front-picture.js";
import {dark, light, paintNames, token, type PaintName} from "../../src/chart/paint.js";
import {pictureSize} from "../../src/chart/picture.js";
import {pngOf} from "../../src/cli/png.js";
import {aggPlan, disaggPlan, modeResult, plan, root} from "./helpers.js";

const targets = {ttftMs: 300, tpotMs: 10};
const picture = {question: "Qwen3 on 32 GPUs · TTFT ≤ 300 ms", source: "Source: measured tables", targets};
const result = {
  agg: modeResult("agg", [aggPlan, plan({...aggPlan, tokensPerSecPerUser: 140, tokensPerSecPerGpuCluster: 300})]),
  disagg: modeResult("disagg", [disaggPlan]),
  doubts: [],
  chosen: "disagg" as const
};
const chart = searchChart(result, picture, light);

describe("picture of a search", () => {
  it("has the finding as title, and says what was asked in letters that its font has", () => {
    expect(chart.title).toBe(
      "Disaggregated gives most, 1.42 times aggregated: 587 tokens/s/GPU at 109 per user, with 5 prefill (TP4) + 3 decode (TP4)"
    );
    expect(frontSvg(chart)).not.toMatch(/[≤→]/);
    expect(frontSvg(chart)).toContain("TTFT at most 300 ms");
  });

  it.each(["light", "dark"] as const)("has the page's %s colours", (theme) => {
    const [lightCss, darkCss] = readFileSync(join(root, "src/styles/token.css"), "utf8").split("@media");
    const found = (css: string, name: PaintName) => new RegExp(`${token(name)}: (#[0-9a-f]{6})`).exec(css)?.[1];
    const paint = {light, dark}[theme];
    for (const name of paintNames) {
      const own = theme === "dark" ? found(darkCss, name) : undefined;
      expect([name, paint[name]]).toEqual([name, own ?? found(lightCss, name)]);
    }
  });

  it("shades what is slower than the target, and marks the chosen plan and every front", () => {
    const svg = frontSvg(chart);
    expect(svg).toContain("slower than the target");
    expect(svg.match(/<circle/g)).toHaveLength(3 + 2);
    for (const name of ["aggregated", "disaggregated", "chosen"]) expect(svg).toContain(`>${name}</text>`);
  });

  it("keeps every mark inside", () => {
    const circles = [...frontSvg(chart).matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)];
    for (const [, x, y] of circles) {
      expect(Number(x)).toBeLessThan(pictureSize.width);
      expect(Number(y)).toBeLessThan(pictureSize.height);
    }
    expect(circles.length).toBeGreaterThan(0);
  });

  it("says so where nothing meets the targets", () => {
    const none = {agg: modeResult("agg", []), disagg: null, doubts: [], chosen: null};
    const svg = frontSvg(searchChart(none, picture, light));
    expect(svg).toContain("<title>Nothing meets the targets</title>");
    expect(svg).toContain("no candidate meets the targets");
    expect(svg).not.toContain("NaN");
  });

  it("turns around where a whole request is the target: less is better", () => {
    const byRequest = searchChart(result, {...picture, targets: {...targets, requestLatencyMs: 5000}}, light);
    expect(byRequest).toMatchObject({
      xTitle: "request latency (ms)",
      moreIsBetter: false,
      target: {x: 5000, broken: "right"}
    });
  });

  it("becomes a PNG of twice its size, without fonts of the machine", async () => {
    const png = Buffer.from(await pngOf(frontSvg(chart)));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * pictureSize.width, 2 * pictureSize.height]);
  });
});

describe("picture of experiments", () => {
  const fronts = Array.from({length: 7}, (_, i) => ({name: `exp<${i}>`, front: [aggPlan], best: aggPlan}));

  it("names the winner, and has a key where lines are too many to name", () => {
    const svg = frontSvg(experimentsChart(fronts, fronts[2], picture, light));
    expect(svg).toMatch(/<title>exp&lt;2&gt; gives most: 414 tokens\/s\/GPU/);
    for (const {name} of fronts) expect(svg).toContain(name.replace("<", "&lt;").replace(">", "&gt;"));
  });

  it("says which has no answer", () => {
    const some: FrontChart = experimentsChart([...fronts, {name: "empty", front: []}], fronts[0], picture, light);
    expect(frontSvg(some)).toContain("empty: no answer");
  });
});

describe("placeLabels", () => {
  const inside = {left: 0, top: 0, width: 400, height: 300};
  const label = (text: string, x: number, y: number): Label => ({text, fill: "", size: 12, near: [{x, y}], gap: 8});

  it("keeps names of neighbouring points off each other", () => {
    const [a, b] = placeLabels([label("aggregated", 100, 100), label("disaggregated", 104, 104)], [], inside);
    expect(Math.abs(a.y - b.y) > 12 || Math.abs(a.x - b.x) > 60).toBe(true);
  });

  it("keeps them inside", () => {
    const [{x}] = placeLabels([label("disaggregated", 395, 20)], [], inside);
    expect(x + 12 * 0.56 * "disaggregated".length).toBeLessThanOrEqual(430);
  });
});
