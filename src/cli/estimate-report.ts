/** One configuration as text: figures, memory, and the time of each operator. */
import type {Estimate, EstimateProblem, Platform} from "../engine/index.js";
import type {MemoryGiB, OpTime} from "../engine/result.js";
import {errorOfSum} from "../engine/session/error.js";
import {bytesToGiB} from "../engine/units.js";
import type {ServedEstimate, SimulatedEstimate} from "../engine/simulate/estimate.js";
import {
  errorBandWords,
  errorMeaning,
  errorWords,
  originWords,
  parallelWords,
  simulatedErrorMeaning,
  workloadWords
} from "../words.js";
import {calibrationLine} from "./basis.js";
import type {Ink} from "./ink.js";
import type {Provenance} from "./provenance.js";
import {countOf, formatNumber, textTable} from "./tables.js";

export function estimateText(
  problem: EstimateProblem,
  answer: Estimate | ServedEstimate,
  provenance: Provenance,
  ink: Ink
): string {
  const {platform, decodePlatform = platform} = problem;
  const blocks = [
    ...provenance.warnings.map((warning) => ink.warn(warning)),
    ink.dim(question(problem)),
    ink.bold(figures(answer)),
    ...("simulated" in answer ? simulatedBlocks(answer) : []),
    ...(answer.decodeMemoryGiB
      ? [
          memoryText("prefill GPU", answer.memoryGiB, platform, ink),
          memoryText("decode GPU", answer.decodeMemoryGiB, decodePlatform, ink)
        ]
      : [memoryText("GPU", answer.memoryGiB, platform, ink)]),
    answer.fits ? "" : ink.warn("This configuration does not fit; its figures are what it would do if it did."),
    ...answer.phases.filter(({ops}) => ops.length > 0).map(({title, ops}) => phaseText(title, ops, ink)),
    `Types: ${Object.entries(answer.quant)
      .map(([part, type]) => `${part} ${type}`)
      .join(", ")}`,
    [
      ...("simulated" in answer
        ? [bandLine(answer.simulated), `Simulated: ${calibrationLine(answer.simulated.calibration)}`]
        : []),
      `Errors${"simulated" in answer ? " of steps" : ""}: within ± ${errorMeaning}`
    ].join("\n"),
    provenance.lines.join("\n")
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

const latencies = {
  TTFT: "ttft",
  TPOT: "tpot",
  "between tokens": "interToken",
  "request latency": "requestLatency"
} as const;

function simulatedBlocks({simulated, requestsPerSec}: ServedEstimate): string[] {
  const {verdict, kvShare, preemptions, engine, goodput, formula, burstTtftMs, steadyTtftMs} = simulated;
  const rows = Object.entries(latencies).map(([name, key]) => ({name, ...simulated[key]}));
  type Row = (typeof rows)[number];
  const shares = ["mean", "p50", "p90", "p95", "p99"] as const;
  const columns = [
    {title: "ms", value: ({name}: Row) => name, align: "left" as const},
    ...shares.map((share) => ({
      title: share === "mean" ? share : share.toUpperCase(),
      value: (row: Row) => row[share],
      digits: 2
    }))
  ];
  const percent = (share: number) => `${formatNumber(100 * share, 1)} %`;
  const {maxBatchedTokens, maxSequences, kvTokens, kvCache} = engine;
  return [
    textTable(columns, rows),
    [
      `${verdict}: ${verdictWords[verdict]}`,
      ...(goodput
        ? [
            `Goodput: ${percent(goodput.share)} of requests within the limits, ${formatNumber(goodput.requestsPerSec, 2)} requests/s`
          ]
        : []),
      `${formatNumber(requestsPerSec, 2)} requests/s · KV cache ${percent(kvShare.mean)} in use, ${percent(kvShare.peak)} at most · ${countOf(preemptions, "preemption")}`,
      ...(burstTtftMs === steadyTtftMs
        ? []
        : [
            `TTFT of the first requests ${formatNumber(burstTtftMs, 1)} ms, of those after ${formatNumber(steadyTtftMs, 1)} ms`
          ]),
      `Launched with ${countOf(maxBatchedTokens, "token")} a step, ${countOf(maxSequences, "sequence")}, KV cache of ${countOf(kvTokens, "token")} in ${kvCache}`,
      `By formula: TTFT ${formatNumber(formula.ttftMs, 2)} ms, TPOT ${formatNumber(formula.tpotMs, 3)} ms with ${formula.concurrency} in flight`
    ].join("\n")
  ];
}

const verdictWords: Record<SimulatedEstimate["verdict"], string> = {
  stable: "requests start when they come",
  backlogged: "some requests wait for a seat or for KV cache",
  overloaded: "requests come faster than they are served, or more wait than run"
};

function bandLine({band}: SimulatedEstimate): string {
  return `Errors: TTFT ${errorBandWords(band.ttft)}, TPOT ${errorBandWords(band.tpot)}; ${simulatedErrorMeaning}`;
}

function question({
  mode,
  model,
  platform,
  parallel,
  batch,
  ctxTokens,
  workload,
  prefill,
  decode
}: EstimateProblem): string {
  const side = (role: string, worker: NonNullable<typeof prefill>) =>
    `${worker.workers} ${role} (${parallelWords(worker.parallel)}, batch ${worker.batch})`;
  const shape =
    prefill && decode
      ? `${side("prefill", prefill)} + ${side("decode", decode)}`
      : `${parallelWords(parallel)}, batch ${batch}${mode === "agg" ? `, ${ctxTokens} context tokens` : ""}`;
  const tokens = workloadWords(workload);
  return `${model.id} on ${platform.system.id}, ${platform.backend} ${platform.version} · ${mode} · ${shape} · ${tokens}`;
}

function figures(answer: Estimate): string {
  return [
    `TTFT ${formatNumber(answer.ttftMs, 2)} ms`,
    `TPOT ${formatNumber(answer.tpotMs, 3)} ms`,
    `request ${formatNumber(answer.requestLatencyMs, 1)} ms`,
    `${formatNumber(answer.tokensPerSecPerGpu, 1)} tokens/s/GPU`,
    `${formatNumber(answer.tokensPerSecPerUser, 1)} tokens/s/user`,
    `${formatNumber(answer.concurrency)} in flight`
  ].join(" · ");
}

function memoryText(what: string, {total, ...parts}: MemoryGiB, {system}: Platform, ink: Ink): string {
  const names = {weights: "weights", activations: "activations", kvCache: "KV cache", nccl: "NCCL", other: "runtime"};
  const rows = (Object.keys(names) as (keyof typeof names)[]).map((part) => ({name: names[part], gib: parts[part]}));
  const capacityGiB = bytesToGiB(system.memoryCapacityBytes);
  const title = `Memory per ${what}: ${formatNumber(total, 1)} of ${formatNumber(capacityGiB, 1)} GiB`;
  const columns = [
    {title: "part", value: (row: (typeof rows)[number]) => row.name},
    {title: "GiB", value: (row: (typeof rows)[number]) => row.gib, digits: 2}
  ];
  return `${total > capacityGiB ? ink.warn(title) : title}\n${textTable(columns, rows, "  ")}`;
}

function phaseText(title: string, ops: readonly OpTime[], ink: Ink): string {
  const totalMs = ops.reduce((sum, op) => sum + op.latencyMs, 0);
  const columns = [
    {title: "operator", value: (op: OpTime) => op.name},
    {title: "runs", value: (op: OpTime) => op.count},
    {title: "ms", value: (op: OpTime) => op.latencyMs, digits: 3},
    {title: "share", value: (op: OpTime) => `${formatNumber(totalMs ? (100 * op.latencyMs) / totalMs : 0, 1)} %`},
    {title: "within", value: (op: OpTime) => errorWords(op.error), align: "right" as const},
    {title: "source", value: (op: OpTime) => originWords(op)}
  ];
  const slowestFirst = ops.filter((op) => op.latencyMs > 0).sort((a, b) => b.latencyMs - a.latencyMs);
  return `${ink.bold(title)}: ${formatNumber(totalMs, 3)} ms, ${errorBandWords(errorOfSum(ops))}\n${textTable(columns, slowestFirst, "  ")}`;
}
