/** A query over the loaded slice, its result as a table, and errors in plain words. */
import {h} from "./dom.js";
import {figure} from "./format.js";
import type {AskSlice, SqlResult} from "./slice-sql.js";
import type {Cell} from "./slice-table.js";

const mostRows = 200;

/** Nothing runs before somebody says so. */
export function sqlBox(ask: AskSlice, initial: string): HTMLElement {
  const text = h(
    "textarea",
    {rows: Math.max(4, initial.split("\n").length), spellcheck: "false", "aria-label": "SQL over the table slice"},
    initial
  );
  const output = h("div", {class: "kp-sql-result", "aria-live": "polite"});
  let loaded = false;
  const run = async () => {
    if (!loaded) output.replaceChildren(h("p", {class: "kp-hint"}, "DuckDB is loading, 8 MB, once."));
    const start = performance.now();
    try {
      const result = await ask(text.value);
      output.replaceChildren(resultTable(result, performance.now() - start));
    } catch (error) {
      output.replaceChildren(sqlProblem(error as Error));
    }
    loaded = true;
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
  });
  return h(
    "div",
    {class: "kp-field kp-sql"},
    text,
    h(
      "p",
      {},
      h("button", {type: "button", class: "kp-button kp-primary", onclick: () => void run()}, "Run"),
      h("span", {class: "kp-hint"}, " or Ctrl Enter")
    ),
    output
  );
}

function resultTable({columns: names, rows}: SqlResult, ms: number): HTMLElement {
  const isNumber = (name: string) => typeof rows[0]?.[name] === "number";
  const cell = (name: string, value: Cell) =>
    h(
      "td",
      {class: isNumber(name) ? "kp-number" : null},
      typeof value === "number"
        ? Number.isInteger(value)
          ? value.toLocaleString("en")
          : figure(value)
        : String(value ?? "–")
    );
  const shown = rows.slice(0, mostRows);
  const caption = `${figure(rows.length)} ${rows.length === 1 ? "row" : "rows"} in ${figure(ms)} ms${rows.length > mostRows ? `, the first ${mostRows} shown` : ""}`;
  return h(
    "div",
    {class: "kp-table"},
    h(
      "table",
      {},
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h("tr", {}, ...names.map((name) => h("th", {scope: "col", class: isNumber(name) ? "kp-number" : null}, name)))
      ),
      h("tbody", {}, ...shown.map((row) => h("tr", {}, ...names.map((name) => cell(name, row[name])))))
    )
  );
}

/** DuckDB’s message without its stack, and the nearest thing that would work. */
function sqlProblem({message}: Error): HTMLElement {
  const [first] = message.replace(/^(\w+ )*Error: /, "").split("\n\n");
  const hint = /does not exist|not found in FROM/i.test(message)
    ? "The table is called slice; DESCRIBE slice lists its columns."
    : "The rest of the page is unaffected; change the query and run it again.";
  return h(
    "div",
    {class: "kp-empty", role: "alert"},
    h("b", {}, "That query did not run. "),
    h("code", {}, first),
    h("p", {class: "kp-hint"}, hint)
  );
}
