/** The rows that the page draws, once there are any: a cell that waits for them need not know of an empty page. */
import type {Scored} from "../measured/accuracy.js";
import type {AccuracyFilters} from "./accuracy-filters.js";
import {isShown} from "./accuracy-view.js";
import type {AccuracyView} from "./accuracy-view.js";
import {whenIdle, whenStill} from "./idle.js";
import type {MeasuredSource} from "./measured-source.js";

export interface ShownRows {
  scored: Scored[];
  /** Those of them that were chosen. */
  shown: Scored[];
  asked: AccuracyView;
  /** More predictions are under way. */
  running: boolean;
}

/** What takes its time to draw waits: for a moment without more urgent work, or while rows come in for their end. */
export function settledRows(rows: ShownRows, replaced: Promise<void>): Promise<ShownRows> {
  return rows.running ? whenStill(rows, replaced, stillMs) : whenIdle(rows);
}

/** Longer than between parts of a stream, save where it waits for tables. */
const stillMs = 800;

/** For Generators.observe. */
export function shownRows(
  source: MeasuredSource,
  filters: AccuracyFilters
): (notify: (rows: ShownRows) => void) => () => void {
  return (notify) => {
    const tell = () => {
      const [{scored, running}, asked] = [source.value, filters.value];
      if (scored.length > 0) notify({scored, shown: scored.filter((each) => isShown(each, asked)), asked, running});
    };
    source.addEventListener("input", tell);
    filters.addEventListener("input", tell);
    tell();
    return () => {
      source.removeEventListener("input", tell);
      filters.removeEventListener("input", tell);
    };
  };
}
