/** The client that a search imagines: as many users as a deployment is meant for, each with one request after the other. */
import type {Lengths} from "./types.js";

export interface ClientShape {
  /** `warmed`: first prompts come spread out and are not measured, so that figures are those of a running service. */
  start: "burst" | "warmed";
  /** At least. */
  promptsPerUser: number;
  /** Measured at least, so that percentiles of a few users mean something. */
  requests: number;
  /** Shortest by longest length, alike between, about the lengths asked for; 1 is fixed. */
  lengthRatio: number;
}

export const defaultClientShape: Readonly<ClientShape> = {
  start: "warmed",
  promptsPerUser: 3,
  requests: 64,
  lengthRatio: 0.8
};

/** Uniform about a mean; `ratio` is the shortest by the longest. */
export function lengthsAround(mean: number, ratio: number): Lengths {
  return ratio >= 1
    ? {kind: "fixed", tokens: mean}
    : {kind: "uniform-ratio", tokens: Math.round((2 * mean) / (1 + ratio)), ratio};
}
