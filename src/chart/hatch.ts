/** Hatching, which marks what is estimated: a pattern per colour. */
import {rect} from "./svg.js";

/** Fill of what is estimated. */
export const hatched = (color: string) => `url(#${hatchId(color)})`;

/** What `hatched` refers to, of every colour in use, on this paper. */
export function hatchPatterns(colors: readonly string[], paper: string): string[] {
  return [...new Set(colors)].map(
    (color) =>
      `<pattern id="${hatchId(color)}" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
      `${rect(0, 0, 3, 3, paper)}${rect(0, 0, 1.3, 3, color)}</pattern>`
  );
}

const hatchId = (color: string) => `kp-hatch${color.replaceAll(/[^\w-]/g, "")}`;
