/** Measured rows by deployment: model, GPU, backend and mode. */
import {grouped} from "../measured/accuracy.js";
import type {Scored} from "../measured/accuracy.js";
import {facetWords} from "./accuracy-filters.js";
import type {AccuracyFilters} from "./accuracy-filters.js";
import type {ErrorGroup} from "./error-table.js";

const parts = ["model", "system", "backend", "mode"] as const;

/** Picking one narrows the page to it. */
export function deploymentGroups(
  scored: readonly Scored[],
  filters: Pick<AccuracyFilters, "apply" | "value">,
  systems: ReadonlyMap<string, string>
): ErrorGroup[] {
  const keyOf = (row: Scored["row"]) => JSON.stringify(parts.map((part) => row[part]));
  return grouped(scored, keyOf).map(({scored}) => {
    const {model, system, backend, mode} = scored[0].row;
    const {version} = filters.value.narrowed;
    return {
      names: parts.map((part) => facetWords(part, scored[0].row[part], systems)),
      scored,
      onpick: () => filters.apply({narrowed: {model, system, backend, mode, version}})
    };
  });
}
