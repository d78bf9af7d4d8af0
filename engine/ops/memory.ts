import {memoryOpMs, memoryRoofline, p2pMs, p2pRoofline} from "../roofline.js";
import {expectedError} from "../accuracy/expected.js";
import {doubt, rank, weaken} from "../trace.js";
import type {Platform} from "./table.js";
import type {Elementwise, Embedding, Kernel, P2p} from "./op.js";

const bytesPerElement = 2;

/** Time to move bytes through an element-wise kernel; no table measures these. Source: method.md §4.1. */
export function memoryLatencyMs({system, database}: Platform, bytes: number): number {
  return database === "sol" ? memoryRoofline(system, bytes) : memoryOpMs(system, bytes);
}

const formulaError = expectedError("elementwise", rank.empirical);

function estimatedByFormula(): void {
  weaken(rank.empirical);
  doubt(formulaError);
}

export function embeddingKernel(platform: Platform, {cols, contextShards = 1}: Embedding): Kernel {
  return (tokens) => {
    estimatedByFormula();
    return memoryLatencyMs(platform, bytesPerElement * Math.ceil(tokens / contextShards) * cols);
  };
}

export function elementwiseKernel(platform: Platform, op: Elementwise): Kernel {
  const {dimIn, dimOut, tokensDivisor = 1, contextShards = 1} = op;
  return (tokens) => {
    estimatedByFormula();
    const rows = Math.ceil(Math.floor(tokens / tokensDivisor) / contextShards);
    return memoryLatencyMs(platform, bytesPerElement * rows * (dimIn + dimOut));
  };
}

/** The hop between two pipeline stages; its count is the number of hops. */
export function p2pKernel({system, database}: Platform, {hidden, pp, contextShards = 1}: P2p): Kernel {
  if (pp === 1) return () => 0;
  return (tokens) => {
    estimatedByFormula();
    const bytes = bytesPerElement * Math.ceil(tokens / contextShards) * hidden;
    return database === "sol" ? p2pRoofline(system, bytes) : p2pMs(system, bytes);
  };
}
