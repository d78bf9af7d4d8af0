/** A map of lengths, and small ones of the other TPOT targets: cells fill as they are answered. */
import type {PayoffCell} from "../search/paying.js";
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";
import {findingOf, islSteps, oslSteps, standIns, verdictOf} from "./payoff.js";
import type {Verdict} from "./payoff.js";
import {cellSentence} from "./payoff-sentence.js";

export interface PayoffView {
  cells: readonly PayoffCell[];
  tpotsMs: readonly number[];
  /** Place of the TPOT target that is shown large. */
  slice: number;
}

export interface PayoffMap extends HTMLElement {
  /** `words` is what the map shows, for those who do not see it. */
  update(view: PayoffView, words: string): void;
}

export interface PayoffActions {
  /** A cell was pressed. */
  open(cell: PayoffCell): void;
  /** Another TPOT target is to be shown. */
  show(slice: number): void;
}

const [columns, rows] = [islSteps.length, oslSteps.length];
/** Room for the names of the axes, and the least height of a cell; pixels. */
const margin = {left: 46, top: 8, right: 4, bottom: 44};
const cellHeight = 30;
/** A cell narrower than this has no room for its number, one narrower than that its axis not for every name. */
const numberWidth = 40;
const nameWidth = 34;

/** Ratio at which a colour is as strong as it gets, either way. */
const strongest = 2;

const svgName = "http://www.w3.org/2000/svg";
function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgName, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

export function payoffMap({open, show}: PayoffActions): PayoffMap {
  const stage = h("div", {class: "kp-stage kp-payoff-stage", tabindex: 0, role: "img"});
  const tip = h("div", {class: "kp-tip", hidden: true, "aria-hidden": "true"});
  const spoken = h("p", {class: "kp-spoken", "aria-live": "polite"});
  const slices = h("div", {class: "kp-slices", role: "group", "aria-label": "TPOT target"});
  const figureElement = h("figure", {class: "kp-pareto"}, slices, stage, tip, spoken);
  let view: PayoffView | undefined;
  let known = new Map<string, PayoffCell>();
  let chosen: {column: number; row: number} | undefined;
  let large: LargeMap | undefined;
  let small: {button: HTMLButtonElement; rects: SVGRectElement[]; label: HTMLElement}[] = [];

  const cellAt = ({column, row}: {column: number; row: number}) => known.get(`${islSteps[column]} ${oslSteps[row]}`);
  /** The cell itself, or what stands for it while it is not answered. */
  const shownAt = (column: number, row: number): {cell: PayoffCell; isCoarse: boolean} | undefined => {
    const own = cellAt({column, row});
    if (own) return {cell: own, isCoarse: false};
    const other = standIns({column, row}).map(cellAt).find(Boolean);
    return other && {cell: other, isCoarse: true};
  };
  const draw = () => {
    if (!view || stage.clientWidth < 200) return;
    if (large?.width !== stage.clientWidth) stage.replaceChildren((large = largeMap(stage.clientWidth)).element);
    large.show(view.slice, shownAt, chosen);
  };
  const drawSmall = () => {
    if (!view) return;
    if (small.length !== view.tpotsMs.length) {
      small = view.tpotsMs.map((_, slice) => smallMap(() => show(slice)));
      slices.replaceChildren(...small.map(({button}) => button));
    }
    small.forEach(({button, rects, label}, slice) => {
      button.setAttribute("aria-pressed", String(slice === view!.slice));
      for (let i = 0; i < rects.length; ++i) {
        const shown = shownAt(i % columns, Math.floor(i / columns));
        set(rects[i], "fill", shown ? fillOf(verdictOf(shown.cell, slice)) : "var(--kp-well)");
      }
      const {served, paying} = findingOf(view!.cells, slice);
      label.textContent = served > 0 ? `pays in ${percent(paying / served)}` : view!.cells.length > 0 ? "no plan" : "";
      (button.firstElementChild as HTMLElement).textContent = `≤ ${duration(view!.tpotsMs[slice])}`;
    });
  };
  const update = (next: PayoffView, words: string) => {
    view = next;
    known = new Map(next.cells.map((cell) => [`${cell.isl} ${cell.osl}`, cell]));
    stage.setAttribute("aria-label", words);
    draw();
    drawSmall();
    if (chosen) tell(chosen);
  };
  const tell = (place: {column: number; row: number} | undefined) => {
    const moved = place?.column !== chosen?.column || place?.row !== chosen?.row;
    chosen = place;
    if (moved) draw();
    const cell = place && cellAt(place);
    tip.hidden = !place;
    stage.style.cursor = cell ? "pointer" : "";
    if (!place || !view) return;
    tip.textContent = cell
      ? `${cellSentence(cell, view.slice, view.tpotsMs[view.slice])} Press to ask it on the home page.`
      : "Not searched yet: the colour is that of a cell beside it.";
    const {x, y, height} = boxOf(place, stage.clientWidth);
    const left = Math.min(Math.max(x - 120, 4), Math.max(4, stage.clientWidth - 268));
    const top = stage.offsetTop + y;
    tip.style.transform =
      y < 150 ? `translate(${left}px, ${top + height + 8}px)` : `translate(${left}px, calc(${top - 8}px - 100%))`;
  };
  const placeOf = (event: PointerEvent | MouseEvent) => {
    const box = stage.getBoundingClientRect();
    const {width, height} = boxOf({column: 0, row: 0}, stage.clientWidth);
    const column = Math.floor((event.clientX - box.left - margin.left) / width);
    const down = Math.floor((event.clientY - box.top - margin.top) / height);
    if (column < 0 || column >= columns || down < 0 || down >= rows) return undefined;
    return {column, row: rows - 1 - down};
  };
  stage.addEventListener("pointermove", (event) => tell(placeOf(event)));
  stage.addEventListener("pointerleave", () => tell(undefined));
  stage.addEventListener("blur", () => tell(undefined));
  stage.addEventListener("click", (event) => {
    const place = placeOf(event);
    const cell = place && cellAt(place);
    if (cell) open(cell);
  });
  stage.addEventListener("keydown", (event) => {
    const cell = chosen && cellAt(chosen);
    if (event.key === "Enter" && cell) return open(cell);
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (!step) return;
    event.preventDefault();
    const from = chosen ?? {column: Math.floor(columns / 2) - step[0], row: Math.floor(rows / 2) - step[1]};
    tell({
      column: Math.min(columns - 1, Math.max(0, from.column + step[0])),
      row: Math.min(rows - 1, Math.max(0, from.row + step[1]))
    });
    spoken.textContent = tip.textContent;
  });
  new ResizeObserver(() => draw()).observe(stage);
  return Object.assign(figureElement, {update});
}

