/** Candidates on the page: charts that keep their axes still, and that rows are brushed and picked in. */
import {h} from "./dom.js";
import {facetWords} from "./aggregated-switch.js";
import type {AggregatedScene, Panel} from "./aggregated-scene.js";
import {isLogAcross} from "./aggregated-view.js";
import type {AggregatedView, Ranges} from "./aggregated-view.js";
import {stepPatterns} from "./batch-color.js";
import {metricValues} from "./candidate-metric.js";
import {candidatePlot} from "./candidate-plot.js";
import type {CandidatePlot, Domain, Span} from "./candidate-plot.js";
import {candidateSentence, mostOf} from "./candidate-row.js";
import {counted, figure} from "./format.js";
import {laidOutWidth} from "./resize.js";

export interface ScatterHandlers {
  onpick: (row: number) => void;
  /** −1 when the pointer left. */
  onhover: (row: number) => void;
  onbrush: (part: Pick<AggregatedView, "ranges" | "only">) => void;
}

export interface CandidateScatter extends HTMLElement {
  update(scene: AggregatedScene): void;
  /** Rings a row; −1: none. */
  highlight(row: number): void;
}

/** A chart on the page, and where its pixels are. */
interface Drawn {
  panel: Panel;
  svg: CandidatePlot;
  ring: SVGCircleElement;
}

/** Pixels that a pointer may stray and still click, and how far from a dot it may be. */
const clickSlack = 4;
const reach = 28;
const leastWidth = 120;

