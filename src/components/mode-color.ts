/** Colour means mode: lines and marks, the darker inks of text, and the hatching of what is estimated. */

export const colors = {agg: "var(--kp-agg)", disagg: "var(--kp-disagg)"};
export const inks = {agg: "var(--kp-agg-ink)", disagg: "var(--kp-disagg-ink)"};

/** For marks that are estimated: a pattern per mode, once per page. */
export function hatchPatterns(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "kp-patterns");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = (["agg", "disagg"] as const)
    .map(
      (mode) =>
        `<pattern id="kp-hatch-${mode}" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="3" fill="var(--kp-card)"/><rect width="1.3" height="3" fill="${colors[mode]}"/></pattern>`
    )
    .join("");
  return svg;
}
