/** The charts and tables of two pools, linked: what is chosen in one shows in all. */
import {columnTable} from "./column-table.js";
import type {ColumnTable} from "./column-table.js";
import {countsOf, poolKey} from "./disaggregated-scene.js";
import type {DisaggregatedScene, PoolRole} from "./disaggregated-scene.js";
import type {DisaggregatedView} from "./disaggregated-view.js";
import {h} from "./dom.js";
import {hatchPatterns} from "./mode-color.js";
import type {PageState} from "./page-state.js";
import {cellTable, pairsCsv, pairTable, poolCsv, poolTable} from "./pair-table.js";
import {planeFigure} from "./plane-figure.js";
import {poolFigure} from "./pool-figure.js";
import {saveText} from "./save.js";

export interface DisaggregatedFigures {
  /** Both pools side by side. */
  pools: HTMLElement;
  plane: HTMLElement;
  tables: HTMLElement;
  update(scene: DisaggregatedScene | null): void;
  /** Tables can wait while you drag. */
  updateTables(scene: DisaggregatedScene | null): void;
}

export function disaggregatedFigures(state: PageState<DisaggregatedView>): DisaggregatedFigures {
  let scene: DisaggregatedScene;
  const set = (part: Partial<DisaggregatedView>) => state.setView(part);
  // The numbers of workers are the best for a pair until they are set.
  const choose = (role: PoolRole, key: string) =>
    set(role === "prefill" ? {prefill: key, at: undefined} : {decode: key, at: undefined});
  const figures = {
    prefill: poolFigure("prefill", (key) => choose("prefill", key)),
    decode: poolFigure("decode", (key) => choose("decode", key))
  };
  const plane = planeFigure(set);
  const pairs = columnTable({
    onpick: (row) => {
      const {prefill, decode, pairs} = scene.columns;
      set({prefill: poolKey(prefill, pairs.prefill[row]), decode: poolKey(decode, pairs.decode[row]), at: undefined});
    },
    onhover: () => {},
    onorder: (order) => set({order})
  });
  const poolTableOf = (role: PoolRole) =>
    columnTable({
      onpick: (row) => choose(role, poolKey(scene.columns[role], row)),
      onhover: () => {},
      onorder: (order) => set(role === "prefill" ? {prefillOrder: order} : {decodeOrder: order})
    });
  const tables = {prefill: poolTableOf("prefill"), decode: poolTableOf("decode")};
  const cells = columnTable({
    onpick: (cell) => set({at: countsOf(scene.matched!.plane, cell)}),
    onhover: () => {},
    onorder: (cellOrder) => set({cellOrder})
  });
  const save = (name: string, text: string) => saveText(`kneepoint-${name}.csv`, text, "text/csv");
  const csv = (label: string, onclick: () => void) => h("button", {type: "button", class: "kp-button", onclick}, label);
  const folded = (summary: string, table: ColumnTable) =>
    h("details", {class: "kp-front-table"}, h("summary", {}, summary), table);
  const pools = h("div", {class: "kp-pools"}, hatchPatterns(), figures.prefill, figures.decode);
  const whole = h(
    "div",
    {class: "kp-pair-tables"},
    pairs,
    h(
      "div",
      {class: "kp-downloads"},
      csv("pairs as csv", () => save("pairs", pairsCsv(scene))),
      csv("prefill as csv", () => save("prefill", poolCsv(scene, "prefill"))),
      csv("decode as csv", () => save("decode", poolCsv(scene, "decode")))
    ),
    folded("All numbers of workers, as a table", cells),
    folded("All prefill workers, as a table", tables.prefill),
    folded("All decode workers, as a table", tables.decode)
  );
  const update = (next: DisaggregatedScene | null) => {
    for (const element of [pools, plane, whole]) element.hidden = !next;
    if (!next) return;
    scene = next;
    figures.prefill.update(next);
    figures.decode.update(next);
    plane.update(next);
  };
  const updateTables = (next: DisaggregatedScene | null) => {
    if (!next) return;
    pairs.update(pairTable(next));
    tables.prefill.update(poolTable(next, "prefill"));
    cells.update(cellTable(next));
    tables.decode.update(poolTable(next, "decode"));
  };
  return {pools, plane, tables: whole, update, updateTables};
}
