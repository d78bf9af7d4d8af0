/** How one prediction comes about, with the numbers of every stage: asked of the engine, which is what predicts. */
import {backendTraits} from "../engine/backend.js";
import type {Formula} from "../components/formula.js";
import {kvCacheBytes} from "../engine/memory.js";
import {gemmLatency} from "../engine/ops/gemm.js";
import type {Gemm} from "../engine/ops/op.js";
import type {Platform} from "../engine/ops/table.js";
import {gemmQuants} from "../engine/quant.js";
import type {ErrorBand, OpTime, Parallel, Source, Tier} from "../engine/result.js";
import {gemmRoofline, lastBound} from "../engine/roofline.js";
import {kneeIndex} from "../engine/search/pareto.js";
import {AggregatedSession, stepCounts} from "../engine/session/aggregated.js";
import {
  decodeMemory,
  decodePoint,
  matchRates,
  prefillMemory,
  prefillPoint,
  replicaSizes,
  ReplicaShapes
} from "../engine/session/disaggregated.js";
import {withImages} from "../engine/session/encoder.js";
import {requestLatencyMs, requestsPerSec} from "../engine/session/metrics.js";
import {answered, decodePhase, decodeStep, decodeStride, freshTokens, prefillPhase} from "../engine/session/static.js";
import {defaultTuning} from "../engine/session/tuning.js";
import {makeWorker, memoryOf, opTimes} from "../engine/session/worker.js";
import type {Worker, Workload} from "../engine/session/worker.js";
import {inferNextn} from "../engine/models/quant.js";
import type {ModelConfig} from "../engine/models/types.js";
import {flopsPerSec} from "../engine/system.js";
import {grades, resetTrace, trace} from "../engine/trace.js";
import {bytesPerGiB, msPerSecond} from "../engine/units.js";
import type {Ask, DataNote, Problem} from "./protocol.js";
import type {Searcher} from "./searcher.js";

export interface MethodAsk {
  problem: Problem;
  parallel: Parallel;
  batch: number;
  ctxTokens: number;
}

/** One GEMM of prefill: what bounds it, what was measured around it, and what the engine makes of that. */
export interface LookupStage {
  op: {name: string; n: number; k: number; quant: string; count: number};
  m: number;
  formulas: Formula[];
  latencyMs: number;
  source: Source;
  tier: Tier;
  error: ErrorBand;
  limit: "compute" | "bandwidth";
  /** Rows of the table at this n and k; empty where the shape was not measured. */
  measured: {m: number; ms: number}[];
  /** What the engine answers along m, and the speed of light. */
  curve: {m: number; ms: number; lightMs: number}[];
}

export interface StepStage {
  title: string;
  ops: OpTime[];
  formulas: Formula[];
}

export interface FormulaStage {
  formulas: Formula[];
}

export interface MethodWalk {
  ask: MethodAsk;
  /** Null where the prefill has no GEMM of a plain shape. */
  lookup: LookupStage | null;
  step: StepStage;
  worker: FormulaStage;
  memory: FormulaStage;
  aggregated: FormulaStage;
  disaggregated: FormulaStage;
  metrics: {ttftMs: number; tpotMs: number; requestMs: number; tokensPerSecPerGpu: number; concurrency: number};
  data: DataNote[];
}

/** Rejects with what cannot be, or what no table answers. */
export async function walkMethod(searcher: Searcher, ask: MethodAsk): Promise<MethodWalk> {
  const {model, platform, data} = await searcher.opened(ask.problem);
  const {quant, serving} = ask.problem;
  const workload = withImages(model, ask.problem.workload);
  const nextn = inferNextn(model);
  const workerOf = (role: "static" | "agg" | "prefill" | "decode") =>
    makeWorker(model, platform, ask.parallel, {...serving, quant, role, nextn: role === "static" ? 0 : nextn});
  const alone = workerOf("static");
  const {formulas: aggregated, metrics} = aggregatedStage(workerOf("agg"), workload, ask, model);
  return {
    ask,
    lookup: lookupStage(alone, workload, ask),
    step: stepStage(alone, workload, ask),
    worker: workerStage(alone, workload, ask),
    memory: memoryStage(alone, workload, ask),
    aggregated: {formulas: aggregated},
    disaggregated: disaggregatedStage(workerOf("prefill"), workerOf("decode"), workload, ask),
    metrics,
    data
  };
}

function formula(name: string, unit: string, text: string, values: Record<string, number>, value: number): Formula {
  return {name, unit, text, values, value};
}

