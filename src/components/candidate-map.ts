/** Batch against prompt tokens of the selected candidate’s worker, on the page. */
import {reasonWords, parallelWords} from "../words.js";
import type {AggregatedScene} from "./aggregated-scene.js";
import {switchOf} from "./aggregated-switch.js";
import {mapMetrics} from "./aggregated-view.js";
import type {MapMetric} from "./aggregated-view.js";
import {ramp} from "./batch-color.js";
import {neighbour, workerMap} from "./candidate-map-cells.js";
import type {MapCell, Tried, WorkerMap} from "./candidate-map-cells.js";
import {candidateMapPlot, mapPatterns, mapWidth} from "./candidate-map-plot.js";
import type {MapPlot} from "./candidate-map-plot.js";
import {metrics} from "./candidate-metric.js";
import {candidateSentence} from "./candidate-row.js";
import {h} from "./dom.js";
import {duration, figure} from "./format.js";
import {laidOutWidth} from "./resize.js";

export interface CandidateMap extends HTMLElement {
  update(scene: AggregatedScene, tried: Tried): void;
}

export interface MapHandlers {
  onpick: (row: number) => void;
  onmetric: (metric: MapMetric) => void;
}

const directions = {ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down"} as const;

export function candidateMap({onpick, onmetric}: MapHandlers): CandidateMap {
  const title = h("h2", {});
  const switches = h("div", {class: "kp-switches"});
  const stage = h("div", {class: "kp-map-stage", tabindex: 0, role: "group", "aria-roledescription": "chart"});
  const words = h("p", {class: "kp-map-words", "aria-live": "polite"});
  const element = h(
    "section",
    {class: "kp-card kp-chart kp-map", "aria-label": "Batch against prompt tokens a step"},
    mapPatterns(),
    title,
    switches,
    stage,
    words
  );
  let scene: AggregatedScene | undefined;
  let map: WorkerMap | undefined;
  let svg: MapPlot | undefined;

  const draw = () => {
    const width = widthOfStage();
    if (!scene || !map || width === 0) return;
    svg = candidateMapPlot(map, scene.selected, mapWidth(map, width));
    svg.setAttribute("aria-hidden", "true");
    stage.replaceChildren(svg);
  };
  const widthOfStage = laidOutWidth(stage, draw);
  const say = (cell: MapCell | undefined) =>
    words.replaceChildren(cell ? cellSentence(scene!, map!, cell) : selectedSentence(scene!));
  const update = (next: AggregatedScene, tried: Tried) => {
    scene = next;
    element.hidden = next.selected < 0;
    if (next.selected < 0) return;
    map = workerMap(next, next.columns.worker[next.selected], tried, next.view.map);
    title.textContent = finding(next, map);
    switches.replaceChildren(
      switchOf(
        "What colours the cells",
        mapMetrics.map((name) => ({
          label: metrics[name].label,
          isOn: name === next.view.map,
          onclick: () => onmetric(name)
        }))
      ),
      legend(map, next.view.map)
    );
    stage.setAttribute(
      "aria-label",
      `${title.textContent} ${candidateSentence(next.columns, next.selected)} Arrow keys move.`
    );
    draw();
    say(undefined);
  };
  const cellAt = (event: MouseEvent): MapCell | undefined => {
    if (!svg || !map) return undefined;
    const box = svg.getBoundingClientRect();
    const [x, y] = [svg.scale("x"), svg.scale("y")];
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const within = (start: number, width: number, at: number) => at >= start - 1 && at <= start + width + 1;
    const batch = map.batches.find((value) => within(x.apply(value), x.bandwidth, px));
    const ctxTokens = map.contexts.find((value) => within(y.apply(value), y.bandwidth, py));
    if (batch === undefined || ctxTokens === undefined) return undefined;
    const known = map.cells.find((cell) => cell.batch === batch && cell.ctxTokens === ctxTokens);
    return known ?? {batch, ctxTokens, row: -1, isKept: false, share: 0};
  };
  stage.addEventListener("pointermove", (event) => {
    const cell = cellAt(event);
    stage.style.cursor = cell && cell.row >= 0 ? "pointer" : "";
    say(cell);
  });
  stage.addEventListener("pointerleave", () => scene && scene.selected >= 0 && say(undefined));
  stage.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (cell && cell.row >= 0) onpick(cell.row);
  });
  stage.addEventListener("keydown", (event) => {
    const direction = directions[event.key as keyof typeof directions];
    const here = map?.cells.find(({row}) => row === scene!.selected);
    if (!direction || !here) return;
    event.preventDefault();
    const next = neighbour(map!, here, direction);
    if (next) onpick(next.row);
  });
  return Object.assign(element, {update});
}

/** `TP4: batch 16 gives the most of what keeps your targets`. */
function finding({columns}: AggregatedScene, {worker, best, cells}: WorkerMap): string {
  const name = parallelWords(columns.workers[worker].parallel);
  const kept = cells.filter(({isKept}) => isKept).length;
  if (best < 0) return `${name}: no batch keeps your targets`;
  return `${name}: batch ${columns.batch[best]} gives the most of the ${kept} that keep${kept === 1 ? "s" : ""} your targets`;
}

function legend({from, to}: WorkerMap, metric: MapMetric): HTMLElement {
  const words = (value: number) => (metrics[metric].isLatency ? duration(value) : figure(value));
  const unit = metrics[metric].isLatency ? "" : ` ${metrics[metric].unit}`;
  return h(
    "p",
    {class: "kp-legend"},
    ramp(words(from), `${words(to)}${unit}`, `${metrics[metric].label} of a cell`),
    h("span", {}, h("i", {class: "kp-swatch kp-swatch-missed"}), "misses a target"),
    h("span", {}, h("i", {class: "kp-swatch kp-swatch-over"}), "does not fit"),
    h("span", {}, "★ best here")
  );
}

function selectedSentence({columns, selected}: AggregatedScene): string {
  return `Selected: ${candidateSentence(columns, selected)}`;
}

function cellSentence({columns, question}: AggregatedScene, {worker}: WorkerMap, cell: MapCell): string {
  const {batch, ctxTokens, row, reason} = cell;
  if (row >= 0) return candidateSentence(columns, row);
  const name = `${parallelWords(columns.workers[worker].parallel)}, batch ${batch}, ${ctxTokens.toLocaleString("en")} prompt tokens a step`;
  if (reason) return `${name}: not evaluated, as such candidates ${reasonWords[reason]}.`;
  const prompts = Math.ceil(ctxTokens / question.isl);
  if (batch <= prompts && batch > 1) return `${name}: no request would be left to decode beside ${prompts} prompts.`;
  return `${name}: not tried, as it comes to the same number in flight as another cell.`;
}
