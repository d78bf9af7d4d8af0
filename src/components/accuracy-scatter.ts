/** Predicted against measured, one panel a metric: every row a mark, near the diagonal where the prediction is good. */
import * as Plot from "npm:@observablehq/plot";
import {closeError, errorsOf, isAnswered, latencyOf, metrics, ratioOf} from "../measured/accuracy.js";
import type {Answered, Metric, Scored} from "../measured/accuracy.js";
import {configurationLink} from "./accuracy-link.js";
import {biasWords, deploymentWords, loadWords, metricWords} from "./accuracy-words.js";
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";
import {colors} from "./mode-color.js";
import {markStyle} from "./plan.js";
import type {MarkStyle} from "./plan.js";

export interface AccuracyScatter extends HTMLElement {
  /** `isShown` tells the rows that were chosen; the others stay as context. */
  update(scored: readonly Scored[], isShown: (scored: Scored) => boolean): void;
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const margins = {marginLeft: 50, marginRight: 14, marginTop: 26, marginBottom: 42};
const radius = 2.6;
/** Pixels within which a mark is meant. */
const reach = 18;
const leastWidth = 160;

export function accuracyScatter(): AccuracyScatter {
  const panels = metrics.map((metric) => panel(metric));
  const element = h("div", {class: "kp-scatters"}, ...panels);
  const update: AccuracyScatter["update"] = (scored, isShown) => {
    const answered = scored.filter(isAnswered);
    for (const each of panels) each.update(answered, isShown);
  };
  return Object.assign(element, {update});
}

interface Panel extends HTMLElement {
  update(answered: readonly Answered[], isShown: (scored: Scored) => boolean): void;
}

function panel(metric: Metric): Panel {
  const title = h("h3", {});
  const stage = h("div", {class: "kp-stage kp-scatter", tabindex: 0, role: "img"});
  const tip = h("div", {class: "kp-tip kp-scatter-tip", hidden: true});
  const figureElement = h("figure", {class: "kp-pareto"}, title, h("div", {class: "kp-scatter-place"}, stage, tip));
  let context: Answered[] = [];
  let shown: Answered[] = [];
  let svg: ReturnType<typeof frame> | undefined;
  let framed = "";
  let width = 0;
  let pointed: Answered | undefined;

  /** The frame stays while rows are narrowed; what lies in it is drawn anew. */
  const draw = () => {
    if (width < leastWidth) return;
    const domain = domainOf([...context, ...shown], metric);
    const key = [width, ...domain].join();
    if (!svg || key !== framed) stage.replaceChildren((svg = frame(metric, domain, width)));
    framed = key;
    svg.querySelector(".kp-rings")!.replaceChildren(...layers(context, shown, place));
  };
  const place = (each: Answered) => ({
    x: svg!.scale("x")!.apply(latencyOf(each.row.measured, metric)) as number,
    y: svg!.scale("y")!.apply(latencyOf(each.prediction.predicted, metric)) as number
  });
  const point = (each: Answered | undefined, isPinned = false) => {
    pointed = each;
    tip.hidden = !each;
    tip.classList.toggle("kp-pinned", isPinned);
    if (!each) return;
    const {x, y} = place(each);
    tip.replaceChildren(...tipWords(each, metric));
    const left = Math.min(Math.max(x - 130, 4), width - 268);
    const above = y > 150;
    tip.style.transform = `translate(${left}px, ${above ? `calc(${y - 12}px - 100%)` : `${y + 12}px`})`;
  };
  const nearest = (event: MouseEvent): Answered | undefined => {
    if (!svg) return undefined;
    const box = svg.getBoundingClientRect();
    let [found, best]: [Answered | undefined, number] = [undefined, reach];
    for (const each of shown) {
      const {x, y} = place(each);
      const distance = Math.hypot(x - event.clientX + box.left, y - event.clientY + box.top);
      if (distance < best) [found, best] = [each, distance];
    }
    return found;
  };
  stage.addEventListener("pointermove", (event) => {
    if (!tip.classList.contains("kp-pinned")) point(nearest(event));
  });
  stage.addEventListener("pointerleave", () => tip.classList.contains("kp-pinned") || point(undefined));
  // Clicked, the words stay, so that their link can be reached.
  stage.addEventListener("click", (event) => point(nearest(event), true));
  stage.addEventListener("keydown", ({key}) => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[key];
    if (key === "Escape") return point(undefined);
    if (step === undefined || shown.length === 0) return;
    const along = [...shown].sort((a, b) => latencyOf(a.row.measured, metric) - latencyOf(b.row.measured, metric));
    point(along[Math.min(along.length - 1, Math.max(0, (pointed ? along.indexOf(pointed) : -step) + step))], true);
  });
  new ResizeObserver(([{contentRect}]) => {
    width = Math.round(contentRect.width);
    draw();
  }).observe(stage);

