/** The method page: what each stage of a prediction looks like with its numbers. */
import * as Plot from "npm:@observablehq/plot";
import {tokensPerSecPerUser} from "../engine/session/metrics.js";
import type {SystemSpec} from "../engine/system.js";
import {askOf} from "../search/live.js";
import type {LiveSearch} from "../search/live.js";
import type {Ask} from "../search/protocol.js";
import type {KneeWalk, LookupStage, MethodAsk, MethodWalk} from "../search/method.js";
import {errorWords, originWords, parallelWords} from "../words.js";
import type {Configuration} from "./configuration.js";
import {boundWords, prefixed} from "./configuration-words.js";
import {knownGpus} from "./custom-gpu.js";
import {h} from "./dom.js";
import {digits, formulaList} from "./formula-list.js";
import {backendWords, duration, figure, percent, shortModel, shortSystem} from "./format.js";
import {colors} from "./mode-color.js";
import {groupColors, opGroup} from "./op-group.js";
import {markStyle} from "./plan.js";

/** What is asked of the worker. */
export function methodAsk({question, sizes, quant}: Configuration, systems: SystemSpec[]): MethodAsk {
  const {problem} = askOf({...question, decodeSystem: ""}, systems);
  const {parallel, batch, ctxTokens} = sizes;
  return {problem: {...problem, quant}, parallel, batch, ctxTokens};
}

export function kneeAsk({question, quant}: Configuration, systems: SystemSpec[]): Ask {
  const ask = askOf({...question, decodeSystem: ""}, systems);
  return {...ask, problem: {...ask.problem, quant}};
}

/** The page's answer. */
export function methodSentence(
  {question, sizes}: Configuration,
  {metrics, lookup, step}: MethodWalk,
  systems: SystemSpec[]
): HTMLElement {
  const gpu = knownGpus(systems, question.gpu).find(({id}) => id === question.system);
  const subject = `${shortModel(question.model)} on ${shortSystem(gpu?.label ?? question.system)} with ${backendWords[question.backend]}`;
  const began = lookup
    ? `It began with one matrix product of ${duration(lookup.latencyMs)}, ${lookup.op.count} of which are among the ${step.ops.length} operators of a prefill.`
    : `It began with the ${step.ops.length} operators of a prefill.`;
  return h(
    "p",
    {class: "kp-lede kp-method-lede"},
    `${subject}, ${parallelWords(sizes.parallel)}, batch ${sizes.batch}: `,
    h("b", {}, `${figure(metrics.tokensPerSecPerGpu)} tokens/s/GPU`),
    `, TTFT ${duration(metrics.ttftMs)}, TPOT ${duration(metrics.tpotMs)}. ${began}`
  );
}

export function lookupTitle({op, m, latencyMs, limit, ...grade}: LookupStage): string {
  return `${op.name.replaceAll("_", " ")}, ${digits(m)} × ${op.k} by ${op.k} × ${op.n} in ${op.quant}, takes ${duration(latencyMs)}: bound by ${boundWords[limit]}, ${originWords(grade)}, ${errorWords(grade.error)}`;
}

/** Where the curve is from, for a shape that no row of the table has. */
export function lookupNote({measured}: LookupStage): string {
  return measured.length > 0
    ? `Dots are the ${figure(measured.length)} measurements of this very shape.`
    : "This shape was not measured, or no tables are imported: the curve is what other shapes or a fitted surface say of it.";
}

/** Latency along the number of tokens: measured rows, what the engine makes of them, and the speed of light. */
export function lookupPlot(
  {op, m, latencyMs, measured, curve, source}: LookupStage,
  width: number
): SVGElement | HTMLElement {
  const [first, last] = [curve[0], curve.at(-1)];
  if (!first || !last) return h("p", {class: "kp-empty"}, "There is no curve to draw.");
  const color = groupColors[opGroup("gemm")];
  const shown = measured.filter(({m}) => m <= last.m);
  const narrow = width < 480;
  return Plot.plot({
    width,
    height: 280,
    marginLeft: 56,
    marginRight: 20,
    marginBottom: 40,
    marginTop: 24,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `${op.name}: ${duration(latencyMs)} at ${m} tokens; ${shown.length} measured points at this shape`,
    x: {
      type: "log",
      label: "tokens m",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      grid: true,
      ticks: narrow ? 4 : 7,
      tickFormat: (v: number) => figure(v)
    },
    y: {
      type: "log",
      label: "time of one (ms)",
      labelArrow: "none",
      tickSize: 0,
      grid: true,
      ticks: 5,
      tickFormat: (v: number) => String(Number(v.toPrecision(1)))
    },
    marks: [
      Plot.line(curve, {x: "m", y: "lightMs", stroke: "var(--kp-ink-faint)", strokeDasharray: "4,3"}),
      Plot.line(curve, {x: "m", y: "ms", stroke: color, strokeWidth: 2}),
      Plot.dot(shown, {
        x: "m",
        y: "ms",
        r: 3,
        fill: color,
        title: ({m, ms}: {m: number; ms: number}) => `Measured at ${m} tokens: ${duration(ms)}`,
        tip: true
      }),
      Plot.dot([{m, ms: latencyMs}], {
        x: "m",
        y: "ms",
        r: 7,
        fill: markStyle(source) === "filled" ? color : "var(--kp-card)",
        stroke: "var(--kp-ink)",
        strokeWidth: 2
      }),
      Plot.text([curve[Math.floor(curve.length * 0.45)]], {
        x: "m",
        y: "lightMs",
        text: () => "speed of light",
        dy: 14,
        textAnchor: "start",
        fill: "var(--kp-ink-muted)"
      }),
      Plot.text([{m, ms: latencyMs}], {
        x: "m",
        y: "ms",
        text: () => duration(latencyMs),
        dx: -12,
        dy: -10,
        textAnchor: "end",
        fontWeight: 600,
        fill: "var(--kp-ink)",
        stroke: "var(--kp-card)",
        strokeWidth: 4
      })
    ]
  } as Plot.PlotOptions);
}