/** The projection of a layer with the most weights. */
function largestGemm({prefill}: Worker): Gemm | undefined {
  const gemms = prefill.flatMap(({op}) => (op.kind === "gemm" && !op.perSequence && op.count > 1 ? [op] : []));
  return gemms.reduce<Gemm | undefined>((most, op) => (!most || op.n * op.k > most.n * most.k ? op : most), undefined);
}

function lookupStage(worker: Worker, workload: Workload, {batch}: MethodAsk): LookupStage | null {
  const op = largestGemm(worker);
  if (!op) return null;
  const {platform} = worker;
  const {system} = platform;
  const {name, n, k, count, tokensDivisor = 1, contextShards = 1} = op;
  const tokens = batch * freshTokens(workload);
  const m = Math.ceil(Math.floor(tokens / tokensDivisor) / contextShards);
  const type = gemmQuants[op.quant];
  const lightMs = gemmRoofline(system, m, n, k, type);
  const {computeMs, memoryMs} = lastBound;
  const bound = worker.prefill.find((each) => each.op === op)!;
  resetTrace();
  const allMs = bound.latency(tokens, batch, freshTokens(workload), workload.prefix);
  const latencyMs = allMs / count;
  const error = {p50: trace.errorP50, p90: trace.errorP90};
  const grade = grades[trace.rank];
  const flopPerSec = flopsPerSec(system, type.computeRate);
  const bytesPerSec = system.memoryBandwidthBytesPerSec;
  const flop = 2 * m * n * k;
  const bytes = type.bytesPerWeight * (m * n + m * k + n * k);
  return {
    op: {name, n, k, quant: op.quant, count},
    m,
    latencyMs,
    ...grade,
    error,
    limit: computeMs > memoryMs ? "compute" : "bandwidth",
    formulas: [
      formula("arithmetic", "FLOP", "2 * m * n * k", {m, n, k}, (computeMs / msPerSecond) * flopPerSec),
      formula(
        "memory",
        "B",
        "bytesPerElement * (m * n + m * k + n * k)",
        {bytesPerElement: type.bytesPerWeight, m, n, k},
        (memoryMs / msPerSecond) * bytesPerSec
      ),
      formula(
        "speed of light",
        "ms",
        "1000 * max(flop / flopPerSec, bytes / bytesPerSec)",
        {flop, flopPerSec, bytes, bytesPerSec},
        lightMs
      ),
      formula("reached", "", "lightMs / latencyMs", {lightMs, latencyMs}, lightMs / latencyMs),
      formula("in a step", "ms", "count * latencyMs", {count, latencyMs}, allMs)
    ],
    measured: measuredAt(platform, op),
    curve: curveOf(platform, op, m)
  };
}

/** Static fp8 shares the measurements of fp8. */
function tableType({quant}: Pick<Gemm, "quant">): Gemm["quant"] {
  return quant === "fp8_static" ? "fp8" : quant;
}

function measuredAt({perf, system, database}: Platform, op: Gemm): LookupStage["measured"] {
  if (database === "sol") return [];
  const quant = tableType(op);
  const rows: LookupStage["measured"] = [];
  perf
    .sites(quant, (m, n, k) => gemmRoofline(system, m, n, k, gemmQuants[quant]))
    ?.forEach((m, n, k, ms) => n === op.n && k === op.k && rows.push({m, ms}));
  return rows.sort((a, b) => a.m - b.m);
}

const curvePoints = 60;

/** From one token to a few times as many as are asked for. */
function curveOf(platform: Platform, {n, k, quant}: Gemm, m: number): LookupStage["curve"] {
  const latency = gemmLatency(platform, {n, k, quant: tableType({quant})});
  const most = 4 * m;
  const sizes = Array.from({length: curvePoints}, (_, i) => Math.round(most ** (i / (curvePoints - 1))));
  return [...new Set(sizes)].flatMap((m) => {
    const ms = latency(m, 0, 0, 0);
    return ms === ms ? [{m, ms, lightMs: gemmRoofline(platform.system, m, n, k, gemmQuants[quant])}] : [];
  });
}

/** Names that a formula can hold, numbered where several are alike. */
function termsOf(times: readonly number[], stem: string): {text: string; values: Record<string, number>} {
  const values = Object.fromEntries(times.map((ms, i) => [`${stem}${i + 1}`, ms]));
  return {text: Object.keys(values).join(" + ") || "0", values};
}