  const update: Panel["update"] = (answered, isShown) => {
    shown = answered.filter(isShown);
    context = answered.filter((each) => !isShown(each));
    const words = finding(metric, shown);
    title.textContent = words.replaceAll(" %", "\u00a0%");
    stage.setAttribute("aria-label", `Predicted against measured ${metricWords[metric]}, logarithmic: ${words}`);
    point(undefined);
    draw();
  };
  return Object.assign(figureElement, {update});
}

/** `TTFT: 21 % of predictions are within 25 %, the middle one 1.46 × too fast`. */
function finding(metric: Metric, shown: readonly Answered[]): string {
  const errors = errorsOf(shown)?.[metric];
  if (!errors) return `${metricWords[metric]}: no prediction among these rows`;
  const {close, bias} = errors;
  return `${metricWords[metric]}: ${percent(close)} of predictions within ${percent(closeError)}, ${biasWords(bias)}`;
}

function tipWords(each: Answered, metric: Metric): (Node | string)[] {
  const {row, prediction} = each;
  const [seen, said] = [row.measured, prediction.predicted].map((of) => duration(latencyOf(of, metric)));
  const words = `${deploymentWords(row)}; ${loadWords(row)}. ${metricWords[metric]} was measured at ${seen} and is predicted at ${said}, ${factorWords(ratioOf(each, metric))}. `;
  return [words, h("a", {href: configurationLink(each)}, "Open this configuration")];
}

/** `2.3 × too fast`, `12 % too slow`, `as measured`. */
export function factorWords(ratio: number): string {
  const way = ratio < 1 ? "too fast" : "too slow";
  const factor = ratio < 1 ? 1 / ratio : ratio;
  if (factor < 1.005) return "as measured";
  return factor < 1.5 ? `${percent(Math.abs(ratio - 1))} ${way}` : `${figure(factor)} × ${way}`;
}

/** Axes, the band and what the sides of it mean, with an empty group for the marks. */
function frame(metric: Metric, [least, most]: [number, number], width: number) {
  const name = metricWords[metric];
  const ticks = roundNumbers(least, most);
  const axis = {type: "log", domain: [least, most], axis: null} as const;
  // Words of our own: Plot leaves out those that it finds too many on a logarithmic axis.
  const named = {text: tickWords, tickSize: 0, labelArrow: "none"} as const;
  const band = [least, most].map((at) => ({at, low: at * (1 - closeError), high: at * (1 + closeError)}));
  const side = width - margins.marginLeft - margins.marginRight;
  return Plot.plot({
    width,
    height: side + margins.marginTop + margins.marginBottom,
    ...margins,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "hidden"},
    x: axis,
    y: axis,
    marks: [
      Plot.gridX(ticks),
      Plot.gridY(ticks),
      Plot.axisX(ticks, {...named, label: `measured ${name} (ms) →`, labelAnchor: "center"}),
      Plot.axisY(ticks, {...named, label: `↑ predicted ${name} (ms)`}),
      Plot.areaY(band, {x: "at", y1: "low", y2: "high", fill: "var(--kp-shade)", clip: true}),
      Plot.line(band, {x: "at", y: "at", stroke: "var(--kp-ink-muted)", clip: true}),
      ringGroup,
      ...sideWords([least, most])
    ]
  } as Plot.PlotOptions);
}

