/** What the search is doing when it takes longer than a blink, or why it could not. */
import type {Status} from "../search/live.js";
import {h} from "./dom.js";

export function statusLine({progress, error, isAnswered}: Status): HTMLElement {
  if (error)
    return h(
      "p",
      {class: "kp-status kp-problem-text", role: "alert"},
      `That could not be evaluated: ${error}. `,
      isAnswered
        ? "The figures are of the question before."
        : h("a", {href: location.pathname}, "Begin with a question that can be")
    );
  if (!progress || progress.total === 0) return h("p", {class: "kp-status", hidden: true});
  return h(
    "p",
    {class: "kp-status", role: "status", "aria-busy": "true"},
    `Loading measurements: ${progress.loaded} of ${progress.total} tables`,
    h("progress", {max: progress.total, value: progress.loaded})
  );
}