function stepStage(worker: Worker, workload: Workload, {batch}: MethodAsk): StepStage {
  const seq = freshTokens(workload);
  const ops = opTimes(worker.prefill, batch * seq, batch, seq, workload.prefix).filter(({latencyMs}) => latencyMs > 0);
  const {text, values} = termsOf(
    ops.map(({latencyMs}) => latencyMs),
    "opMs"
  );
  const {ms} = answered(prefillPhase(worker, batch, seq, workload.prefix));
  return {title: "prefill", ops, formulas: [formula("prefill step", "ms", text, values, ms)]};
}

function workerStage(worker: Worker, workload: Workload, {batch}: MethodAsk): FormulaStage {
  const {isl, osl, prefix} = workload;
  const {dp, pp} = worker.spec.parallel;
  const prefillMs = prefillPhase(worker, batch, freshTokens(workload), prefix).ms;
  const decode = answered(decodePhase(worker, batch, isl, osl));
  const steps = Math.max(0, osl - 1);
  const samples = Array.from({length: Math.ceil(steps / decodeStride)}, (_, i) => ({
    ms: answered(decodeStep(worker, batch, isl + i * decodeStride + 1)).ms,
    times: Math.min(decodeStride, steps - i * decodeStride)
  }));
  const parts = samples.map((_, i) => `stepMs${i + 1} * times${i + 1}`).join(" + ") || "0";
  const values = Object.fromEntries(
    samples.flatMap(({ms, times}, i) => [
      [`stepMs${i + 1}`, ms],
      [`times${i + 1}`, times]
    ])
  );
  const tpotMs = osl > 1 ? decode.ms / (osl - 1) : 0;
  const requestMs = requestLatencyMs(prefillMs, tpotMs, osl);
  const rate = requestsPerSec(batch * dp, requestMs, pp);
  return {
    formulas: [
      formula("TTFT", "ms", "prefillMs", {prefillMs}, prefillMs),
      formula("decode", "ms", parts, values, decode.ms),
      formula("TPOT", "ms", osl > 1 ? "decodeMs / (osl - 1)" : "0 * osl", {decodeMs: decode.ms, osl}, tpotMs),
      formula("request", "ms", "ttftMs + tpotMs * (osl - 1)", {ttftMs: prefillMs, tpotMs, osl}, requestMs),
      formula("requests", "1/s", "1000 * batch * dp * pp / requestMs", {batch, dp, pp, requestMs}, rate),
      formula(
        "tokens/s/GPU",
        "",
        "requestsPerSec * osl / gpus",
        {requestsPerSec: rate, osl, gpus: worker.gpus},
        (rate * osl) / worker.gpus
      )
    ]
  };
}

function memoryStage(worker: Worker, workload: Workload, {batch}: MethodAsk): FormulaStage {
  const {isl, osl} = workload;
  const {spec, weightBytes} = worker;
  const {pp} = spec.parallel;
  const memory = memoryOf(worker, {batch, tokens: freshTokens(workload) * batch, seqTokens: isl + osl});
  const {weights, activations, kvCache, nccl, other, total} = memory;
  const cacheBytes = kvCacheBytes(spec, isl + osl);
  return {
    formulas: [
      formula("weights", "GiB", "weightBytes / pp / bytesPerGiB", {weightBytes, pp, bytesPerGiB}, weights),
      formula("KV cache", "GiB", "batch * cacheBytes / bytesPerGiB", {batch, cacheBytes, bytesPerGiB}, kvCache),
      formula(
        "a GPU holds",
        "GiB",
        "weights + activations + kvCache + nccl + runtime",
        {weights, activations, kvCache, nccl, runtime: other},
        total
      )
    ]
  };
}