export function candidateScatter({onpick, onhover, onbrush}: ScatterHandlers): CandidateScatter {
  const stage = h("div", {class: "kp-stage kp-panels", tabindex: 0, role: "group", "aria-roledescription": "chart"});
  const tip = h("div", {class: "kp-tip", hidden: true, "aria-hidden": "true"});
  const spoken = h("p", {class: "kp-spoken", "aria-live": "polite"});
  const element = h("figure", {class: "kp-pareto"}, stepPatterns(), stage, tip, spoken);
  let scene: AggregatedScene | undefined;
  let domain: Domain | undefined;
  let domainKey = "";
  let drawn: Drawn[] = [];
  let press: {drawn: Drawn; x: number; y: number; isBrushing: boolean} | undefined;

  const draw = () => {
    if (!scene || !domain || widthOfStage() < leastWidth) return;
    const shown = scene;
    const isSplit = shown.panels.length > 1;
    stage.classList.toggle("kp-split", isSplit);
    if (stage.children.length !== shown.panels.length)
      stage.replaceChildren(...shown.panels.map(() => h("div", {class: "kp-panel"})));
    const places = Array.from(stage.children) as HTMLElement[];
    const width = isSplit ? places[0].clientWidth : widthOfStage();
    const height = isSplit ? 250 : width < 560 ? 340 : Math.min(560, Math.max(380, width * 0.56));
    drawn = shown.panels.map((panel, i) => {
      const svg = candidatePlot({scene: shown, panel, domain: domain!, width, height});
      svg.setAttribute("aria-hidden", "true");
      const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      ring.setAttribute("class", "kp-ring");
      ring.setAttribute("r", "7");
      ring.setAttribute("visibility", "hidden");
      svg.append(ring);
      if (isSplit) places[i].replaceChildren(panelTitle(shown, panel), svg);
      else places[i].replaceChildren(svg);
      return {panel, svg, ring};
    });
    if (press) press.drawn = drawn[Math.min(drawn.length - 1, indexOf(press.drawn.panel))];
  };
  const widthOfStage = laidOutWidth(stage, draw);
  const indexOf = ({value}: Panel) =>
    Math.max(
      0,
      scene!.panels.findIndex((panel) => panel.value === value)
    );

  const update = (next: AggregatedScene) => {
    scene = next;
    const key = `${next.view.across} ${isLogAcross(next.view)}`;
    domain = settledDomain(next, key === domainKey ? domain : undefined);
    domainKey = key;
    stage.setAttribute("aria-label", summary(next));
    spoken.textContent = next.selected < 0 ? "" : `Selected: ${candidateSentence(next.columns, next.selected)}`;
    draw();
  };
  const highlight = (row: number) => {
    for (const {panel, svg, ring} of drawn) {
      const isHere = row >= 0 && panel.rows.includes(row);
      ring.setAttribute("visibility", isHere ? "visible" : "hidden");
      if (!isHere) continue;
      const [x, y] = pixelOf(svg, row);
      ring.setAttribute("cx", String(x));
      ring.setAttribute("cy", String(y));
    }
  };
  const pixelOf = (svg: CandidatePlot, row: number): [number, number] => [
    svg.scale("x").apply(metricValues(scene!.columns, scene!.view.across)[row]),
    svg.scale("y").apply(metricValues(scene!.columns, "gpu")[row])
  ];

  const drawnAt = (event: PointerEvent | MouseEvent): Drawn | undefined =>
    drawn.find(({svg}) => {
      const box = svg.getBoundingClientRect();
      return (
        event.clientX >= box.left &&
        event.clientX <= box.right &&
        event.clientY >= box.top &&
        event.clientY <= box.bottom
      );
    });
  const pixelsIn = ({svg}: Drawn, event: PointerEvent | MouseEvent): [number, number] => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const nearest = (at: Drawn, event: PointerEvent | MouseEvent): number => {
    const [mx, my] = pixelsIn(at, event);
    let [found, least] = [-1, reach];
    for (const row of at.panel.rows) {
      const [x, y] = pixelOf(at.svg, row);
      const distance = Math.hypot(x - mx, y - my);
      if (distance < least) [found, least] = [row, distance];
    }
    return found;
  };
  const hover = (event: PointerEvent) => {
    const at = drawnAt(event);
    const row = at ? nearest(at, event) : -1;
    highlight(row);
    onhover(row);
    tip.hidden = row < 0;
    stage.style.cursor = row < 0 ? "crosshair" : "pointer";
    if (!at || row < 0) return;
    tip.textContent = candidateSentence(scene!.columns, row);
    const [box, frame] = [at.svg.getBoundingClientRect(), element.getBoundingClientRect()];
    const [x, y] = pixelOf(at.svg, row);
    const left = Math.min(Math.max(box.left - frame.left + x - 130, 4), Math.max(4, stage.clientWidth - 268));
    tip.style.transform = `translate(${left}px, calc(${box.top - frame.top + y - 14}px - 100%))`;
  };
  const brush = (event: PointerEvent) => {
    const {drawn: at, x, y} = press!;
    const [px, py] = pixelsIn(at, event);
    const span = (name: "x" | "y", a: number, b: number): Span => {
      const scale = at.svg.scale(name);
      const [low, high] = [...scale.range].sort((m, n) => m - n);
      const ends = [a, b].map((pixel) => scale.invert(Math.min(high, Math.max(low, pixel))));
      return [Math.min(...ends), Math.max(...ends)];
    };
    const ranges: Ranges = {...scene!.view.ranges, [scene!.view.across]: span("x", x, px), gpu: span("y", y, py)};
    const {facet, value} = at.panel;
    onbrush({ranges, only: facet ? {facet, value} : undefined});
  };
  stage.addEventListener("pointerdown", (event) => {
    const at = drawnAt(event);
    if (!at || event.button !== 0) return;
    const [x, y] = pixelsIn(at, event);
    press = {drawn: at, x, y, isBrushing: false};
  });
  stage.addEventListener("pointermove", (event) => {
    if (!press) return hover(event);
    const [x, y] = pixelsIn(press.drawn, event);
    if (!press.isBrushing && Math.hypot(x - press.x, y - press.y) < clickSlack) return;
    if (!press.isBrushing) stage.setPointerCapture(event.pointerId);
    press.isBrushing = true;
    tip.hidden = true;
    brush(event);
  });
  const release = (event: PointerEvent) => {
    const at = press;
    press = undefined;
    if (!at || at.isBrushing || event.type === "pointercancel") return;
    const row = nearest(at.drawn, event);
    if (row >= 0) onpick(row);
    else if (scene!.mask) onbrush({ranges: {}, only: undefined});
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  stage.addEventListener("pointerleave", () => ((tip.hidden = true), highlight(-1), onhover(-1)));
  stage.addEventListener("keydown", (event) => {
    if (!scene) return;
    if (event.key === "Escape" && scene.mask) return onbrush({ranges: {}, only: undefined});
    const row = stepFrom(scene, event.key);
    if (row < 0) return;
    event.preventDefault();
    onpick(row);
  });
  return Object.assign(element, {update, highlight});
}

/** `TP 4: 78 candidates, best 415 tokens/s/GPU`. */
function panelTitle({columns}: AggregatedScene, {facet, value, rows}: Panel): HTMLElement {
  const rate = metricValues(columns, "gpu");
  const best = mostOf(
    rows.filter((row) => columns.missed[row] === 0),
    (row) => rate[row]
  );
  const finding = best < 0 ? "none keeps the targets" : `at best ${figure(rate[best])} tokens/s/GPU`;
  return h("h3", {}, h("b", {}, `${facetWords[facet || "tp"]} ${value}`), h("span", {}, ` ${finding}`));
}

/** The row that an arrow key leads to along the front. */
function stepFrom({front, selected, columns, view}: AggregatedScene, key: string): number {
  if (front.length === 0) return -1;
  if (key === "Home") return front[0];
  if (key === "End") return front.at(-1)!;
  if (key !== "ArrowLeft" && key !== "ArrowRight") return -1;
  const here = front.indexOf(selected);
  if (here >= 0) return front[here + (key === "ArrowRight" ? 1 : -1)] ?? -1;
  const values = metricValues(columns, view.across);
  return mostOf(front, (row) => -Math.abs(values[row] - values[selected]));
}

/** Holds every candidate; as before unless some leave the axes or use less than half of them. */
function settledDomain({columns, view}: AggregatedScene, before: Domain | undefined): Domain {
  const [xs, ys] = [metricValues(columns, view.across), metricValues(columns, "gpu")];
  const [low, high] = extent(xs);
  const y: Span = [0, niceEnd(1.06 * extent(ys)[1] || 100, before?.y[1])];
  if (!isLogAcross(view)) return {x: [0, niceEnd(1.03 * high || 100, before?.x[1])], y};
  const [from, to] = [0.9 * (low || 1), 1.1 * (high || 1000)];
  const holds =
    before && before.x[0] <= from && before.x[1] >= to && Math.log(to / from) > Math.log(before.x[1] / before.x[0]) / 2;
  return {x: holds ? before.x : [from, to], y};
}

/** Of what is finite and above 0. */
function extent(values: Float64Array): [number, number] {
  let [low, high] = [Infinity, 0];
  for (const value of values) {
    if (!(value > 0 && Number.isFinite(value))) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [Number.isFinite(low) ? low : 0, high];
}

function niceEnd(end: number, before: number | undefined): number {
  if (before && end <= before && end > before / 2) return before;
  const step = 10 ** Math.floor(Math.log10(end)) / 4;
  return Math.ceil(end / step) * step;
}

function summary({columns, front, rows, mask, selected, view}: AggregatedScene): string {
  const all = counted(columns.batch.length, "candidate");
  const filtered = mask ? ` The filter leaves ${rows.length} of them.` : "";
  const chosen = selected < 0 ? "" : ` Selected: ${candidateSentence(columns, selected)}`;
  return `Throughput per GPU against ${view.across}, ${all}, ${counted(front.length, "point")} on the front.${filtered}${chosen} Left and right arrow keys move along the front, Escape clears the filter; the number fields below filter too, and the table below holds the same candidates.`;
}
