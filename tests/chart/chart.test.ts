import {describe, expect, it} from "vitest";
import {drawBreakdown, largestGroup} from "../../src/chart/breakdown-chart.js";
import {drawFront, type FrontChart} from "../../src/chart/front-chart.js";
import {drawMemory} from "../../src/chart/memory-chart.js";
import {declarations, light, tokens} from "../../src/chart/paint.js";
import {wrapped} from "../../src/chart/picture.js";
import {costChart} from "../../src/chart/plan-picture.js";
import {linearScale, logScale} from "../../src/chart/scale.js";
import type {PhaseDetail} from "../../engine/result.js";
import {disaggPlan, modeResult, plan} from "../cli/helpers.js";

const heading = {title: "t", subtitle: "s", source: ""};
const op = (name: string, kind: string, latencyMs: number, source = "measured") =>
  ({name, kind, count: 1, latencyMs, mode: "silicon", source, tier: "own", error: {p50: 0, p90: 0}}) as never;

/** Right ends of what is drawn, by x and width. */
const rights = (elements: readonly string[]) =>
  elements.flatMap((each) =>
    [...each.matchAll(/<rect x="([\d.]+)"[^>]* width="([\d.]+)"/g)].map(([, x, w]) => +x + +w)
  );

describe("scales", () => {
  it("end at round numbers beyond the data, with as many ticks as asked for, about", () => {
    const scale = linearScale([0, 218], [0, 100]);
    expect(scale.domain).toEqual([0, 220]);
    expect(scale(220)).toBe(100);
    for (const end of [0.07, 3, 45, 218, 9999])
      for (const count of [4, 8]) {
        const ticks = linearScale([0, end], [0, 1]).ticks(count);
        expect(ticks.length).toBeGreaterThan(count / 2);
        expect(ticks.length).toBeLessThanOrEqual(count + 3);
      }
  });

  it("go by ratios where they are logarithmic", () => {
    const scale = logScale([12, 800], [0, 300]);
    expect(scale.domain).toEqual([10, 800]);
    expect(scale(80) - scale(40)).toBeCloseTo(scale(400) - scale(200), 9);
    expect(scale.ticks(5)).toEqual([10, 30, 100, 300]);
  });
});