/** Operators of a prefill as the engine adds them up. */
export function stepTable({ops}: MethodWalk["step"]): HTMLElement {
  const totalMs = ops.reduce((sum, {latencyMs}) => sum + latencyMs, 0);
  const row = ({name, kind, count, latencyMs, source, tier}: (typeof ops)[number]) =>
    h(
      "tr",
      {},
      h(
        "th",
        {scope: "row"},
        h("i", {class: "kp-swatch", style: `background: ${groupColors[opGroup(kind)]}`}),
        name.replaceAll("_", " ")
      ),
      ...[
        figure(Math.round(10 * count) / 10),
        count > 0 ? duration(latencyMs / count) : "–",
        duration(latencyMs),
        percent(latencyMs / totalMs)
      ].map((text) => h("td", {class: "kp-number"}, text)),
      h("td", {}, originWords({source, tier}))
    );
  const heads = ["operator", "count", "one", "all", "share", "source"];
  return h(
    "div",
    {class: "kp-table kp-listing"},
    h(
      "table",
      {"aria-label": "Operators of a prefill"},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...heads.map((head, i) => h("th", {scope: "col", class: i > 0 && i < 5 ? "kp-number" : null}, head))
        )
      ),
      h("tbody", {}, ...ops.map(row))
    )
  );
}

/** A front with its chord, and the height of the knee above it. */
export function kneePlot({mode, front, knee}: KneeWalk, width: number): SVGElement | HTMLElement {
  const [first, last] = [front[0], front.at(-1)!];
  const at = front[knee];
  // Straight down, as both axes are scaled to their spans.
  const below = at && {x: at.x, y: first.y + ((at.x - first.x) / (last.x - first.x)) * (last.y - first.y)};
  return Plot.plot({
    width,
    height: 260,
    marginLeft: 56,
    marginBottom: 40,
    marginTop: 24,
    marginRight: 24,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `Front of ${front.length} plans${at ? `, its knee at ${figure(at.x)} tokens/s/user and ${figure(at.y)} tokens/s/GPU` : ""}`,
    x: {label: "tokens/s/user", labelAnchor: "center", labelArrow: "none", tickSize: 0, grid: true},
    y: {label: "tokens/s/GPU", labelArrow: "none", tickSize: 0, grid: true},
    marks: [
      Plot.line([first, last], {x: "x", y: "y", stroke: "var(--kp-ink-faint)", strokeDasharray: "4,3"}),
      Plot.line(front, {x: "x", y: "y", stroke: colors[mode], strokeWidth: 2}),
      Plot.dot(front, {x: "x", y: "y", r: 2.5, fill: colors[mode]}),
      at && Plot.line([at, below], {x: "x", y: "y", stroke: "var(--kp-ink)"}),
      at &&
        Plot.dot([at], {
          x: "x",
          y: "y",
          r: 6,
          symbol: "diamond",
          fill: colors[mode],
          stroke: "var(--kp-ink)",
          strokeWidth: 1.5
        }),
      at &&
        Plot.text([at], {
          x: "x",
          y: "y",
          text: () => "knee",
          dy: -14,
          fontWeight: 600,
          fill: "var(--kp-ink)",
          stroke: "var(--kp-card)",
          strokeWidth: 4
        })
    ].filter(Boolean)
  } as Plot.PlotOptions);
}

export interface LookupFigure extends HTMLElement {
  update(lookup: LookupStage | null): void;
}

/** Widest that a single curve is worth. */
const widestPlot = 720;

/** The look-up with its plot, which keeps its place while it is drawn anew. */
export function lookupFigure(): LookupFigure {
  const element = h("section", {class: "kp-card kp-measured kp-lookup", "aria-label": "One look-up"});
  let shown: LookupStage | null | undefined;
  let width = 0;
  const draw = () => {
    if (shown === undefined || width === 0) return;
    element.replaceChildren(...(shown ? lookupParts(shown, Math.min(width, widestPlot)) : [noLookup()]));
  };
  new ResizeObserver(([{contentRect}]) => {
    if (Math.abs(contentRect.width - width) < 1) return;
    width = contentRect.width;
    draw();
  }).observe(element);
  return Object.assign(element, {update: (lookup: LookupStage | null) => ((shown = lookup), draw())});
}

