/** Rows without a prediction, by why; and what had to be assumed of those with one. */
import type {Scored, Summary} from "../measured/accuracy.js";
import {assumedOf, missWords} from "./accuracy-words.js";
import {h} from "./dom.js";
import {counted, figure} from "./format.js";

/** `onestimate` answers rows that tables lack; undefined where it is done already. */
export function missTable({misses, pending}: Summary, onestimate?: () => void): HTMLElement {
  if (misses.length === 0)
    return h("p", {class: "kp-hint"}, pending > 0 ? "None so far." : "Every row has a prediction.");
  const action = (reason: string) =>
    reason === "data" && onestimate
      ? h("button", {type: "button", class: "kp-link", onclick: onestimate}, "Estimate the gaps of the tables")
      : null;
  return h(
    "div",
    {class: "kp-misses"},
    ...misses.map(({reason, count, messages}) =>
      h(
        "details",
        {},
        h("summary", {}, h("b", {}, counted(count, "row")), ` ${missWords(reason, count)}`),
        h(
          "ul",
          {},
          ...messages.slice(0, mostMessages).map(({message, count}) => h("li", {}, `${figure(count)} × ${message}`))
        ),
        messages.length > mostMessages &&
          h("p", {class: "kp-hint"}, `and ${messages.length - mostMessages} more such messages`),
        action(reason)
      )
    )
  );
}

const mostMessages = 30;

export function assumedList(scored: readonly Scored[]): HTMLElement {
  const assumed = assumedOf(scored);
  if (assumed.length === 0) return h("div", {hidden: true});
  return h(
    "details",
    {class: "kp-misses"},
    h("summary", {}, `What was assumed of rows: ${counted(assumed.length, "sentence")}`),
    h("ul", {}, ...assumed.map(({note, rows}) => h("li", {}, `${counted(rows, "row")}: ${note}`)))
  );
}
