import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {InputError} from "../../engine/errors.js";
import type {Backend} from "../../engine/schema.js";
import {checkArgs, checkDynamoArgs, checkFrontendArgs, engineFlags} from "../../templates/flags/check.js";
import * as dynamo from "../../templates/flags/dynamo.js";
import {isWithin, type FlagRow, type FlagTable} from "../../templates/flags/table.js";
import {checkEngineConfig, trtllmConfigKeys} from "../../templates/flags/trtllm-config.js";
import {trtllmServeFlags} from "../../templates/flags/trtllm-serve.js";
import {compareReleases, parseRelease} from "../../templates/release-order.js";
import {chooseVersions, dynamoRows, engineRows, sglangRow, trtllmRow, vllmRow} from "../../templates/versions.js";

const shared = join(import.meta.dirname, "../../../shared/flags");
const there = existsSync(shared);
if (!there)
  console.warn(
    "flags of 16 releases, trtllm-serve, Dynamo and the TensorRT-LLM schema NOT COMPARED: ../shared/flags is not there"
  );

interface SourceFlag {
  flag: string;
  aliases?: string[];
  arity?: number | string;
  choices?: unknown;
  known_values?: unknown[];
  deprecated?: boolean;
  negation?: string;
  type?: string;
  nargs?: string;
}

const read = (name: string) => JSON.parse(readFileSync(join(shared, name), "utf8"));

/** Release of our table ← release of the file that it was read from. */
const files: Record<"vllm" | "sglang", Record<string, string>> = {
  vllm: Object.fromEntries([
    ..."0.10.2 0.11.0 0.12.0 0.14.1 0.16.0 0.19.0 0.20.1".split(" ").map((v) => [v, v]),
    ["0.22.0dev", "0.22dev"]
  ]),
  sglang: Object.fromEntries([
    ["0.5.1", "0.5.1.post1"],
    ..."0.5.3.post2 0.5.4.post3 0.5.6.post2 0.5.9 0.5.10 0.5.11 0.5.16dev".split(" ").map((v) => [v, v])
  ])
};

const compared = (["vllm", "sglang"] as const).flatMap((backend) =>
  Object.entries(files[backend]).map(([version, file]) => ({backend, version, file}))
);

function findFlag(flags: Record<string, SourceFlag>, name: string): SourceFlag | undefined {
  return flags[name] ?? Object.values(flags).find(({aliases}) => aliases?.includes(name));
}

/** What our row says of a flag in a release, and what the source says, in the same words. */
function ours(row: FlagRow, version: string) {
  if (!isWithin(version, row.from, row.until)) return "absent";
  return {
    arity: row.kind === "switch" ? "0" : row.kind === "list" ? "1+" : "1",
    deprecated: row.deprecated !== undefined && isWithin(version, row.deprecated)
  };
}

function theirs(flag: SourceFlag | undefined, row: FlagRow) {
  if (!flag) return "absent";
  // We give one name where several are taken.
  const takesMany = flag.arity === "1+" && row.kind === "text";
  return {arity: takesMany ? "1" : String(flag.arity), deprecated: flag.deprecated === true};
}

