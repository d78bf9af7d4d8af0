/** Figures on a GPU that nobody measured, in words: whose timings they are, and how far off such figures were. */
import {errorRelationOf} from "../engine/donor.js";
import {wholeWorkers} from "../engine/accuracy/donor-study.js";
import type {ErrorBand} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";

/** `half of such TTFT were within 3.5 % and nine tenths within 11 %, of TPOT 2.7 % and 6.8 %`. */
export function donorErrorWords(system: SystemSpec, donor: SystemSpec): string {
  const {ttft, tpot} = wholeWorkers[errorRelationOf(system, donor)];
  const [t, p] = [ttft, tpot].map(({p50, p90}) => [percentWords(p50), percentWords(p90)]);
  return `half of such TTFT were within ${t[0]} and nine tenths within ${t[1]}, of TPOT ${p[0]} and ${p[1]}`;
}

/** How far off whole estimates carried over between such GPUs were. */
export function donorBand(system: SystemSpec, donor: SystemSpec): {ttft: ErrorBand; tpot: ErrorBand} {
  return wholeWorkers[errorRelationOf(system, donor)];
}

function percentWords(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
