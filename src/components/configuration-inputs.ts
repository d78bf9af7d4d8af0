/** The form of one configuration: the question without its targets, and every size that a worker has. */
import {isMoe} from "../engine/models/ops.js";
import {inferNextn, inferQuant} from "../engine/models/quant.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Quant} from "../engine/quant.js";
import type {Parallel} from "../engine/result.js";
import {contextTokenList} from "../engine/search/aggregated.js";
import type {EstimateMode, PoolSpec} from "../engine/session/estimate.js";
import type {SystemSpec} from "../engine/system.js";
import type {Choice} from "./combobox.js";
import {
  defaultSizes,
  inMode,
  mostBatch,
  mostWorkers,
  parseConfiguration,
  quantChoices,
  settledSizes
} from "./configuration.js";
import type {Configuration, Sizes} from "./configuration.js";
import {knownGpus} from "./custom-gpu.js";
import {announce, h} from "./dom.js";
import {figure} from "./format.js";
import {modelOf} from "./model.js";
import {servingOf} from "./model-options.js";
import {nearestParallel, possibleParallels, valuesOf} from "./parallel-choice.js";
import type {Dimension, ParallelContext} from "./parallel-choice.js";
import {problemInputs} from "./problem-inputs.js";
import type {ProblemOptions} from "./problem-inputs.js";
import {choice} from "./select.js";
import {sheet} from "./sheet.js";
import {slider} from "./slider.js";
import type {Slider} from "./slider.js";
import {stepper} from "./stepper.js";

export interface ConfigurationInputs extends HTMLElement {
  value: Configuration;
  /** Sizes that the model can have on the engine. */
  readonly possible: readonly Parallel[];
  /** Takes what an address says. */
  read(search: string): void;
  /** Keeps an operator lit; empty: none. */
  point(op: string): void;
  /** What the closed sheet says at narrow widths, and paper. */
  describe(words: string, onPaper?: string): void;
  /** Marks the types that no table holds. */
  showTypes(held: Partial<Record<keyof Quant, readonly string[]>>): void;
}

const modeChoices: {value: EstimateMode; label: string}[] = [
  {value: "static", label: "one worker, one batch"},
  {value: "static_ctx", label: "one worker, prefill alone"},
  {value: "static_gen", label: "one worker, decode alone"},
  {value: "agg", label: "aggregated: prompts and answers mixed"},
  {value: "disagg", label: "disaggregated: a pool of each"}
];

const dimensions: readonly [Dimension, string, string][] = [
  ["tp", "TP", "Tensor parallel: every layer is split over so many GPUs"],
  ["pp", "PP", "Pipeline parallel: layers are dealt out to so many stages"],
  ["dp", "DP", "Attention data parallel: so many ranks have attention, and requests, of their own"],
  ["cp", "CP", "Context parallel: a prompt is split over so many GPUs"],
  ["moeTp", "MoE-TP", "Every expert is split over so many GPUs; TP · DP = MoE-TP · EP"],
  ["moeEp", "EP", "Expert parallel: experts are dealt out to so many groups of GPUs; TP · DP = MoE-TP · EP"]
];