describe.runIf(there)("the table says what the sources say", () => {
  test.each(compared)("$backend $version: flags, arity and what is on its way out", ({backend, version, file}) => {
    const {flags} = read(`${backend}-${file}.json`);
    const table: FlagTable = engineFlags[backend];
    const differences = Object.entries(table).flatMap(([name, row]) => {
      const [mine, source] = [ours(row, version), theirs(findFlag(flags, name), row)];
      return JSON.stringify(mine) === JSON.stringify(source) ? [] : [{name, mine, source}];
    });
    expect(differences).toEqual([]);
  });

  test.each(compared)(
    "$backend $version: every word that we know is taken, and none before its time",
    ({backend, version, file}) => {
      const {flags} = read(`${backend}-${file}.json`);
      const wrong: string[] = [];
      for (const [name, row] of Object.entries(engineFlags[backend] as FlagTable)) {
        const source = findFlag(flags, name);
        const words = source?.choices ?? source?.known_values;
        if (!row.values || !Array.isArray(words)) continue;
        for (const [word, [from, until]] of Object.entries(row.values))
          if (isWithin(version, from, until) !== words.map(String).includes(word)) wrong.push(`${name} ${word}`);
      }
      expect(wrong).toEqual([]);
    }
  );

  test.each(compared)(
    "$backend $version: a list of words is open only where the source has none",
    ({backend, version, file}) => {
      const {flags} = read(`${backend}-${file}.json`);
      const wrong = Object.entries(engineFlags[backend] as FlagTable).filter(([name, row]) => {
        const closed = Array.isArray(findFlag(flags, name)?.choices);
        const checks = row.values !== undefined && !(row.open !== undefined && isWithin(version, row.open));
        return isWithin(version, row.from, row.until) && closed && !checks;
      });
      expect(wrong.map(([name]) => name)).toEqual([]);
    }
  );

  test.each(compared)("$backend $version: --no-… only of switches that have it", ({backend, version, file}) => {
    const {flags} = read(`${backend}-${file}.json`);
    const wrong = Object.entries(engineFlags[backend] as FlagTable).filter(
      ([name, {negatable, from, until}]) =>
        isWithin(version, from, until) && negatable && findFlag(flags, name)?.negation === undefined
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  test("trtllm-serve has every flag of the table, with its words", () => {
    const {serve} = read("trtllm-serve-cli.json").commands;
    const all = Object.values(serve) as {flags: string[]; is_flag?: boolean; choices?: string[]}[];
    for (const [name, {kind, values}] of Object.entries(trtllmServeFlags)) {
      const source = all.find(({flags}) => flags.includes(name));
      expect([name, source?.is_flag ?? false]).toEqual([name, kind === "switch"]);
      for (const word of Object.keys(values ?? {})) expect(source!.choices).toContain(word);
    }
  });

  test.each([
    ["dynamo.vllm", dynamo.dynamoVllmFlags],
    ["dynamo.trtllm", dynamo.dynamoTrtllmFlags],
    ["dynamo.frontend", dynamo.dynamoFrontendFlags]
  ] as const)("%s has every flag of the table, with its words", (component, table) => {
    const {components} = read("dynamo-cli.json");
    const flags: Record<string, SourceFlag> = {...components["runtime (all workers)"], ...components[component]};
    for (const [name, {kind, values}] of Object.entries(table as FlagTable)) {
      const source =
        flags[name] ??
        Object.values(flags).find(({note}: SourceFlag & {note?: string}) => note?.includes(`alias ${name}`));
      expect([name, source?.type === "bool"]).toEqual([name, kind === "switch"]);
      const words = source!.choices ?? source!.known_values;
      if (Array.isArray(words)) for (const word of Object.keys(values ?? {})) expect(words).toContain(word);
    }
  });

  test("TensorRT-LLM's schema has every key that the newest release is given, with its words", () => {
    const schema = read("trtllm-llmargs-1.3.json");
    for (const [path, {values, from, until}] of Object.entries(trtllmConfigKeys)) {
      if (!isWithin("1.3.0rc23", from, until)) continue;
      const keys = path.split(".");
      let node = schema.schema ?? schema;
      for (const key of keys) {
        // The load balancer is left open in the transcription.
        if (key !== keys[0] && node && !node.properties) break;
        node = node?.properties?.[key];
      }
      expect([path, node !== undefined]).toEqual([path, true]);
      for (const [word, [first, last]] of Object.entries(values ?? {}))
        if (isWithin("1.3.0rc23", first, last) && node.enum) expect(node.enum).toContain(word);
    }
  });
});

describe("a command line is checked where it is made", () => {
  const refusals: [Backend, string, string, string[], RegExp][] = [
    ["vllm", "0.11.0", "--cudagraph-capture-sizes", ["1"], /has no such flag; it came with 0\.12\.0/],
    ["vllm", "0.16.0", "--cuda-graph-sizes", ["1"], /it went with 0\.14\.1/],
    ["vllm", "0.11.0", "--kv-cache-dtype", ["bfloat16"], /must be one of auto, fp8/],
    ["vllm", "0.16.0", "--kv-cache-dtype", ["float16"], /must be one of/],
    ["vllm", "0.20.1", "--kv-cache-dtype", ["int8"], /must be one of/],
    ["vllm", "0.20.1", "--max-num-seqs", ["-1"], /whole number/],
    ["vllm", "0.20.1", "--max-num-seqs", ["1", "2"], /takes one value/],
    ["vllm", "0.20.1", "--enable-expert-parallel", ["true"], /takes no value/],
    ["vllm", "0.20.1", "--speculative-config", ["{method: mtp}"], /must be JSON/],
    ["vllm", "0.20.1", "--served-model-name", ["--api-key"], /must not|dash/],
    ["sglang", "0.5.11", "--kv-cache-dtype", ["fp8"], /must be one of auto, fp8_e4m3/],
    ["sglang", "0.5.11", "--moe-runner-backend", ["deepep_moe"], /must be one of/],
    ["sglang", "0.5.3.post2", "--kv-cache-dtype", ["bfloat16"], /must be one of/],
    ["sglang", "0.5.11", "--no-enable-mixed-chunk", [], /unknown SGLang flag/],
    ["sglang", "0.5.11", "--cuda-graph-bs-decode", ["1"], /it came with 0\.5\.16dev/],
    ["trtllm", "1.3.0rc14", "--config", ["/c.yaml"], /it came with 1\.3\.0rc20/]
  ];

  test.each(refusals)("%s %s refuses %s %j", (backend, version, flag, values, reason) => {
    const check = () => checkArgs(backend, version, [{flag, values}]);
    expect(check).toThrow(InputError);
    expect(check).toThrow(reason);
  });

  test("an unknown flag names the nearest one", () => {
    expect(() => checkArgs("vllm", "0.20.1", [{flag: "--max-num-seq", values: ["1"]}])).toThrow(
      /did you mean --max-num-seqs\?/
    );
  });

  test("a flag given twice is refused, also by its negation", () => {
    const args = ["--enable-prefix-caching", "--no-enable-prefix-caching"].map((flag) => ({flag, values: []}));
    expect(() => checkArgs("vllm", "0.20.1", args)).toThrow(/twice/);
  });

  test("names that every object has are no flags", () => {
    for (const flag of ["constructor", "__proto__", "toString"])
      expect(() => checkArgs("vllm", "0.20.1", [{flag, values: []}])).toThrow(InputError);
    expect(() => checkEngineConfig("1.3.0rc14", {constructor: 1})).toThrow(InputError);
  });

  test("Dynamo's own flags follow its release: roles by mode from 1.0, connector only before", () => {
    const mode = [{flag: "--disaggregation-mode", values: ["prefill"]}];
    const legacy = [{flag: "--is-prefill-worker", values: []}];
    const connector = [{flag: "--connector", values: ["none"]}];
    expect(() => checkDynamoArgs("vllm", "1.0.0", "0.16.0", mode)).not.toThrow();
    expect(() => checkDynamoArgs("vllm", "0.9.0", "0.14.1", mode)).toThrow(InputError);
    expect(() => checkDynamoArgs("vllm", "0.9.0", "0.14.1", [...legacy, ...connector])).not.toThrow();
    expect(() => checkDynamoArgs("vllm", "1.4.0", "0.24.0", legacy)).toThrow(InputError);
    expect(() => checkDynamoArgs("vllm", "1.0.0", "0.16.0", connector)).toThrow(InputError);
    expect(() =>
      checkDynamoArgs("trtllm", "1.2.0", "1.3.0rc14", [{flag: "--disaggregation-strategy", values: ["x"]}])
    ).toThrow(InputError);
    expect(() => checkFrontendArgs("1.2.0", [{flag: "--router-mode", values: ["fastest"]}])).toThrow(InputError);
  });

  test("TensorRT-LLM's keys follow its release", () => {
    const config = {kv_cache_config: {tokens_per_block: 32}};
    expect(() => checkEngineConfig("1.2.0", config)).not.toThrow();
    expect(() => checkEngineConfig("1.0.0", config)).toThrow(/has no such key/);
    expect(() => checkEngineConfig("1.3.0rc14", {build_config: {max_batch_size: 1}})).toThrow(InputError);
    expect(() => checkEngineConfig("1.2.0rc6", {moe_config: {backend: "AUTO"}})).toThrow(/must be one of/);
    expect(() => checkEngineConfig("1.3.0rc14", {max_batch_size: "8"})).toThrow(/kind int/);
  });
});

describe("releases", () => {
  test("are in the order of PEP 440", () => {
    const ascending =
      "0.9 0.10.0 0.10.2 0.22.0dev 0.22.0rc1 0.22.0rc1.post1 0.22.0rc2 0.22.0 0.22.0.post1 1.0.0a1 1.0.0b1 1.0.0rc1 1.0".split(
        " "
      );
    for (let i = 1; i < ascending.length; ++i)
      expect([ascending[i], compareReleases(ascending[i - 1], ascending[i])]).toEqual([ascending[i], -1]);
    expect(compareReleases("1.0", "1.0.0")).toBe(0);
    expect(compareReleases("v0.20.1", "0.20.1")).toBe(0);
    for (const text of ["", "latest", "1..2", "1.0-x", "1.0\n", "../1.0", "1".repeat(60)])
      expect(parseRelease(text)).toBeUndefined();
  });

  test("tables ascend, and every release that Dynamo ships has a row", () => {
    for (const rows of Object.values(engineRows))
      for (let i = 1; i < rows.length; ++i)
        expect(compareReleases(rows[i - 1].version, rows[i].version)).toBeLessThan(0);
    for (const {engines} of dynamoRows) {
      expect(vllmRow(engines.vllm).row).toBeDefined();
      expect(sglangRow(engines.sglang).row).toBeDefined();
      expect(trtllmRow(engines.trtllm).row).toBeDefined();
    }
  });

  test.each([
    ["vllm", "0.13.0", "0.12.0"],
    ["vllm", "0.11.2", "0.11.0"],
    ["vllm", "0.24.0", "0.22.0dev"],
    ["sglang", "0.5.3", "0.5.1"],
    ["sglang", "0.5.8", "0.5.6.post2"],
    ["sglang", "0.5.15", "0.5.11"],
    ["trtllm", "1.2.0rc6.post1", "1.2.0rc5"],
    ["trtllm", "1.2.0rc5.post1", "1.2.0rc5"],
    ["trtllm", "1.0.0rc6", "1.0.0rc4"],
    ["trtllm", "1.1.0", "1.1.0rc1"],
    ["trtllm", "1.3.0rc14", "1.3.0rc0"]
  ] as const)("%s %s is written for the highest row below, %s, and says so", (backend, version, row) => {
    const chosen = {vllm: vllmRow, sglang: sglangRow, trtllm: trtllmRow}[backend](version);
    expect(chosen.row.version).toBe(row);
    expect(chosen.warnings.join()).toContain(row);
  });

  test("a release of a row, final or not, is written for without a doubt", () => {
    expect(vllmRow("0.20.1").warnings).toEqual([]);
    expect(sglangRow("0.5.16").warnings).toEqual([]);
    expect(vllmRow("0.22.0").warnings).toEqual([]);
  });

  test("below the first row there is nothing to write, beyond the last a doubt", () => {
    expect(() => vllmRow("0.9.0")).toThrow(/have 0\.10\.2 and later/);
    expect(() => trtllmRow("0.19.0")).toThrow(InputError);
    expect(() => vllmRow("newest")).toThrow(InputError);
    expect(vllmRow("0.30.0").warnings.join()).toContain("newer than 0.24.0");
  });

  test("engine and Dynamo find each other, and say when they do not belong together", () => {
    expect(chooseVersions("vllm", {})).toMatchObject({engineVersion: "0.24.0", dynamoRelease: "1.3.0", warnings: []});
    expect(chooseVersions("vllm", {dynamoRelease: "1.2.0"})).toMatchObject({engineVersion: "0.20.1", warnings: []});
    expect(chooseVersions("sglang", {engineVersion: "0.5.9"})).toMatchObject({dynamoRelease: "1.0.0", warnings: []});
    expect(chooseVersions("vllm", {engineVersion: "0.12.0", dynamoRelease: "1.2.0"}).warnings.join()).toContain(
      "ships vLLM 0.20.1"
    );
    expect(chooseVersions("trtllm", {engineVersion: "0.20.0"}).dynamoRelease).toBe("0.6.0");
    expect(() => chooseVersions("vllm", {dynamoRelease: "0.1.0"})).toThrow(InputError);
    expect(() => chooseVersions("vllm", {dynamoRelease: "x"})).toThrow(InputError);
  });
});