describe("fronts", () => {
  const chart = (more: Partial<FrontChart> = {}): FrontChart => ({
    ...heading,
    xTitle: "x",
    yTitle: "y",
    moreIsBetter: true,
    series: [
      {
        name: "a",
        color: "#123456",
        ink: "#123456",
        points: [
          {x: 10, y: 100, mark: "filled", low: 90, high: 110},
          {x: 20, y: 50, mark: "hatched", low: 45, high: 55}
        ]
      }
    ],
    ...more
  });
  const draw = (given: FrontChart, width = 800) => drawFront(given, {width, height: 400}, light);

  it("step down before they go on: what a faster plan serves is what can be had up to its speed", () => {
    const line = draw(chart()).elements.find((each) => each.includes('fill="none"') && each.includes("#123456"))!;
    expect(line).toMatch(/d="M[\d.]+,[\d.]+V[\d.]+H[\d.]+"/);
    const later = draw(chart({moreIsBetter: false})).elements.find((each) => each.includes('stroke-width="2"'))!;
    expect(later).toMatch(/d="M[\d.]+,[\d.]+H[\d.]+V[\d.]+"/);
  });

  it("hatch what is estimated, in its colour", () => {
    const {elements} = draw(chart());
    expect(elements[0]).toContain('<pattern id="kp-hatch123456"');
    expect(elements.filter((each) => each.includes('fill="url(#kp-hatch123456)"'))).toHaveLength(1);
  });

  it("give a spot for every point, from left to right", () => {
    const {spots} = draw(chart());
    expect(spots.map(({x}) => x)).toEqual([...spots.map(({x}) => x)].sort((a, b) => a - b));
    expect(spots).toHaveLength(2);
  });

  it("draw candidates as one path, none of them outside", () => {
    const cloud = {x: Float64Array.of(5, 15, 900), y: Float64Array.of(20, 30, 40)};
    const {elements} = draw(chart({series: [{...chart().series[0], cloud}]}));
    const [dots] = elements.filter((each) => each.includes('opacity="0.3"'));
    expect(dots.match(/M/g)).toHaveLength(2);
  });

  it("put a key below where the picture is narrow", () => {
    const many = Array.from({length: 7}, (_, i) => ({...chart().series[0], name: `line ${i}`}));
    const {elements} = draw(chart({series: many}), 360);
    const keys = elements.filter((each) => />line \d</.test(each)).map((each) => Number(/y="([\d.]+)"/.exec(each)![1]));
    expect(keys).toHaveLength(7);
    expect(Math.max(...keys)).toBeLessThan(400);
  });

  it("are painted by variables of a style sheet that has all of them", () => {
    const {elements} = drawFront(chart(), {width: 800, height: 400}, tokens);
    const sheet = declarations((onLight, onDark) => `${onLight}${onDark}`);
    const used = elements.join("").matchAll(/var\((--[\w-]+)\)/g);
    for (const [, name] of used) expect(sheet).toContain(`${name}: #`);
    expect(
      elements
        .join("")
        .replaceAll("#123456", "")
        .replaceAll(/url\(#[^)]*\)/g, "")
    ).not.toMatch(/"#[0-9a-f]{6}"/);
  });
});

describe("breakdowns", () => {
  const phase = (count: number): PhaseDetail => {
    const ops = Array.from({length: count}, (_, i) => op(`op_${i}`, i % 2 ? "gemm" : "attention", count - i));
    return {
      title: "decode step",
      totalMs: ops.reduce((sum, each) => sum + (each as {latencyMs: number}).latencyMs, 0),
      ops
    };
  };

  it("list the slowest operators, and the others together", () => {
    const {elements, spots} = drawBreakdown({...heading, phases: [phase(14)]}, 900, light);
    expect(spots).toHaveLength(9);
    expect(elements.join("")).toContain(">6 others<");
    expect(elements.join("")).toContain(">op 0<");
  });

  it("stay within their width, side by side or below each other", () => {
    for (const width of [320, 700, 1100]) {
      const {elements} = drawBreakdown({...heading, phases: [phase(5), phase(3)]}, width, light);
      for (const right of rights(elements)) expect(right).toBeLessThanOrEqual(width);
    }
    const heights = [320, 1100].map(
      (width) => drawBreakdown({...heading, phases: [phase(5), phase(3)]}, width, light).height
    );
    expect(heights[0]).toBeGreaterThan(heights[1]);
  });

  it("find the group that takes most", () => {
    const ops = [op("qkv", "gemm", 2), op("ffn", "gemm", 2), op("attention", "attention", 3)];
    expect(largestGroup({title: "decode step", totalMs: 7, ops})).toEqual({group: "GEMM", share: 4 / 7});
  });
});

describe("memory", () => {
  const memory = {total: 100, weights: 60, kvCache: 30, activations: 5, nccl: 1, other: 4};

  it("draws parts as long as they are large, to one scale for all workers", () => {
    const {elements} = drawMemory({...heading, rows: [{name: "a", memory, capacityGiB: 141}]}, 1000, light);
    const bars = elements.flatMap((each) => [...each.matchAll(/width="([\d.]+)" height="30" fill="#14202b"/g)]);
    const [weights, kvCache] = bars.map(([, width]) => Number(width));
    expect(weights / kvCache).toBeCloseTo(2, 2);
  });

  it("says in red what does not fit", () => {
    const {elements} = drawMemory({...heading, rows: [{name: "a", memory, capacityGiB: 80}]}, 1000, light);
    expect(elements.join("")).toContain("100 of 80 GiB: does not fit");
    expect(elements.join("")).toContain(light.bad);
  });
});

it("cost needs a price, and says in its title what tokens cost", () => {
  const figures = {costPerMillionTokens: 1.654} as never;
  const dear = plan({...disaggPlan, figures});
  const result = {agg: null, disagg: modeResult("disagg", [dear]), doubts: [], chosen: "disagg" as const};
  const picture = {question: "q", source: "", targets: {ttftMs: 300, tpotMs: 10}, currency: "€"};
  expect(costChart(result, picture, light).title).toMatch(/a million output tokens cost €1.65$/);
  const unpriced = {...result, disagg: modeResult("disagg", [disaggPlan])};
  expect(() => costChart(unpriced, picture, light)).toThrow("missing price");
});

it("breaks sentences at spaces", () => {
  expect(wrapped("one two three", 10, 45)).toEqual(["one two", "three"]);
  expect(wrapped("", 10, 40)).toEqual([""]);
});
