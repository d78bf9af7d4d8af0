import {existsSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {importTables} from "../../data-loaders/import.js";
import {readAllSystems} from "../../data-loaders/read-systems.js";
import {formatReport} from "../../data-loaders/report.js";
import {catalogueOf, csv, folderWith, hashes, parquet, sliceRows} from "./tree.js";

const gemm = `
  device kernel_source gemm_dtype  m   n   k latency
  GPU    torch         bfloat16    8  64  32 0.5
  GPU    torch         bfloat16    1  64  32 0.25
  GPU    torch         fp8         1  64  32 0.125
  GPU    torch         bfloat16    1  16  32 0.1
  GPU    torch         bfloat16    8  64  32 0.9
  GPU    torch         awq         8  64  32 0.7`;

async function imported(files: Record<string, string | Uint8Array>, dataDir = folderWith({})) {
  return {dataDir, report: await importTables(folderWith(files), {dataDir})};
}

/** What the last import refused is news, whatever it left in place. */
function withoutReport(hashes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(hashes).filter(([path]) => !path.endsWith("import-report.json")));
}

const flat = "systems/data/h200_sxm/trtllm/1.2.0";

test.each([
  ["text by backend", {[`${flat}/gemm_perf.txt`]: csv(gemm)}],
  ["Parquet by backend", {[`${flat}/gemm_perf.parquet`]: parquet(gemm)}],
  ["Parquet by family", {"systems/data/h200_sxm/gemm/trtllm/1.2.0/gemm_perf.parquet": parquet(gemm)}],
  ["systems/ itself", {"data/h200_sxm/trtllm/1.2.0/gemm_perf.txt": csv(gemm)}],
  ["systems/data", {"h200_sxm/trtllm/1.2.0/gemm_perf.parquet": parquet(gemm)}]
])("reads %s", async (_, files) => {
  const {dataDir, report} = await imported(files);
  expect(report.refused).toBe(0);
  expect(report.files[0]).toMatchObject({rows: 5, droppedRows: 1, repeatedRows: 1});
  expect(await sliceRows(dataDir, "h200_sxm/trtllm/1.2.0", "gemm", "bfloat16")).toEqual([
    "64 32 1 0.25",
    "64 32 8 0.5",
    "16 32 1 0.1"
  ]);
  expect(await sliceRows(dataDir, "h200_sxm/trtllm/1.2.0", "gemm", "fp8")).toEqual(["64 32 1 0.125"]);
  expect(catalogueOf(dataDir).systems.h200_sxm.trtllm["1.2.0"]).toMatchObject({measured: true, device: "GPU"});
});

test("finds collectives of both layouts", async () => {
  const nccl = parquet("nccl_dtype op_name num_gpus message_size latency\n half all_gather 2 256 0.5");
  const {dataDir} = await imported({
    "systems/data/h200_sxm/nccl/2.23/nccl_perf.parquet": nccl,
    "systems/data/l40s/comm/nccl/2.27.3/nccl_perf.parquet": nccl
  });
  expect(await sliceRows(dataDir, "h200_sxm/nccl/2.23", "nccl")).toEqual(["half all_gather 2 256 0.5"]);
  expect(await sliceRows(dataDir, "l40s/nccl/2.27.3", "nccl")).toEqual(["half all_gather 2 256 0.5"]);
});

test("names each refusal with file, row and column, and imports the rest", async () => {
  const header = "kernel_source,gemm_dtype,m,n,k,latency\n";
  const good = "torch,bfloat16,1,64,32,0.25\n";
  const {dataDir, report} = await imported({
    [`${flat}/gemm_perf.txt`]:
      header +
      good +
      "torch,bfloat16,2,64,32,-0.3\n" +
      "torch,bfloat16,3,64\n" +
      "torch,bfloat16,4,64,32,fast\n" +
      "torch,fp3,5,64,32,0.3\n" +
      "torch,bfloat16,1.5,64,32,0.3\n" +
      good.replace(",1,", ",6,"),
    [`${flat}/frobnicate_perf.txt`]: header + good,
    [`${flat}/moe_perf.parquet`]: "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
    [`${flat}/mla_bmm_perf.parquet`]: parquet(gemm).subarray(0, 200),
    [`${flat}/context_mla_perf.txt`]: header + good,
    [`${flat}/generation_mla_perf.txt`]: "",
    [`${flat}/reuse.yaml`]: "reuse: [",
    "systems/data/h200_sxm/llamacpp/1.0.0/gemm_perf.txt": header + good
  });
  expect(await sliceRows(dataDir, "h200_sxm/trtllm/1.2.0", "gemm", "bfloat16")).toEqual([
    "64 32 1 0.25",
    "64 32 6 0.25"
  ]);
  const text = formatReport(report);
  for (const line of [
    "gemm_perf.txt row 2: latency is negative: -0.3",
    "gemm_perf.txt row 3: has 4 cells; the header has 6",
    'gemm_perf.txt row 4: latency is not a number: "fast"',
    "gemm_perf.txt: 2 more rows",
    "frobnicate_perf.txt: unknown op file: frobnicate",
    "moe_perf.parquet: is a Git-LFS pointer, not data",
    "mla_bmm_perf.parquet: cannot be read as Parquet",
    "context_mla_perf.txt: has no column mla_dtype",
    "generation_mla_perf.txt: is empty",
    "reuse.yaml: ",
    "h200_sxm/llamacpp: unknown backend"
  ]) {
    expect(text).toContain(line);
  }
  expect(report.refused).toBe(5 + 7);
});