/** What the diagonal is, and what it means to lie on either side of it. */
function sideWords([least, most]: [number, number]): Plot.Markish[] {
  const along = (share: number) => least * (most / least) ** share;
  const at = (x: number, y: number, words: string, more: object = {}) =>
    Plot.text([[along(x), along(y)]], {text: () => words, fill: "var(--kp-ink-muted)", ...halo, ...more});
  return [
    at(0.92, 0.92, "as measured ± 25 %", {rotate: -45, textAnchor: "end", dy: -8, dx: -8}),
    at(0.03, 0.97, "predicted too slow", {textAnchor: "start"}),
    at(0.97, 0.04, "predicted too fast", {textAnchor: "end"})
  ];
}

const ringGroup: Plot.RenderFunction = () => {
  const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  group.setAttribute("class", "kp-rings");
  return group;
};

type Place = (each: Answered) => {x: number; y: number};

/** One path for the context, and one a mode and a source. */
function layers(context: readonly Answered[], shown: readonly Answered[], place: Place): SVGPathElement[] {
  const chosen = (["agg", "disagg"] as const).flatMap((mode) =>
    (["hatched", "hollow", "filled"] as const).map((style) => {
      const of = shown.filter(
        ({row, prediction}) => row.mode === mode && markStyle(prediction.predicted.source) === style
      );
      return rings(of, place, {stroke: colors[mode], opacity: 0.75, style});
    })
  );
  return [rings(context, place, {stroke: "var(--kp-ink-faint)", opacity: 0.25, style: "hollow"}), ...chosen];
}

/** Marks as one path, however many: thousands of elements would make a page stutter. */
function rings(
  rows: readonly Answered[],
  place: Place,
  {stroke, opacity, style}: {stroke: string; opacity: number; style: MarkStyle}
): SVGPathElement {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const marks = rows.map((each) => {
    const {x, y} = place(each);
    const ring = `M${(x - radius).toFixed(1)},${y.toFixed(1)}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0`;
    return style === "hatched" ? `${ring}m.8,1.8l3.6,-3.6` : ring;
  });
  path.setAttribute("d", marks.join(""));
  path.setAttribute("fill", style === "filled" ? stroke : "none");
  path.setAttribute("stroke", stroke);
  path.setAttribute("opacity", String(opacity));
  return path;
}

/** Both axes alike and over all rows, so that narrowing moves nothing, and round, so that few new rows do. */
function domainOf(answered: readonly Answered[], metric: Metric): [number, number] {
  let [least, most] = [Infinity, 0];
  for (const {row, prediction} of answered)
    for (const of of [row.measured, prediction.predicted]) {
      const value = latencyOf(of, metric);
      if (value < least) least = value;
      if (value > most) most = value;
    }
  return most > 0 ? [roundDown(least), 1 / roundDown(1 / most)] : [1, 1000];
}

/** To 1, 2 or 5 of a power of ten. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = value / power;
  return (step >= 5 ? 5 : step >= 2 ? 2 : 1) * power;
}

/** Powers of ten, with 2 and 5 of them where there are few. */
function roundNumbers(least: number, most: number): number[] {
  const [from, to] = [least, most].map((ms) => Math.floor(Math.log10(ms)));
  const steps = Math.log10(most / least) > 3.2 ? [1] : [1, 2, 5];
  const all = Array.from({length: to - from + 1}, (_, i) => steps.map((step) => step * 10 ** (from + i))).flat();
  return all.filter((ms) => ms >= least && ms <= most);
}

/** `200`, `1k`, `30k`. */
function tickWords(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))}k` : String(Number(ms.toPrecision(3)));
}
