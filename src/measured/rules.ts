/**
 * What labels of public measurements say and what was run, where the two differ: each rule names the rows by what they
 * carry, never by their id, says what it changes, and why. Rows keep their labels; corrections are made beside them.
 */
import type {Quant} from "../engine/quant.js";
import {gpusOf, launchOf} from "./pool-launches.js";
import type {PoolLaunch, PoolLimits} from "./pool-launches.js";
import {expertGroup, rackCorrection} from "./racks.js";
import {dayOf} from "./read.js";
import type {GivenParallel, MeasuredRow, MeasuredWorkers} from "./read.js";

/** What was run, where it is not what the label says, and what the label cannot say. */
export interface Correction {
  parallel?: GivenParallel;
  /** Workers alike that the label counts as one. */
  replicas?: number;
  /** A prefill worker and so many decode workers that the label counts as one. */
  pools?: {prefill: GivenParallel; prefillWorkers: number; decode: GivenParallel; decodeWorkers: number};
  /** What workers of pools take at most. */
  poolLimits?: PoolLimits;
  /** Nobody knows: predicted, but nothing is fitted to it. */
  guessed?: boolean;
  /** Workers of both kinds, where the row tells less than another. */
  workers?: {prefill: MeasuredWorkers; decode: MeasuredWorkers};
  /** Draft tokens of a step. */
  nextn?: number;
  quant?: Partial<Quant>;
  /** Release of the engine, where the label names none. */
  engineVersion?: string;
  /** A release so much slower than later ones that nothing of it holds for them. */
  early?: boolean;
  /** Prompts that each user sent in the run. */
  promptsPerUser?: number;
  /** Requests that the server took at a time. */
  seats?: number;
  /** Prompts in all, sent at once. */
  promptsAtOnce?: number;
  /** Lengths vary from this share of the nominal ones up to them; 1: they do not. */
  lengthRatio?: number;
  /** The first requests waited for kernels to be compiled: nothing that a model of a running server can know. */
  coldStart?: boolean;
}

export interface LabelRule {
  name: string;
  /** Whether the rule is about what labels say (`label`), or about the benchmark behind them (`protocol`). */
  about: "label" | "protocol";
  applies: (row: MeasuredRow, others: readonly MeasuredRow[]) => boolean;
  correction: (row: MeasuredRow, others: readonly MeasuredRow[]) => Correction;
  reason: string;
}

/** Rows of NVIDIA's gap analysis, whose benchmark is not published. */
export function isGapAnalysis({source}: MeasuredRow): boolean {
  return /gap-analysis/.test(source);
}

/** Rows of the public InferenceX benchmark. */
function isInferenceX(row: MeasuredRow): boolean {
  return !isGapAnalysis(row) && /(?:^|;\s*)measured=/.test(row.source) && !/gtl_job_id/.test(row.source);
}

const isDeepSeek = ({model}: MeasuredRow) => /DeepSeek-(R1|V3)/i.test(model);

function sizes({agg}: MeasuredRow): Required<GivenParallel> {
  return {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, ...agg?.parallel};
}

const tellsWorkers = ({prefill, decode}: MeasuredRow) =>
  [prefill, decode].every((pool) => pool?.workers !== undefined && pool.batchPerRank !== undefined);

function copyWithWorkers(row: MeasuredRow, others: readonly MeasuredRow[]): MeasuredRow | undefined {
  if (row.mode !== "disagg" || tellsWorkers(row)) return undefined;
  const {ttftMs, tpotMs} = row.measured;
  return others.find(
    (other) =>
      other.mode === "disagg" &&
      other.measured.ttftMs === ttftMs &&
      other.measured.tpotMs === tpotMs &&
      other.system === row.system &&
      tellsWorkers(other)
  );
}

const isPowerOfTwo = (n: number) => Number.isInteger(Math.log2(n));

/** A disaggregated row of InferenceX that nothing else tells the workers of. */
function isBare(row: MeasuredRow, others: readonly MeasuredRow[]): boolean {
  return row.mode === "disagg" && isInferenceX(row) && !tellsWorkers(row) && copyWithWorkers(row, others) === undefined;
}

function launchedFor(row: MeasuredRow, others: readonly MeasuredRow[]): Correction | undefined {
  if (!isBare(row, others)) return undefined;
  const rack = gpusOf(row.prefill!.parallel);
  if (rack === gpusOf(row.decode!.parallel) && (!isPowerOfTwo(rack) || rack > 16)) {
    const summed = rackCorrection(rack, row);
    if (summed) return summed;
  }
  const found: PoolLaunch | undefined = launchOf(row, others);
  if (!found) return undefined;
  const {users: _, nextn, limits: poolLimits, early, ...pools} = found;
  return {pools, poolLimits, ...(nextn > 0 ? {nextn} : {}), ...(early ? {early} : {})};
}

