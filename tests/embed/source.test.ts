import {describe, expect, it} from "vitest";
import {defaults} from "../../src/components/question.js";
import {questionWords, wholeQuestion} from "../../src/components/question-words.js";
import {lineName, sourceNote} from "../../src/embed/source.js";
import type {DataNote} from "../../src/perf/data-note.js";

const note: DataNote = {
  system: "h200_sxm",
  backend: "trtllm",
  version: "1.3.0",
  database: "silicon",
  device: "NVIDIA H200",
  slices: 5,
  rows: 100,
  borrowedRows: 0,
  borrowedFrom: []
};
const exact = {isRounded: false};

describe("sourceNote", () => {
  it("says once what figures have in common", () => {
    const other = {...note, system: "b200_sxm", device: "NVIDIA B200"};
    expect(sourceNote([note, other, note], exact)).toEqual({
      words: "TensorRT-LLM 1.3.0, measured on NVIDIA H200, NVIDIA B200",
      mark: "filled"
    });
  });

  it("tells fitted, carried over and estimated figures from measured ones", () => {
    const fitted = sourceNote([{...note, database: "calibrated"}], exact);
    expect(fitted).toEqual({words: "TensorRT-LLM 1.3.0, fitted to measurements of NVIDIA H200", mark: "hatched"});
    const band = {p50: 0.02, p90: 0.1};
    const donor = {system: "h200_sxm", label: "", why: "", error: {ttft: band, tpot: band}, assumptions: []};
    expect(sourceNote([{...note, system: "h20", donor}], exact)).toMatchObject({
      words: "h20 carried over: TensorRT-LLM 1.3.0, measured on NVIDIA H200",
      mark: "hatched"
    });
    expect(sourceNote([{...note, database: "calibrated", version: ""}], exact).words).toMatch(
      /neither measured nor fitted/
    );
  });

  it("says so where timings are rounded", () => {
    expect(sourceNote([note], {isRounded: true}).words).toMatch(/, timings rounded to 0.05 %$/);
    expect(sourceNote([{...note, database: "calibrated"}], {isRounded: true}).words).not.toMatch(/rounded/);
  });
});

it("names a question, and lines by what differs", () => {
  const systems = [{id: "h200_sxm", label: "NVIDIA H200 SXM"}] as never;
  expect(questionWords(defaults, systems, [])).toBe(
    "Qwen3-32B-FP8 on 32 × H200 SXM, TensorRT-LLM, 4000 in, 500 out, TTFT ≤ 300 ms, TPOT ≤ 10 ms"
  );
  expect(questionWords(defaults, systems, ["system", "backend"])).toBe(
    "Qwen3-32B-FP8 on 32 GPUs, 4000 in, 500 out, TTFT ≤ 300 ms, TPOT ≤ 10 ms"
  );
  const asked = {
    ...defaults,
    prefix: 1000,
    requestLatencyMs: 5000,
    gpuHourPrice: 2.5,
    soft: "latency",
    objective: "score"
  } as const;
  expect(wholeQuestion(asked, systems)).toBe(
    "Qwen3-32B-FP8 on 32 × H200 SXM, TensorRT-LLM, 4000 in, 500 out, request latency ≤ 5,000 ms if possible, 1000 of the prompt cached, 2.5 a GPU-hour, ranked by score"
  );
  expect(lineName({question: defaults, differs: ["system", "backend"]}, systems)).toBe("H200 SXM, TensorRT-LLM");
});
