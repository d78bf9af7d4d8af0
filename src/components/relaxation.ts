/** What the targets keep out, and the least change of them that lets something through. */
import type {Misses, Offer} from "../search/protocol.js";
import {jointWords, limitWhyWords, relaxationWords, thresholdWords} from "../why-words.js";
import {h} from "./dom.js";
import {counted} from "./format.js";
import {targetFields} from "./preference.js";
import {formatQuestion, limits, targetNames} from "./question.js";
import type {Question} from "./question.js";

/** A sentence per limit, and a button-like link that relaxes the one that helps most. */
export function relaxation({limits, relaxations, together, offer}: Misses, question: Question): HTMLElement {
  const admitted = [...relaxations.map((each) => relaxationWords(each)), ...(together ? [jointWords(together)] : [])];
  const missed = limits.filter(({missed}) => missed > 0).map(limitWhyWords);
  return h(
    "div",
    {class: "kp-remedies", role: "status"},
    offer && h("p", {}, "What would work: ", offerLink(offer, question)),
    h("p", {class: "kp-hint"}, [...admitted, ...missed].join(" "))
  );
}

/** A real link, which the page applies without reloading: `TTFT ≤ 342 ms: 18 candidates`. */
function offerLink(offer: Offer, question: Question): HTMLElement {
  const words = offer.limits.map(({metric, threshold}) => thresholdWords(metric, threshold)).join(" and ");
  const href = formatQuestion({...question, pick: "", ...offerPart(offer)});
  return h("a", {href, class: "kp-button kp-primary"}, `${words}: ${counted(offer.admits, "candidate")}`);
}

/** The fields of a question that an offer changes. */
export function offerPart(offer: Offer): Partial<Question> {
  const fields = offer.limits.map(({metric, threshold}) => {
    const {field, perUnit} = targetFields[targetNames.find((name) => targetFields[name].metric === metric)!];
    return [field, Math.min(limits[field][1], Number((threshold / perUnit).toPrecision(12)))];
  });
  return Object.fromEntries(fields) as Partial<Question>;
}