test("an unknown dtype and a fraction are refused by name", async () => {
  const {report} = await imported({
    [`${flat}/gemm_perf.txt`]: csv("gemm_dtype m n k latency\n fp3 1 64 32 0.5\n fp8 1.5 64 32 0.5\n fp8 1 0 32 0.5")
  });
  expect(report.refusals.map(({row, reason}) => `${row} ${reason.replace(/; have.*/, "")}`)).toEqual([
    '1 gemm_dtype is unknown: "fp3"',
    '2 m is not a whole number: "1.5"',
    "3 n is below 1: 0"
  ]);
});

test("a refused table leaves the one imported before in place", async () => {
  const {dataDir} = await imported({[`${flat}/gemm_perf.txt`]: csv(gemm)});
  const before = withoutReport(hashes(dataDir));
  const {report} = await imported(
    {[`${flat}/gemm_perf.parquet`]: "version https://git-lfs.github.com/spec/v1\n"},
    dataDir
  );
  expect(report.refused).toBe(1);
  expect(withoutReport(hashes(dataDir))).toEqual(before);
});

test("a folder without tables is an error that says what it should hold", async () => {
  await expect(imported({"notes.txt": "hello"})).rejects.toThrow(/no tables: .*want a folder with systems\/data/);
});

test("an incomplete version is skipped, a marker declares one that has no data", async () => {
  const {dataDir, report} = await imported({
    [`${flat}/gemm_perf.txt`]: csv(gemm),
    "systems/data/h200_sxm/trtllm/1.1.0/gemm_perf.txt": csv(gemm),
    "systems/data/h200_sxm/trtllm/1.1.0/INCOMPLETE.txt": "",
    "systems/data/h200_sxm/trtllm/1.3.0/SHARED_LAYER_REUSE.txt": "version https://git-lfs.github.com/spec/v1\n"
  });
  const {trtllm} = catalogueOf(dataDir).systems.h200_sxm;
  expect(Object.keys(trtllm)).toEqual(["1.2.0", "1.3.0"]);
  expect(trtllm["1.3.0"].measured).toBe(false);
  expect(trtllm["1.3.0"].slices[0]).toMatchObject({
    path: "slices/h200_sxm/trtllm/1.2.0/gemm.bfloat16.parquet",
    borrowedRows: 3,
    borrowedFrom: ["trtllm/1.2.0"]
  });
  expect(existsSync(join(dataDir, "slices/h200_sxm/trtllm/1.3.0"))).toBe(false);
  expect(report.refused).toBe(0);
  expect(report.skipped).toEqual([
    {file: "systems/data/h200_sxm/trtllm/1.1.0", reason: expect.stringContaining("INCOMPLETE")}
  ]);
});

test("a version takes what it lacks from reuse.yaml's donor, then from earlier versions", async () => {
  const moe = (rows: string) =>
    csv(`kernel_source moe_dtype distribution topk num_experts hidden_size inter_size moe_tp_size moe_ep_size num_tokens latency
    ${rows}`);
  const row = (tokens: number, latency: number) => `k fp8 balanced 2 8 64 32 1 1 ${tokens} ${latency}`;
  const {dataDir} = await imported({
    "systems/data/l40s/moe/vllm/0.1.0/moe_perf.txt": moe(
      [row(1, 0.1), row(2, 0.1), row(3, 0.1), row(4, 0.1)].join("\n")
    ),
    "systems/data/l40s/moe/vllm/0.2.0/moe_perf.txt": moe([row(1, 0.2)].join("\n")),
    "systems/data/l40s/moe/vllm/0.3.0/moe_perf.txt": moe([row(1, 0.3), row(2, 0.3)].join("\n")),
    "systems/data/l40s/moe/vllm/0.2.0/reuse.yaml":
      "schema_version: 1\nreuse:\n- {table: moe_perf, from_version: 0.3.0, reason: r, approved_by: a}\n"
  });
  const ends = (await sliceRows(dataDir, "l40s/vllm/0.2.0", "moe", "fp8", "balanced"))!.map((line) =>
    line.split(" ").slice(-2).join(" ")
  );
  expect(ends).toEqual(["1 0.2", "2 0.3", "3 0.1", "4 0.1"]);
  const entry = catalogueOf(dataDir).systems.l40s.vllm["0.2.0"].slices[0];
  expect(entry).toMatchObject({borrowedRows: 3, borrowedFrom: ["vllm/0.3.0", "vllm/0.1.0"]});
});