function aggregatedStage(
  worker: Worker,
  workload: Workload,
  {batch, ctxTokens}: MethodAsk,
  {layers}: ModelConfig
): FormulaStage & Pick<MethodWalk, "metrics"> {
  const {isl, osl} = workload;
  const {backend} = worker.platform;
  const {pp, dp} = worker.spec.parallel;
  const traits = backendTraits[backend];
  const session = new AggregatedSession(worker, workload);
  const counts = stepCounts(worker, workload, batch, ctxTokens);
  const point = session.point(batch, ctxTokens, session.memory(batch, ctxTokens));
  answered(point.tally);
  const {mixedSteps, mixedForTpot, decodeSteps, decodesInMixed} = counts;
  const {mixedStepMs, decodeStepMs, ttftMs, tpotMs} = point;
  const alone = batch === 1;
  const saturated = !alone && mixedSteps >= osl;
  const prefillSteps = Math.ceil((isl * batch) / ctxTokens);
  const queueing = traits.queueing(prefillSteps, batch);
  const overheadMs = traits.prefillOverheadMsPerLayer * layers;
  const cycleMs = mixedSteps * mixedStepMs + decodeSteps * decodeStepMs;
  const share = saturated && traits.decodeShareWhenSaturated;
  const tokens = `1000 * batch * (osl - 1) / cycleMs`;
  const capped = `min(${tokens}, 1000 * batch * (osl - 1) / (ttftMs + tpotMs * (osl - 1)))`;
  const tokensPerSecPerGpu = point.tokensPerSec / worker.gpus;
  const formulas = [
    ...(alone
      ? []
      : [
          formula("mixed steps", "", "ceil(isl * batch / ctxTokens)", {isl, batch, ctxTokens}, mixedSteps),
          formula(
            "decoding beside a prompt",
            "requests",
            share ? "max(1, floor(batch / (mixedSteps / osl)))" : "max(1, batch - ceil(ctxTokens / isl))",
            {batch, mixedSteps, osl, ctxTokens, isl},
            decodesInMixed
          )
        ]),
    formula(
      "decode steps",
      "",
      saturated ? "0 * osl" : alone ? "osl - 1" : "osl - mixedSteps",
      {osl, mixedSteps},
      decodeSteps
    ),
    formula("a mixed step", "ms", "mixedStepMs", {mixedStepMs}, session.mixedStep(ctxTokens, decodesInMixed).ms),
    ...(decodeSteps > 0
      ? [formula("a decode step", "ms", "decodeStepMs", {decodeStepMs}, session.decodeStep(counts.decodeBatch).ms)]
      : []),
    formula(
      "queueing",
      "",
      backend === "vllm" ? "min(1 + log2(batch) / 8, 2)" : "min(2 + (ceil(isl * batch / ctxTokens) - 3) / 20, 4)",
      {isl, batch, ctxTokens},
      queueing
    ),
    ...(overheadMs > 0
      ? [
          formula(
            "scheduling",
            "ms",
            "overheadMsPerLayer * layers",
            {overheadMsPerLayer: traits.prefillOverheadMsPerLayer, layers},
            overheadMs
          )
        ]
      : []),
    formula(
      "TTFT",
      "ms",
      overheadMs > 0
        ? "(mixedStepMs * ceil(isl / ctxTokens) + overheadMs) * queueing"
        : "mixedStepMs * ceil(isl / ctxTokens) * queueing",
      {mixedStepMs, isl, ctxTokens, overheadMs, queueing},
      ttftMs
    ),
    ...(traits.hiddenMixedSteps > 0 && !alone && !saturated
      ? [
          formula(
            "mixed steps that TPOT sees",
            "",
            "max(1, mixedSteps - hiddenSteps)",
            {mixedSteps, hiddenSteps: traits.hiddenMixedSteps},
            mixedForTpot
          )
        ]
      : []),
    formula(
      "TPOT",
      "ms",
      mixedForTpot + decodeSteps > 0
        ? "(mixedStepMs * mixedSeen + decodeStepMs * decodeSteps) / (mixedSeen + decodeSteps)"
        : "0 * decodeSteps",
      {mixedStepMs, mixedSeen: mixedForTpot, decodeStepMs, decodeSteps},
      tpotMs
    ),
    formula(
      "a cycle",
      "ms",
      "mixedSteps * mixedStepMs + decodeSteps * decodeStepMs",
      {mixedSteps, mixedStepMs, decodeSteps, decodeStepMs},
      cycleMs
    ),
    formula(
      "tokens",
      "1/s",
      `${traits.cappedByLatency ? capped : tokens} * pp * dp`,
      {batch, osl, cycleMs, ttftMs, tpotMs, pp, dp},
      point.tokensPerSec
    ),
    formula(
      "tokens/s/GPU",
      "",
      "tokensPerSec / gpus",
      {tokensPerSec: point.tokensPerSec, gpus: worker.gpus},
      tokensPerSecPerGpu
    )
  ];
  const {requestLatencyMs: requestMs, concurrency} = point;
  return {formulas, metrics: {ttftMs, tpotMs, requestMs, tokensPerSecPerGpu, concurrency}};
}

