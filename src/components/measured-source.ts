/** Where measured deployments come from: files that the site was built with or that the reader gives; and their predictions. */
import type {LiveSearch} from "../search/live.js";
import type {Scored} from "../measured/accuracy.js";
import {predictors} from "../engine/search/predictor.js";
import type {Predictions} from "../measured/prediction.js";
import type {MeasuredRow} from "../measured/read.js";
import type {NamedFile, NamedText, Ways} from "../search/predicting.js";
import type {AccuracyView} from "./accuracy-view.js";
import {announce, h} from "./dom.js";
import {counted, figure} from "./format.js";
import {problemList} from "./measured-problems.js";

export interface BuiltMeasurements {
  files: NamedFile[];
  predictions: Predictions[];
}

/** How rows are predicted, and whose predictions are shown. */
export type AskedWays = Pick<AccuracyView, "by" | "gaps" | "labels">;

export interface Measurements {
  /** Whose files they are; `none` before there are any. */
  origin: "site" | "reader" | "none";
  files: NamedFile[];
  scored: Scored[];
  ways: AskedWays;
  /** Names of files that are being read; empty: none. */
  reading: string;
  /** While rows are being predicted. */
  running: boolean;
}

export interface MeasuredSource extends HTMLElement {
  readonly value: Measurements;
  /** Predicts all rows anew where they are to be predicted otherwise. */
  setWays(ways: AskedWays): void;
  dispose(): void;
}

/** Files of the reader outlive a reload of the tab, as far as they go into its storage. */
const storageKey = "kneepoint-measured";
const nothing = {origin: "none", files: [], scored: [], reading: "", running: false} as const;

