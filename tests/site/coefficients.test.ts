/** No record of numbers in the engine goes unlisted, and what is listed is what the engine computes with. */
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../data-loaders/read-systems.js";
import {backendTraits} from "../../engine/backend.js";
import {efficiency} from "../../engine/coefficients.js";
import {defaultTuning} from "../../engine/session/tuning.js";
import {coefficientGroups} from "../../src/coefficients/group.js";
import {scanEngine, scanForPage} from "../../src/coefficients/read.js";
import {matchingGroups, shownGroups} from "../../src/coefficients/row.js";
import {scanModule} from "../../src/coefficients/scan.js";

const scans = scanEngine();
const systems = readSystems(join(import.meta.dirname, "../../systems"));
const groups = shownGroups(scanForPage([...coefficientGroups.map(({file}) => file), "system.ts"]), systems);
const rows = groups.flatMap((group) => group.rows);
const valueOf = (name: string) => rows.find((row) => row.name === name)?.value;

/** Records of numbers that are no coefficients, and why. A pattern is of `file name`. */
const noCoefficients: readonly (readonly [RegExp, string])[] = [
  [/^models\/catalogue\//, "facts of models, as their makers publish them; the model card shows them"],
  [/^models\/deepseek\.ts mla|^roofline-wideep\.ts mla|^models\/left-out\.ts/, "sizes of DeepSeek's own kernels"],
  [/^ops\/(dsa|measured-shapes)\.ts/, "shapes that the tables were measured at"],
  [/^models\/(fields|nearest)\.ts/, "what a config.json may say"],
  [/^backend\.ts (widths|sglangWidths)/, "within backendTraits"],
  [/^simulate\/policy\.ts (vllm|sglang|trtllm) /, "within schedulerPolicies"],
  [/^simulate\/recipe\.ts relaxedPolling/, "within recipeEntries"],
  [/^simulate\/calibration\.ts plainFactors/, "all 1: a shape that is as its class"],
  [/^simulate\/pool-serving\.ts spread/, "sizes that stand for all workers whose experts are spread"],
  [/^simulate\/curves\.ts/, "sizes at which a worker's step times are sampled"],
  [/^simulate\/steady\.ts fifths/, "middles of the fifths of a normal distribution"],
  [/^simulate\/(distribution|measure|client|trace)\.ts/, "how distributions and traces are counted"],
  [/^interpolation\//, "rules of interpolation, told in docs/interpolation.md"],
  [/^(trace|required|roofline|calibration)\.ts/, "places in lists, and file formats"],
  [/^explain\/work\.ts|^ops\/moe\.ts/, "which rate belongs to which type, and how parts of a layer count"],
  [/^system\.ts/, "what a systems file may say"],
  [/^donor\.ts lines/, "which GPU generations belong together"],
  [/^search\/|^support\.ts|^model-card\.ts/, "what is tried, and round numbers to show"]
];

describe("drift", () => {
  const records = Object.entries(scans).flatMap(([file, {constants}]) =>
    constants.filter(({isScalar}) => !isScalar).map(({name}) => ({file, name, key: `${file} ${name} `}))
  );
  const isListed = ({file, name}: {file: string; name: string}) =>
    coefficientGroups.some((group) => group.file === file && name in group.records);

  it("lists every record of numbers in the engine, or says why it is no coefficient", () => {
    const unknown = records.filter(
      (record) => !isListed(record) && !noCoefficients.some(([pattern]) => pattern.test(record.key))
    );
    expect(unknown.map(({key}) => key)).toEqual([]);
    expect(records.filter(isListed).length).toBeGreaterThan(20);
  });

  it("would notice one more", () => {
    const text =
      "/** Of a new kernel. */\nexport const speeds: Record<string, number> = {\n  hopper: 0.8 // 3 rows\n};\n";
    expect(scanModule(text).constants).toEqual([
      expect.objectContaining({name: "speeds", isScalar: false, doc: "Of a new kernel.", remarks: ["3 rows"]})
    ]);
    expect(isListed({file: "new.ts", name: "speeds"})).toBe(false);
  });

  it("has no exception and no group that is of nothing any more", () => {
    const unused = noCoefficients.filter(([pattern]) => !records.some(({key}) => pattern.test(key)));
    expect(unused.map(([pattern]) => String(pattern))).toEqual([]);
    for (const {file, records: own} of coefficientGroups)
      for (const name of Object.keys(own))
        // A record of records need not hold a number itself.
        expect(
          scans[file].constants.some((constant) => constant.name === name) || name === "schedulerPolicies",
          `${file} ${name}`
        ).toBe(true);
  });

  it("shows every single constant of the engine's sources", () => {
    const scalars = Object.entries(scans).flatMap(([file, {constants}]) =>
      constants
        .filter(({isScalar}) => isScalar && !/^(calibration|models\/catalogue)\//.test(file))
        .map(({name}) => `${file} ${name}`)
    );
    const shown = rows.filter(({group}) => group === "constants").map(({file, name}) => `${file} ${name}`);
    expect(shown.sort()).toEqual(scalars.sort());
    expect(shown.length).toBeGreaterThan(80);
  });
});

describe("rows", () => {
  it("hold the values that the engine computes with, with unit and note", () => {
    expect(valueOf("coefficients.gemm.bf16.default.efficiency")).toBe(
      String(efficiency("gemm", "bf16", "default").efficiency)
    );
    expect(valueOf("defaultTuning.ttftScale")).toBe(String(defaultTuning.ttftScale));
    expect(valueOf("backendTraits.vllm.prefillOverheadMsPerLayer")).toBe(
      String(backendTraits.vllm.prefillOverheadMsPerLayer)
    );
    expect(valueOf("h200_sxm.otherBytes")).toBe(String(systems.find(({id}) => id === "h200_sxm")!.otherBytes));
    const floor = rows.find(({name}) => name === "coefficients.gemm.bf16.default.overheadMs")!;
    expect(floor).toMatchObject({unit: "ms", file: "coefficients.ts"});
    expect(floor.note).toMatch(/^1 M rows, error p50 12 %, p90 36 %; Launch and synchronisation/);
    expect(rows.find(({name}) => name === "backendTraits.vllm.queueing")!.value).toMatch(/batch/);
  });

  it("have each a name of their own within its module, and a value", () => {
    const names = rows.map(({file, name}) => `${file} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(rows.filter(({value}) => value === "")).toEqual([]);
  });

  it("are found by words of name, note or file, in one group or in all", () => {
    const found = matchingGroups(groups, "gemm ampere overhead", "");
    expect(found.flatMap((group) => group.rows).length).toBeGreaterThan(0);
    for (const {name, note} of found.flatMap((group) => group.rows))
      expect(`${name} ${note}`.toLowerCase()).toMatch(/ampere/);
    expect(matchingGroups(groups, "", "pools").map(({id}) => id)).toEqual(["pools"]);
    expect(matchingGroups(groups, "no such thing", "")).toEqual([]);
  });
});
