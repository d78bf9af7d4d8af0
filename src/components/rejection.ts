/** How many candidates fell out, why, and what would bring some back. */
import {reasons} from "../engine/result.js";
import type {ModeResult, Reason} from "../engine/result.js";
import {modeWords, reasonWords} from "../words.js";
import {h} from "./dom.js";
import {counted, duration} from "./format.js";
import {nearestMiss} from "./nearest.js";
import type {Miss} from "./nearest.js";
import {formatQuestion, limits} from "./question.js";
import type {Question} from "./question.js";

/** `325 aggregated candidates: 212 exceed the GPU’s memory, …`. Disaggregated ones are workers of either phase, not yet paired. */
export function rejections({mode, considered, rejected, messages}: ModeResult): HTMLElement {
  const found = reasons.filter((reason) => rejected[reason]);
  const left = considered - found.reduce((sum, reason) => sum + rejected[reason]!, 0);
  const item = (name: string, count: number, title?: string, style = "") =>
    h(
      "li",
      {class: style, title},
      h("b", {}, count.toLocaleString("en")),
      h("span", {class: title ? "kp-explained" : null}, name),
      h("i", {style: `width: ${(100 * count) / considered}%`})
    );
  return h(
    "div",
    {class: `kp-rejections kp-${mode}`},
    h("h3", {}, counted(considered, `${modeWords[mode]} candidate`)),
    h(
      "ul",
      {},
      item(
        mode === "agg" ? "meet everything" : "meet the target of their phase",
        Math.max(0, left),
        undefined,
        "kp-left"
      ),
      ...found.map((reason) => item(reasonWords[reason], rejected[reason]!, messages[reason]))
    )
  );
}

/** When nothing meets the targets: what stands in the way, and links that would let something through. */
export function remedies(modes: ModeResult[], question: Question): HTMLElement | "" {
  if (modes.some(({meetsTargets}) => meetsTargets)) return gaps(modes, question);
  const nearest = nearestMiss(modes, question);
  const links = nearest ? relaxations(nearest, question) : roomier(modes, question);
  const reason = mainReason(modes);
  const why = reason ? `Most candidates ${reasonWords[reason]}. ${messageOf(modes, reason)}` : "";
  return h(
    "p",
    {class: "kp-remedies", role: "status"},
    why,
    links.length > 0 && "What would work: ",
    ...links.flatMap((link, i) => [i > 0 && " or ", link]),
    links.length > 0 && "."
  );
}

/** Beside an answer: candidates that measured tables alone say nothing of, and a link that has them estimated. */
function gaps(modes: ModeResult[], question: Question): HTMLElement | "" {
  const missing = modes.reduce((sum, {rejected}) => sum + (rejected.data ?? 0), 0);
  if (missing === 0 || !(question.database === "" || question.transfer)) return "";
  const part = {database: question.database || "hybrid", transfer: ""} as const;
  const link = change(question, part, "Estimate what is not measured");
  return h("p", {class: "kp-remedies"}, `${counted(missing, "candidate")} ${reasonWords.data}. `, link, ".");
}

/** The nearest candidate’s own latencies, rounded up, as targets. */
function relaxations(plan: Miss, question: Question): HTMLElement[] {
  const up = (ms: number) => (ms < 20 ? Math.ceil(ms * 10) / 10 : Math.ceil(ms));
  if (question.requestLatencyMs) {
    const requestLatencyMs = up(plan.requestLatencyMs);
    return [change(question, {requestLatencyMs}, `a request latency of ${duration(requestLatencyMs)}`)];
  }
  const [ttftMs, tpotMs] = [Math.max(question.ttftMs, up(plan.ttftMs)), Math.max(question.tpotMs, up(plan.tpotMs))];
  const words = [
    ttftMs > question.ttftMs && `TTFT ≤ ${duration(ttftMs)}`,
    tpotMs > question.tpotMs && `TPOT ≤ ${duration(tpotMs)}`
  ].filter(Boolean);
  return words.length ? [change(question, {ttftMs, tpotMs}, words.join(" with "))] : [];
}

/** Without any plan: more GPUs for want of memory, another version for want of data. */
function roomier(modes: ModeResult[], question: Question): HTMLElement[] {
  const reason = mainReason(modes);
  if (reason === "data")
    return [
      ...(question.version ? [change(question, {version: ""}, "the newest version")] : []),
      ...(question.database === "" ? [change(question, {database: "hybrid"}, "estimating what is not measured")] : []),
      ...(question.transfer ? [change(question, {transfer: ""}, "estimating gaps from anything alike")] : [])
    ];
  if (reason === "memory" || reason === "kvCache" || reason === "gpus") {
    const gpus = Math.min(limits.gpus[1], Math.max(8, question.gpus * 2));
    const shorter = Math.max(1, Math.round(question.isl / 2));
    return [
      ...(gpus > question.gpus ? [change(question, {gpus}, `${gpus} GPUs`)] : []),
      ...(reason === "kvCache" ? [change(question, {isl: shorter, prefix: 0}, `prompts of ${shorter} tokens`)] : [])
    ];
  }
  return [];
}

function mainReason(modes: ModeResult[]): Reason | undefined {
  const total = (reason: Reason) => modes.reduce((sum, {rejected}) => sum + (rejected[reason] ?? 0), 0);
  const found = reasons.filter((reason) => total(reason) > 0);
  return found.sort((a, b) => total(b) - total(a))[0];
}

function messageOf(modes: ModeResult[], reason: Reason): string {
  const message = modes.map(({messages}) => messages[reason]).find(Boolean);
  return message ? `For instance: ${message}. ` : "";
}

/** A real link, which the page applies without reloading. */
function change(question: Question, part: Partial<Question>, words: string): HTMLElement {
  return h("a", {href: formatQuestion({...question, pick: "", ...part})}, words);
}