test("another backend lends only the kernels of the manifest", async () => {
  const bmm = (rows: string) => csv(`kernel_source bmm_dtype op_name num_heads num_tokens latency\n${rows}`);
  const {dataDir} = await imported({
    "systems/op_kernel_source_manifest.yaml":
      "groups:\n- {op_file: mla_bmm_perf.parquet, kernel_source: open, tier: shared, frameworks: [sglang, trtllm]}\n",
    "systems/data/h200_sxm/trtllm/1.2.0/mla_bmm_perf.txt": bmm("own bfloat16 mla_gen_pre 64 1 0.5"),
    "systems/data/h200_sxm/sglang/0.5.9/mla_bmm_perf.txt": bmm(
      "open bfloat16 mla_gen_pre 64 2 0.6\nclosed bfloat16 mla_gen_pre 64 3 0.7"
    )
  });
  expect(await sliceRows(dataDir, "h200_sxm/trtllm/1.2.0", "mla_bmm")).toEqual([
    "bfloat16 mla_gen_pre 64 1 0.5",
    "bfloat16 mla_gen_pre 64 2 0.6"
  ]);
});

test("importing twice gives the same bytes, importing more adds to what is there", async () => {
  const first = {[`${flat}/gemm_perf.txt`]: csv(gemm)};
  const second = {"systems/data/h200_sxm/trtllm/1.3.0/gemm_perf.parquet": parquet(gemm.replace("0.125", "0.0625"))};
  const {dataDir} = await imported(first);
  const once = hashes(dataDir);
  await imported(first, dataDir);
  expect(hashes(dataDir)).toEqual(once);
  await imported(second, dataDir);
  const apart = hashes(dataDir);
  expect(Object.keys(catalogueOf(dataDir).systems.h200_sxm.trtllm)).toEqual(["1.2.0", "1.3.0"]);
  const {dataDir: together} = await imported({...first, ...second});
  expect(Object.values(hashes(together))).toEqual(Object.values(apart));
});

test("takes over the description of a system that is not shipped, and asks for one that is missing", async () => {
  const description = `
gpu: {mem_bw: 864e9, mem_bw_empirical_scaling_factor: 0.8, mem_empirical_constant_latency: 3e-6, mem_capacity: 48e9,
  bfloat16_tc_flops: 119.5e12, power: 275, sm_version: 89}
node: {num_gpus_per_node: 8, intra_node_bw: 32e9, inter_node_bw: 50e9, p2p_latency: 1e-5}
misc: {nccl_mem: {1: 0, 2: 1e8, 4: 2e8, 8: 2e8}, other_mem: 3e9, nccl_version: "2.27"}`;
  const table = parquet(gemm);
  const {dataDir, report} = await imported({
    "systems/x20.yaml": description,
    "systems/data/x20/gemm/trtllm/1.2.0/gemm_perf.parquet": table,
    "systems/data/x99/gemm/trtllm/1.2.0/gemm_perf.parquet": table,
    "systems/h200_sxm.yaml": "not: [read, ours is shipped]",
    "systems/data/h200_sxm/gemm/trtllm/1.2.0/gemm_perf.parquet": table
  });
  expect(report.refused).toBe(0);
  expect(report.undescribed).toEqual(["x99"]);
  expect(formatReport(report)).toContain("x99 has tables but no description; give x99.yaml beside them");
  const [x20] = readAllSystems([join(dataDir, "systems")]);
  expect(x20).toMatchObject({
    id: "x20",
    label: "GPU",
    generation: "ada",
    bf16FlopsPerSec: 119.5e12,
    ncclVersion: "2.27"
  });
});

test("refuses a description that makes no sense, and keeps the tables", async () => {
  const {report} = await imported({
    "systems/x20.yaml": "gpu: {mem_bw: -1}",
    "systems/data/x20/gemm/trtllm/1.2.0/gemm_perf.parquet": parquet(gemm)
  });
  expect(report.refusals).toEqual([{file: "systems/x20.yaml", reason: "missing key in x20.yaml: misc"}]);
  expect([report.undescribed, report.slices]).toEqual([["x20"], 2]);
});
