/** What the answer takes for granted of a model, beside the answer. */
import {h} from "./dom.js";

/** Nothing to say without assumptions; one is a sentence, several a list to open. */
export function assumptionNote(assumptions: readonly string[]): HTMLElement | "" {
  if (assumptions.length === 0) return "";
  const items = assumptions.map((sentence) => h("li", {}, sentence));
  const title = assumptions.length === 1 ? "One assumption" : `${assumptions.length} assumptions`;
  return h(
    "details",
    {class: "kp-assumptions", open: assumptions.length <= 2},
    h("summary", {}, h("b", {}, title), " about this model"),
    h("ul", {}, ...items)
  );
}
