/** What the compare page asks: its state, its spelling as a URL, names and differences, files that bring searches. */
import {existsSync, readFileSync, readdirSync} from "node:fs";
import {join, resolve} from "node:path";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../data-loaders/read-systems.js";
import {findModel} from "../../engine/models/catalogue.js";
import {
  formatComparison,
  parseComparison,
  plainVariant,
  questionPart,
  rebased,
  variantQuestion
} from "../../src/components/comparison.js";
import type {Comparison, Variant} from "../../src/components/comparison.js";
import {differencesOf, fieldWords, variantNames} from "../../src/components/difference.js";
import {readExperiments} from "../../src/components/experiment-file.js";
import {defaults, formatQuestion} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {forgetSearch, isSaved, saveSearch, savedSearches} from "../../src/components/saved-search.js";
import {taskQuestion} from "../../src/components/task-question.js";
import {taskValues} from "../../src/components/task-values.js";
import {readTasks, resolveTask, taskOf} from "../../src/task/index.js";

const systems = readSystems(resolve(import.meta.dirname, "../../systems"));
const examples = resolve(import.meta.dirname, "../../docs/examples");
const variant = (part: Partial<Question>, more: Partial<Variant> = {}): Variant => ({...plainVariant, part, ...more});
const comparison = (variants: Variant[], more: Partial<Comparison> = {}): Comparison => ({
  base: defaults,
  variants,
  against: 0,
  drawn: "best",
  ...more
});
const parsed = (query: string) => parseComparison(query, () => [variant({system: "b200_sxm"})]);

describe("the address", () => {
  it("is legible, and says what each search has otherwise", () => {
    const query = formatComparison(
      comparison([
        plainVariant,
        variant({system: "b200_sxm"}),
        variant({backend: "vllm"}, {name: "fast", hidden: true, settings: {gemm_quant_mode: "fp8", nextn: 2}})
      ])
    );
    expect(query.startsWith(`${formatQuestion(defaults)}&with=`)).toBe(true);
    expect(query.slice(formatQuestion(defaults).length)).toBe(
      "&with=&with=system=b200_sxm&with=name=fast;hide=1;backend=vllm;.gemm_quant_mode=fp8;.nextn=2"
    );
  });

  it("holds any state, whatever characters names and settings have", () => {
    const text = fc.string({unit: "grapheme", maxLength: 12});
    const part = fc.record(
      {
        system: fc.constantFrom("b200_sxm", "h100_sxm"),
        isl: fc.integer({min: 1, max: 9000}),
        decodeSystem: fc.constantFrom("", "l40s"),
        soft: fc.constantFrom("ttft,tpot", ""),
        config: fc.constantFrom('{"a": [1, "x;y=z&%"]}', ""),
        balanced: fc.boolean(),
        tpotMs: fc.double({min: 1, max: 100, noNaN: true})
      },
      {requiredKeys: []}
    );
    const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), {maxLength: 3}));
    const settings = fc.dictionary(fc.constantFrom("tpot", "agg_tp_candidates", "backend_version"), value);
    const variants = fc.array(fc.record({name: text, hidden: fc.boolean(), part, settings}, {noNullPrototype: true}), {
      maxLength: 8
    });
    fc.assert(
      fc.property(variants, fc.integer({min: 0, max: 7}), fc.boolean(), (all, against, byMode) => {
        const state = comparison(all as Variant[], {against, drawn: byMode ? "modes" : "best"});
        expect(parsed(formatComparison(state))).toEqual(state);
      })
    );
  });

  it("takes the examples only where it names no searches", () => {
    expect(parsed("?isl=2000").variants).toEqual([variant({system: "b200_sxm"})]);
    expect(parsed("?isl=2000&with=-").variants).toEqual([]);
    expect(parsed("?isl=2000&with=").variants).toEqual([plainVariant]);
    expect(parsed(formatComparison(comparison([]))).variants).toEqual([]);
  });

  it("reads nonsense as nothing", () => {
    const odd = parsed("?with=system&with=;;=;x=1;.Bad=2;isl=minus&with=name=%25E0%25A4&against=-3&draw=x");
    expect(odd.variants).toEqual([plainVariant, variant({isl: defaults.isl}), variant({}, {name: "%E0%A4"})]);
    expect(odd).toMatchObject({against: 0, drawn: "best"});
    expect(parsed(`?${Array.from({length: 20}, () => "with=").join("&")}`).variants).toHaveLength(8);
  });
});

