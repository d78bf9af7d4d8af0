/** `kneepoint estimate`: one configuration, phase by phase and operator by operator. */
import {PerfDataError} from "../engine/errors.js";
import {estimate, estimateModes, inferNextn, withImages} from "../engine/index.js";
import type {Estimate, EstimateMode, EstimateProblem, ModelConfig, Platform} from "../engine/index.js";
import {backends} from "../engine/schema.js";
import type {Flags, Values} from "./args.js";
import {command, print, toJson} from "./command.js";
import {servedProblem, servedSides, withSimulation} from "../engine/simulate/estimate.js";
import type {EstimateLoad, ServedEstimate, ServedProblem} from "../engine/simulate/estimate.js";
import {choosePlatform, loadSlices, openData, openModel, type Data} from "./data.js";
import {checkFormula, loadFlags, loadOf, predictorOf} from "./estimate-load.js";
import {estimateText} from "./estimate-report.js";
import {inkFor} from "./ink.js";
import {lookUpsOf, nextnOf, quantOf, required, workloadFlags, workloadOf} from "./problem.js";
import {parallelOf} from "../perf/parallel.js";
import {platformsOf} from "./answer.js";
import {provenanceOf, withAssumptions} from "./provenance.js";
import {servingOf} from "./serving.js";
import {summaries} from "./verbs.js";
import {tierWords} from "../words.js";

const size = (help: string, aliases: readonly string[] = []) =>
  ({type: "integer", unit: "N", min: 1, help, aliases}) as const;
const workerFlags = {
  tp: size("tensor parallel"),
  pp: size("pipeline parallel"),
  dp: size("attention data parallel"),
  "moe-tp": size("experts' tensor parallel", ["etp"]),
  "moe-ep": size("expert parallel (default: what tp · dp · cp leaves)", ["ep"]),
  cp: size("context parallel, prefill only"),
  batch: size("requests in flight per attention-DP rank", ["batch-size", "bs"]),
  workers: size("workers of this role in a replica")
} as const satisfies Flags;

type Prefixed<P extends string> = {[Name in keyof typeof workerFlags as `${P}${Name}`]: (typeof workerFlags)[Name]};

function roleFlags<P extends "prefill-" | "decode-">(prefix: P): Prefixed<P> {
  const spellings = (name: string, aliases: readonly string[]) => [
    ...aliases.map((alias) => prefix + alias),
    ...[name, ...aliases].map((alias) => `${prefix[0]}-${alias}`)
  ];
  const flags = Object.entries(workerFlags).map(([name, flag]) => [
    prefix + name,
    {...flag, help: `disagg: ${flag.help}`, aliases: spellings(name, flag.aliases)}
  ]);
  return Object.fromEntries(flags) as Prefixed<P>;
}

const {workers: _, ...plainWorkerFlags} = workerFlags;
const flags = {
  mode: {
    type: "string",
    choices: estimateModes,
    default: "static",
    help: "what runs",
    aliases: ["estimate-mode"]
  },
  ...workloadFlags,
  backend: {type: "string", choices: backends, default: "trtllm", help: "serving framework", aliases: ["backend-name"]},
  "decode-system": {
    type: "string",
    unit: "NAME",
    help: "disagg: system of decode workers, when another",
    aliases: ["decode-system-name"],
    complete: "system"
  },
  ...plainWorkerFlags,
  "ctx-tokens": {
    type: "integer",
    unit: "TOKENS",
    min: 1,
    help: "agg: prefill tokens of a mixed step (default: one prompt)"
  },
  ...roleFlags("prefill-"),
  ...roleFlags("decode-"),
  ...loadFlags
} as const satisfies Flags;

const notes = `A size that is not given is 1. A server, --mode agg or disagg, is simulated: latencies then have percentiles, and
memory and operators below them are of a step with the batches given. The table lists the time of each operator in a phase, all layers together,
its share, and how its latency was obtained. Exit code 1 when the configuration does not fit the GPU's memory.`;

const question = "--model Qwen/Qwen3-32B-FP8 --system h200_sxm --isl 4000 --osl 500";
const examples = [
  {line: `estimate ${question} --tp 2 --batch 8`, what: "one worker of two GPUs with eight requests in flight"},
  {
    line: `estimate --mode agg ${question} --tp 4 --batch 16`,
    what: "the same kind of worker, prompts and answers mixed"
  },
  {
    line: `estimate --mode agg ${question} --tp 4 --concurrency 32 --ttft 500 --tpot 15`,
    what: "the same with 32 users, and the share of requests within two limits"
  },
  {
    line: `estimate --mode agg ${question} --tp 4 --client poisson --request-rate 3 --requests 300`,
    what: "requests that come as they please, three a second"
  },
  {
    line: `estimate --mode disagg ${question} --prefill-tp 4 --prefill-workers 5 --decode-tp 4 --decode-batch 64 --decode-workers 3`,
    what: "five prefill and three decode workers"
  }
];

export const run = command(
  {name: "estimate", summary: summaries.estimate, flags, notes, examples},
  async ({values, given}) => {
    const data = openData();
    const {mode, database, images} = values;
    const predictor = predictorOf(values, {mode, database, images});
    if (predictor === "formula") checkFormula(given);
    const problem = await openEstimate(data, values);
    const load = predictor === "formula" ? undefined : loadOf(values, given, heldBy(problem));
    // What cannot be simulated is told before anything is estimated.
    const served = load && servedProblem(problem, load);
    const formula = await answerOrHint(data, problem);
    const answer = load && served ? await simulated(data, formula, served, load) : formula;
    const {platform, decodePlatform} = problem;
    const platforms = platformsOf([{platform, decodePlatform}]);
    const sources = provenanceOf(data.catalogue, platforms, [answer], answer.doubts);
    const provenance = withAssumptions(sources, problem.model);
    if (values.json)
      print(
        toJson({
          problem: {...echo(problem), ...echoLoad(load)},
          ...provenance,
          ...basisOfEstimate(answer),
          result: answer
        })
      );
    else print(estimateText(problem, answer, provenance, inkFor(process.stdout)));
    return answer.fits ? 0 : 1;
  }
);

