/** Which aggregated deployment, and why not the others, in sentences with figures. */
import {reasons} from "../engine/result.js";
import type {Reason} from "../engine/result.js";
import type {Answer} from "../search/protocol.js";
import {parallelWords, reasonWords} from "../words.js";
import {thresholdWords} from "../why-words.js";
import type {AggregatedScene, ParallelFare} from "./aggregated-scene.js";
import {metricValues} from "./candidate-metric.js";
import {missesOf, replicasWords} from "./candidate-row.js";
import {h} from "./dom.js";
import {counted, duration, figure, percent} from "./format.js";

type Rejected = Partial<Record<Reason, number>>;

/** How many other parallelisms the answer names. */
const named = 3;

/** The notebook’s answer. */
export function aggregatedSentence(scene: AggregatedScene, {result}: Answer): HTMLElement {
  const {best, columns, fares, meetsTargets, question} = scene;
  const considered = result.agg?.considered ?? 0;
  const asked = columns.limits.map(({metric, threshold}) => thresholdWords(metric, threshold)).join(" and ");
  if (best < 0) {
    const dropped = reasonList(result.agg?.rejected ?? {});
    if (columns.batch.length > 0)
      return h(
        "p",
        {class: "kp-lede"},
        `No aggregated deployment keeps ${asked}, and you asked for nothing that misses it.`
      );
    return h(
      "p",
      {class: "kp-lede"},
      considered === 0
        ? "No worker of the allowed sizes can run this model here."
        : `None of ${counted(considered, "candidate")} can run: ${dropped}.`
    );
  }
  const {batch, worker, tokensPerSecPerUser, ttftMs, tpotMs} = columns;
  const rate = metricValues(columns, "gpu")[best];
  const shape = `${replicasWords(columns, worker[best], question.gpus)} at batch ${batch[best]}`;
  const figures = `${figure(rate)} tokens/s/GPU at ${figure(tokensPerSecPerUser[best])} tokens/s/user`;
  if (!meetsTargets) {
    const misses = missesOf(columns, best).join(" and ") || "what else you asked for";
    return h(
      "p",
      {class: "kp-lede"},
      `No aggregated deployment keeps ${asked}. The nearest is `,
      h("b", {}, shape),
      `: ${figures}, TTFT ${duration(ttftMs[best])}, TPOT ${duration(tpotMs[best])}; it misses ${misses}.`
    );
  }
  const kept = fares.reduce((sum, fare) => sum + fare.kept, 0);
  const others = fares.filter((fare) => fare.worker !== worker[best]);
  const whys = others.slice(0, named).map((fare) => `${nameOf(scene, fare)} ${fareWords(scene, fare)}`);
  const rest = others.length > named ? `, and ${counted(others.length - named, "more parallelism")} below` : "";
  return h(
    "p",
    {class: "kp-lede"},
    h("b", {}, shape),
    `: ${figures}, ${choiceWords(scene, kept)}. ${whys.join("; ")}${rest}${whys.length > 0 ? "." : ""}`
  );
}

function choiceWords({question: {objective}}: AggregatedScene, kept: number): string {
  const among = `of ${counted(kept, "candidate")} that keep${kept === 1 ? "s" : ""} your targets`;
  return objective === "throughput" ? `the most throughput ${among}` : `the best by your objective ${among}`;
}

export function nameOf({columns}: AggregatedScene, {worker}: ParallelFare): string {
  return parallelWords(columns.workers[worker].parallel);
}

/** Title of the chart of candidates. */
export function chartFinding({columns, fares, front, view}: AggregatedScene): string {
  const all = counted(columns.batch.length, "candidate");
  const kept = fares.reduce((sum, fare) => sum + fare.kept, 0);
  if (columns.batch.length === 0) return "No candidate could be evaluated";
  if (kept === 0) return `None of ${all} keeps every target`;
  const workers = new Set(front.map((row) => columns.worker[row]));
  const names = [...workers].map((worker) => parallelWords(columns.workers[worker].parallel));
  const beside = view.across === "user" ? "" : ", seen this way";
  return `${kept.toLocaleString("en")} of ${all} keep every target; the front is of ${listed(names)}${beside}`;
}

/** `TP4`, `TP4 and TP8`, `TP2, TP4 and 3 more`. */
function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
  return names.length < 2 ? (names[0] ?? "none") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Why a parallelism is not the choice; completes `TP8 …`. */
export function fareWords({columns, best, meetsTargets}: AggregatedScene, fare: ParallelFare): string {
  const rate = metricValues(columns, "gpu");
  if (fare.worker === columns.worker[best]) return meetsTargets ? "is the choice" : "comes nearest";
  if (fare.best >= 0) {
    const share = 1 - rate[fare.best] / rate[best];
    if (share <= 0) return "gives as much, but is worse by your objective";
    return `gives ${percent(share)} less`;
  }
  if (fare.nearest < 0) return mainReason(columns.workers[fare.worker].rejected);
  return `misses ${missesOf(columns, fare.nearest).join(" and ")} at the least, with batch ${columns.batch[fare.nearest]}`;
}

/** `exceeds the GPU's memory`: what most candidates of a worker fall to. */
function mainReason(rejected: Rejected): string {
  const found = reasons.filter((reason) => rejected[reason]);
  const main = found.sort((a, b) => rejected[b]! - rejected[a]!)[0];
  return main ? (singular[main] ?? reasonWords[main]) : "has no candidate";
}

const singular: Partial<Record<Reason, string>> = {
  memory: "exceeds the GPU’s memory at any batch",
  kvCache: "leaves too little memory for the KV cache",
  data: "has no perf data"
};

/** `212 exceed the GPU’s memory, 30 have no perf data`. */
export function reasonList(rejected: Rejected): string {
  return reasons
    .filter((reason) => rejected[reason])
    .map((reason) => `${rejected[reason]!.toLocaleString("en")} ${reasonWords[reason]}`)
    .join(", ");
}