describe("a search", () => {
  it("asks as the base, but for what it has otherwise", () => {
    const base = {...defaults, isl: 2000, pick: "agg:x"};
    expect(variantQuestion(base, variant({backend: "vllm"}))).toEqual({...base, backend: "vllm", pick: ""});
  });

  it("drops what was said of another model, backend or GPU", () => {
    const base: Question = {...defaults, config: "{}", version: "1.2.0rc5", decodeSystem: "b200_sxm", prefix: 3000};
    expect(variantQuestion(base, variant({model: "Qwen/Qwen3-8B"}))).toMatchObject({config: ""});
    expect(variantQuestion(base, variant({backend: "vllm"})).version).toBe("");
    expect(variantQuestion(base, variant({gpus: 8})).version).toBe("1.2.0rc5");
    expect(variantQuestion(base, variant({system: "b200_sxm"})).decodeSystem).toBe("");
    expect(variantQuestion(base, variant({isl: 1000})).prefix).toBe(999);
  });

  it("is the same search when another becomes the base", () => {
    const state = comparison([
      variant({gpus: 16, ttftMs: 1000}, {settings: {serving_mode: "agg"}}),
      variant({gpus: 8, backend: "sglang"}),
      plainVariant
    ]);
    const questions = state.variants.map((each) => variantQuestion(state.base, each));
    for (const first of [0, 1, 2]) {
      const moved = rebased(state, first);
      expect(moved.variants.map((each) => variantQuestion(moved.base, each))).toEqual(questions);
      expect(moved.variants[first].part).toEqual({});
      expect(moved.variants[0].settings).toEqual({serving_mode: "agg"});
    }
  });

  it("keeps out of its differences how a page shows it", () => {
    const shown = {...defaults, pick: "x", axis: "ttft", log: true, deploy: "plain"} as const;
    expect(questionPart(defaults, {...shown, gpus: 8})).toEqual({gpus: 8});
  });
});

describe("names", () => {
  const names = (...variants: Variant[]) => variantNames(comparison(variants), systems);

  it("say what differs, and nothing else", () => {
    expect(names(plainVariant, variant({system: "b200_sxm"}))).toEqual(["H200 SXM", "B200 SXM"]);
    expect(names(plainVariant, variant({system: "b200_sxm", backend: "vllm"}), variant({isl: 8000}))).toEqual([
      "H200 SXM",
      "B200 SXM, vLLM",
      "H200 SXM, 8,000 in"
    ]);
    expect(names(plainVariant, variant({}, {settings: {gemm_quant_mode: "nvfp4", nextn: 1}}))).toEqual([
      "as asked",
      "GEMM nvfp4, 1 draft token"
    ]);
    expect(names(plainVariant, variant({}, {settings: {a: 1, b: 2, c: 3, d: 4}}))).toEqual(["as asked", "4 settings"]);
  });

  it("are the reader's where given, and never the same", () => {
    expect(names(variant({}, {name: "mine"}), variant({}, {name: "mine"}), plainVariant, plainVariant)).toEqual([
      "mine",
      "mine (2)",
      "as asked",
      "as asked (2)"
    ]);
  });

  it("have words for every field that can differ", () => {
    const whole = variant({...defaults, system: "b200_sxm"});
    const words = differencesOf(defaults, whole, systems);
    expect(words.map(({key}) => key)).toEqual(expect.arrayContaining(["model", "ttftMs", "soft", "strict", "penalty"]));
    for (const {key, words: said} of words) expect(said, key).not.toBe("");
    expect(fieldWords("system", {...defaults, system: "nobody's"}, systems)).toBe("nobody's");
  });

  it("list settings of an experiment in words", () => {
    const settings = {serving_mode: "disagg", decode_kvcache_quant_mode: "fp8", agg_tp_candidates: [4, 8], tpot: null};
    expect(differencesOf(defaults, variant({}, {settings}), systems).map(({words}) => words)).toEqual([
      "disaggregated only",
      "decode KV cache fp8",
      "agg tp candidates 4, 8",
      "tpot as by default"
    ]);
  });
});

