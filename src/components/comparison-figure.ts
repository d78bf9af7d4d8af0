/** The chart of all fronts on the page: keeps its axes still, tells what is pointed at, and leads to the plan. */
import {h} from "./dom.js";
import type {Entry, EntryPoint} from "./comparison-entry.js";
import type {ComparisonPlotOptions, ComparisonView} from "./comparison-plot.js";
import {formatQuestion} from "./question.js";
import {laidOutWidth} from "./resize.js";

export interface ComparisonFigure extends HTMLElement {
  /** `words` is what the chart shows, for those who do not see it. */
  update(view: ComparisonView, words: string): void;
}

/** Pixels; narrower than its margins a chart cannot be, as it is for a moment while a page is laid out. */
const leastWidth = 120;
/** How near to a point a pointer must be. */
const reachPx = 40;

type Drawing = typeof import("./comparison-plot.js");

export function comparisonFigure(): ComparisonFigure {
  const stage = h("div", {class: "kp-stage kp-compare-stage", tabindex: 0, role: "img"});
  const tip = h("div", {class: "kp-tip", hidden: true, "aria-hidden": "true"});
  const spoken = h("p", {class: "kp-spoken", "aria-live": "polite"});
  const figure = h("figure", {class: "kp-pareto"}, stage, tip, spoken);
  let drawing: Drawing | undefined;
  let view: ComparisonView | undefined;
  let domain: ComparisonPlotOptions["domain"] | undefined;
  let svg: ReturnType<Drawing["comparisonPlot"]> | undefined;
  let marked: {entry: Entry; point: EntryPoint} | undefined;

  const draw = () => {
    const width = widthOfStage();
    if (!drawing || !view || !domain || width < leastWidth) return;
    const height = width < 560 ? 360 : 540;
    svg = drawing.comparisonPlot({...view, domain, width, height, marked: marked?.point});
    svg.setAttribute("aria-hidden", "true");
    stage.replaceChildren(svg);
  };
  const widthOfStage = laidOutWidth(stage, draw);
  // The drawing library comes after the words of the page.
  void import("./comparison-plot.js").then((loaded) => ((drawing = loaded), draw()));

  const update = (next: ComparisonView, words: string) => {
    stage.setAttribute("aria-label", words);
    const isSame = view !== undefined && looks(view) === looks(next) && sameFronts(view, next);
    domain = settledDomain(next, view?.log === next.log ? domain : undefined);
    view = next;
    if (isSame && marked) marked = {...marked, entry: next.entries[marked.entry.slot]};
    if (isSame) return;
    point(undefined);
    draw();
  };
  const point = (found: typeof marked) => {
    const isSame = marked?.point === found?.point;
    marked = found;
    tip.hidden = !found;
    stage.style.cursor = found?.entry.question ? "pointer" : "";
    if (isSame || !svg) return;
    draw();
    if (!found) return;
    const {entry, point} = found;
    tip.textContent = `${entry.name}: ${point.sentence}`;
    const x = svg.scale("x").apply(point.tokensPerSecPerUser);
    const y = svg.scale("y").apply(point.tokensPerSecPerGpu);
    const left = Math.min(Math.max(x - 130, 4), stage.clientWidth - 268);
    // Below the point where there is no room above it.
    tip.style.transform =
      y < 130 ? `translate(${left}px, ${y + 16}px)` : `translate(${left}px, calc(${y - 16}px - 100%))`;
  };
  const nearest = (event: PointerEvent | MouseEvent): typeof marked => {
    if (!view || !svg || !drawing) return undefined;
    const box = svg.getBoundingClientRect();
    const [mx, my] = [event.clientX - box.left, event.clientY - box.top];
    const [x, y] = [svg.scale("x"), svg.scale("y")];
    let [found, least] = [undefined as typeof marked, reachPx];
    for (const entry of view.entries) {
      if (entry.hidden) continue;
      for (const point of drawing.linesOf(entry, view.byMode).flat()) {
        const gap = Math.hypot(x.apply(point.tokensPerSecPerUser) - mx, y.apply(point.tokensPerSecPerGpu) - my);
        if (gap < least) [found, least] = [{entry, point}, gap];
      }
    }
    return found;
  };
  const open = () => {
    if (!marked?.entry.question) return;
    location.href = `../index.html${formatQuestion({...marked.entry.question, pick: marked.point.pick})}`;
  };
  stage.addEventListener("pointermove", (event) => point(nearest(event)));
  stage.addEventListener("pointerleave", () => point(undefined));
  stage.addEventListener("click", (event) => {
    point(nearest(event));
    open();
  });
  stage.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return open();
    const next = view && drawing && stepFrom(drawing, view, marked, event.key);
    if (!next) return;
    event.preventDefault();
    point(next);
    spoken.textContent = `${next.entry.name}: ${next.point.sentence}`;
  });
  stage.addEventListener("blur", () => point(undefined));
  return Object.assign(figure, {update});
}

/** Everything that is drawn but the fronts. */
function looks({entries, target, byMode, log}: ComparisonView): string {
  return JSON.stringify([target, byMode, log, entries.map(({name, hidden, isWaiting}) => [name, hidden, isWaiting])]);
}

function sameFronts(a: ComparisonView, b: ComparisonView): boolean {
  return a.entries.every(({modes}, i) => modes === b.entries[i]?.modes);
}

/** Where an arrow key leads: left and right along a front, up and down to the next search. */
function stepFrom(
  {linesOf}: Drawing,
  {entries, byMode}: ComparisonView,
  from: {entry: Entry; point: EntryPoint} | undefined,
  key: string
): {entry: Entry; point: EntryPoint} | undefined {
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1}[key];
  if (!step) return undefined;
  const shown = entries.filter(({hidden, front}) => !hidden && front.length > 0);
  if (shown.length === 0) return undefined;
  if (!from) return {entry: shown[0], point: shown[0].front[0]};
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const line = linesOf(from.entry, byMode).find((points) => points.includes(from.point)) ?? from.entry.front;
    const point = line[line.indexOf(from.point) + step];
    return point && {entry: from.entry, point};
  }
  const entry = shown[(shown.indexOf(from.entry) + step + shown.length) % shown.length];
  const gap = ({tokensPerSecPerUser}: EntryPoint) => Math.abs(tokensPerSecPerUser - from.point.tokensPerSecPerUser);
  return {entry, point: entry.front.reduce((a, b) => (gap(b) < gap(a) ? b : a))};
}

/** Ends of the axes: as before unless the fronts leave them or use less than half of them. */
function settledDomain({entries, target}: ComparisonView, before: ComparisonPlotOptions["domain"] | undefined) {
  const points = entries.flatMap(({modes}) => modes.flatMap(({front}) => front));
  const furthest = Math.max(0, ...points.map(({tokensPerSecPerUser}) => tokensPerSecPerUser));
  const most = Math.max(0, ...points.map(({tokensPerSecPerGpu}) => tokensPerSecPerGpu));
  const edge = target !== undefined && target < 2 * furthest ? target : 0;
  return {x: niceEnd(Math.max(furthest, edge) * 1.04, before?.x), y: niceEnd(most * 1.06, before?.y)};
}

function niceEnd(value: number, before: number | undefined): number {
  if (!(value > 0)) return before ?? 100;
  if (before !== undefined && value <= before && value > before / 2) return before;
  const step = 10 ** Math.floor(Math.log10(value)) / 4;
  return Math.ceil(value / step) * step;
}