function lookupParts(lookup: LookupStage, width: number): Node[] {
  return [
    h("h3", {}, lookupTitle(lookup)),
    lookupPlot(lookup, width),
    h("p", {class: "kp-hint"}, lookupNote(lookup)),
    formulaList(lookup.formulas)
  ];
}

function noLookup(): HTMLElement {
  const words = "This model’s prefill has no plain matrix product to show; its operators are looked up all the same.";
  return h("p", {class: "kp-empty"}, words);
}

export interface KneeFigure extends HTMLElement {
  update(configuration: Configuration): void;
}

/** How long sizes must stand before a whole search is asked for. */
const stillMs = 300;

/** The knee of a search, asked for when sizes stand still; keeps what it shows until it knows better. */
export function kneeFigure(search: Pick<LiveSearch, "call">, systems: SystemSpec[]): KneeFigure {
  const element = h("div", {class: "kp-card kp-measured kp-knee"}, h("p", {class: "kp-hint"}, "Searching."));
  let timer = 0;
  let key = "";
  const show = (walk: KneeWalk | null) => {
    if (!walk) return [h("p", {class: "kp-empty"}, "No plan fits on these GPUs, so there is no front.")];
    const width = Math.min(720, Math.max(240, element.clientWidth - 42));
    const words =
      walk.knee < 0
        ? "This front has no knee: no plan of it lies above the line between its ends."
        : `Of ${walk.front.length} plans on the ${walk.mode === "agg" ? "aggregated" : "disaggregated"} front, one is farthest above the line between its ends`;
    return [h("h3", {}, words), kneePlot(walk, width), formulaList(walk.formulas)];
  };
  const ask = async (configuration: Configuration, asked: string) => {
    const walk = await search.call("knee", kneeAsk(configuration, systems)).catch((error: Error) => error.message);
    if (asked !== key) return;
    element.replaceChildren(...(typeof walk === "string" ? [h("p", {class: "kp-empty"}, `${walk}.`)] : show(walk)));
  };
  const update = (configuration: Configuration) => {
    const next = JSON.stringify([configuration.question, configuration.quant]);
    if (next === key) return;
    key = next;
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(configuration, next), stillMs);
  };
  return Object.assign(element, {update});
}

/** Every figure of this site, what it means, and what it is here. */
export function metricTable({metrics, ask}: MethodWalk): HTMLElement {
  const {ttftMs, tpotMs, requestMs, tokensPerSecPerGpu, concurrency} = metrics;
  const {osl} = ask.problem.workload;
  const inclusiveMs = requestMs / osl;
  const rows: [string, string, string][] = [
    ["TTFT", "from a request’s arrival to its first token, waiting included", duration(ttftMs)],
    ["TPOT", "mean time per output token after the first; the target of this site", duration(tpotMs)],
    [
      "TPOT, inclusive",
      "(TTFT + TPOT · (OSL − 1)) ∕ OSL: the first token’s wait spread over all of them",
      duration(inclusiveMs)
    ],
    ["request latency", "TTFT + TPOT · (OSL − 1): from arrival to the last token", duration(requestMs)],
    [
      "tokens/s/user",
      "1000 ∕ TPOT: how fast one reader sees tokens",
      tpotMs > 0 ? figure(tokensPerSecPerUser(tpotMs)) : "–"
    ],
    [
      "tokens/s/GPU",
      "output tokens of all requests per second, over the GPUs of a replica; over all GPUs, idle ones too, where plans are compared",
      figure(tokensPerSecPerGpu)
    ],
    ["concurrency", "requests in flight: batch a rank · DP · PP", figure(concurrency)]
  ];
  return h(
    "div",
    {class: "kp-table kp-listing kp-metric-table"},
    h(
      "table",
      {"aria-label": "What each figure means"},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["figure", "what it is", "here"].map((head, i) =>
            h("th", {scope: "col", class: i === 2 ? "kp-number" : null}, head)
          )
        )
      ),
      h(
        "tbody",
        {},
        ...rows.map(([name, what, value]) =>
          h(
            "tr",
            {},
            h("th", {scope: "row"}, name),
            h("td", {class: "kp-wrapped"}, what),
            h("td", {class: "kp-number"}, value)
          )
        )
      )
    )
  );
}

/** What is roofed at how much, in words, for the stage of one look-up. */
export function ratesWords({formulas}: LookupStage): string {
  const {flopPerSec = 0, bytesPerSec = 0} = formulas.find(({name}) => name === "speed of light")?.values ?? {};
  return `${prefixed(flopPerSec)}FLOP/s and ${prefixed(bytesPerSec)}B/s`;
}
