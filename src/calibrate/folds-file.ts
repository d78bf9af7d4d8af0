/** Fits that leave a fold out, as a file: what `npm run calibrate` writes and `npm run accuracy` predicts with. */
import type {CalibrationTable, PrefillSpreads} from "../engine/simulate/calibration.js";
import {constantNames} from "../engine/simulate/calibration.js";
import type {ClassConstants, HeldOutFits, PoolFactors} from "./held-out.js";

interface FoldsFile {
  format: 1;
  seed: number;
  /** Order of the logarithms. */
  constants: readonly string[];
  folds: FileClass[][];
  unseen: FileClass[][];
  disaggregated: FilePools[];
  unseenDisaggregated: FilePools[];
}

type Named = Record<string, readonly number[]>;

interface FilePools {
  factors: Named;
  prefillSpreads: Record<string, PrefillSpreads>;
}

interface FileClass extends Pick<ClassConstants, "backend" | "architecture"> {
  base: readonly number[];
  factors: Record<string, readonly number[]>;
}

/** One line a class, so that a change shows where it is. */
export function foldsFile(
  {seed}: CalibrationTable,
  {folds, unseen, disaggregated, unseenDisaggregated}: HeldOutFits
): string {
  const short = (logs: readonly number[]) => logs.map((value) => Number(value.toFixed(4)));
  const named = (factors: ReadonlyMap<string, readonly number[]>) =>
    Object.fromEntries([...factors].map(([name, logs]) => [name, short(logs)]));
  const written = (of: readonly ClassConstants[]) =>
    of.map(({backend, architecture, fit}): FileClass => ({
      backend,
      architecture,
      base: short(fit.base),
      factors: named(fit.factors)
    }));
  const pools = (of: readonly PoolFactors[]) =>
    JSON.stringify(
      of.map(({factors, prefillSpreads}): FilePools => ({
        factors: named(factors),
        prefillSpreads: Object.fromEntries(prefillSpreads)
      }))
    );
  const lines = (all: ClassConstants[][]) =>
    `[\n${all
      .map(
        (fold) =>
          `[\n${written(fold)
            .map((each) => JSON.stringify(each))
            .join(",\n")}\n]`
      )
      .join(",\n")}\n]`;
  return `{"format": 1, "seed": ${seed}, "constants": ${JSON.stringify(constantNames)},
"folds": ${lines(folds)},
"unseen": ${lines(unseen)},
"disaggregated": ${pools(disaggregated)},
"unseenDisaggregated": ${pools(unseenDisaggregated)}}
`;
}

export function readFoldsFile(text: string): HeldOutFits & {seed: number} {
  const {seed, folds, unseen, disaggregated, unseenDisaggregated} = JSON.parse(text) as FoldsFile;
  const factorsOf = (named: Named) => new Map(Object.entries(named));
  const pools = ({factors, prefillSpreads}: FilePools): PoolFactors => ({
    factors: factorsOf(factors),
    prefillSpreads: new Map(Object.entries(prefillSpreads))
  });
  const read = ({backend, architecture, base, factors}: FileClass): ClassConstants => ({
    backend,
    architecture,
    fit: {base, factors: factorsOf(factors)}
  });
  return {
    seed,
    folds: folds.map((fold) => fold.map(read)),
    unseen: unseen.map((fold) => fold.map(read)),
    disaggregated: disaggregated.map(pools),
    unseenDisaggregated: unseenDisaggregated.map(pools)
  };
}
