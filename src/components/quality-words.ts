/** What a judgement of a table comes to, in words and tables. */
import type {Contrast, VersionJump} from "../engine/quality.js";
import {quantile} from "../engine/quality.js";
import type {FileRecord, ImportRecord} from "../engine/schema.js";
import type {Judged} from "../audit/judged.js";
import type {ClampAnswer, ClampSize} from "../audit/protocol.js";
import {parallelWords} from "../words.js";
import {h} from "./dom.js";
import {backendWords, counted, duration, figure, percent, shortModel} from "./format.js";

export function nothingImported(): HTMLElement {
  return h(
    "div",
    {class: "kp-empty"},
    h("b", {}, "Nothing is imported yet, so there is nothing to judge."),
    " Until then predictions come from what Kneepoint carries itself. Point the importer at a folder of measured tables, then reload:",
    h("pre", {}, h("code", {}, "npm run import -- DIR"))
  );
}

/** The answer of the page, about one table. */
export function qualitySentence(what: string, {rows, tested, impossible, slower, paired}: Judged): HTMLElement {
  const light =
    tested === 0
      ? "none can be held against the speed of light"
      : impossible === 0
        ? `none of the ${figure(tested)} that can be tested is faster than physics allows`
        : `${figure(impossible)} of the ${figure(tested)} that can be tested (${percent(impossible / tested)}) are faster than physics allows`;
  const order = paired === 0 ? "" : `, and ${percent(slower / paired)} take longer than a larger neighbour`;
  return h("p", {class: "kp-lede"}, `Of ${figure(rows)} rows in ${what}, `, h("b", {}, light), `${order}.`);
}

export function qualityFigures({
  rows,
  bounded,
  remarkable,
  tested,
  impossible,
  leastOfLight,
  paired,
  slower,
  muchSlower
}: Judged): HTMLElement {
  const item = (label: string, value: string, note: string) =>
    h("div", {}, h("dt", {}, label), h("dd", {}, value), h("dd", {class: "kp-quiet"}, note));
  const least = leastOfLight === Infinity ? "no row can be tested" : `fastest: ${figure(leastOfLight)} of its bound`;
  return h(
    "dl",
    {class: "kp-judged"},
    item("impossible", figure(impossible), `of ${figure(tested)} tested; ${least}`),
    item(
      "utilisation above 1.2",
      figure(remarkable),
      bounded ? `of ${figure(bounded)} with a known bound` : "no bound is modelled"
    ),
    item(
      "slower than a larger neighbour",
      figure(slower),
      paired ? `of ${figure(paired)}; ${figure(muchSlower)} by more than 10 %` : "no neighbours"
    ),
    item("rows", figure(rows), "after repeats are dropped")
  );
}

/** Rows with what they are compared with; nothing where there are none. */
export function contrastTable(title: string, other: string, list: readonly Contrast[]): HTMLElement {
  if (list.length === 0) return h("div");
  const columns = Object.keys(list[0].at).filter((name) => list.some(({at}) => at[name] !== ""));
  const head = [...columns, "measured", other, "ratio"];
  const coordinates = ({at, other}: Contrast) =>
    columns.map((name) => {
      const there = other?.[name];
      const changed = there !== undefined && there !== at[name];
      return h(
        "td",
        {class: typeof at[name] === "number" ? "kp-number" : null},
        changed ? `${shown(at[name])} → ${shown(there)}` : shown(at[name])
      );
    });
  const row = (each: Contrast) =>
    h(
      "tr",
      {},
      ...coordinates(each),
      ...[duration(each.latencyMs), duration(each.otherMs), figure(each.latencyMs / each.otherMs)].map((text) =>
        h("td", {class: "kp-number"}, text)
      )
    );
  return h(
    "div",
    {class: "kp-table kp-plain"},
    h(
      "table",
      {},
      h("caption", {}, title),
      h("thead", {}, h("tr", {}, ...head.map((name) => h("th", {scope: "col"}, name.replaceAll("_", " "))))),
      h("tbody", {}, ...list.map(row))
    )
  );
}

const shown = (value: number | string) => (typeof value === "number" ? value.toLocaleString("en") : value);

/** `Of 9,210 coordinates in both, half moved by less than 3 % …`. */
export function jumpSentence(older: string, {common, gone, added, ratios, off, farOff}: VersionJump): string {
  if (common === 0) return `Nothing of it was measured in ${older} too.`;
  const moves = `newer over older is ${figure(quantile(ratios, 0.5))} in the middle, ${figure(quantile(ratios, 0.05))} to ${figure(quantile(ratios, 0.95))} for nine tenths`;
  return `Of ${counted(common, "coordinate")} in ${older} too, ${moves}; ${percent(off / common)} moved by more than 10 %, ${figure(farOff)} by more than a factor of two. ${figure(added)} are new, ${figure(gone)} gone.`;
}