export function measuredSource(
  search: Pick<LiveSearch, "call" | "stream">,
  built: BuiltMeasurements,
  ways: AskedWays
): MeasuredSource {
  let value: Measurements = {...nothing, files: [], scored: [], ways: waysOf(ways)};
  let predictions: Predictions[] = [];
  let cancel: () => void = () => {};
  let startedMs = 0;

  const title = h("p", {class: "kp-source-title"});
  const problem = h("p", {class: "kp-problem-text", role: "alert"});
  const bar = h("progress", {max: 1, value: 0});
  const done = h("span", {});
  const stop = button("Cancel", () => pause());
  const goOn = button("Go on", () =>
    predict(
      value.scored.map(({row}) => row),
      predictions
    )
  );
  const progress = h("div", {class: "kp-source-progress", role: "status"}, bar, done, stop, goOn);
  const problems = h("div", {});
  const input = h("input", {
    type: "file",
    accept: ".csv,text/csv",
    multiple: true,
    hidden: true,
    "aria-label": "CSV of measured deployments"
  });
  const choose = button("Choose a CSV…", () => input.click());
  const own = button("Back to the site's own", () => takeBuilt());
  const element: HTMLElement = h(
    "div",
    {class: "kp-measured-source"},
    h("div", {class: "kp-source-head"}, title, h("div", {class: "kp-row"}, choose, own, input)),
    problem,
    progress,
    problems
  );

  const scored = (rows: readonly MeasuredRow[]): Scored[] => {
    const {by} = value.ways;
    const other = predictors.find((each) => each !== by)!;
    return rows.map((row, at) => ({row, prediction: predictions[at]?.[by], other: predictions[at]?.[other]}));
  };
  const show = (next: Partial<Measurements>) => {
    value = {...value, ...next};
    const {origin, files, running} = value;
    const rows = value.scored.length;
    title.replaceChildren(...titleWords(value));
    own.hidden = origin !== "reader" || built.files.length === 0;
    const isPart = rows > 0 && predictions.length < rows;
    progress.hidden = !running && !isPart;
    progress.setAttribute("aria-busy", String(running));
    bar.max = Math.max(1, rows);
    bar.value = predictions.length;
    done.textContent = `${figure(predictions.length)} of ${counted(rows, "row")} predicted`;
    stop.hidden = !running;
    goOn.hidden = running || !isPart;
    problems.replaceChildren(problemList(files));
    element.classList.toggle("kp-none-yet", origin === "none");
    announce(element);
  };
  const fail = (message: string) => {
    problem.textContent = message;
    show({reading: "", running: false});
  };
  const pause = () => (cancel(), show({running: false}));

  /** From where `known` ends. */
  const predict = (rows: MeasuredRow[], known: Predictions[]) => {
    cancel();
    predictions = [...known];
    startedMs = performance.now();
    const {gaps, labels} = value.ways;
    const asked = {rows, from: predictions.length, gaps, labels};
    cancel = search.stream(
      "predictMeasured",
      asked,
      (part) => {
        predictions.push(...part.predictions);
        const running = part.progress.done < part.progress.total;
        if (!running) element.dataset.predictMs = String(Math.round(performance.now() - startedMs));
        show({scored: scored(rows), running});
      },
      fail
    );
    show({scored: scored(rows), running: true});
  };
  const takeFiles = (files: NamedFile[], origin: Measurements["origin"]) => {
    problem.textContent = "";
    value = {...value, origin, files, reading: ""};
    predict(rowsOf(files), []);
  };
  const takeTexts = async (texts: NamedText[]) => {
    problem.textContent = "";
    show({reading: texts.map(({name}) => name).join(", ")});
    try {
      takeFiles(await search.call("readMeasured", texts), "reader");
      keep(texts);
    } catch (error) {
      fail(`${(error as Error).message}. The format is told below.`);
    }
  };
  const takeBuilt = () => {
    cancel();
    forget();
    problem.textContent = "";
    if (built.files.length === 0) return show({...nothing, files: [], scored: []});
    const rows = rowsOf(built.files);
    value = {...value, origin: "site", files: built.files};
    if (!isSame(value.ways, builtWays)) return predict(rows, []);
    predictions = built.predictions;
    show({scored: scored(rows), running: false});
  };
  const read = async (files: FileList | null | undefined) => {
    if (!files?.length) return;
    await takeTexts(await Promise.all([...files].map(async (file) => ({name: file.name, text: await file.text()}))));
    input.value = "";
  };

  const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  const over = (event: DragEvent) => isFiles(event) && (event.preventDefault(), element.classList.add("kp-dropping"));
  const leave = (event: DragEvent) => event.relatedTarget === null && element.classList.remove("kp-dropping");
  const drop = (event: DragEvent) => {
    element.classList.remove("kp-dropping");
    if (!isFiles(event)) return;
    event.preventDefault();
    void read(event.dataTransfer?.files);
  };
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("change", () => void read(input.files));
  document.addEventListener("dragover", over);
  document.addEventListener("dragleave", leave);
  document.addEventListener("drop", drop);
  const dispose = () => {
    cancel();
    document.removeEventListener("dragover", over);
    document.removeEventListener("dragleave", leave);
    document.removeEventListener("drop", drop);
  };

  const kept = keptTexts();
  if (kept) void takeTexts(kept);
  else takeBuilt();
  const setWays = (asked: AskedWays) => {
    const [before, next] = [value.ways, waysOf(asked)];
    value = {...value, ways: next};
    if (isSame(before, next)) {
      if (before.by !== next.by) show({scored: scored(rowsOf(value.files))});
      return;
    }
    if (value.origin === "site") return takeBuilt();
    if (value.origin === "reader") predict(rowsOf(value.files), []);
  };
  return Object.defineProperty(Object.assign(element, {setWays, dispose}), "value", {
    get: () => value
  }) as MeasuredSource;
}

function titleWords({origin, files, scored, reading}: Measurements): (Node | string)[] {
  if (reading) return [`Reading ${reading} …`];
  if (origin === "none")
    return [h("b", {}, "Drop a CSV of measured deployments anywhere on this page."), " It stays in this browser."];
  const names = h("b", {}, files.map(({name}) => name).join(", "));
  const whose = origin === "site" ? "which this site was built with" : "yours, and it stays in this browser";
  return [names, `: ${counted(scored.length, "row")}, ${whose}. Drop another CSV anywhere on this page.`];
}

function rowsOf(files: readonly NamedFile[]): MeasuredRow[] {
  return files.flatMap(({rows}) => rows);
}

/** What was predicted when the site was built. */
const builtWays: Ways = {gaps: false, labels: "corrected"};

function isSame(a: Ways, b: Ways): boolean {
  return a.gaps === b.gaps && a.labels === b.labels;
}

function waysOf({by, gaps, labels}: AskedWays): AskedWays {
  return {by, gaps, labels};
}

function button(label: string, onclick: () => void): HTMLButtonElement {
  return h("button", {type: "button", class: "kp-button", onclick}, label);
}

function keep(texts: NamedText[]): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(texts));
  } catch {
    // Too large for the storage: then a reload forgets it.
    forget();
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(storageKey);
  } catch {
    // Without storage there is nothing to forget.
  }
}

function keptTexts(): NamedText[] | undefined {
  try {
    const kept = sessionStorage.getItem(storageKey);
    return kept ? (JSON.parse(kept) as NamedText[]) : undefined;
  } catch {
    return undefined;
  }
}
