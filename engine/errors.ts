/** A question that the loaded tables cannot answer. Sweeps catch this and nothing else. */
export class PerfDataError extends Error {
  override name = "PerfDataError";
}

/** Input that makes no sense: unknown name, bad number, impossible combination. */
export class InputError extends Error {
  override name = "InputError";
}

/** `tpp` → `tp`: the candidate that differs from `got` in the fewest edits, or undefined if none is near. */
export function nearest(got: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(got.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(got.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `unknown system: h20_sxm; have h100_sxm, h200_sxm; did you mean h200_sxm?` */
export function unknownName(kind: string, got: string, candidates: Iterable<string>): string {
  const all = [...candidates];
  const near = nearest(got, all);
  return `unknown ${kind}: ${got}; have ${all.join(", ") || "none"}${near ? `; did you mean ${near}?` : ""}`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; ++i) {
    const current = [i];
    for (let j = 1; j <= b.length; ++j) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(previous[j] + 1, current[j - 1] + 1, substitution);
    }
    previous = current;
  }
  return previous[b.length];
}
