/** Requests of an example over time: who waits, who is computed, who gets tokens; queue and KV cache below. One SVG. */
import type {LoggedRun} from "../engine/simulate/step-log.js";
import {figure} from "./format.js";
import {exampleRequests, givesToken, requestNames} from "./simulation-example.js";

const svgName = "http://www.w3.org/2000/svg";

export interface Gantt {
  element: SVGSVGElement;
  /** Shows what has happened up to a time, and the step that runs then. */
  show(ms: number, step: number): void;
}

const left = 58;
const right = 12;
const rowHeight = 30;
const barHeight = 18;
const top = 22;
const laneTop = top + requestNames.length * rowHeight + 22;
const queueHeight = 36;
const kvTop = laneTop + queueHeight + 30;
const kvHeight = 44;
const height = kvTop + kvHeight + 36;

function s(
  name: string,
  attributes: Record<string, string | number>,
  ...children: (SVGElement | string)[]
): SVGElement {
  const element = document.createElementNS(svgName, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

export function ganttChart(run: LoggedRun, kvTokens: number, width: number, onpick: (step: number) => void): Gantt {
  const endMs = run.steps.at(-1)!.endMs;
  const x = (ms: number) => left + ((width - left - right) * ms) / endMs;
  const veil = s("rect", {class: "kp-gantt-veil", y: top - 8, height: height - top - 26});
  const cursor = s("line", {class: "kp-gantt-cursor", y1: top - 8, y2: height - 34});
  const band = s("rect", {class: "kp-gantt-band", y: top - 8, height: height - top - 26});
  const element = s(
    "svg",
    {viewBox: `0 0 ${width} ${height}`, width, height, class: "kp-gantt", role: "img", "aria-label": label(run)},
    band,
    ...timeAxis(endMs, x, width),
    ...requestNames.flatMap((name, request) => row(run, request, name, x)),
    ...queueLane(run, x),
    ...kvLane(run, kvTokens, x, width),
    veil,
    cursor
  ) as SVGSVGElement;
  element.addEventListener("click", (event) => {
    const at = ((event.offsetX - left) / (width - left - right)) * endMs;
    onpick(
      Math.max(
        0,
        run.steps.findIndex((step) => step.endMs > at)
      )
    );
  });
  const show = (ms: number, step: number) => {
    const at = x(Math.min(ms, endMs));
    veil.setAttribute("x", String(at));
    veil.setAttribute("width", String(Math.max(0, width - right - at + 2)));
    cursor.setAttribute("x1", String(at));
    cursor.setAttribute("x2", String(at));
    const {startMs, endMs: stepEndMs} = run.steps[step];
    band.setAttribute("x", String(x(startMs)));
    band.setAttribute("width", String(x(stepEndMs) - x(startMs)));
  };
  return {element, show};
}

function label({steps, requests}: LoggedRun): string {
  const ends = requests.map(({finishedMs}, i) => `${requestNames[i]} at ${Math.round(finishedMs)} ms`);
  return `Six requests in ${steps.length} engine steps; they end: ${ends.join(", ")}. The table below has every step.`;
}

function timeAxis(endMs: number, x: (ms: number) => number, width: number): SVGElement[] {
  const stride = [50, 100, 200, 500, 1000].find((each) => ((width - left) * each) / endMs > 64) ?? 2000;
  const ticks = Array.from({length: Math.floor(endMs / stride) + 1}, (_, i) => i * stride);
  return [
    ...ticks.map((ms) => s("line", {class: "kp-gantt-grid", x1: x(ms), x2: x(ms), y1: top - 8, y2: height - 34})),
    ...ticks.map((ms) => s("text", {class: "kp-gantt-tick", x: x(ms), y: height - 20, "text-anchor": "middle"}, figure(ms))),
    s("text", {class: "kp-gantt-tick", x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle"}, "time (ms) →")
  ]; // prettier-ignore
}

type Part = "waits" | "prefills" | "decodes" | "still";

/** What a request does in each step, and between being sent and its last token where no step has it. */
function partsOf({steps, requests}: LoggedRun, request: number): {part: Part; fromMs: number; toMs: number}[] {
  const {sentMs, finishedMs} = requests[request];
  const parts: {part: Part; fromMs: number; toMs: number}[] = [];
  const add = (part: Part, fromMs: number, toMs: number) => {
    const last = parts.at(-1);
    // Tokens stand apart; waiting does not.
    if (last && last.part === part && part !== "decodes" && part !== "prefills") last.toMs = toMs;
    else if (toMs > fromMs) parts.push({part, fromMs, toMs});
  };
  let doneMs = sentMs;
  for (const {startMs, endMs, chunks, decodes, idle} of steps) {
    if (endMs <= sentMs || startMs >= finishedMs - 1e-6) continue;
    const part = chunks.some((chunk) => chunk.request === request)
      ? "prefills"
      : decodes.includes(request)
        ? "decodes"
        : idle.includes(request)
          ? "still"
          : "waits";
    if (startMs > doneMs) add("waits", doneMs, startMs);
    add(part, Math.max(startMs, doneMs), endMs);
    doneMs = endMs;
  }
  return parts;
}

function row(run: LoggedRun, request: number, name: string, x: (ms: number) => number): SVGElement[] {
  const y = top + request * rowHeight;
  const {inputTokens, outputTokens} = exampleRequests[request];
  const bars = partsOf(run, request).map(({part, fromMs, toMs}) => {
    const thin = part === "waits";
    return s("rect", {
      class: `kp-gantt-${part}`,
      x: x(fromMs),
      width: Math.max(0.5, x(toMs) - x(fromMs) - (thin || part === "still" ? 0 : 1)),
      y: y + (thin ? barHeight / 2 - 1.5 : 0),
      height: thin ? 3 : barHeight,
      rx: thin ? 1.5 : 2
    });
  });
  const title = s("title", {}, `${name}: ${inputTokens} tokens in, ${outputTokens} out`);
  return [
    s("text", {class: "kp-gantt-name", x: 4, y: y + 14}, name, title),
    s("text", {class: "kp-gantt-size", x: left - 6, y: y + 14, "text-anchor": "end"}, `${figure(inputTokens)}`),
    ...bars,
    firstToken(run, request, x, y)
  ];
}

/** A drop where the first token comes. */
function firstToken(run: LoggedRun, request: number, x: (ms: number) => number, y: number): SVGElement {
  const first = run.steps.find((step) => givesToken(run, step, request, 0));
  const at = x(first?.endMs ?? 0);
  return s("path", {class: "kp-gantt-first", d: `M${at - 4},${y - 7}h8l-4,6z`}, s("title", {}, "first token"));
}

function stairs(
  run: LoggedRun,
  x: (ms: number) => number,
  y: (step: LoggedRun["steps"][number]) => number,
  base: number
): string {
  const corners = run.steps.map((step) => `L${x(step.startMs)},${y(step)}H${x(step.endMs)}`).join("");
  return `M${x(run.steps[0].startMs)},${base}${corners}V${base}Z`;
}

function queueLane(run: LoggedRun, x: (ms: number) => number): SVGElement[] {
  const base = laneTop + queueHeight;
  const most = requestNames.length - 1;
  const y = ({waiting, atDoor}: LoggedRun["steps"][number]) =>
    base - (queueHeight * (waiting.length + atDoor.length)) / most;
  return [
    s("text", {class: "kp-gantt-lane", x: left, y: laneTop - 6}, "requests that wait"),
    s("line", {class: "kp-gantt-base", x1: left, x2: x(run.steps.at(-1)!.endMs), y1: base, y2: base}),
    s("text", {class: "kp-gantt-tick", x: left - 6, y: laneTop + 5, "text-anchor": "end"}, String(most)),
    s("text", {class: "kp-gantt-tick", x: left - 6, y: base + 4, "text-anchor": "end"}, "0"),
    s("path", {class: "kp-gantt-queue", d: stairs(run, x, y, base)})
  ];
}

function kvLane(run: LoggedRun, kvTokens: number, x: (ms: number) => number, width: number): SVGElement[] {
  const base = kvTop + kvHeight;
  const most = Math.max(...run.steps.map((step) => step.kvTokens));
  // Where it is far from full, the limit would squeeze what is to be seen.
  const isNear = most > 0.25 * kvTokens;
  const end = isNear ? kvTokens : 1.3 * most;
  const y = (tokens: number) => base - (kvHeight * tokens) / end;
  const limit = isNear
    ? [s("line", {class: "kp-gantt-limit", x1: left, x2: width - right, y1: y(kvTokens), y2: y(kvTokens)})]
    : [];
  return [
    s("text", {class: "kp-gantt-lane", x: left, y: kvTop - 6}, isNear ? `KV cache, tokens in use or reserved; full at ${figure(kvTokens)}` : `KV cache, tokens in use or reserved, of ${figure(kvTokens)}`),
    s("line", {class: "kp-gantt-base", x1: left, x2: width - right, y1: base, y2: base}),
    s("text", {class: "kp-gantt-tick", x: left - 6, y: base + 4, "text-anchor": "end"}, "0"),
    s("path", {class: "kp-gantt-kv", d: stairs(run, x, (step) => y(step.kvTokens), base)}),
    ...limit
  ]; // prettier-ignore
}
