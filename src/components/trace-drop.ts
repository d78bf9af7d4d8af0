/** Where a recorded trace is dropped, chosen or tried: how far it is read, what it holds, and which rows were no requests. */
import {counted, duration, figure} from "./format.js";
import {h, uniqueId} from "./dom.js";
import type {TraceFile, TraceState} from "./under-load-runs.js";

export interface TraceDrop extends HTMLElement {
  show(state: TraceState | null): void;
}

const acceptable = ".csv,.tsv,.json,.jsonl,.ndjson,.txt";

export function traceDrop(ontrace: (file: TraceFile) => void): TraceDrop {
  const id = uniqueId("trace");
  const said = h("div", {class: "kp-trace-note", role: "status"});
  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      give({name: file.name, text: await file.text()});
    } catch (error) {
      said.replaceChildren(problem(`${file.name} could not be read: ${(error as Error).message}`));
    }
  };
  const give = (file: TraceFile) => (keepTrace(file), ontrace(file));
  const input = h("input", {
    id,
    type: "file",
    accept: acceptable,
    onchange: () => {
      void read(input.files?.[0]);
      input.value = "";
    }
  });
  input.addEventListener("input", (event) => event.stopPropagation());
  const element = h(
    "div",
    {
      class: "kp-trace-drop",
      ondragover: (event: DragEvent) => (event.preventDefault(), element.classList.add("kp-dropping")),
      ondragleave: () => element.classList.remove("kp-dropping"),
      ondrop: (event: DragEvent) => {
        event.preventDefault();
        event.stopPropagation();
        element.classList.remove("kp-dropping");
        void read(event.dataTransfer?.files[0]);
      }
    },
    h(
      "p",
      {},
      h("label", {for: id, class: "kp-button"}, "Choose a trace"),
      " or drop one here: CSV with ",
      h("code", {}, "arrival_ms, input_tokens, output_tokens"),
      ", or JSON lines as Mooncake publishes them. It stays in your browser. No file at hand? ",
      h(
        "button",
        {type: "button", class: "kp-link", onclick: () => give({name: "example.csv", text: exampleTrace()})},
        "Take an example"
      )
    ),
    input,
    said
  );
  const show = (state: TraceState | null) =>
    said.replaceChildren(...(state ? traceWords(state) : [h("p", {class: "kp-hint"}, "No trace is read yet.")]));
  show(null);
  return Object.assign(element, {show});
}

function traceWords({name, share, note}: TraceState): HTMLElement[] {
  if (!note)
    return share < 1
      ? [h("p", {class: "kp-hint", "aria-busy": "true"}, `Reading ${name} `, h("progress", {max: 1, value: share}))]
      : [problem(`${name} could not be read.`)];
  const {requests, rows, spanMs, meanInput, meanOutput, errors, errorCount} = note;
  const kind = note.format === "csv" ? "CSV" : "JSON lines";
  const holds =
    requests > 0
      ? `${counted(requests, "request")} over ${duration(spanMs)}, ${figure(meanInput)} tokens in and ${figure(meanOutput)} out on average`
      : "no request";
  const summary = h("p", {class: "kp-hint"}, h("b", {}, name), `, ${kind}: ${holds}.`);
  if (errorCount === 0) return [summary];
  const left = h(
    "details",
    {class: "kp-trace-errors", open: requests === 0},
    h("summary", {}, `${figure(errorCount)} of ${counted(rows, "row")} are no requests and were left out`),
    h(
      "ul",
      {},
      ...errors.map(({row, message}) => h("li", {}, `Line ${row}: ${message}`)),
      errorCount > errors.length && h("li", {}, `and ${figure(errorCount - errors.length)} more`)
    )
  );
  return [summary, left];
}

function problem(words: string): HTMLElement {
  return h("p", {class: "kp-problem-text", role: "alert"}, words);
}

/** Ten minutes with a calm start, a rush and a calm end, drawn without chance. */
export function exampleTrace(): string {
  const lines = ["arrival_ms,input_tokens,output_tokens"];
  let ms = 0;
  for (let i = 0; i < 1200; ++i) {
    const rush = Math.exp(-(((ms / 1000 - 60) / 20) ** 2));
    ms += (400 / (1 + 7 * rush)) * (0.4 + 1.2 * fraction(i * 0.618034));
    const long = fraction(i * 0.754878) ** 3;
    lines.push(
      `${Math.round(ms)},${Math.round(400 + 5600 * long)},${Math.round(40 + 500 * fraction(i * 0.569841) ** 2)}`
    );
  }
  return `${lines.join("\n")}\n`;
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

const key = "kneepoint.trace";

/** Kept in this tab, so that reloading brings it back; a large one stays while the page does. */
function keepTrace(file: TraceFile): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(file));
  } catch {
    sessionStorage.removeItem(key);
  }
}

export function keptTrace(): TraceFile | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "null") as TraceFile | null;
    return found && typeof found.name === "string" && typeof found.text === "string" ? found : null;
  } catch {
    return null;
  }
}
