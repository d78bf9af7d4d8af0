import {describe, expect, it} from "vitest";
import {constantNames} from "../../engine/simulate/calibration.js";
import {constantsOf, fitJointly, linearise, logsOf, solveLinearised} from "../../src/calibrate/joint-fit.js";
import type {FitPrior, Observed} from "../../src/calibrate/joint-fit.js";

const prior: FitPrior = {
  base: constantNames.map(() => 0),
  baseSpread: constantNames.map(() => 1),
  partSpreads: [constantNames.map(() => 0.3)]
};

/** A world in which TTFT is an arrival and so much prefill, and TPOT a gap and so much decoding. */
function runs(family: string, truth: {prefill: number; decode: number}, count: number, noise = 0): Observed[] {
  return Array.from({length: count}, (_, i) => {
    const size = 1 + i;
    const off = Math.exp(noise * Math.sin(7 * i));
    const ttft = (10 + 40 * size * truth.prefill) * off;
    const tpot = (1 + 4 * size * truth.decode) / off;
    return {
      parts: [family],
      ratios: ({arrivalMs, prefillScale, decodeGapMs, decodeScale}) => [
        Math.log((10 * arrivalMs + 40 * size * prefillScale) / ttft),
        Math.log((decodeGapMs + 4 * size * decodeScale) / tpot)
      ]
    };
  });
}

describe("a joint fit", () => {
  it("finds factors of families with many runs, and keeps one of few near its class", () => {
    const many = [...runs("a", {prefill: 1.5, decode: 1.2}, 20), ...runs("b", {prefill: 1.5, decode: 1.2}, 20)];
    const fit = fitJointly([...many, ...runs("c", {prefill: 4, decode: 1.2}, 1)], prior);
    const scale = (family: string) =>
      constantsOf(fit.base.map((log, i) => log + fit.factors.get(family)![i])).prefillScale;
    expect(scale("a")).toBeCloseTo(1.5, 1);
    expect(scale("b")).toBeCloseTo(1.5, 1);
    expect(scale("c")).toBeGreaterThan(1.5);
    expect(scale("c")).toBeLessThan(3.5);
  });

  it("is not pulled by a run that nothing explains", () => {
    const clean = runs("a", {prefill: 1.5, decode: 1.2}, 20, 0.05);
    const broken: Observed = {parts: ["a"], ratios: () => [4, 3]};
    const [with_, without] = [[...clean, broken], clean].map((of) => constantsOf(fitJointly(of, prior).base));
    expect(with_.prefillScale).toBeCloseTo(without.prefillScale, 2);
  });

  it("leaves rows out by the slopes of all", () => {
    const all = [
      ...runs("a", {prefill: 1.4, decode: 1.1}, 20, 0.1),
      ...runs("b", {prefill: 1.6, decode: 1.3}, 20, 0.1)
    ];
    const fit = fitJointly(all, prior);
    const kept = all.slice(0, 20);
    const at = linearise(all, fit);
    const quick = solveLinearised({at: fit, rows: at.rows.slice(0, 20)}, prior);
    const exact = fitJointly(kept, prior);
    const scaleOf = ({base, factors}: typeof quick) =>
      constantsOf(base.map((log, i) => log + factors.get("a")![i])).prefillScale;
    expect(scaleOf(quick)).toBeCloseTo(scaleOf(exact), 1);
  });

  it("turns constants into logarithms and back", () => {
    const constants = constantsOf(prior.base.map((_, i) => i / 10));
    expect(constantsOf(logsOf(constants))).toEqual(constants);
  });
});
