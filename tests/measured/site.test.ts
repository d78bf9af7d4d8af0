import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {predictors} from "../../engine/search/predictor.js";
import {predictFiles, readMeasuredFiles} from "../../src/measured/site.js";

const folder = mkdtempSync(join(tmpdir(), "kneepoint-measured-"));
afterAll(() => rmSync(folder, {recursive: true}));

const header = "id,backend,model_path,system,mode,isl,osl,batch_size,tp_size,measured_ttft_ms,measured_tpot_ms";
/** Made up. */
const rows = [
  "a,trtllm,Qwen/Qwen3-32B,h200_sxm,agg,1000,100,4,2,90,12",
  "b,trtllm,no/model,h200_sxm,agg,1000,100,4,2,90,12"
];

describe("measurements that a site is built with", () => {
  it("are none where there is no file, and no fault", async () => {
    expect(readMeasuredFiles(undefined, folder)).toEqual([]);
    expect(await predictFiles([], folder)).toEqual({files: [], predictions: []});
  });

  it("are the CSV files of `measured` in the data folder, or what the variable names", () => {
    mkdirSync(join(folder, "measured"));
    for (const name of ["b.csv", "a.csv", "notes.txt"]) writeFileSync(join(folder, "measured", name), header);
    expect(readMeasuredFiles(undefined, folder).map(({name}) => name)).toEqual(["a.csv", "b.csv"]);
    expect(readMeasuredFiles(join(folder, "measured/b.csv"), "").map(({name}) => name)).toEqual(["b.csv"]);
    expect(readMeasuredFiles(join(folder, "measured"), "")).toHaveLength(2);
    expect(() => readMeasuredFiles(join(folder, "gone.csv"))).toThrow(
      /no such file: .*gone.csv; KNEEPOINT_MEASURED is/
    );
  });

  it("are predicted row by row, on the shipped surfaces where nothing is imported", async () => {
    const built = await predictFiles([{name: "mine.csv", text: [header, ...rows, "c,,"].join("\n")}], folder);
    expect(built.files).toMatchObject([
      {name: "mine.csv", rows: [{id: "a"}, {id: "b"}], problems: [{id: "c", line: 4}]}
    ]);
    for (const by of predictors)
      expect(built.predictions[0][by].predicted).toMatchObject({gpus: 2, database: "calibrated"});
    for (const by of predictors) expect(built.predictions[1][by].miss).toMatchObject({reason: "model"});
    expect(JSON.parse(JSON.stringify(built))).toEqual(built);
  });

  it("stop the build when a file is no table of measurements", async () => {
    await expect(predictFiles([{name: "x.csv", text: "a,b"}], folder)).rejects.toThrow(/^x.csv: not a table of/);
  });
});
