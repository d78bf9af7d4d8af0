/** One configuration: what runs how wide on how many requests, and its one spelling in an address. */
import {memoryRooms} from "../engine/explain/room.js";
import type {ModelConfig} from "../engine/models/types.js";
import {PerfDatabase} from "../engine/perf.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/quant.js";
import type {Quant} from "../engine/quant.js";
import type {Parallel} from "../engine/result.js";
import {contextTokenList} from "../engine/search/aggregated.js";
import {estimateModes} from "../engine/session/estimate.js";
import type {EstimateMode, EstimateProblem, PoolSpec} from "../engine/session/estimate.js";
import {parallelLabel} from "../engine/session/worker.js";
import type {SystemSpec} from "../engine/system.js";
import {bySize, nearestParallel} from "./parallel-choice.js";
import {servingOf} from "./model-options.js";
import {formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

/** What is estimated: one worker on a batch, one that mixes prompts and answers, or one pool of each. */
export interface Sizes {
  mode: EstimateMode;
  /** Of the one worker. */
  parallel: Parallel;
  batch: number;
  /** Prompt tokens in a mixed step. */
  ctxTokens: number;
  prefill: PoolSpec;
  decode: PoolSpec;
}

export interface Configuration {
  /** Model, GPUs, engine and workload; its targets do not matter. */
  question: Question;
  sizes: Sizes;
  /** Types in place of those of the checkpoint. */
  quant: Partial<Quant>;
  /** Draft tokens per step; null: none in a static batch, else as many as the checkpoint carries. */
  nextn: number | null;
  /** Share of the free memory that the engine gives the KV cache. */
  freeFraction: number;
  /** `prefill/qkv_gemm`: the operator that is pointed out; empty: none. */
  op: string;
}

export const defaultFreeFraction = 1;
export const mostBatch = 4096;
export const mostWorkers = 64;
const defaultBatch = 8;

export const quantChoices = {
  gemm: Object.keys(gemmQuants),
  moe: Object.keys(moeQuants),
  kvCache: Object.keys(kvCacheQuants),
  fmha: Object.keys(fmhaQuants),
  comm: Object.keys(commQuants)
} as const satisfies Record<keyof Quant, readonly string[]>;

/** Query key of each type. */
const quantKeys: Record<keyof Quant, string> = {gemm: "gemm", moe: "moe", kvCache: "kv", fmha: "fmha", comm: "comm"};

/** What an address asks for; `sizes` are undefined where it names none that can be read. */
export function parseConfiguration(search: string): Omit<Configuration, "sizes"> & {sizes: Sizes | undefined} {
  const question = parseQuestion(search);
  const query = new URLSearchParams(search);
  const quant: Record<string, string> = {};
  for (const [kind, key] of Object.entries(quantKeys)) {
    const type = query.get(key) ?? "";
    if ((quantChoices[kind as keyof Quant] as readonly string[]).includes(type)) quant[kind] = type;
  }
  const nextn = query.get("nextn") ?? "";
  const free = Number(query.get("free") || defaultFreeFraction);
  return {
    question: {...question, pick: ""},
    sizes: parseSizes(question.pick, question.isl),
    quant: quant as Partial<Quant>,
    nextn: /^\d$/.test(nextn) ? Number(nextn) : null,
    freeFraction: free > 0 && free <= 1 ? free : defaultFreeFraction,
    op: query.get("op") ?? ""
  };
}

/** As the home page writes the question, with the configuration as its pick. */
export function formatConfiguration({question, sizes, quant, nextn, freeFraction, op}: Configuration): string {
  const own = new URLSearchParams();
  for (const [kind, key] of Object.entries(quantKeys)) {
    const type = quant[kind as keyof Quant];
    if (type) own.set(key, type);
  }
  if (nextn !== null) own.set("nextn", String(nextn));
  if (freeFraction !== defaultFreeFraction) own.set("free", String(freeFraction));
  if (op) own.set("op", op);
  const shared = formatQuestion({...question, pick: formatSizes(sizes)}).replaceAll("%40", "@");
  const rest = own.toString().replaceAll("%2F", "/").replaceAll("+", "%20");
  return rest ? `${shared}&${rest}` : shared;
}

/** Like the identity of a plan: `agg:tp4pp1dp1etp1ep1@16c4000`, `disagg:5xtp4…@1,3xtp4…@64`, `static:tp4…@8`. */
export function formatSizes({mode, parallel, batch, ctxTokens, prefill, decode}: Sizes): string {
  const pool = ({parallel, batch, workers}: PoolSpec) => `${workers}x${parallelLabel(parallel)}@${batch}`;
  if (mode === "disagg") return `disagg:${pool(prefill)},${pool(decode)}`;
  const worker = `${mode}:${parallelLabel(parallel)}@${batch}`;
  return mode === "agg" ? `${worker}c${ctxTokens}` : worker;
}

/** Undefined for what is no configuration. Sizes that no model has are kept, to be told about. */
export function parseSizes(text: string, isl: number): Sizes | undefined {
  const [mode, rest = ""] = text.split(/:(.*)/s);
  if (!(estimateModes as readonly string[]).includes(mode)) return undefined;
  if (mode === "disagg") {
    const [prefill, decode] = rest.split(",").map(parsePool);
    if (!prefill || !decode) return undefined;
    return {mode, parallel: decode.parallel, batch: decode.batch, ctxTokens: isl, prefill, decode};
  }
  const [, label = "", batch = "", ctxTokens] = rest.match(/^(\w+)@(\d{1,6})(?:c(\d{1,7}))?$/) ?? [];
  const parallel = parseLabel(label);
  if (!parallel) return undefined;
  return withPools({
    mode: mode as EstimateMode,
    parallel,
    batch: atLeastOne(batch),
    ctxTokens: ctxTokens ? atLeastOne(ctxTokens) : isl
  });
}

function parsePool(text: string): PoolSpec | undefined {
  const [, workers, label, batch] = text.match(/^(\d{1,4})x(\w+)@(\d{1,6})$/) ?? [];
  const parallel = label ? parseLabel(label) : undefined;
  return parallel && {parallel, batch: atLeastOne(batch), workers: atLeastOne(workers)};
}

/** Sizes by a label such as `tp4pp1dp1etp1ep1`; undefined for what is none. */
export function parseLabel(label: string): Parallel | undefined {
  const found = label.match(/^tp(\d{1,3})pp(\d{1,3})dp(\d{1,3})etp(\d{1,3})ep(\d{1,3})(?:cp(\d{1,3}))?$/);
  if (!found) return undefined;
  const [tp, pp, dp, moeTp, moeEp, cp = 1] = found
    .slice(1)
    .map((size) => (size === undefined ? undefined : Number(size)));
  return {tp, pp, dp, moeTp, moeEp, cp} as Parallel;
}

function atLeastOne(text: string): number {
  return Math.max(1, Number(text));
}

/** Two pools to start from: prompts one by one, answers in a batch. */
function withPools(sizes: Omit<Sizes, "prefill" | "decode">): Sizes {
  const {parallel, batch} = sizes;
  return {...sizes, prefill: {parallel, batch: 1, workers: 1}, decode: {parallel, batch, workers: 1}};
}

/** The same in another mode: what was one worker becomes two pools of it, and the decode pool becomes one. */
export function inMode(sizes: Sizes, mode: EstimateMode): Sizes {
  if (mode === "disagg" && sizes.mode !== "disagg") return withPools({...sizes, mode});
  if (mode === "disagg" || sizes.mode !== "disagg") return {...sizes, mode};
  const {parallel, batch} = sizes.decode;
  return {...sizes, mode, parallel, batch};
}

/** A batch on the smallest worker that holds it; where none does, on the largest there is. */
export function defaultSizes(
  model: ModelConfig,
  system: SystemSpec,
  {question, quant}: Pick<Configuration, "question" | "quant">,
  possible: readonly Parallel[]
): Sizes {
  const {isl, osl, prefix, backend} = question;
  const sized = bySize(possible);
  const platform = {
    system,
    backend,
    version: "",
    perf: new PerfDatabase(system.id, backend, ""),
    database: "sol" as const
  };
  const holds = (parallel: Parallel) => {
    const workload = {isl, osl, prefix};
    const problem = {mode: "static" as const, model, platform, quant, parallel, batch: defaultBatch, workload};
    try {
      return memoryRooms({...problem, ...servingOf(question)}).every(({fits}) => fits);
    } catch {
      return false;
    }
  };
  const parallel = sized.find(holds) ?? sized.at(-1) ?? {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  return withPools({mode: "static", parallel, batch: defaultBatch, ctxTokens: isl});
}

/** Sizes that go with a changed question: the nearest there are, and steps that hold prompts of the new length. */
export function settledSizes(
  sizes: Sizes,
  possible: readonly Parallel[],
  {from, to}: {from: Question; to: Question}
): Sizes {
  const near = (parallel: Parallel) => nearestParallel(possible, parallel) ?? parallel;
  const pool = (of: PoolSpec) => ({...of, parallel: near(of.parallel)});
  return {
    ...sizes,
    parallel: near(sizes.parallel),
    prefill: pool(sizes.prefill),
    decode: pool(sizes.decode),
    ctxTokens: from.isl === to.isl ? sizes.ctxTokens : contextNear(to.isl, (sizes.ctxTokens / from.isl) * to.isl)
  };
}

/** Of the token budgets that are offered for a prompt length, the nearest. */
function contextNear(isl: number, tokens: number): number {
  return contextTokenList(isl, true).reduce((near, each) =>
    Math.abs(each - tokens) < Math.abs(near - tokens) ? each : near
  );
}

/** The estimate that a configuration asks for, apart from what answers it. */
export function estimateOf({
  sizes,
  nextn,
  freeFraction
}: Pick<Configuration, "sizes" | "nextn" | "freeFraction">): Pick<
  EstimateProblem,
  "mode" | "parallel" | "batch" | "ctxTokens" | "prefill" | "decode" | "nextn" | "freeMemoryFraction"
> {
  const {mode, parallel, batch, ctxTokens, prefill, decode} = sizes;
  const shared = {parallel, batch, ...(nextn === null ? {} : {nextn}), freeMemoryFraction: freeFraction};
  if (mode === "disagg") return {...shared, mode, prefill, decode};
  return {...shared, mode, ...(mode === "agg" ? {ctxTokens} : {})};
}
