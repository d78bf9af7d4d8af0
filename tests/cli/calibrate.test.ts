import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it, vi} from "vitest";
import {answerer} from "../../src/cli/batch-answer.js";
import {run} from "../../src/cli/calibrate.js";
import {openData} from "../../src/cli/data.js";
import {ownCalibration} from "../../src/cli/own-calibration.js";

const folder = mkdtempSync(join(tmpdir(), "kneepoint-calibrate-"));
const [runs, out] = [join(folder, "runs.csv"), join(folder, "mine.json")];
const line = {
  kind: "estimate",
  mode: "agg",
  predictor: "simulation",
  model: "Qwen/Qwen3-32B",
  system: "h100_sxm",
  backend: "vllm",
  tp: 4,
  quant: {gemm: "bfloat16", moe: "bfloat16"}
};
const points = [1, 2, 4, 8, 16].flatMap((concurrency) => [1000, 4000].map((isl) => ({isl, osl: 200, concurrency})));
/** Servers that decode slower than is shipped. */
const slower = 1.3;

type Means = {ttftMs: number; tpotMs: number; calibration: {kind: string; name: string}};

beforeAll(async () => {
  const answer = answerer(openData());
  const rows = [];
  for (const point of points) {
    const {ttftMs, tpotMs} = (await answer({...line, ...point})) as Means;
    const sizes = [point.isl, point.osl, point.concurrency, line.tp];
    rows.push([line.backend, line.model, line.system, "agg", "bf16", ...sizes, ttftMs, slower * tpotMs].join(","));
  }
  const header =
    "backend,model_path,system,mode,precision,isl,osl,batch_size,tp_size,measured_ttft_ms,measured_tpot_ms";
  writeFileSync(runs, [header, ...rows].join("\n"));
});
afterAll(() => rmSync(folder, {recursive: true}));

describe("kneepoint calibrate", () => {
  it("fits ten runs of one's own, and batch answers by them", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    expect(await run(["--measured", runs, "--out", out])).toBe(0);
    written.mockRestore();
    const point = {...line, isl: 2000, osl: 200, concurrency: 8};
    const shipped = (await answerer(openData())(point)) as Means;
    const own = (await answerer(openData(), ownCalibration(out))(point)) as Means;
    expect(own.calibration).toMatchObject({kind: "calibrated", name: expect.stringMatching(/own runs/)});
    expect(own.tpotMs / shipped.tpotMs).toBeGreaterThan(1.2);
    expect(own.tpotMs / shipped.tpotMs).toBeLessThan(1.4);
    expect(own.ttftMs / shipped.ttftMs).toBeLessThan(1.15);
    // Others are answered as before.
    const other = {...point, model: "meta-llama/Llama-3.1-70B", quant: {gemm: "fp8", moe: "fp8"}};
    const answers = await Promise.all(
      [answerer(openData()), answerer(openData(), ownCalibration(out))].map((of) => of(other))
    );
    expect((answers[1] as Means).tpotMs).toBe((answers[0] as Means).tpotMs);
  });

  it("says what is wrong with its files", async () => {
    await expect(run([])).rejects.toThrow(/^no runs: --measured not given; /);
    await expect(run(["--measured", join(folder, "none.csv")])).rejects.toThrow(/^no such file: /);
    expect(() => ownCalibration(join(folder, "none.json"))).toThrow(
      /^no such file: .*; kneepoint calibrate writes one/
    );
    expect(() => ownCalibration(runs)).toThrow(/^not JSON: /);
    writeFileSync(join(folder, "other.json"), "{}");
    expect(() => ownCalibration(join(folder, "other.json"))).toThrow(/^no calibration: /);
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({format: 1});
  });
});