function disaggregatedStage(
  prefillWorker: Worker,
  decodeWorker: Worker,
  workload: Workload,
  {batch, problem}: MethodAsk
): FormulaStage {
  const {isl, osl, prefix} = workload;
  const {dp, pp} = decodeWorker.spec.parallel;
  const {prefillLatencyScale, decodeLatencyScale, prefillRateShare, decodeRateShare, ttftScale} = defaultTuning;
  const prefill = prefillPoint(prefillWorker, workload, 1, prefillMemory(prefillWorker, workload, 1));
  const decode = decodePoint(decodeWorker, workload, batch, decodeMemory(decodeWorker, workload, batch));
  answered(prefill.tally);
  answered(decode.tally);
  const prefillMs = prefillPhase(prefillWorker, 1, freshTokens(workload), prefix).ms;
  const decodeMs = decodePhase(decodeWorker, batch, isl, osl).ms;
  const shapes = new ReplicaShapes(replicaSizes(problem.totalGpus));
  const match = matchRates(prefill, decode, shapes);
  const perPrefill = prefill.requestsPerSec;
  const perDecode = decode.requestsPerSec;
  const pools = [
    formula("a prompt", "ms", "prefillMs * slowing", {prefillMs, slowing: prefillLatencyScale}, prefill.latencyMs),
    formula(
      "a prefill worker",
      "requests/s",
      "1000 * dp * pp / promptMs",
      {dp, pp, promptMs: prefill.latencyMs},
      perPrefill
    ),
    formula(
      "TPOT",
      "ms",
      osl > 1 ? "decodeMs * slowing / (osl - 1)" : "0 * decodeMs",
      {decodeMs, slowing: decodeLatencyScale, osl},
      decode.latencyMs
    ),
    formula(
      "a decode worker",
      "requests/s",
      osl > 1 ? "1000 * batch * dp * pp / (tpotMs * (osl - 1))" : "0 * batch",
      {batch, dp, pp, tpotMs: decode.latencyMs, osl},
      perDecode
    )
  ];
  if (!match) return {formulas: pools};
  const {prefillWorkers: x, decodeWorkers: y, gpus, requestsPerSec: rate} = match;
  const gpusEach = prefillWorker.gpus;
  return {
    formulas: [
      ...pools,
      formula(
        "a replica",
        "requests/s",
        "min(perPrefill * prefillShare * x, perDecode * decodeShare * y)",
        {perPrefill, prefillShare: prefillRateShare, x, perDecode, decodeShare: decodeRateShare, y},
        rate
      ),
      formula("its GPUs", "", "x * gpusEach + y * gpusEach", {x, y, gpusEach}, gpus),
      formula(
        "tokens/s/GPU",
        "",
        "requestsPerSec * osl / gpus",
        {requestsPerSec: rate, osl, gpus},
        (rate * osl) / gpus
      ),
      formula(
        "TTFT",
        "ms",
        "promptMs * waiting",
        {promptMs: prefill.latencyMs, waiting: ttftScale},
        prefill.latencyMs * ttftScale
      )
    ]
  };
}

/** A front, the chord between its ends, and the point farthest above it. */
export interface KneeWalk {
  mode: "agg" | "disagg";
  /** Tokens/s/user and tokens/s/GPU, in order of the first. */
  front: {x: number; y: number}[];
  /** −1 where no point lies above the chord. */
  knee: number;
  formulas: Formula[];
}

/** The knee of the mode that a search of the question chooses; null without a front. */
export async function walkKnee(searcher: Searcher, {problem, targets}: Ask): Promise<KneeWalk | null> {
  const {evaluation} = await searcher.evaluated(problem);
  const {answerSearch} = await import("../engine/search/answer.js");
  const result = answerSearch(evaluation, targets, {topN: 1});
  const mode = result[result.chosen ?? "agg"] ?? result.agg ?? result.disagg;
  if (!mode || mode.front.length === 0) return null;
  const front = mode.front.map(({tokensPerSecPerUser: x, tokensPerSecPerGpuCluster: y}) => ({x, y}));
  const knee = kneeIndex(
    front.map(({x}) => x),
    front.map(({y}) => y)
  );
  if (knee < 0) return {mode: mode.mode, front, knee, formulas: []};
  const [first, last, at] = [front[0], front.at(-1)!, front[knee]];
  const height = (at.x - first.x) / (last.x - first.x) - (at.y - first.y) / (last.y - first.y);
  const values = {x: at.x, firstX: first.x, lastX: last.x, y: at.y, firstY: first.y, lastY: last.y};
  const text = "(x - firstX) / (lastX - firstX) - (y - firstY) / (lastY - firstY)";
  return {mode: mode.mode, front, knee, formulas: [formula("above the chord", "", text, values, height)]};
}
