/** What the accuracy page says. Pure functions of summaries. */
import type {Predictor} from "../engine/search/predictor.js";
import type {Metric, Scored, Summary, Versus} from "../measured/accuracy.js";
import {isAnswered} from "../measured/accuracy.js";
import type {MissReason} from "../measured/prediction.js";
import {concurrencyOf} from "../measured/read.js";
import type {GivenParallel, MeasuredRow, MeasuredWorkers} from "../measured/read.js";
import {modeWords} from "../words.js";
import {backendWords, counted, figure, percent, shortModel} from "./format.js";

export const metricWords: Record<Metric, string> = {ttft: "TTFT", tpot: "TPOT"};

const missVerbs: Record<MissReason, [one: string, several: string]> = {
  model: ["is of a model that is not known", "are of models that are not known"],
  system: ["is on a GPU that is not known", "are on GPUs that are not known"],
  workers: ["does not say which workers ran, or on which batch", "do not say which workers ran, or on which batch"],
  sizes: ["has sizes that cannot go together", "have sizes that cannot go together"],
  types: ["has types that its model cannot have", "have types that their model cannot have"],
  tables: ["finds no tables to answer it", "find no tables to answer them"],
  data: ["asks tables for what was not measured", "ask tables for what was not measured"]
};

/** Completes `771 rows …`. */
export function missWords(reason: MissReason, count: number): string {
  return missVerbs[reason][count === 1 ? 0 : 1];
}

/** `too fast` where predictions are mostly below what was measured. */
export function biasWords(bias: number): string {
  if (bias > 0.97 && bias < 1.03) return "as often too fast as too slow";
  const factor = bias < 1 ? `${figure(1 / bias)} × too fast` : `${figure(bias)} × too slow`;
  return `the middle one ${factor}`;
}

/** `1,754 of 2,939 measured deployments are predicted.` */
export function answeredWords({rows, answered, pending}: Summary, isNarrowed: boolean): string {
  const deployments = `measured deployments${isNarrowed ? " that you chose" : ""}`;
  const so = pending > 0 ? " so far" : "";
  if (answered === rows)
    return rows === 1 ? "The one measured deployment is predicted" : `All ${figure(rows)} ${deployments} are predicted`;
  return `${figure(answered)} of ${figure(rows)} ${deployments} ${answered === 1 ? "is" : "are"} predicted${so}`;
}

export const predictorWords: Record<Predictor, string> = {simulation: "simulation", formula: "formula"};

/** What another predictor makes of the same rows, `who` in words; empty where it answers none. */
export function besideWords(who: string, versus: Versus | undefined): string {
  if (!versus?.errors) return "";
  const {both, errors} = versus;
  const side = (metric: Metric, of: "ours" | "theirs") => percent(errors[metric][of].medianError);
  return (
    `${who} is ${side("ttft", "theirs")} and ${side("tpot", "theirs")} off in the middle, ` +
    `on the ${counted(both, "row")} that both answer, where these predictions are ${side("ttft", "ours")} and ${side("tpot", "ours")} off.`
  );
}

/** Why the rest has no prediction; empty when there is none. */
export function missSentence({misses}: Summary): string {
  if (misses.length === 0) return "";
  const count = misses.reduce((sum, miss) => sum + miss.count, 0);
  const parts = misses.map((miss) => `${figure(miss.count)} ${missWords(miss.reason, miss.count)}`);
  return `${figure(count)} ${count === 1 ? "has" : "have"} no prediction: ${parts.join("; ")}.`;
}

/** `Qwen3-32B fp8 on h200_sxm, vLLM 0.18.0, aggregated TP4 DP2`. */
export function deploymentWords(row: MeasuredRow): string {
  const {model, precision, system, backend, version, mode} = row;
  return `${shortModel(model)} ${precision} on ${system}, ${backendWords[backend]} ${version}, ${modeWords[mode]} ${workersWords(row)}`
    .replaceAll(/ +/g, " ")
    .replaceAll(" ,", ",")
    .trim();
}

/** `TP4 DP2`; `3 × TP4 prefill, 2 × TP8 decode`. */
function workersWords({agg, prefill, decode}: MeasuredRow): string {
  if (agg) return sizeWords(agg.parallel);
  const pool = ({workers, parallel}: MeasuredWorkers, name: string) =>
    `${workers ? `${workers} × ` : ""}${sizeWords(parallel)} ${name}`;
  return `${pool(prefill!, "prefill")} + ${pool(decode!, "decode")}`;
}

function sizeWords({tp = 1, pp = 1, dp = 1, moeTp = 1, moeEp = 1}: GivenParallel): string {
  const sizes = [["TP", tp], ["PP", pp], ["DP", dp], ["EP", moeEp], ["MoE-TP", moeEp > 1 ? moeTp : 1]] as const; // prettier-ignore
  return sizes.filter(([, size]) => size > 1).map(([name, size]) => `${name}${size}`).join(" ") || "TP1"; // prettier-ignore
}

/** `8,192 in, 1,024 out, 64 in flight`. */
export function loadWords(row: MeasuredRow): string {
  const concurrency = concurrencyOf(row);
  const inFlight = concurrency === undefined ? "" : `, ${figure(concurrency)} in flight`;
  return `${figure(row.isl)} in, ${figure(row.osl)} out${inFlight}`;
}

/** Sentences on what was assumed of answered rows, with how many rows each is about, most first. */
export function assumedOf(scored: readonly Scored[]): {note: string; rows: number}[] {
  const counts = new Map<string, number>();
  for (const each of scored)
    if (isAnswered(each))
      for (const note of each.prediction.predicted.notes) counts.set(note, (counts.get(note) ?? 0) + 1);
  return [...counts].map(([note, rows]) => ({note, rows})).sort((a, b) => b.rows - a.rows);
}
