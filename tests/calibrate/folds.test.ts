/** The fits without each fold that accuracy is scored with. */
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {calibrationTable} from "../../engine/simulate/constants.js";
import {foldsFile, readFoldsFile} from "../../src/calibrate/folds-file.js";
import {foldOf} from "../../src/calibrate/held-out.js";

const text = readFileSync(join(import.meta.dirname, "../accuracy/serving-folds.json"), "utf8");
const heldOut = readFoldsFile(text);
const {seed, folds, unseen, disaggregated, unseenDisaggregated} = heldOut;

describe("held-out fits", () => {
  it("are of the shipped table's folds, each with every class", () => {
    expect([seed, folds.length]).toEqual([calibrationTable.seed, calibrationTable.folds]);
    for (const fits of [folds, unseen, disaggregated, unseenDisaggregated]) expect(fits).toHaveLength(folds.length);
    const classes = calibrationTable.classes.map(({backend, architecture}) => `${backend} ${architecture}`);
    for (const fits of [...folds, ...unseen])
      expect(fits.map(({backend, architecture}) => `${backend} ${architecture}`)).toEqual(classes);
  });

  it("of what is unseen have no factor of any model on a GPU in types that their fold leaves out", () => {
    let left = 0;
    unseen.forEach((classes, fold) => {
      for (const {fit} of classes)
        for (const part of fit.factors.keys()) {
          const names = JSON.parse(part) as unknown[];
          if (names.length !== 6) continue;
          ++left;
          expect(foldOf(JSON.stringify(names.slice(0, 4)), seed, folds.length), `${part} in fold ${fold}`).not.toBe(
            fold
          );
        }
    });
    expect(left).toBeGreaterThan(200);
  });

  it("are written as they are read", () => {
    const again = foldsFile(calibrationTable, heldOut);
    expect(readFoldsFile(again)).toEqual(heldOut);
    // Not compared as texts, whose difference would fill screens.
    expect(again === text).toBe(true);
  });
});