describe("experiments of a file", () => {
  const read = (text: string, file = "exps.yaml") =>
    readExperiments(text, {
      file,
      base: defaults,
      systems: systems.map(({id}) => id),
      backendsOf: () => ["trtllm", "vllm"]
    });
  const files = existsSync(examples) ? readdirSync(examples).filter((name) => name.endsWith(".yaml")) : [];

  it.each(files)("of %s become searches that ask the same", (file) => {
    const text = readFileSync(join(examples, file), "utf8");
    const {experiments} = readTasks(text, {model: findModel});
    expect(experiments.length).toBeGreaterThan(0);
    for (const experiment of experiments) {
      const task = taskOf(experiment);
      if (task.config.platform.backend === "auto") continue;
      const asked = taskQuestion(task)!;
      const again = taskOf(resolveTask({...taskValues(asked.question), ...asked.settings}, {model: findModel}));
      expect(again.config, task.name).toEqual(task.config);
    }
    expect(read(text, file).problems).toEqual([]);
  });

  it("name the search, and say in the base's words what it has otherwise", () => {
    const {variants} = read(
      "small:\n  model_path: Qwen/Qwen3-32B-FP8\n  system_name: b200_sxm\n  total_gpus: 8\n  serving_mode: auto\n  isl: 4000\n  osl: 500\n  ttft: 300\n  tpot: 10\n"
    );
    expect(variants).toEqual([{name: "small", hidden: false, part: {system: "b200_sxm", gpus: 8}, settings: {}}]);
  });

  it("on every backend are a search for each", () => {
    const worker = (role: string) =>
      `  ${role}_model_path: Qwen/Qwen3-32B-FP8\n  ${role}_system_name: h200_sxm\n  ${role}_backend_name: auto\n`;
    const text = `all:\n  serving_mode: disagg\n  total_gpus: 8\n${worker("prefill")}${worker("decode")}`;
    const {variants} = read(text);
    expect(variants.map(({name}) => name)).toEqual(["all, TensorRT-LLM", "all, vLLM"]);
    expect(variants.map(({part}) => part.backend)).toEqual([undefined, "vllm"]);
  });

  it("that are wrong say where, and do not stop the others", () => {
    const {variants, problems} = read(
      "good:\n  model_path: Qwen/Qwen3-32B-FP8\n  system_name: h200_sxm\n  total_gpus: 8\nbad:\n  model_path: Qwen/Qwen3-32B-FP8\n  system_name: h200_sxm\n  total_gpus: 8\n  islx: 4\n"
    );
    expect(variants.map(({name}) => name)).toEqual(["good"]);
    expect(problems).toEqual(["exps.yaml:9:3: unknown key: islx; did you mean isl?"]);
  });

  it("of nonsense name line and column, or what a file should be", () => {
    expect(read("a: [1, 2\nb: {").problems[0]).toMatch(/^exps\.yaml:2:1: invalid YAML: /);
    expect(read("just some words").problems).toEqual([
      "exps.yaml:1:1: invalid file: just some words; must map names to experiments, or be one experiment"
    ]);
    expect(read("").problems).toHaveLength(1);
    expect(read("exps: []").problems).toEqual([
      "exps.yaml: no experiment; a file maps names to experiments, or is one"
    ]);
  });

  it("with a GPU out of a file say that a page cannot open it", () => {
    const {problems} = read("x:\n  model_path: Qwen/Qwen3-32B-FP8\n  system_name: my.yaml\n  total_gpus: 8\n");
    expect(problems).toEqual(["x: a page cannot open my.yaml; describe the GPU on the home page and save the search"]);
  });
});

describe("saved searches", () => {
  const storage = (start?: string) => {
    const kept = new Map(start === undefined ? [] : [["kneepoint.searches", start]]);
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value)
    };
  };

  it("come back newest first, one of each question", () => {
    const store = storage();
    saveSearch({name: "a", question: defaults}, store);
    saveSearch({name: "b", question: {...defaults, gpus: 8, pick: "agg:y"}}, store);
    saveSearch({name: "c", question: {...defaults, pick: "agg:x"}}, store);
    expect(savedSearches(store)).toEqual([
      {name: "c", question: defaults},
      {name: "b", question: {...defaults, gpus: 8}}
    ]);
    expect(isSaved({...defaults, pick: "agg:z"}, store)).toBe(true);
    forgetSearch({name: "", question: defaults}, store);
    expect(isSaved(defaults, store)).toBe(false);
    expect(savedSearches(store).map(({name}) => name)).toEqual(["b"]);
  });

  it("are none where what is kept makes no sense, or nothing can be kept", () => {
    for (const text of ["", "{", "3", '[1, {"name": 2}, null]']) expect(savedSearches(storage(text))).toEqual([]);
    const full = {getItem: () => null, setItem: () => { throw new Error("full"); }}; // prettier-ignore
    expect(saveSearch({name: "a", question: defaults}, full)).toBe(false);
  });
});
