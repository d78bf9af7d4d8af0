/** Errors of groups of measured rows, one row a group; a click on a heading sorts. */
import {summarise} from "../measured/accuracy.js";
import type {ErrorStats, Metric, Scored, Summary, Versus} from "../measured/accuracy.js";
import {metricWords} from "./accuracy-words.js";
import {h} from "./dom.js";
import {figure, percent} from "./format.js";

export interface ErrorGroup {
  /** What identifies it, in words for each of the first columns. */
  names: string[];
  scored: Scored[];
  /** Where its first name leads; undefined: nowhere. */
  onpick?: () => void;
}

export interface ErrorTableOptions {
  caption: string;
  /** Of the names. */
  heads: string[];
  /** The other of our predictors, in a word. */
  other: string;
  /** Key of the column that orders, and which way; empty: as given. */
  sort: string;
  ascending: boolean;
  /** Undefined: as given, not to be changed. */
  onsort?: (sort: string, ascending: boolean) => void;
}

interface Summarised {
  group: ErrorGroup;
  summary: Summary;
}

interface Column {
  key: string;
  name: string;
  title: string;
  value: (summary: Summary) => number | undefined;
  show: (value: number) => string;
}

const error = (metric: Metric, field: keyof ErrorStats) => (summary: Summary) => summary.errors?.[metric][field];

const theirError = (metric: Metric, of: (summary: Summary) => Versus | undefined) => (summary: Summary) =>
  of(summary)?.errors?.[metric].theirs.medianError;

const columns: Column[] = [
  {key: "rows", name: "rows", title: "Measured deployments", value: ({rows}) => rows, show: figure},
  {
    key: "answered",
    name: "predicted",
    title: "Rows with a prediction",
    value: ({answered, rows}) => answered / rows,
    show: percent
  },
  ...(["ttft", "tpot"] as const).flatMap((metric): Column[] => {
    const name = metricWords[metric];
    return [
      {key: metric, name: `${name} error`, title: `Median of |predicted ∕ measured − 1| of ${name}`, value: error(metric, "medianError"), show: percent},
      {key: `${metric}-mean`, name: "mean", title: `Mean absolute percentage error of ${name}`, value: error(metric, "meanError"), show: percent},
      {key: `${metric}-bias`, name: "bias", title: `Median of predicted ∕ measured ${name}: below 1 is too fast`, value: error(metric, "bias"), show: (value) => `${figure(value)} ×`},
      {key: `${metric}-other`, name: "other", title: `Median error of our other predictor, on the rows that both answer`, value: theirError(metric, ({other}) => other), show: percent},
      {key: `${metric}-reference`, name: "reference", title: `Median error of the file's own predictor, on the rows that both answer`, value: theirError(metric, ({reference}) => reference), show: percent}
    ]; // prettier-ignore
  })
];

export function errorTable(groups: readonly ErrorGroup[], options: ErrorTableOptions): HTMLElement {
  const {caption, heads, other, sort, ascending, onsort} = options;
  const rows = groups.map((group): Summarised => ({group, summary: summarise(group.scored)}));
  const hasReference = rows.some(({summary}) => summary.reference);
  const named = columns.map((column) => (column.key.endsWith("-other") ? {...column, name: other} : column));
  const shown = named.filter(({key}) => hasReference || !key.endsWith("-reference"));
  const by = shown.find(({key}) => key === sort);
  const head = (column: Column) => {
    const order = column !== by ? "none" : ascending ? "ascending" : "descending";
    const turn = () => onsort?.(column.key, column === by ? !ascending : false);
    const name = onsort
      ? h("button", {type: "button", title: column.title, class: "kp-explained", onclick: turn}, column.name)
      : h("span", {title: column.title, class: "kp-explained"}, column.name);
    return h("th", {scope: "col", "aria-sort": onsort ? order : null}, name);
  };
  return h(
    "div",
    {class: "kp-table kp-errors"},
    h(
      "table",
      {},
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h("tr", {}, ...heads.map((name) => h("th", {scope: "col", class: "kp-name"}, name)), ...shown.map(head))
      ),
      h("tbody", {}, ...(by ? sorted(rows, by, ascending) : rows).map((row) => line(row, shown)))
    )
  );
}

/** Groups without the figure come last, whichever way. */
function sorted(rows: readonly Summarised[], {value}: Column, ascending: boolean): Summarised[] {
  const way = ascending ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a.summary), value(b.summary)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return way * (x - y);
  });
}

function line({group, summary}: Summarised, shown: readonly Column[]): HTMLElement {
  const [first, ...others] = group.names;
  const name = group.onpick ? h("button", {type: "button", class: "kp-link", onclick: group.onpick}, first) : first;
  const cells = shown.map(({value, show}) => {
    const of = value(summary);
    return h("td", {class: "kp-number"}, of === undefined ? "–" : show(of));
  });
  return h("tr", {}, h("th", {scope: "row"}, name), ...others.map((other) => h("td", {}, other)), ...cells);
}
