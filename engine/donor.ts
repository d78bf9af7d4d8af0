/**
 * Which measured GPU answers for one that nobody measured. Utilisation carries over best between relatives: first the
 * same design, then the same line of chips, and among equals the one whose figures are nearest.
 */
import {InputError, unknownName} from "./errors.js";
import type {SystemSpec} from "./system.js";

export interface Donor {
  system: SystemSpec;
  /** Why this one, in words: `same design (hopper); 0.83 × the memory bandwidth, 0.15 × bf16`. */
  why: string;
}

/**
 * Chips of one line are built alike: large dies with HBM and NVLink, or graphics dies with GDDR and PCIe. By CUDA
 * compute capability × 10, oldest first, chips of one design together.
 */
const lines: readonly (readonly (readonly number[])[])[] = [
  [[70], [80], [90], [100, 103]],
  [[75], [86], [89], [120, 121]]
];

/** A donor without a type that `a` computes in is taken to be this many octaves off in it. */
const lackedRateOctaves = 1;

/** Farther than any generations of a line. */
const unrelated = 100;

/** Figures of one design that the study saw differ by less; where one differs by more, errors are those of a line. */
const likeWithin = 2;

/** Whose errors hold for a donor: those of the relation, or of the next where figures are unlike any pair of it. */
export function errorRelationOf(system: SystemSpec, donor: SystemSpec): Relation {
  const relation = relationOf(system, donor);
  const unlike = (x: number | undefined, y: number | undefined) =>
    x && y && Math.abs(Math.log2(x / y)) > Math.log2(likeWithin);
  const isUnlike =
    unlike(system.memoryBandwidthBytesPerSec, donor.memoryBandwidthBytesPerSec) ||
    unlike(system.bf16FlopsPerSec, donor.bf16FlopsPerSec) ||
    unlike(system.fp8FlopsPerSec, donor.fp8FlopsPerSec) ||
    unlike(system.fp4FlopsPerSec, donor.fp4FlopsPerSec);
  return relation === "design" && isUnlike ? "line" : relation;
}

/** Weight of FLOP per byte beside bandwidth and FLOP/s: it follows from them, and settles near ties only. */
const balanceWeight = 0.5;

/**
 * How two GPUs are related. `design`: one chip, what is unlike is memory, links and clocks. `line`: generations of one
 * line of chips. `none`: neither.
 */
export const relations = ["design", "line", "none"] as const;
export type Relation = (typeof relations)[number];

export function relationOf(a: SystemSpec, b: SystemSpec): Relation {
  const steps = kinship(a, b);
  if (steps <= 1) return "design";
  return steps < unrelated ? "line" : "none";
}

/** Measured systems that could answer for `system`, nearest first; itself is none of them. */
export function rankDonors(system: SystemSpec, measured: readonly SystemSpec[]): Donor[] {
  const others = measured.filter(({id}) => id !== system.id);
  const keyed = others.map((other) => ({other, key: [kinship(system, other), farness(system, other)] as const}));
  keyed.sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1] || (a.other.id < b.other.id ? -1 : 1));
  return keyed.map(({other}) => ({system: other, why: whyWords(system, other)}));
}

/** The first of `rankDonors`. Throws InputError when there is none. */
export function nearestSystem(system: SystemSpec, measured: readonly SystemSpec[]): Donor {
  const [first] = rankDonors(system, measured);
  if (!first) throw new InputError(`no donor for ${system.id}: no system is measured; import tables of one`);
  return first;
}

/** The donor that somebody named. Throws InputError for one that is not measured. */
export function namedDonor(system: SystemSpec, measured: readonly SystemSpec[], name: string): Donor {
  const found = rankDonors(system, measured).find((donor) => donor.system.id === name);
  if (found) return {...found, why: `as asked; ${found.why}`};
  const names = measured.map(({id}) => id).filter((id) => id !== system.id);
  throw new InputError(unknownName("donor", name, names));
}

/** 0 same compute capability, 1 same design, 2 and up one line of chips by generations apart, then all others. */
function kinship(a: SystemSpec, b: SystemSpec): number {
  if (a.smVersion === b.smVersion && a.generation === b.generation) return 0;
  for (const line of lines) {
    const at = (sm: number) => line.findIndex((chips) => chips.includes(sm));
    const [i, j] = [at(a.smVersion), at(b.smVersion)];
    if (i >= 0 && j >= 0) return 1 + Math.abs(i - j);
  }
  return unrelated;
}

/** Octaves between the figures that bound kernels; memory size plays no part. */
function farness(a: SystemSpec, b: SystemSpec): number {
  const octaves = (x: number | undefined, y: number | undefined) =>
    x ? (y ? Math.abs(Math.log2(x / y)) : lackedRateOctaves) : 0;
  const balance = (s: SystemSpec) => s.bf16FlopsPerSec / s.memoryBandwidthBytesPerSec;
  return (
    octaves(a.memoryBandwidthBytesPerSec, b.memoryBandwidthBytesPerSec) +
    octaves(a.bf16FlopsPerSec, b.bf16FlopsPerSec) +
    octaves(a.fp8FlopsPerSec, b.fp8FlopsPerSec) +
    octaves(a.fp4FlopsPerSec, b.fp4FlopsPerSec) +
    balanceWeight * octaves(balance(a), balance(b))
  );
}

const relationWords: Record<Relation, string> = {
  design: "same design",
  line: "nearest of its line of chips",
  none: "unrelated, nearest by figures"
};

function whyWords(system: SystemSpec, other: SystemSpec): string {
  return `${relationWords[relationOf(system, other)]} (${other.generation}); ${figureWords(system, other)}`;
}

/** `0.83 × the memory bandwidth, 0.15 × bf16, 0.15 × fp8`. */
function figureWords(system: SystemSpec, other: SystemSpec): string {
  const ratio = (x: number | undefined, y: number | undefined, what: string) =>
    x && y ? [`${Number((x / y).toPrecision(2))} × ${what}`] : [];
  return [
    ...ratio(system.memoryBandwidthBytesPerSec, other.memoryBandwidthBytesPerSec, "the memory bandwidth"),
    ...ratio(system.bf16FlopsPerSec, other.bf16FlopsPerSec, "bf16"),
    ...ratio(system.fp8FlopsPerSec, other.fp8FlopsPerSec, "fp8"),
    ...ratio(system.fp4FlopsPerSec, other.fp4FlopsPerSec, "fp4")
  ].join(", ");
}

/** What is assumed of a GPU without tables of its own: types that it states no rate for, and what its file left out. */
export function donorAssumptions(system: SystemSpec): string[] {
  const {fp8FlopsPerSec, fp4FlopsPerSec, assumptions = []} = system;
  const wider = fp8FlopsPerSec ? "fp8" : "bf16";
  return [
    ...(fp8FlopsPerSec ? [] : ["fp8 types compute at the bf16 rate"]),
    ...(fp4FlopsPerSec ? [] : [`fp4 types compute at the ${wider} rate`]),
    ...assumptions
  ];
}
