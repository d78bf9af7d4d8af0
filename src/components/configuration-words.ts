/** One configuration in sentences: what it does, what limits it, and what would do where it cannot be. */
import type {MemoryRoom} from "../engine/explain/room.js";
import type {WhatIf, WhatIfFigures} from "../engine/explain/what-if.js";
import type {Bound} from "../engine/explain/light.js";
import type {Parallel} from "../engine/result.js";
import type {EstimateMode} from "../engine/session/estimate.js";
import type {ConfigurationAnswer, Step, StepOp} from "../search/configuring.js";
import {errorWords, gpuWords, originWords, parallelWords} from "../words.js";
import {inMode} from "./configuration.js";
import type {Configuration, Sizes} from "./configuration.js";
import {counted, duration, figure, gib, percent, signedPercent} from "./format.js";
import {nearestParallel, sameParallel} from "./parallel-choice.js";

export const boundWords: Record<Bound, string> = {
  compute: "compute",
  bandwidth: "memory bandwidth",
  communication: "the links between GPUs"
};

/** `1 worker of TP4, batch 16`; `2 prefill (TP4, batch 1) + 3 decode (TP4, batch 64)`. */
export function sizesWords({mode, parallel, batch, ctxTokens, prefill, decode}: Sizes): string {
  if (mode === "disagg") {
    const [p, d] = [prefill, decode].map((of) => `${parallelWords(of.parallel)}, batch ${of.batch}`);
    return `${prefill.workers} prefill (${p}) + ${decode.workers} decode (${d})`;
  }
  const step = mode === "agg" ? `, ${figure(ctxTokens)} prompt tokens a step` : "";
  return `${parallelWords(parallel)}, batch ${batch}${step}`;
}

const modeWords: Record<EstimateMode, string> = {
  static: "a batch of prompts, then their answers together",
  static_ctx: "a batch of prompts and nothing else",
  static_gen: "the answers to a batch whose prompts are in the cache",
  agg: "prompts taken in beside the answers being written",
  disagg: "prompts taken in on some workers, answers written on others"
};

/** `TP4, batch 16: a batch of prompts, then their answers together`. */
export function doesWords(sizes: Sizes): string {
  return `${sizesWords(sizes)}: ${modeWords[sizes.mode]}`;
}