/** What imports left out of one release, file by file, and of everything in a line. */
export function rejectedRows(
  {files, others}: ImportRecord,
  at: {system: string; backend: string; version: string}
): HTMLElement {
  if (files.length === 0)
    return h(
      "p",
      {class: "kp-empty"},
      "What the importer left out is noted from the next import on: ",
      h("code", {}, "npm run import -- DIR"),
      "."
    );
  const own = files.filter(
    (file) => file.system === at.system && file.backend === at.backend && file.version === at.version
  );
  const sum = (list: readonly FileRecord[], field: "rows" | "dropped" | "repeated" | "refused") =>
    list.reduce((total, file) => total + (file[field] ?? 0), 0);
  const unread = files.filter(({refusals = []}) => refusals.some(({row}) => row === undefined));
  const numbers = (file: FileRecord) => [file.rows, file.dropped ?? 0, file.repeated ?? 0, file.refused ?? 0];
  const row = (file: FileRecord) =>
    h(
      "tr",
      {},
      h("th", {scope: "row"}, file.file),
      ...numbers(file).map((count) => h("td", {class: "kp-number"}, figure(count))),
      h(
        "td",
        {},
        (file.refusals ?? []).map(({row, reason}) => `${row ? `row ${row}: ` : ""}${reason}`).join("; ") || "–"
      )
    );
  const all = `All imports: ${counted(files.length, "file")} with ${counted(sum(files, "rows"), "row")} accepted; ${figure(sum(files, "repeated"))} repeat a coordinate, ${figure(sum(files, "dropped"))} were left out on purpose (eager all-reduce, unused types), ${figure(sum(files, "refused"))} refused; ${counted(unread.length, "file")} could not be read at all${others.length > 0 ? `, and ${counted(others.length, "other file")} ${others.length === 1 ? "is" : "are"} no table` : ""}.`;
  const head = ["file", "accepted", "left out", "repeated", "refused", "why"];
  return h(
    "div",
    {},
    h("p", {class: "kp-note"}, all),
    own.length === 0
      ? h("p", {class: "kp-hint"}, "This version brought no files of its own.")
      : h(
          "div",
          {class: "kp-table kp-plain"},
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ...head.map((name) => h("th", {scope: "col"}, name)))),
            h("tbody", {}, ...own.map(row))
          )
        )
  );
}

/** Predictions twice: from the tables as they are, and raised to the speed of light. */
export function clampTable(model: string, where: string, {batch, isl, osl, sizes}: ClampAnswer): HTMLElement {
  const fitting = sizes.filter(({fits}) => fits);
  const shown = fitting.length > 0 ? fitting : sizes;
  const change = ({measured, clamped}: ClampSize["ttftMs"]) =>
    clamped - measured < 1e-9 ? "–" : `+${percent(clamped / measured - 1)}`;
  const numbers = ({ttftMs, tpotMs}: ClampSize) => [
    duration(ttftMs.measured),
    duration(ttftMs.clamped),
    change(ttftMs),
    duration(tpotMs.measured),
    duration(tpotMs.clamped),
    change(tpotMs)
  ];
  const opWords = ({ops}: ClampSize) =>
    ops
      .slice(0, 2)
      .map(
        (op) => `${op.name.replaceAll("_", " ")}, ${op.phase}: ${duration(op.measuredMs)} → ${duration(op.clampedMs)}`
      )
      .join("; ") || "–";
  const row = (size: ClampSize) =>
    h(
      "tr",
      {},
      h("th", {scope: "row"}, parallelWords(size.parallel)),
      ...numbers(size).map((text) => h("td", {class: "kp-number"}, text)),
      h("td", {}, opWords(size))
    );
  const head = ["worker", "TTFT", "clamped", "change", "TPOT", "clamped", "change", "operators that change most"];
  const caption = `${shortModel(model)} on ${where}, batch ${batch}, ${figure(isl)} tokens in, ${figure(osl)} out`;
  const most = Math.max(...shown.map(({ttftMs}) => ttftMs.clamped / ttftMs.measured - 1));
  const words =
    most > 1e-6
      ? `TTFT would be up to ${percent(most)} longer.`
      : "No row that these predictions look into is faster than light; a clamp changes no TTFT.";
  return h(
    "div",
    {},
    h("p", {}, words),
    h(
      "div",
      {class: "kp-table kp-plain"},
      h(
        "table",
        {},
        h("caption", {}, caption),
        h("thead", {}, h("tr", {}, ...head.map((name) => h("th", {scope: "col"}, name)))),
        h("tbody", {}, ...shown.map(row))
      )
    )
  );
}

export function backendName(backend: string): string {
  return backendWords[backend] ?? backend;
}
