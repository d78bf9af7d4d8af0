/** How many candidates fell out, why, and what would bring some back. */
import {reasons} from "../engine/result.js";
import type {ModeResult, Reason} from "../engine/result.js";
import type {Misses} from "../search/protocol.js";
import {modeWords, parallelWords, reasonWords} from "../words.js";
import {parseLabel} from "./configuration.js";
import {h} from "./dom.js";
import {counted} from "./format.js";
import {relaxation} from "./relaxation.js";
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
      ...found.map((reason) =>
        item(reasonWords[reason], rejected[reason]!, messages[reason] && plainly(messages[reason]))
      )
    )
  );
}

/** When nothing meets the targets: what stands in the way, and what would let something through. */
export function remedies(modes: ModeResult[], question: Question, misses: Misses | null): HTMLElement | "" {
  if (!misses) return gaps(modes, question);
  if (misses.candidates > 0) return relaxation(misses, question);
  const links = roomier(modes, question);
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
  return message ? `For instance: ${plainly(message)}. ` : "";
}

/** With sizes as everywhere on the page, `TP4` for `tp4pp1dp1etp1ep1`. */
function plainly(message: string): string {
  return message.replace(/\btp\d\w*/g, (label) => {
    const parallel = parseLabel(label);
    return parallel ? `${parallelWords(parallel)},` : label;
  });
}

/** A real link, which the page applies without reloading. */
function change(question: Question, part: Partial<Question>, words: string): HTMLElement {
  return h("a", {href: formatQuestion({...question, pick: "", ...part})}, words);
}