/** `TTFT 216 ms, TPOT 9.21 ms, request 4,810 ms.` with only what the mode has. */
export function latencyWords({estimate}: Pick<ConfigurationAnswer, "estimate">): string {
  if (!estimate) return "";
  const {mode, ttftMs, tpotMs, requestLatencyMs} = estimate;
  const parts = [
    mode !== "static_gen" && `TTFT ${duration(ttftMs)}`,
    mode !== "static_ctx" && `TPOT ${duration(tpotMs)}`,
    mode !== "static_ctx" && `request ${duration(requestLatencyMs)}`
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}

/** What most of a step's time is bound by at best, and how near to that it comes. */
export interface Finding {
  limit: Bound;
  /** Of the time, what is spent in operators with that bound. */
  share: number;
  /** What would be left of the time at the speed of light. */
  reached: number;
}

export function findingOf({ops, totalMs}: Pick<Step, "ops" | "totalMs">): Finding {
  const spent: Record<Bound, number> = {compute: 0, bandwidth: 0, communication: 0};
  let lightMs = 0;
  for (const {latencyMs, work} of ops) {
    spent[work.limit] += latencyMs;
    lightMs += Math.min(work.lightMs ?? latencyMs, latencyMs);
  }
  const limit = (Object.keys(spent) as Bound[]).reduce((most, each) => (spent[each] > spent[most] ? each : most));
  const share = totalMs > 0 ? spent[limit] / totalMs : 0;
  return {limit, share, reached: totalMs > 0 ? lightMs / totalMs : 0};
}

/** `Prefill: 91 % of 216 ms ± 4 % in operators bound by compute`. */
export function findingWords(step: Step): string {
  const {limit, share} = findingOf(step);
  const within = step.error.p90 > 0 ? ` ${errorWords(step.error)}` : "";
  return `${capital(step.title)}: ${percent(share)} of ${duration(step.totalMs)}${within} in operators bound by ${boundWords[limit]}`;
}

/** `Prefill is bound by compute, a decode step by memory bandwidth.` */
export function limitSentence(steps: readonly Step[]): string {
  const told = steps
    .filter(({title}) => title !== "encoder")
    .map((step) => ({name: stepName(step.title), ...findingOf(step)}));
  if (told.length === 0) return "";
  if (told.every(({limit}) => limit === told[0].limit))
    return `${told.length > 1 ? "Both kinds of step are" : `${capital(told[0].name)} is`} bound by ${boundWords[told[0].limit]}.`;
  const [first, second] = told;
  return `${capital(first.name)} is bound by ${boundWords[first.limit]}, ${second.name} by ${boundWords[second.limit]}.`;
}

function stepName(title: string): string {
  return title.endsWith("step") ? `a ${title}` : title;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `A GPU holds 61.2 of 141 GiB.`, or by how much it is too much. */
export function memorySentence(rooms: readonly MemoryRoom[]): string {
  const each = rooms.map(({role, memoryGiB, capacityGiB, fits, limit}) => {
    const whose = role === "worker" ? "A GPU" : `A ${role} GPU`;
    if (fits) return `${whose} holds ${figure(memoryGiB.total)} of ${gib(capacityGiB)}.`;
    return limit === "kvCache" && memoryGiB.total < capacityGiB
      ? `${whose} would hold ${figure(memoryGiB.total)} of ${gib(capacityGiB)}, more KV cache than the engine allows.`
      : `${whose} would need ${figure(memoryGiB.total)} GiB and has ${figure(capacityGiB)}.`;
  });
  return each.join(" ");
}

/** `The KV cache may grow to 98.3 GiB: 57 requests of 4,500 tokens a rank.` */
export function roomWords({kvLimitGiB, largestBatch, seqTokens, limit}: MemoryRoom): string {
  if (largestBatch === 0) return "Not one request fits beside what else is held.";
  const why = limit === "kvCache" ? ", the share that the engine gives it" : "";
  const most = `${counted(largestBatch, "request")} of ${figure(seqTokens)} tokens a rank fit`;
  return `The KV cache may grow to ${gib(kvLimitGiB)}${why}; ${most}, ${figure(largestBatch * seqTokens)} tokens in all.`;
}

/** What would do instead, as a configuration to go to. */
export interface Remedy {
  words: string;
  to: Configuration;
}

/** Nearest first; none where nothing stands in the way. */
export function remediesOf(
  configuration: Configuration,
  {fault, rooms, roomy}: Pick<ConfigurationAnswer, "fault" | "rooms" | "roomy">,
  possible: readonly Parallel[]
): Remedy[] {
  const withSizes = (sizes: Partial<Sizes>): Configuration => ({
    ...configuration,
    sizes: {...configuration.sizes, ...sizes}
  });
  if (fault?.kind === "sizes") return sizeRemedies(configuration, possible);
  if (fault?.kind === "pools") return poolRemedies(configuration, withSizes);
  const data = fault?.kind === "data" ? dataRemedies(configuration, possible) : [];
  return [...data, ...memoryRemedies(configuration, {rooms, roomy}, withSizes)];
}

function sizeRemedies(configuration: Configuration, possible: readonly Parallel[]): Remedy[] {
  const {sizes} = configuration;
  const near = (parallel: Parallel) => nearestParallel(possible, parallel) ?? parallel;
  const to: Sizes = {
    ...sizes,
    parallel: near(sizes.parallel),
    prefill: {...sizes.prefill, parallel: near(sizes.prefill.parallel)},
    decode: {...sizes.decode, parallel: near(sizes.decode.parallel)}
  };
  const same = sameParallel(to.parallel, sizes.parallel) && sameParallel(to.prefill.parallel, sizes.prefill.parallel);
  if (possible.length === 0 || same) return [];
  const names = sizes.mode === "disagg" ? [to.prefill, to.decode].map(({parallel}) => parallel) : [to.parallel];
  return [
    {words: `Take ${names.map(parallelWords).join(" + ")}, which the model can have`, to: {...configuration, sizes: to}}
  ];
}

function poolRemedies({sizes}: Configuration, withSizes: (sizes: Partial<Sizes>) => Configuration): Remedy[] {
  const {prefill, decode} = sizes;
  return [
    {
      words: `Prefill with ${parallelWords(decode.parallel)} too`,
      to: withSizes({prefill: {...prefill, parallel: decode.parallel}})
    },
    {
      words: `Decode with ${parallelWords(prefill.parallel)} too`,
      to: withSizes({decode: {...decode, parallel: prefill.parallel}})
    }
  ];
}

/** Estimates fill gaps of measured tables; other types or sizes may have been measured. */
function dataRemedies(configuration: Configuration, possible: readonly Parallel[]): Remedy[] {
  const {question, quant, sizes} = configuration;
  const given = Object.keys(quant).length > 0;
  return [
    ...(question.database === "" || question.database === "empirical"
      ? [
          {
            words: "Have the gap estimated",
            to: {...configuration, question: {...question, database: "hybrid" as const}}
          }
        ]
      : []),
    ...(given ? [{words: "Take the checkpoint's own types", to: {...configuration, quant: {}}}] : []),
    ...(question.database === "hybrid" || question.database === "calibrated"
      ? [
          {
            words: "Ask the speed of light alone",
            to: {...configuration, question: {...question, database: "sol" as const}}
          }
        ]
      : []),
    ...(possible.length > 0 && !possible.some((each) => sameParallel(each, sizes.parallel))
      ? sizeRemedies(configuration, possible)
      : [])
  ];
}

function memoryRemedies(
  configuration: Configuration,
  {rooms, roomy}: Pick<ConfigurationAnswer, "rooms" | "roomy">,
  withSizes: (sizes: Partial<Sizes>) => Configuration
): Remedy[] {
  const {sizes, freeFraction} = configuration;
  const full = rooms.filter(({fits}) => !fits);
  if (full.length === 0) return [];
  const smaller = full.every(({largestBatch}) => largestBatch > 0)
    ? [{words: `Take ${batchWords(full)}`, to: withSizes(smallerBatches(sizes, full))}]
    : [];
  const pools = (parallel: Parallel) => ({
    parallel,
    prefill: {...sizes.prefill, parallel},
    decode: {...sizes.decode, parallel}
  });
  const wider = roomy ? [{words: `Take ${parallelWords(roomy)}`, to: withSizes(pools(roomy))}] : [];
  const share =
    full.every(({limit}) => limit === "kvCache") && freeFraction < 1
      ? [{words: "Give the KV cache all that is free", to: {...configuration, freeFraction: 1}}]
      : [];
  const light = smaller.length + wider.length === 0 && sizes.mode === "static" ? [inMode(sizes, "static_gen")] : [];
  return [...smaller, ...wider, ...share, ...light.map((to) => ({words: "Decode alone", to: withSizes(to)}))];
}

function batchWords(full: readonly MemoryRoom[]): string {
  return full
    .map(({role, largestBatch}) => `${role === "worker" ? "" : `${role} `}batch ${largestBatch}`)
    .join(" and ");
}

function smallerBatches(sizes: Sizes, full: readonly MemoryRoom[]): Partial<Sizes> {
  const parts = full.map(({role, largestBatch: batch}) =>
    role === "worker" ? {batch} : {[role]: {...sizes[role], batch}}
  );
  return Object.assign({}, ...parts) as Partial<Sizes>;
}

/** Why there are no figures; empty where there are. */
export function faultSentence({fault}: Pick<ConfigurationAnswer, "fault">): string {
  if (!fault) return "";
  const intro = {
    sizes: "That cannot be: ",
    data: "Nothing answers for it: ",
    pools: "These pools cannot work together: "
  }[fault.kind];
  return `${intro}${fault.message}.`;
}

/** `gate_ffn1_gemm: 64 × a step, 92.1 ms or 43 % of it, …`. */
export function opSentence(op: StepOp, {title, totalMs}: Pick<Step, "title" | "totalMs">): string {
  const {count, latencyMs, work, error} = op;
  const {flops, memoryBytes, lightMs, limit} = work;
  const times = count === 1 ? "once" : `${figure(Math.round(count * 10) / 10)} ×`;
  const intensity = flops > 0 && memoryBytes > 0 ? `, ${figure(flops / memoryBytes)} FLOP a byte` : "";
  const rate = flops > 0 && latencyMs > 0 ? ` at ${flopRate((flops / latencyMs) * 1000)}` : "";
  const reached = lightMs !== null && latencyMs > 0 ? `; ${percent(lightMs / latencyMs)} of the speed of light` : "";
  return `${op.name.replaceAll("_", " ")}: ${times} in ${stepName(title)}, ${duration(latencyMs)}, ${percent(latencyMs / totalMs)} of it${intensity}${rate}${reached}, where ${boundWords[limit]} bounds it. ${capital(originWords(op))}, ${errorWords(error)}.`;
}

const prefixes = ["", "k", "M", "G", "T", "P", "E"];

/** `594 TFLOP/s`. */
export function flopRate(flopsPerSec: number): string {
  return `${prefixed(flopsPerSec)}FLOP/s`;
}

/** `1.98 P`, `594 T`: three digits and a prefix of thousands, with the space before a unit. */
export function prefixed(value: number): string {
  if (!(value > 0)) return "0 ";
  const power = Math.max(0, Math.min(prefixes.length - 1, Math.floor(Math.log10(value * 1.0005) / 3)));
  return `${figure(value / 1000 ** power)} ${prefixes[power]}`;
}

/** What a step does to the figures, as shares; null where there are none to compare. */
export function whatIfWords(
  {figures, obstacle}: WhatIf,
  from: WhatIfFigures
): Record<"ttft" | "tpot" | "rate" | "memory" | "note", string> {
  if (!figures) return {ttft: "–", tpot: "–", rate: "–", memory: "–", note: obstacle};
  const share = (of: "ttftMs" | "tpotMs" | "tokensPerSecPerGpu") =>
    from[of] > 0
      ? `${of === "tokensPerSecPerGpu" ? figure(figures[of]) : duration(figures[of])}, ${signedPercent(figures[of] / from[of] - 1)}`
      : "–";
  const gpus = figures.gpus === from.gpus ? "" : gpuWords(figures.gpus);
  return {
    ttft: share("ttftMs"),
    tpot: share("tpotMs"),
    rate: share("tokensPerSecPerGpu"),
    memory: `${gib(figures.memoryGiB)}, ${signedPercent(figures.memoryGiB / from.memoryGiB - 1)}`,
    note: figures.fits ? gpus : [gpus, "does not fit"].filter(Boolean).join(", ")
  };
}