export function configurationInputs({
  value: search,
  ...site
}: Omit<ProblemOptions, "value"> & {value: string}): ConfigurationInputs {
  let value: Configuration;
  let held: Partial<Record<keyof Quant, readonly string[]>> = {};
  const asked = parseConfiguration(search);
  const problem = problemInputs({...site, value: asked.question});
  const possible = possibleOf(site.systems);
  const completed = (of: ReturnType<typeof parseConfiguration>, question = of.question): Configuration => {
    const {model, system, parallels} = possible({question, quant: of.quant});
    const sizes =
      of.sizes ?? (model ? defaultSizes(model, system, {...of, question}, parallels) : onOneGpu(question.isl));
    return {...of, question, sizes};
  };
  const put = (next: Configuration) => ((value = next), refresh());
  const set = (part: Partial<Configuration>) => (put({...value, ...part}), announce(element));
  const setSizes = (part: Partial<Sizes>) => set({sizes: {...value.sizes, ...part}});
  /** The types decide which widths experts can have. */
  const setQuant = (quant: Partial<Quant>) => {
    const {parallels} = possible({question: value.question, quant});
    const same = {from: value.question, to: value.question};
    set({quant, sizes: settledSizes(value.sizes, parallels, same)});
  };

  const mode = choice("What runs", (to) => set({sizes: inMode(value.sizes, to as EstimateMode), op: ""}));
  const worker = parallelControls((size) => setSizes({parallel: stepped(value.sizes.parallel, size)}));
  const pools = (["prefill", "decode"] as const).map((role) =>
    poolControls(
      role,
      (part) => setSizes({[role]: {...value.sizes[role], ...part}}),
      (size) => {
        const pool = value.sizes[role];
        setSizes({[role]: {...pool, parallel: stepped(pool.parallel, size)}});
      }
    )
  );
  const stepped = (parallel: Parallel, size: Partial<Parallel>) =>
    nearestParallel(possible(value).parallels, parallel, size) ?? {...parallel, ...size};
  const batch = batchSlider("Batch", (to) => setSizes({batch: to}));
  const context = stepper({
    label: "Prompt tokens a step",
    title: "Tokens of prompts that a mixed step takes beside the requests that decode",
    words: figure,
    onchange: (ctxTokens) => setSizes({ctxTokens})
  });
  const drafts = stepper({
    label: "Draft tokens",
    title: "Tokens that a draft (MTP) layer proposes in a decode step",
    onchange: (nextn) => set({nextn: nextn === defaultDrafts(possible(value).model, value.sizes.mode) ? null : nextn})
  });
  const free = slider({
    label: "Free memory for KV cache",
    unit: "%",
    min: 50,
    max: 100,
    value: 100,
    title: "Share of what is left beside weights and activations that the engine is told to use",
    onchange: (percent) => set({freeFraction: percent / 100})
  });
  const types = typeControls((kind, type) => {
    const {[kind]: _, ...others} = value.quant;
    setQuant(type ? {...others, [kind]: type} : others);
  });

  const oneWorker = h("div", {class: "kp-sizes-row"}, worker, batch, context, drafts, free);
  const sizes = h(
    "form",
    {
      class: "kp-card kp-asked kp-worker-sizes",
      "aria-label": "The worker",
      onsubmit: (event: Event) => event.preventDefault()
    },
    h("div", {class: "kp-sizes-head"}, mode, types.element),
    oneWorker,
    ...pools.map(({element}) => element)
  );

  const refresh = () => {
    const {question, sizes: shown, nextn, freeFraction} = value;
    const {model, system, parallels} = possible(value);
    const isPooled = shown.mode === "disagg";
    mode.set(modeChoices, shown.mode);
    worker.set(shown.parallel, parallels);
    batch.set(shown.batch);
    context.set(shown.ctxTokens, contextChoices(shown, question.isl));
    const most = model ? mostDrafts(model) : 0;
    drafts.set(
      nextn ?? defaultDrafts(model, shown.mode),
      Array.from({length: most + 1}, (_, i) => i)
    );
    free.set(Math.round(100 * freeFraction));
    pools[0].set(shown.prefill, parallels);
    pools[1].set(shown.decode, parallels);
    oneWorker.hidden = isPooled;
    for (const pool of pools) pool.element.hidden = !isPooled;
    context.hidden = shown.mode !== "agg";
    drafts.hidden = most === 0 || shown.mode === "static_ctx";
    free.hidden = shown.mode !== "agg" || question.backend !== "trtllm";
    types.set(value, model, system, held);
    element.classList.toggle("kp-one-worker", !isPooled);
  };

  const bottom = sheet(problem);
  const element = h("div", {class: "kp-configuration"}, h("div", {class: "kp-inputs"}, bottom), sizes);
  problem.addEventListener("input", () => {
    const question = {...problem.value, pick: ""};
    const {parallels} = possible({question, quant: value.quant});
    put({...value, question, sizes: settledSizes(value.sizes, parallels, {from: value.question, to: question})});
  });
  const take = (next: Configuration) => {
    problem.value = next.question;
    put({...next, question: {...problem.value, pick: ""}});
  };
  put(completed(asked, {...problem.value, pick: ""}));
  const read = (text: string) => (take(completed(parseConfiguration(text))), announce(element));
  const showTypes = (types: typeof held) => ((held = types), refresh());
  const point = (op: string) => set({op});
  Object.assign(element, {read, point, showTypes, describe: bottom.describe});
  Object.defineProperty(element, "possible", {get: () => possible(value).parallels});
  return Object.defineProperty(element, "value", {get: () => value, set: take}) as unknown as ConfigurationInputs;
}

function onOneGpu(isl: number): Sizes {
  const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  const pool = {parallel, batch: 1, workers: 1};
  return {mode: "static", parallel, batch: 1, ctxTokens: isl, prefill: pool, decode: pool};
}

interface Possible {
  model: ModelConfig | undefined;
  system: SystemSpec;
  parallels: Parallel[];
}

/** What can be, kept for the last model, engine and types asked for. */
export function possibleOf(systems: SystemSpec[]): (of: Pick<Configuration, "question" | "quant">) => Possible {
  let last: Possible;
  let lastKey = "";
  return ({question, quant}) => {
    const {model, config, hfQuantConfig, backend, gpu, system: id} = question;
    const serving = servingOf(question);
    const key = JSON.stringify([model, config, hfQuantConfig, backend, gpu, id, quant, serving]);
    if (key === lastKey) return last;
    const facts = modelOf(question);
    const system = knownGpus(systems, gpu).find((each) => each.id === id) ?? systems[0];
    const context: ParallelContext | undefined = facts && {model: facts, backend, system, quant, serving};
    lastKey = key;
    return (last = {model: facts, system, parallels: context ? possibleParallels(context) : []});
  };
}

