import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {progressOn} from "../../src/cli/import.js";
import {kneepoint} from "./helpers.js";

const head = "framework,version,device,op_name,kernel_source,gemm_dtype,m,n,k,latency";
const good = [1, 2, 4, 8, 16].map((m) => `TRTLLM,1.0.0,NVIDIA H200,gemm,x,bfloat16,${m},1024,1024,0.0${m}`);

describe("kneepoint import", {timeout: 60_000}, () => {
  let dir = "";
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "kneepoint-import-"))));
  afterEach(() => rmSync(dir, {recursive: true}));

  function runImport(rows: readonly string[]) {
    const folder = join(dir, "in/h200_sxm/trtllm/1.0.0");
    mkdirSync(folder, {recursive: true});
    writeFileSync(join(folder, "gemm_perf.txt"), [head, ...rows, ""].join("\n"));
    return kneepoint(["import", join(dir, "in")], {env: {KNEEPOINT_DATA: join(dir, "data")}});
  }

  it("takes a table over, reports it, and support then lists it", () => {
    const {status, stdout, stderr} = runImport(good);
    expect(stdout).toContain("nothing refused");
    expect(stderr).not.toContain("\r");
    expect(status).toBe(0);
    const support = kneepoint(["support"], {env: {KNEEPOINT_DATA: join(dir, "data")}});
    expect(support.stdout).toMatch(/h200_sxm +trtllm +1\.0\.0 \* +1 +5 +0 +bfloat16 +NVIDIA H200/);
  });

  it("exits 1 when a row is refused, naming it, and imports the rest", () => {
    const {status, stdout} = runImport([...good, "TRTLLM,1.0.0,NVIDIA H200,gemm,x,bfloat16,32,1024,1024,soon"]);
    expect(stdout).toMatch(/gemm_perf\.txt row \d+: /);
    expect(status).toBe(1);
  });

  it("exits 2 when the folder holds no tables", () => {
    const {status, stderr} = kneepoint(["import", dir], {env: {KNEEPOINT_DATA: join(dir, "data")}});
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });
});

describe("progressOn", () => {
  function written(isTTY: boolean): string {
    let text = "";
    const stream = {isTTY, columns: 80, write: (chunk: string) => (text += chunk)} as unknown as NodeJS.WriteStream;
    const onProgress = progressOn(stream);
    for (let done = 0; done <= 100; ++done) onProgress({done, total: 100, current: "h200_sxm gemm"});
    return text;
  }

  it("rewrites one line on a terminal", () => {
    expect(written(true).split("\n")).toHaveLength(2);
    expect(written(true)).toContain("██████████░░░░░░░░░░ importing 50/100 h200_sxm gemm");
  });

  it("writes a line per tenth elsewhere", () => {
    expect(written(false).trim().split("\n")).toHaveLength(11);
    expect(written(false)).not.toContain("\r");
  });
});