/** Where a cell lies on the large map. */
function boxOf({column, row}: {column: number; row: number}, width: number) {
  const cellWidth = (width - margin.left - margin.right) / columns;
  return {
    x: margin.left + column * cellWidth,
    y: margin.top + (rows - 1 - row) * cellHeight,
    width: cellWidth,
    height: cellHeight
  };
}

type ShownAt = (column: number, row: number) => {cell: PayoffCell; isCoarse: boolean} | undefined;

interface LargeMap {
  element: SVGSVGElement;
  width: number;
  show(slice: number, shownAt: ShownAt, chosen: {column: number; row: number} | undefined): void;
}

/** Built once for a width; then only what changes is touched. */
function largeMap(width: number): LargeMap {
  const height = margin.top + rows * cellHeight + margin.bottom;
  const places = Array.from({length: columns * rows}, (_, i) => ({column: i % columns, row: Math.floor(i / columns)}));
  const cells = places.map((place) => {
    const box = boxOf(place, width);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const inside = {x: box.x + 0.5, y: box.y + 0.5, width: Math.max(1, box.width - 1), height: box.height - 1, rx: 2};
    const number = box.width >= numberWidth ? svg("text", {x, y, class: "kp-cell-number"}) : undefined;
    return {place, rect: svg("rect", inside), number};
  });
  const mark = svg("rect", {fill: "none", stroke: "var(--kp-ink)", "stroke-width": 2, rx: 3});
  const element = svg(
    "svg",
    {width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", class: "kp-payoff"},
    patterns(),
    ...cells.flatMap(({rect, number}) => (number ? [rect, number] : [rect])),
    ...axisNames(width),
    mark
  );
  const show: LargeMap["show"] = (slice, shownAt, chosen) => {
    for (const {place, rect, number} of cells) {
      const shown = shownAt(place.column, place.row);
      const verdict = shown && verdictOf(shown.cell, slice);
      set(rect, "fill", verdict ? fillOf(verdict) : "var(--kp-well)");
      set(rect, "opacity", shown?.isCoarse ? "0.5" : "1");
      const words = verdict && !shown.isCoarse ? numberOf(verdict) : "";
      if (number && number.textContent !== words) number.textContent = words;
    }
    mark.style.display = chosen ? "" : "none";
    if (chosen) for (const [name, value] of Object.entries(boxOf(chosen, width))) set(mark, name, String(value));
  };
  return {element, width, show};
}

/** Leaves alone what is so already: a style is not computed anew then. */
function set(element: SVGElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function axisNames(width: number): SVGElement[] {
  const {width: cellWidth} = boxOf({column: 0, row: 0}, width);
  const every = cellWidth < nameWidth ? (cellWidth < nameWidth / 2 ? 4 : 2) : 1;
  const bottom = margin.top + rows * cellHeight;
  return [
    ...islSteps.flatMap((isl, column) => {
      const {x} = boxOf({column, row: 0}, width);
      return column % every === 0
        ? [svg("text", {x: x + cellWidth / 2, y: bottom + 14, class: "kp-axis-name"}, shortTokens(isl))]
        : [];
    }),
    ...oslSteps.map((osl, row) => {
      const {y, height} = boxOf({column: 0, row}, width);
      return svg("text", {x: margin.left - 6, y: y + height / 2, class: "kp-axis-name kp-axis-left"}, shortTokens(osl));
    }),
    svg("text", {x: margin.left + (columns * cellWidth) / 2, y: bottom + 34, class: "kp-axis-title"}, "tokens in (ISL) →"),
    svg("text", {x: 12, y: margin.top + (rows * cellHeight) / 2, class: "kp-axis-title", transform: `rotate(-90 12 ${margin.top + (rows * cellHeight) / 2})`}, "tokens out (OSL) →")
  ];
} // prettier-ignore

/** `1.4k`, `250`. */
function shortTokens(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${figure(tokens / 1000)}k`;
}

/** `1.42`; `D` where only disaggregated serving meets the targets, `A` where only aggregated does. */
function numberOf(verdict: Verdict): string {
  if (verdict.kind === "both") return verdict.ratio.toFixed(2);
  return {disagg: "only D", agg: "only A", neither: ""}[verdict.kind];
}

/** The stronger, the farther from 1, on a scale of ratios; patterns where there is nothing to divide by. */
export function fillOf(verdict: Verdict): string {
  if (verdict.kind !== "both") return `url(#kp-payoff-${verdict.kind})`;
  const way = Math.log(verdict.ratio) / Math.log(strongest);
  const strength = Math.min(1, Math.abs(way));
  const color = way > 0 ? "var(--kp-disagg)" : "var(--kp-agg)";
  // No stronger than what the number in it can be read on.
  return `color-mix(in oklab, ${color} ${Math.round(4 + 62 * strength)}%, var(--kp-map-even))`;
}

/** Once a map: those of the small ones are the large one's. */
function patterns(): SVGElement {
  const hatch = (kind: string, color: string, base: string) =>
    svg(
      "pattern",
      {id: `kp-payoff-${kind}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
      svg("rect", {width: 6, height: 6, fill: base}),
      svg("rect", {width: 2, height: 6, fill: color})
    );
  const tint = (color: string) => `color-mix(in oklab, ${color} 30%, var(--kp-card))`;
  return svg(
    "defs",
    {},
    hatch("disagg", tint("var(--kp-disagg)"), "color-mix(in oklab, var(--kp-disagg) 12%, var(--kp-card))"),
    hatch("agg", tint("var(--kp-agg)"), "color-mix(in oklab, var(--kp-agg) 12%, var(--kp-card))"),
    hatch("neither", "var(--kp-line)", "var(--kp-card)")
  );
}

const smallCell = {width: 6, height: 5};

function smallMap(onclick: () => void) {
  const rects = Array.from({length: columns * rows}, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const {width, height} = smallCell;
    return svg("rect", {x: column * width, y: (rows - 1 - row) * height, width, height});
  });
  const [width, height] = [columns * smallCell.width, rows * smallCell.height];
  const map = svg("svg", {viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true"}, ...rects);
  const label = h("small");
  const button = h("button", {type: "button", class: "kp-slice", onclick}, h("b"), map, label);
  return {button, rects, label};
}