/** A stepper for every dimension that has more than one value. */
export function parallelControls(onchange: (size: Partial<Parallel>) => void) {
  const steppers = dimensions.map(([of, label, title]) => ({
    of,
    control: stepper({label, title, onchange: (value) => onchange({[of]: value})})
  }));
  const set = (parallel: Parallel, possible: readonly Parallel[]) => {
    for (const {of, control} of steppers) {
      const values = valuesOf(possible, of);
      control.set(parallel[of], values);
      control.hidden = values.length < 2 && parallel[of] === (values[0] ?? 1);
    }
  };
  return Object.assign(h("div", {class: "kp-parallel"}, ...steppers.map(({control}) => control)), {set});
}

export function batchSlider(label: string, onchange: (batch: number) => void): Slider {
  const title = "Requests in flight on each attention-data-parallel rank";
  const whole = (value: number) => onchange(Math.round(value));
  return slider({label, min: 1, max: mostBatch, value: 1, log: true, title, onchange: whole});
}

export function poolControls(
  role: "prefill" | "decode",
  onchange: (part: Partial<PoolSpec>) => void,
  onstep: (size: Partial<Parallel>) => void
) {
  const parallel = parallelControls(onstep);
  const batch = batchSlider("Batch", (to) => onchange({batch: to}));
  const workers = slider({
    label: "Workers",
    min: 1,
    max: mostWorkers,
    value: 1,
    log: true,
    title: "Workers of this kind in a replica",
    onchange: (to) => onchange({workers: Math.round(to)})
  });
  const element = h(
    "fieldset",
    {class: `kp-sizes-row kp-pool kp-pool-${role}`},
    h("legend", {}, `${role} workers`),
    parallel,
    batch,
    workers
  );
  const set = (pool: PoolSpec, possible: readonly Parallel[]) => {
    parallel.set(pool.parallel, possible);
    batch.set(pool.batch);
    workers.set(pool.workers);
  };
  return {element, set};
}

const typeWords: Record<keyof Quant, string> = {
  gemm: "GEMM",
  moe: "Experts",
  kvCache: "KV cache",
  fmha: "Attention",
  comm: "Communication"
};

function typeControls(onchange: (kind: keyof Quant, type: string) => void) {
  const kinds = Object.keys(typeWords) as (keyof Quant)[];
  const controls = kinds.map((kind) => ({kind, control: choice(typeWords[kind], (type) => onchange(kind, type))}));
  const summary = h("summary", {});
  const element = h("details", {class: "kp-types"}, summary, h("div", {}, ...controls.map(({control}) => control)));
  const set = (
    {question, quant, sizes}: Configuration,
    model: ModelConfig | undefined,
    system: SystemSpec,
    held: Partial<Record<keyof Quant, readonly string[]>>
  ) => {
    const own = model && inferredTypes(model, question, system, sizes.mode);
    for (const {kind, control} of controls) {
      control.set(typeChoices(kind, own?.[kind], held[kind]), quant[kind] ?? "");
      control.hidden = kind === "moe" && !(model && isMoe(model));
    }
    const changed = kinds.filter((kind) => quant[kind]).map((kind) => `${typeWords[kind]} ${quant[kind]}`);
    summary.textContent = changed.length > 0 ? `Types: ${changed.join(", ")}` : "Types as the checkpoint has them";
  };
  return {element, set};
}

/** Undefined where the model cannot run as it is. */
function inferredTypes(
  model: ModelConfig,
  {backend}: Configuration["question"],
  system: SystemSpec,
  mode: EstimateMode
) {
  try {
    const role = mode === "agg" ? "agg" : mode === "disagg" ? "prefill" : "static";
    return inferQuant(model, {role, backend, system});
  } catch {
    return undefined;
  }
}

function typeChoices(kind: keyof Quant, own: string | undefined, held: readonly string[] | undefined): Choice[] {
  const lacks = (type: string) => held !== undefined && held.length > 0 && !held.includes(tableType(type));
  return [
    {value: "", label: own ? `${own} (the checkpoint's)` : "the checkpoint's"},
    ...quantChoices[kind]
      .filter((type) => type !== own)
      .map((type) => ({value: type, label: `${type}${lacks(type) ? " – no table" : ""}`}))
  ];
}

/** Static fp8 is looked up among the rows of fp8. */
function tableType(type: string): string {
  return type === "fp8_static" ? "fp8" : type;
}

/** Budgets that leave room for a request that decodes, up to the usual most. */
export function contextChoices({batch}: Sizes, isl: number): number[] {
  return contextTokenList(isl, true).filter((tokens) => batch - Math.ceil(tokens / isl) >= (batch > 1 ? 1 : 0));
}

function mostDrafts(model: ModelConfig): number {
  if (model.family === "GPT" || model.family === "NEMOTRONNAS") return 0;
  const carried = inferNextn(model);
  return carried > 0 ? Math.max(3, carried) : 0;
}

function defaultDrafts(model: ModelConfig | undefined, mode: EstimateMode): number {
  return model && (mode === "agg" || mode === "disagg") ? inferNextn(model) : 0;
}