/** Requests in flight that the batches hold. */
function heldBy({mode, parallel, batch, decode}: EstimateProblem): number {
  return mode === "disagg" ? decode!.batch * decode!.parallel.dp * decode!.workers : batch * parallel.dp;
}

async function simulated(data: Data, formula: Estimate, problem: ServedProblem, load: EstimateLoad) {
  for (const {model, platform, quant, serving} of servedSides(problem))
    await loadSlices(data, model, platform, quant, serving);
  return withSimulation(formula, problem, load);
}

function echoLoad(load: EstimateLoad | undefined): {load?: object} {
  if (!load) return {};
  const {calibration: _, ...rest} = load;
  return {load: rest};
}

/** Which way figures were found, and how far off they may be; formulas have the errors of operators alone. */
export function basisOfEstimate(answer: Estimate | ServedEstimate): object {
  if (!("simulated" in answer)) return {predictor: "formula", band: null};
  const {band, calibration} = answer.simulated;
  return {predictor: "simulation", band, calibration};
}

/** The answer; where measured tables lack one, the error says whether estimating the gap would give it. */
async function answerOrHint(data: Data, problem: EstimateProblem): Promise<Estimate> {
  try {
    return estimate(problem);
  } catch (error) {
    if (!(error instanceof PerfDataError) || problem.platform.database !== "silicon") throw error;
    const {model, quant} = problem;
    const platform: Platform = {...problem.platform, database: "hybrid"};
    const decodePlatform = problem.decodePlatform && ({...problem.decodePlatform, database: "hybrid"} as Platform);
    for (const each of platformsOf([{platform, decodePlatform}])) await loadSlices(data, model, each, quant, problem);
    const hybrid = maybeEstimate({...problem, platform, decodePlatform});
    throw hybrid
      ? new PerfDataError(`${error.message}; --database hybrid estimates it from ${fromWords(hybrid)}`)
      : error;
  }
}

function maybeEstimate(problem: EstimateProblem): Estimate | undefined {
  try {
    return estimate(problem);
  } catch (error) {
    if (error instanceof PerfDataError) return undefined;
    throw error;
  }
}

function fromWords({tier, weakestOp}: Estimate): string {
  return `${tierWords[tier]}${weakestOp ? ` (${weakestOp})` : ""}`;
}

async function openEstimate(data: Data, values: Values<typeof flags>): Promise<EstimateProblem> {
  const model = openModel(required(values.model, "model"));
  const {backend, database, mode} = values;
  const system = required(values.system, "system");
  const lookUps = lookUpsOf(values);
  const version = values["backend-version"];
  const {donor} = values;
  const quant = quantOf(values);
  const need = {model, quant};
  const platform = {...choosePlatform(data, {system, backend, version, database, donor, need}), ...lookUps};
  const other = values["decode-system"];
  const decodePlatform =
    other && mode === "disagg"
      ? {...choosePlatform(data, {system: other, backend, database, need}), ...lookUps}
      : undefined;
  const serving = servingOf(values);
  await loadSlices(data, model, platform, quant, serving);
  if (decodePlatform) await loadSlices(data, model, decodePlatform, quant, serving);
  const isMoe = model.experts > 0;
  const plain = workerOf(values, "", isMoe);
  const draft = {nextn: defaultNextn(mode, model), ...nextnOf(values)};
  const exactKvCache = values["exact-kv-cache"];
  const workload = workloadOf(values);
  const shared = {mode, model, platform, decodePlatform, quant, workload, ...draft, exactKvCache, ...serving};
  if (mode !== "disagg")
    return {...shared, ...plain, ctxTokens: values["ctx-tokens"] ?? withImages(model, workload).isl};
  const [prefill, decode] = [workerOf(values, "prefill-", isMoe), workerOf(values, "decode-", isMoe)];
  return {...shared, ...plain, prefill, decode};
}

function workerOf(values: Values<typeof flags>, prefix: "" | "prefill-" | "decode-", isMoe: boolean) {
  const given = values as unknown as Record<string, number | undefined>;
  const of = (name: string) => given[prefix + name];
  const sizes = {tp: of("tp"), pp: of("pp"), dp: of("dp"), cp: of("cp"), moeTp: of("moe-tp"), moeEp: of("moe-ep")};
  return {parallel: parallelOf(sizes, isMoe), batch: of("batch") ?? 1, workers: of("workers") ?? 1};
}

/** Serving uses the draft layers that a checkpoint has, as searches do; a lone static step has none unless asked. */
export function defaultNextn(mode: EstimateMode, model: ModelConfig): number {
  return mode === "agg" || mode === "disagg" ? inferNextn(model) : 0;
}

function echo({platform, decodePlatform, ...rest}: EstimateProblem) {
  const name = ({system, backend, version, database}: typeof platform) => ({
    system: system.id,
    backend,
    version,
    database
  });
  return {...rest, platform: name(platform), decodePlatform: decodePlatform && name(decodePlatform)};
}
