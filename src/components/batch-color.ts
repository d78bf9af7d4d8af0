/** Colour by batch: a step for every doubling, from light to dark, the other way round on dark paper. */
import {h} from "./dom.js";

const steps = 10;
export const batchSteps = Array.from({length: steps}, (_, step) => step);

/** 0 for one request, 9 for 512 and more. */
export function batchStep(batch: number): number {
  return Math.min(steps - 1, Math.floor(Math.log2(Math.max(1, batch))));
}

export function stepColor(step: number): string {
  return `var(--kp-seq-${step})`;
}

/** Step of a share from 0 to 1. */
export function shareStep(share: number): number {
  return Math.min(steps - 1, Math.max(0, Math.floor(share * steps)));
}

/** Filled marks of what is estimated: a hatching per step, once per page. */
export function stepPatterns(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "kp-patterns");
  svg.setAttribute("aria-hidden", "true");
  const pattern = (step: number) =>
    `<pattern id="kp-step-${step}" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="3" fill="var(--kp-card)"/><rect width="1.3" height="3" fill="${stepColor(step)}"/></pattern>`;
  svg.innerHTML = batchSteps.map(pattern).join("");
  return svg;
}

/** The scale with its ends named: `batch 1 ▂▃▅ 512`. */
export function ramp(from: string, to: string, title: string): HTMLElement {
  return h(
    "span",
    {class: "kp-ramp", title},
    h("span", {}, from),
    h(
      "span",
      {class: "kp-ramp-steps", "aria-hidden": "true"},
      ...batchSteps.map((step) => h("i", {style: `background: ${stepColor(step)}`}))
    ),
    h("span", {}, to)
  );
}

/** What the colours of dots mean, and their sizes. */
export function batchRamp(): HTMLElement {
  return h(
    "p",
    {class: "kp-legend"},
    ramp("batch 1", "512 and more", "Requests in flight per rank; a step of colour for every doubling"),
    h("span", {}, "large dots keep every target, small ones miss one"),
    h("span", {}, "the line is the front")
  );
}