/** The launch of a row that tells its workers, or whose copy does: how it splits them, and what they take. */
function toldLaunch(row: MeasuredRow, others: readonly MeasuredRow[]): Correction | undefined {
  if (row.mode !== "disagg" || !isInferenceX(row)) return undefined;
  const told = tellsWorkers(row) ? row : copyWithWorkers(row, others);
  const found = told && launchOf({...row, prefill: told.prefill, decode: told.decode}, []);
  if (!found) return undefined;
  const {users: _users, nextn: _nextn, limits: poolLimits, early: _early, ...pools} = found;
  return {pools, poolLimits};
}

/** Prompt tokens in flight that known launches have a prefill worker for. */
const tokensOfPrefillWorker = 1.5e6;

function likelyPools({
  prefill,
  decode,
  backend,
  isl,
  clientConcurrency = 1
}: MeasuredRow): NonNullable<Correction["pools"]> {
  const [p, d] = [gpusOf(prefill!.parallel), gpusOf(decode!.parallel)];
  const together = clientConcurrency >= 512;
  const group = (gpus: number) => ({tp: 1, pp: 1, dp: gpus, moeTp: 1, moeEp: gpus});
  return {
    prefill: backend === "trtllm" || together ? group(p) : expertGroup(p),
    prefillWorkers: Math.max(1, Math.round((clientConcurrency * isl) / tokensOfPrefillWorker)),
    decode: together ? group(d) : expertGroup(d),
    decodeWorkers: together ? 1 : Math.max(1, Math.min(4, Math.ceil(clientConcurrency / 32)))
  };
}

/** Before this day a run began with one test prompt; since then with two warm-up prompts for each user. */
const warmedUpSince = "2026-01-21";

/** A TTFT that the same point did not have by far when it was measured again on a warmed-up server. */
const coldRatio = 4;

function isWarmTwin(row: MeasuredRow, other: MeasuredRow): boolean {
  const gpus = ({tp, dp}: Required<GivenParallel>) => tp * dp;
  const corrected = (of: MeasuredRow) => gpus({...sizes(of), ...twiceCounted.correctionOf(of)});
  return (
    dayOf(other) >= warmedUpSince &&
    (other.model === row.model || (isDeepSeek(row) && isDeepSeek(other))) &&
    other.backend === row.backend &&
    other.system === row.system &&
    other.precision === row.precision &&
    other.isl === row.isl &&
    other.osl === row.osl &&
    other.clientConcurrency === row.clientConcurrency &&
    corrected(other) === corrected(row)
  );
}

/** `tp 64, moe tp 8, ep 8`: the converter multiplied what were one and the same GPUs. */
const twiceCounted = {
  applies(row: MeasuredRow): boolean {
    const {tp, dp, moeTp, moeEp} = sizes(row);
    return isInferenceX(row) && row.mode === "agg" && moeTp === moeEp && moeTp > 1 && tp * dp === moeTp * moeEp;
  },
  correctionOf(row: MeasuredRow): GivenParallel {
    if (!this.applies(row)) return {};
    const {tp, pp, moeEp} = sizes(row);
    return tp > 1 ? {tp: moeEp, pp, dp: 1, moeTp: 1, moeEp} : {tp: 1, pp, dp: moeEp, moeTp: 1, moeEp};
  }
};

