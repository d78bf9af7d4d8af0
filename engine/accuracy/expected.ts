/**
 * How far off an answer is, by kind of operator and by how it was obtained: the relative error that half (p50) and nine
 * tenths (p90) of held-out measurements stayed within. Written by `npm run accuracy:tables`.
 */
import type {CoefficientKind} from "../coefficients.js";
import {donorStudy} from "./donor-study.js";
import type {ErrorBand} from "../result.js";
import {tableStudy} from "./table-study.js";
import type {Interpolated} from "./table-study.js";
import {rank} from "../trace.js";
import {transferErrors, transferErrorsByKind} from "./transfer-study.js";
import type {Borrowed} from "./transfer-study.js";

type Grade = keyof typeof rank;

/** Where a kind has no figure of its own. */
export const usual: Record<Grade, ErrorBand> = {
  measured: {p50: 0, p90: 0},
  interpolated: {p50: 0.03, p90: 0.12},
  extrapolated: {p50: 0.06, p90: 0.25},
  // Nothing of its own: a fitted surface states its error, and `withError` adds that of interpolating.
  calibrated: {p50: 0, p90: 0},
  ...transferErrors,
  xsystem: {p50: 0.25, p90: 0.7},
  roofline: {p50: 0.35, p90: 1}
};

/** `rankIndex`: index into `grades`. */
export function expectedError(kind: CoefficientKind, rankIndex: number): ErrorBand {
  const grade = gradeNames[rankIndex];
  if (grade === "xsystem" && donorStudy[kind]) return donorStudy[kind].line.error;
  return (
    tableStudy[kind]?.[grade as keyof Interpolated] ?? transferErrorsByKind[kind]?.[grade as Borrowed] ?? usual[grade]
  );
}

const gradeNames = Object.keys(rank) as Grade[];
