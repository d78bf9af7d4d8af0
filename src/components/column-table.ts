/** Rows of columns as a table: sorted by a heading, fifty at a time, linked with a chart by hovering and picking. */
import {h} from "./dom.js";
import {figure} from "./format.js";

export interface TableColumn {
  key: string;
  name: string;
  title?: string;
  value: (row: number) => number | string;
  /** The value as it is shown, where that is not its figure. */
  show?: (row: number) => Node | string;
}

export interface TableRows {
  columns: readonly TableColumn[];
  rows: readonly number[];
  /** Key of the column that sorts, descending with a minus before it. */
  order: string;
  selected: number;
  caption: string;
}

export interface TableHandlers {
  onpick: (row: number) => void;
  /** −1 when the pointer left. */
  onhover: (row: number) => void;
  onorder: (order: string) => void;
}

export interface ColumnTable extends HTMLElement {
  update(rows: TableRows): void;
  /** Marks a row, if it is shown; −1: none. */
  highlight(row: number): void;
}

const page = 50;

export function columnTable({onpick, onhover, onorder}: TableHandlers): ColumnTable {
  const caption = h("p", {class: "kp-caption"});
  const head = h("tr");
  const body = h("tbody");
  const table = h("table", {}, h("thead", {}, head), body);
  const more = h("button", {type: "button", class: "kp-button"}, "show more");
  const rest = h("p", {class: "kp-table-rest"}, more);
  const element = h("div", {class: "kp-table kp-column-table", tabindex: 0}, caption, table, rest);
  let shown: TableRows | undefined;
  let sorted: number[] = [];
  let limit = page;

  const fill = () => {
    const {columns, selected} = shown!;
    body.replaceChildren(...sorted.slice(0, limit).map((row) => rowOf(row, columns, selected)));
    const left = sorted.length - limit;
    rest.hidden = left <= 0;
    more.textContent = `show ${Math.min(page, left)} more of ${left.toLocaleString("en")}`;
  };
  more.addEventListener("click", () => ((limit += page), fill()));
  const rowOf = (row: number, columns: readonly TableColumn[], selected: number) =>
    h(
      "tr",
      {
        "data-row": row,
        "aria-selected": String(row === selected),
        onclick: () => onpick(row),
        onpointerenter: () => onhover(row),
        onpointerleave: () => onhover(-1)
      },
      ...columns.map((column, i) => cell(column, row, i === 0))
    );
  const update = (next: TableRows) => {
    const isOther = shown && (shown.order !== next.order || shown.rows.length !== next.rows.length);
    if (isOther) limit = page;
    shown = next;
    sorted = sortedRows(next);
    caption.textContent = next.caption;
    table.setAttribute("aria-label", next.caption);
    head.replaceChildren(...next.columns.map((column) => heading(column, next.order, onorder)));
    fill();
  };
  const highlight = (row: number) => {
    body.querySelector("[data-hover]")?.removeAttribute("data-hover");
    if (row >= 0) body.querySelector(`[data-row="${row}"]`)?.setAttribute("data-hover", "");
  };
  return Object.assign(element, {update, highlight});
}

function cell({value, show}: TableColumn, row: number, isFirst: boolean): HTMLElement {
  const v = value(row);
  const shown = show?.(row) ?? (typeof v === "number" ? figure(v) : v);
  if (isFirst) return h("th", {scope: "row"}, h("button", {type: "button", class: "kp-link"}, shown));
  return h("td", {class: typeof v === "number" ? "kp-number" : null}, shown);
}

function heading({key, name, title}: TableColumn, order: string, onorder: (order: string) => void): HTMLElement {
  const isDescending = order === `-${key}`;
  const sort = order === key ? "ascending" : isDescending ? "descending" : "none";
  const onclick = () => onorder(isDescending ? key : `-${key}`);
  return h(
    "th",
    {scope: "col", "aria-sort": sort},
    h("button", {type: "button", onclick, title, class: title ? "kp-explained" : null}, name)
  );
}

/** By the column of an order; as they come where there is none of that key. */
export function sortedRows({columns, rows, order}: Pick<TableRows, "columns" | "rows" | "order">): number[] {
  const isDescending = order.startsWith("-");
  const column = columns.find(({key}) => key === order.replace(/^-/, ""));
  if (!column) return [...rows];
  const values = new Map(rows.map((row) => [row, column.value(row)]));
  const compare = (a: number, b: number) => {
    const [va, vb] = [values.get(a)!, values.get(b)!];
    return va < vb ? -1 : va > vb ? 1 : 0;
  };
  return [...rows].sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)) || a - b);
}