export const labelRules: readonly LabelRule[] = [
  {
    name: "GPUs counted twice",
    about: "label",
    applies: (row) => twiceCounted.applies(row),
    correction: (row) => ({parallel: twiceCounted.correctionOf(row)}),
    reason:
      "InferenceX launches TP n with EP n on n GPUs; the label has tp or dp n², moe_tp n, ep n, more GPUs than any of these nodes has. Times agree with n GPUs, measured under both labels"
  },
  {
    name: "expert parallelism labelled as attention DP",
    about: "label",
    applies: (row) => {
      const {tp, dp, moeTp, moeEp} = sizes(row);
      return row.backend === "vllm" && tp > 1 && dp === tp && moeTp === 1 && moeEp === tp * dp;
    },
    correction: (row) => {
      const {tp, pp} = sizes(row);
      const attentionDp = (row.clientConcurrency ?? 0) >= 1024;
      return {parallel: attentionDp ? {tp: 1, pp, dp: tp, moeTp: 1, moeEp: tp} : {tp, pp, dp: 1, moeTp: 1, moeEp: tp}};
    },
    reason:
      "InferenceX has TP n with --enable-expert-parallel on n GPUs; the label has dp n and ep n². From 1,024 users on its configuration turns attention DP on, on the same n GPUs"
  },
  {
    name: "pipeline stages labelled as expert TP",
    about: "label",
    applies: (row) => {
      const {tp, dp, pp, moeTp, moeEp} = sizes(row);
      return isGapAnalysis(row) && row.mode === "agg" && pp === 1 && moeTp * moeEp > tp * dp && isMoe(row);
    },
    correction: (row) => {
      const {tp, dp, moeTp, moeEp} = sizes(row);
      const ranks = tp * dp;
      return {
        parallel: {tp, dp, pp: (moeTp * moeEp) / ranks, moeTp: Math.min(moeTp, ranks), moeEp: moeTp > 1 ? 1 : ranks}
      };
    },
    reason:
      "experts cannot span more GPUs than their attention; with the missing factor as pipeline stages the times agree with the TP runs of as many GPUs"
  },
  {
    name: "disaggregated GPUs labelled as one TP group",
    about: "label",
    applies: (row) =>
      row.mode === "agg" && (!isPowerOfTwo(sizes(row).tp) || (isInferenceX(row) && sizes(row).tp === 32)),
    correction: (row) => {
      const {tp} = sizes(row);
      const each = tp % 8 === 0 ? 8 : 4;
      return rackCorrection(tp, row) ?? {parallel: expertGroup(each), replicas: tp / each};
    },
    reason:
      "no engine splits these models over 20 to 72 GPUs in one group: the label adds up prefill and decode workers of a GB200 rack, which InferenceX's launch script of the day shares out by prompt length, GPUs and users, some of them with drafts. What it does not name is taken as workers alike"
  },
  {
    name: "requests of several workers",
    about: "label",
    applies: (row) => {
      const {agg, clientConcurrency} = row;
      return (
        isGapAnalysis(row) &&
        row.version === "1.3.0rc5" &&
        clientConcurrency === sizes(row).tp * (agg?.batchPerRank ?? 0)
      );
    },
    correction: (row) => ({replicas: sizes(row).tp}),
    reason:
      "requests in flight are the row's batch times its TP; TPOT and TTFT are those of the batch alone on one worker. Not before this release candidate, in which TPOT is the same at any number of users"
  },
  {
    name: "seats fewer than users",
    about: "protocol",
    applies: (row) =>
      isInferenceX(row) &&
      row.backend === "vllm" &&
      /gpt-oss/i.test(row.model) &&
      row.system === "h100_sxm" &&
      row.clientConcurrency === 512 &&
      dayOf(row).startsWith("2025-12"),
    correction: (row) => {
      const seats = dayOf(row) > "2025-12-05" && sizes(row).tp === 2 ? 64 : 4;
      return {seats, promptsAtOnce: 10 * seats};
    },
    reason:
      "TPOT is that of 4 or 64 users, and TTFT 4.5 times what a request then takes: ten waves of as many as the server takes, sent at once. The client's limit alone was 512"
  },
  {
    name: "workers told by a copy",
    about: "label",
    applies: (row, others) => copyWithWorkers(row, others) !== undefined,
    correction: (row, others) => {
      const {prefill, decode} = copyWithWorkers(row, others)!;
      return {workers: {prefill: prefill!, decode: decode!}};
    },
    reason:
      "the same measurement, to the last digit, is in the file twice: once with the number of workers and their sizes, once without"
  },
  {
    name: "workers as they were launched",
    about: "label",
    applies: (row, others) => launchedFor(row, others) !== undefined,
    correction: (row, others) => launchedFor(row, others)!,
    reason:
      "labels of disaggregated runs leave out how many workers there were, and drafts: InferenceX's configuration has them by GPU, lengths and users. Where it has several for the same label, faster rows are taken as those with drafts and with more GPUs that decode"
  },
  {
    name: "limits as they were launched",
    about: "label",
    applies: (row, others) => toldLaunch(row, others) !== undefined,
    correction: (row, others) => toldLaunch(row, others)!,
    reason:
      "labels leave out how many sequences workers take and how many prompt tokens a step has, and some how experts are split: InferenceX's recipes have them, mostly a little fewer sequences than users, so that some wait for a seat"
  },
  {
    name: "workers as others are launched",
    about: "label",
    applies: (row, others) => isBare(row, others) && launchedFor(row, others) === undefined,
    correction: (row) => ({pools: likelyPools(row), guessed: true}),
    reason:
      "InferenceX's configuration that is known has no such run: taken as a prefill worker for each 1.5 million tokens of prompts in flight, and one decode worker of attention DP for many users or else as many as hold 32 each, up to four. Nothing is fitted to these rows"
  },
  {
    name: "draft tokens not labelled: TensorRT-LLM DeepSeek",
    about: "label",
    applies: (row) =>
      isInferenceX(row) &&
      row.mode === "agg" &&
      row.backend === "trtllm" &&
      isDeepSeek(row) &&
      ["2026-01-14", "2026-02-05", "2026-02-06"].includes(dayOf(row)),
    // The MTP recipes use three draft layers, and one with attention DP.
    correction: (row) => ({nextn: sizes(row).dp > 1 ? 1 : 3}),
    reason:
      "runs of the MTP recipes: TPOT lies below 0.75 of the same point on other days, for whole batches of runs on these days"
  },
  {
    name: "draft tokens not labelled: SGLang Qwen3.5 on B300",
    about: "label",
    applies: (row) =>
      isInferenceX(row) &&
      row.backend === "sglang" &&
      /Qwen3\.5/i.test(row.model) &&
      row.system === "b300_sxm" &&
      row.version === "0.5.9" &&
      sizes(row).moeEp === 1,
    correction: () => ({nextn: 3}),
    reason: "TPOT 0.62 of the same point a fortnight later, TTFT three times it: drafts, and a run that was all burst"
  },
  {
    name: "one prompt per user",
    about: "protocol",
    applies: (row) =>
      isInferenceX(row) &&
      row.backend === "sglang" &&
      /Qwen3\.5/i.test(row.model) &&
      row.system === "b300_sxm" &&
      row.version === "0.5.9",
    correction: () => ({promptsPerUser: 1}),
    reason: "InferenceX qwen3.5_fp8_b300.sh of early April 2026 sends as many prompts as users"
  },
  {
    name: "five prompts per user",
    about: "protocol",
    applies: (row) => isInferenceX(row) && /GLM-5/i.test(row.model) && row.system === "h200_sxm",
    correction: () => ({promptsPerUser: 5}),
    reason: "InferenceX glm5_fp8_h200.sh sends five prompts per user"
  },
  {
    name: "types of gpt-oss",
    about: "label",
    applies: (row) =>
      row.backend === "trtllm" && /gpt-oss/i.test(row.model) && (row.gemmQuant !== "" || row.precision !== ""),
    correction: () => ({quant: {}}),
    reason:
      "gpt-oss is published with MXFP4 experts and 16-bit projections, and no other checkpoint of it was run; labels say nvfp4 or fp8. Not on vLLM, whose tables have no such experts in most shapes: what formulas say of nvfp4 is nearer there"
  },
  {
    name: "release not named: TensorRT-LLM in 2025",
    about: "protocol",
    applies: (row) => isInferenceX(row) && row.backend === "trtllm" && row.version === "" && dayOf(row) < warmedUpSince,
    correction: () => ({engineVersion: "1.1.0rc2"}),
    reason: "images of these days were 1.0 and 1.1; recipes of that time had steps of one prompt for DeepSeek"
  },
  {
    name: "cold start",
    about: "label",
    applies: (row, others) =>
      isInferenceX(row) &&
      dayOf(row) < warmedUpSince &&
      others.some((other) => isWarmTwin(row, other) && row.measured.ttftMs > coldRatio * other.measured.ttftMs),
    correction: () => ({coldStart: true}),
    reason: `before ${warmedUpSince} runs began without warm-up, and the same point took less than a quarter of the TTFT once they did`
  },
  {
    name: "gap analysis: a seat fewer than users",
    about: "protocol",
    applies: (row) => isGapAnalysis(row) && row.backend === "trtllm" && /-8B/i.test(row.model),
    correction: (row) => ({seats: Math.max(1, (row.clientConcurrency ?? row.agg?.batchPerRank ?? 2) - 1)}),
    reason:
      "at 8, 16 and 32 users TTFT is beyond a prompt's time by an 8th, 16th and 32nd of what a whole request takes, whatever the TP: one request of as many waits for another to end"
  },
  {
    name: "gap analysis: fixed lengths on SGLang",
    about: "protocol",
    applies: (row) => isGapAnalysis(row) && row.backend === "sglang" && isSweep(row) && !/-8B/i.test(row.model),
    correction: () => ({lengthRatio: 1}),
    reason:
      "the protocol is not published; waves of equal lengths explain these rows (11 % off where lengths that vary give 61 %), and no others of the analysis"
  }
];

/** Rows of the analysis that name a sweep's file rather than a copy of InferenceX rows. */
function isSweep({source}: MeasuredRow): boolean {
  return /source_file=[^;]*\/data\//.test(source);
}

function isMoe({model}: MeasuredRow): boolean {
  return !/Llama|Qwen3-(0\.6|1\.7|4|8|14|32)B/i.test(model);
}

export interface Corrected {
  correction: Correction;
  /** Rules that apply, by name. */
  rules: string[];
}

/** What the rules say of a row together; later ones add to earlier ones. `others` are the rows that were measured too. */
export function correctionOf(
  row: MeasuredRow,
  others: readonly MeasuredRow[],
  rules: readonly LabelRule[] = labelRules
): Corrected {
  const applying = rules.filter((rule) => rule.applies(row, others));
  return {
    correction: Object.assign({}, ...applying.map((rule) => rule.correction(row, others))) as Correction,
    rules: applying.map(({name}) => name)
  };
}
