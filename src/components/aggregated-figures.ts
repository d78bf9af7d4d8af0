/** The charts and the table of aggregated candidates, linked: what is hovered or picked in one shows in all. */
import {saveText} from "./save.js";
import type {AggregatedScene} from "./aggregated-scene.js";
import type {AggregatedView} from "./aggregated-view.js";
import {candidateFilter} from "./candidate-filter.js";
import {candidateMap} from "./candidate-map.js";
import type {Tried} from "./candidate-map-cells.js";
import {candidateId} from "./candidate-row.js";
import {candidateScatter} from "./candidate-scatter.js";
import {candidatesCsv, candidateTable} from "./candidate-table.js";
import {columnTable} from "./column-table.js";
import type {PageState} from "./page-state.js";

export interface AggregatedFigures {
  scatter: HTMLElement;
  filter: HTMLElement;
  map: HTMLElement;
  table: HTMLElement;
  update(scene: AggregatedScene, tried: Tried): void;
  /** The table can wait while you drag. */
  updateTable(scene: AggregatedScene): void;
  /** −1: back to the best. */
  pick(row: number): void;
}

export function aggregatedFigures(state: PageState<AggregatedView>): AggregatedFigures {
  let scene: AggregatedScene;
  const pick = (row: number) => state.setQuestion({pick: row < 0 ? "" : candidateId(scene.columns, row)});
  const save = () => saveText("kneepoint-aggregated.csv", candidatesCsv(scene.columns, scene.rows), "text/csv");
  const table = columnTable({
    onpick: pick,
    onhover: (row) => scatter.highlight(row),
    onorder: (order) => state.setView({order})
  });
  const scatter = candidateScatter({
    onpick: pick,
    onhover: (row) => table.highlight(row),
    onbrush: (part) => state.setView(part)
  });
  const map = candidateMap({onpick: pick, onmetric: (metric) => state.setView({map: metric})});
  const filter = candidateFilter((part) => state.setView(part), save);
  const update = (next: AggregatedScene, tried: Tried) => {
    scene = next;
    scatter.update(next);
    filter.update(next);
    map.update(next, tried);
  };
  const updateTable = (next: AggregatedScene) => table.update(candidateTable(next));
  return {scatter, filter, map, table, update, updateTable, pick};
}
