import {expect, test} from "vitest";
import {parseManifest, parseReuse, sourceOrder, type SourceRules} from "../../data-loaders/source-order.js";

const release = (name: string) => ({backend: name.split("/")[0], version: name.split("/")[1]});
const holders = [
  "trtllm/1.0.0",
  "trtllm/1.2.0rc5",
  "trtllm/1.3.0",
  "trtllm/nightly",
  "sglang/0.5.9",
  "sglang/0.5.10",
  "vllm/0.14.0"
].map(release);
const rules: SourceRules = {reuse: [], shared: [], declared: false};
const order = (of: string, opFile: string, more: Partial<SourceRules> = {}) =>
  sourceOrder(release(of), opFile, holders, {...rules, ...more}).map(
    ({backend, version, kernels}) => `${backend}/${version}${kernels ? `(${[...kernels].join()})` : ""}`
  );

test("own rows come first, then strictly earlier versions, nearest first", () => {
  expect(order("trtllm/1.3.0", "gemm")).toEqual(["trtllm/1.3.0", "trtllm/1.2.0rc5", "trtllm/1.0.0"]);
  expect(order("trtllm/1.2.0", "gemm")).toEqual(["trtllm/1.2.0rc5", "trtllm/1.0.0"]);
});

test("only reuse.yaml brings a newer version, before the earlier ones and once", () => {
  const reuse = ["1.3.0", "1.0.0", "1.3.0"].map((fromVersion) => ({table: "gemm_perf", fromVersion}));
  expect(order("trtllm/1.2.0rc5", "gemm", {reuse})).toEqual(["trtllm/1.2.0rc5", "trtllm/1.3.0", "trtllm/1.0.0"]);
  expect(order("trtllm/1.2.0rc5", "moe", {reuse})).toEqual(["trtllm/1.2.0rc5", "trtllm/1.0.0"]);
});

test("other backends lend what the manifest shares, by name, newest first", () => {
  const shared = [{opFile: "gdn", kernel: "conv", backends: ["vllm", "sglang", "trtllm"]}];
  expect(order("trtllm/1.0.0", "gdn", {shared})).toEqual([
    "trtllm/1.0.0",
    "sglang/0.5.10(conv)",
    "sglang/0.5.9(conv)",
    "vllm/0.14.0(conv)"
  ]);
  expect(order("trtllm/1.0.0", "gemm", {shared})).toEqual(["trtllm/1.0.0"]);
});

test("collectives are never inherited, except by a version that declares it has nothing of its own", () => {
  const reuse = [{table: "custom_allreduce_perf", fromVersion: "1.0.0"}];
  expect(order("trtllm/1.3.0", "custom_allreduce", {reuse})).toEqual(["trtllm/1.3.0"]);
  expect(order("trtllm/1.2.0", "custom_allreduce", {reuse})).toEqual([]);
  expect(order("trtllm/1.2.0", "custom_allreduce", {declared: true})).toEqual(["trtllm/1.2.0rc5"]);
});

test("a reuse entry needs all four keys as text", () => {
  const text = `
schema_version: 1
reuse:
- {table: gemm_perf, from_version: 1.0.0, reason: r, approved_by: a}
- {table: gemm_perf, from_version: 1.0, reason: r, approved_by: a}
- {table: gemm_perf, from_version: 1.0.0, reason: r}`;
  expect(parseReuse(text)).toEqual({
    reuse: [{table: "gemm_perf", fromVersion: "1.0.0"}],
    wrong: ["entry 2: from_version is not a non-empty text", "entry 3: approved_by is not a non-empty text"]
  });
});

test("of the manifest count the shared tiers with several backends", () => {
  const text = `
groups:
- {op_file: gdn_perf.parquet, kernel_source: conv, tier: shared, frameworks: [sglang, trtllm]}
- {op_file: moe_perf.txt, kernel_source: default, tier: shared_fallback, frameworks: [vllm, trtllm]}
- {op_file: moe_perf.txt, kernel_source: x, tier: absence_load_bearing, frameworks: [vllm, trtllm]}
- {op_file: gemm_perf.parquet, kernel_source: y, tier: shared, frameworks: [vllm]}`;
  expect(parseManifest(text)).toEqual([
    {opFile: "gdn", kernel: "conv", backends: ["sglang", "trtllm"]},
    {opFile: "moe", kernel: "default", backends: ["vllm", "trtllm"]}
  ]);
});
