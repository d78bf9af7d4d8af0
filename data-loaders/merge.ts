import type {Coordinates, SourceRows} from "./coordinate.js";

/** One file of the sources of a version, the most trusted first. */
export interface Contribution {
  /** Index of the file among the table's files. */
  file: number;
  /** Which row of this file stands where two have one coordinate. */
  duplicates: "first" | "last" | "refuse";
  /** Only rows of these kernels; all when absent. */
  kernels?: ReadonlySet<string>;
}

/** The rows of a version: for each coordinate, which contribution has it and in which row; -1 for none. */
export interface Merged {
  contributionOf: Int32Array;
  rowOf: Int32Array;
  /** Coordinates in the order they were first met, walking the contributions. */
  met: Int32Array;
  /** Rows left out because an earlier row of the same file, or a later one, has their coordinate; per contribution. */
  repeated: number[];
}

/** Fills each coordinate from the first contribution that has it. Source: method.md §3.1, §3.4 and quirk 40. */
export function mergeRows(
  files: readonly SourceRows[],
  coordinates: Coordinates,
  contributions: readonly Contribution[]
): Merged {
  const contributionOf = new Int32Array(coordinates.count).fill(-1);
  const rowOf = new Int32Array(coordinates.count).fill(-1);
  const met = new Int32Array(coordinates.count);
  let metCount = 0;
  const repeated = contributions.map(({file, duplicates, kernels}, contribution) => {
    const ids = coordinates.idsOf[file];
    const {codes, names} = files[file].kernel;
    const wanted = names.map((name) => !kernels || kernels.has(name));
    let repeats = 0;
    for (let row = 0; row < ids.length; ++row) {
      if (kernels && !wanted[codes[row]]) continue;
      const id = ids[row];
      if (contributionOf[id] < 0) {
        contributionOf[id] = contribution;
        rowOf[id] = row;
        met[metCount++] = id;
      } else if (contributionOf[id] === contribution) {
        ++repeats;
        if (duplicates === "last") rowOf[id] = row;
      }
    }
    return repeats;
  });
  return {contributionOf, rowOf, met: met.subarray(0, metCount), repeated};
}

/**
 * Order of GEMM sites, as [n, k] pairs, for rows of [m, n, k] in the order they were met.
 *
 * It is the order in which a walk by first-seen m, then n, then k meets the sites, and breaks ties between equally near
 * sites. Source: method.md §5.2.
 */
export function gemmSiteOrder(rows: Iterable<readonly [m: number, n: number, k: number]>): [n: number, k: number][] {
  const walk = new Map<number, Map<number, Set<number>>>();
  for (const [m, n, k] of rows)
    getOr(
      getOr(walk, m, () => new Map()),
      n,
      () => new Set()
    ).add(k);
  const order: [number, number][] = [];
  const seen = new Map<number, Set<number>>();
  for (const byN of walk.values()) {
    for (const [n, ks] of byN) {
      const seenK = getOr(seen, n, () => new Set<number>());
      for (const k of ks) {
        if (seenK.has(k)) continue;
        seenK.add(k);
        order.push([n, k]);
      }
    }
  }
  return order;
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
