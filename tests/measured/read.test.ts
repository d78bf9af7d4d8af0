import {describe, expect, it} from "vitest";
import {parseCsv} from "../../src/measured/csv.js";
import {concurrencyOf, readMeasured} from "../../src/measured/read.js";

/** Made up, as every row here is. */
const agg = {
  id: "a1",
  source: "run=7; silicon_concurrency=24; measured=2026-01-02",
  backend: "vllm",
  backend_version: "0.18.0",
  model_path: "Qwen/Qwen3-32B",
  system: "h200_sxm",
  precision: "fp8",
  mode: "agg",
  isl: "2000",
  osl: "200",
  gemm_quant_mode: "fp8",
  moe_quant_mode: "fp8",
  batch_size: "12",
  tp_size: "4",
  pp_size: "1",
  attention_dp_size: "2",
  moe_tp_size: "0",
  moe_ep_size: "",
  measured_ttft_ms: "321.5",
  measured_tpot_ms: "11.25",
  reference_ttft_ms: "300",
  reference_tpot_ms: "12"
};

const disagg = {
  backend: "sglang",
  model_path: "deepseek-ai/DeepSeek-R1",
  system: "gb200",
  mode: "disagg",
  isl: "1024",
  osl: "1024",
  prefill_batch_size: "1",
  prefill_num_workers: "3",
  prefill_tp_size: "4",
  decode_batch_size: "16",
  decode_num_workers: "2",
  decode_tp_size: "1",
  decode_attention_dp_size: "8",
  decode_moe_ep_size: "8",
  measured_ttft_ms: "150",
  measured_tpot_ms: "9"
};

const csv = (...rows: Record<string, string>[]) => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ""))].map((r) => r.join(",")).join("\n");
};

const messages = (text: string) => readMeasured(text).problems.map(({message}) => message);

describe("readMeasured", () => {
  it("reads an aggregated row, blank and 0 sizes being none", () => {
    const {rows, problems} = readMeasured(csv(agg));
    expect(problems).toEqual([]);
    expect(rows).toEqual([
      {
        line: 2,
        id: "a1",
        source: "run=7; silicon_concurrency=24; measured=2026-01-02",
        backend: "vllm",
        version: "0.18.0",
        model: "Qwen/Qwen3-32B",
        system: "h200_sxm",
        precision: "fp8",
        gemmQuant: "fp8",
        moeQuant: "fp8",
        mode: "agg",
        isl: 2000,
        osl: 200,
        agg: {parallel: {tp: 4, pp: 1, dp: 2}, batchPerRank: 12},
        clientConcurrency: 24,
        measured: {ttftMs: 321.5, tpotMs: 11.25},
        reference: {ttftMs: 300, tpotMs: 12}
      }
    ]);
  });

  it("reads both pools of a disaggregated row that has the needed columns alone besides", () => {
    const [row] = readMeasured(csv(disagg)).rows;
    expect(row).toMatchObject({
      id: "line 2",
      version: "",
      prefill: {parallel: {tp: 4}, batchPerRank: 1, workers: 3},
      decode: {parallel: {tp: 1, dp: 8, moeEp: 8}, batchPerRank: 16, workers: 2}
    });
    expect(row.agg).toBeUndefined();
    expect(row.reference).toBeUndefined();
  });

  it("names line, column and remedy of what it cannot read, and reads the other rows", () => {
    const bad = {...agg, id: "bad", backend: "tgi", tp_size: "four", measured_tpot_ms: "-3"};
    const {rows, problems} = readMeasured(csv(agg, bad, {...agg, id: "a2"}));
    expect(rows.map(({id}) => id)).toEqual(["a1", "a2"]);
    expect(problems.map(({line, id, column}) => [line, id, column])).toEqual([
      [3, "bad", "backend"],
      [3, "bad", "tp_size"],
      [3, "bad", "measured_tpot_ms"]
    ]);
    expect(problems.map(({message}) => message)).toEqual([
      'line 3 backend: "tgi"; must be one of trtllm, sglang, vllm',
      'line 3 tp_size: "four"; must be a whole number of at least 1',
      'line 3 measured_tpot_ms: "-3"; must be milliseconds above 0'
    ]);
  });

  it("refuses rows without figures, and half a reference", () => {
    expect(messages(csv({...agg, measured_ttft_ms: ""}))).toEqual([
      "line 2 measured_ttft_ms: blank; must be milliseconds above 0"
    ]);
    expect(messages(csv({...agg, reference_tpot_ms: ""}))).toEqual([
      "line 2 reference_tpot_ms: blank; must be milliseconds above 0"
    ]);
    expect(messages(csv({...agg, measured_ttft_ms: "NaN"}))).toHaveLength(1);
    expect(messages(csv({...agg, system: ""}))).toEqual(["line 2 system: blank; must be given"]);
    expect(messages(csv({...agg, batch_size: "1.5"}))).toHaveLength(1);
  });

  it("tells a row of too many or too few cells", () => {
    const [header, row] = csv(agg).split("\n");
    expect(messages(`${header}\n${row},7`)).toEqual(["line 2 has 23 cells; the header has 22"]);
    expect(messages(`${header}\na1,x,vllm`)).toEqual(["line 2 has 3 cells; the header has 22"]);
    // Trailing cells that are all blank may be missing, as spreadsheets write them.
    const short = csv({...agg, reference_ttft_ms: "", reference_tpot_ms: ""}).replace(/,,$/, "");
    expect(readMeasured(short).rows).toHaveLength(1);
  });

  it("refuses what is no such table", () => {
    expect(() => readMeasured("")).toThrow("the file is empty");
    expect(() => readMeasured("a,b\n1,2")).toThrow(
      /not a table of measured deployments: the first line has no column backend, .*; needs backend/
    );
    expect(() => readMeasured('{"rows": []}')).toThrow("not a table of measured deployments");
    expect(() => readMeasured(`${csv(agg).split("\n")[0]},isl`)).toThrow("column given twice: isl");
  });

  it("reads columns in any order and ignores others", () => {
    const turned = Object.fromEntries(Object.entries({...agg, note: "slow disk"}).reverse());
    expect(readMeasured(csv(turned)).rows).toEqual(readMeasured(csv(agg)).rows);
  });
});

describe("concurrencyOf", () => {
  it("takes what the client kept up, else what the workers hold", () => {
    const [client] = readMeasured(csv(agg)).rows;
    const [held] = readMeasured(csv({...agg, source: "silicon_concurrency=x"})).rows;
    const [pools] = readMeasured(csv(disagg)).rows;
    const [unknown] = readMeasured(csv({...disagg, decode_batch_size: ""})).rows;
    expect([client, held, pools, unknown].map(concurrencyOf)).toEqual([24, 12 * 2, 16 * 8 * 2, undefined]);
  });
});

describe("parseCsv", () => {
  it("keeps commas, quotes and line ends within quotes, and counts lines", () => {
    const text = '\uFEFFa,b\r\n"x, ""y""","two\nlines"\r\n\r\nlast,\n';
    expect(parseCsv(text)).toEqual([
      {line: 1, fields: ["a", "b"]},
      {line: 2, fields: ['x, "y"', "two\nlines"]},
      {line: 5, fields: ["last", ""]}
    ]);
  });

  it("ends with a quote that is never closed", () => {
    expect(parseCsv('a\n"b,c\nd')).toEqual([
      {line: 1, fields: ["a"]},
      {line: 2, fields: ["b,c\nd"]}
    ]);
  });
});
