/** A chart as a custom element. Its attributes are what is asked; a changed one asks anew and redraws. */
import type {ChartName} from "../chart/names.js";
import {h} from "../components/dom.js";
import {nearest} from "../engine/errors.js";
import {ask, type Asked} from "./client.js";
import {drawn, frontHeight, svgText} from "./draw.js";
import {optionKeys, type Options, type OptionValue} from "./option.js";
import type {Progress, Reply} from "./protocol.js";
import {root} from "./root.js";
import {styleSheet} from "./style.js";
import {tableOf} from "./table.js";
import {tipOn} from "./tip.js";

/** Before it is said that something is being computed. */
const patienceMs = 400;

/** Heights to keep free until the first drawing. */
const firstHeight: Record<ChartName, (width: number) => number> = {
  frontier: frontHeight,
  compare: frontHeight,
  cost: frontHeight,
  breakdown: (width) => (width < 640 ? 580 : 300),
  memory: () => 260
};

export interface KneepointChart extends HTMLElement {
  /** What it shows, in a sentence; empty until it is drawn. */
  readonly finding: string;
  /** Settles when the newest question is answered. Rejects with what was wrong with it. */
  readonly ready: Promise<void>;
  /** Sets options as attributes; null takes one back. */
  update(options: Options): Promise<void>;
}

/** `<kneepoint-frontier>`; defined once, whoever asks. */
export function defineChart(name: ChartName): void {
  const tag = `kneepoint-${name}`;
  if (!customElements.get(tag)) customElements.define(tag, chartClass(name));
}

/** The chart of these options, once it has what it shows. Rejects with what was wrong with them. */
export async function chartElement(name: ChartName, options: Options = {}): Promise<KneepointChart> {
  defineChart(name);
  const element = document.createElement(`kneepoint-${name}`) as KneepointChart;
  await element.update(options);
  return element;
}

function chartClass(name: ChartName) {
  return class extends HTMLElement implements KneepointChart {
    static observedAttributes = [...optionKeys];
    private readonly view = chartView(name, this);
    private asked: Asked | undefined;
    private isDue = false;
    private settle = pledge();

    get finding(): string {
      return this.view.finding();
    }

    get ready(): Promise<void> {
      return this.settle.promise;
    }

    update(options: Options): Promise<void> {
      for (const [key, value] of Object.entries(options)) {
        if (value == null) this.removeAttribute(key);
        else this.setAttribute(key, attributeText(value));
      }
      // Options that say what the attributes say already are a question too.
      this.due();
      return this.ready;
    }

    connectedCallback(): void {
      if (!this.asked) this.due();
    }

    attributeChangedCallback(key: string, before: string | null, after: string | null): void {
      if (key === "theme" || before === after) return;
      if (this.isConnected || this.asked) this.due();
    }

    /** Attributes that change together make one question. */
    private due(): void {
      if (this.isDue) return;
      this.isDue = true;
      if (this.settle.isDone) this.settle = pledge();
      queueMicrotask(() => {
        this.isDue = false;
        void this.ask();
      });
    }

    private async ask(): Promise<void> {
      this.asked?.cancel();
      const {view, settle} = this;
      try {
        const asked = ask({name, options: optionsOf(this)}, (progress) => this.asked === asked && view.wait(progress));
        this.asked = asked;
        view.wait();
        const reply = await asked.reply;
        if (this.asked !== asked) return;
        view.show(reply);
        settle.resolve();
        this.dispatchEvent(new CustomEvent("kneepoint-drawn", {bubbles: true, composed: true}));
      } catch (error) {
        view.fail((error as Error).message);
        settle.reject(error as Error);
        this.dispatchEvent(new CustomEvent("kneepoint-error", {bubbles: true, composed: true, detail: error}));
      }
    }
  };
}

interface Pledge {
  promise: Promise<void>;
  isDone: boolean;
  resolve(): void;
  reject(error: Error): void;
}

function pledge(): Pledge {
  const made = {isDone: false} as Pledge;
  made.promise = new Promise((resolve, reject) => {
    made.resolve = () => ((made.isDone = true), resolve());
    made.reject = (error) => ((made.isDone = true), reject(error));
  });
  // Whoever only sets attributes reads the error in the chart.
  made.promise.catch(() => {});
  return made;
}

const attributeText = (value: NonNullable<OptionValue>) =>
  value === true ? "1" : value === false ? "0" : Array.isArray(value) ? value.join() : String(value);

/** Of all attributes those that are options. Throws for one that looks like an option misspelt. */
function optionsOf(element: HTMLElement): Options {
  const options: Record<string, string> = {};
  for (const {name, value} of element.attributes) {
    if (optionKeys.includes(name)) options[name] = value;
    else if (!/^(class|id|style|title|lang|dir|slot|part|role|hidden|tabindex|is|data-|aria-|on)/.test(name)) {
      const meant = nearest(name, optionKeys);
      if (meant) throw new Error(`unknown option: ${name}; did you mean ${meant}?`);
    }
  }
  return options;
}

interface View {
  finding(): string;
  /** Says so when it takes long; what was drawn before stays. */
  wait(progress?: Progress): void;
  show(reply: Reply): void;
  fail(message: string): void;
}

function chartView(name: ChartName, host: HTMLElement): View {
  const shadow = host.attachShadow({mode: "open"});
  shadow.adoptedStyleSheets = [styleSheet()];
  const title = h("p", {class: "title"});
  const subtitle = h("p", {class: "subtitle"});
  const picture = h("div");
  const box = h("div", {class: "tip", hidden: true, "aria-hidden": "true"});
  const spoken = h("span", {"aria-live": "polite", class: "spoken"});
  const stage = h("div", {class: "stage", tabindex: 0, role: "group", "aria-roledescription": "chart"}, picture, box);
  const error = h("p", {class: "error", role: "alert", hidden: true});
  const table = h("table");
  const details = h(
    "details",
    {hidden: true},
    h("summary", {}, "Figures as a table"),
    h("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": "Figures"}, table)
  );
  const source = h("span");
  const link = h("span");
  const foot = h("p", {class: "foot"}, source, link);
  const figure = h("div", {class: "embed", part: "embed"}, title, subtitle, stage, error, details, foot, spoken);
  shadow.append(figure);
  const tip = tipOn(stage, box, spoken);
  let reply: Reply | undefined;
  let width = 0;
  let patience = 0;

  const draw = () => {
    if (!reply || width < 100) return;
    const drawing = drawn(reply.drawable, width);
    picture.innerHTML = svgText(reply.drawable, drawing);
    picture.firstElementChild!.setAttribute("aria-hidden", "true");
    stage.style.minHeight = "";
    tip.show(drawing.spots);
  };
  new ResizeObserver(() => {
    if (Math.abs(stage.clientWidth - width) < 1) return;
    width = stage.clientWidth;
    if (!reply && error.hidden) stage.style.minHeight = `${firstHeight[name](width)}px`;
    draw();
  }).observe(stage);

  return {
    finding: () => reply?.drawable.chart.title ?? "",
    wait(progress) {
      const words = progress ? `Loading tables, ${progress.loaded} of ${progress.total}` : "Computing";
      if (progress && patience === 0) return void (source.textContent = words);
      clearTimeout(patience);
      patience = window.setTimeout(() => ((patience = 0), (source.textContent = words)), patienceMs);
    },
    show(next) {
      clearTimeout(patience);
      reply = next;
      const {drawable, source: from, doubts, version, page} = next;
      error.hidden = true;
      stage.hidden = details.hidden = false;
      title.textContent = drawable.chart.title;
      subtitle.textContent = drawable.chart.subtitle;
      stage.setAttribute("aria-label", `${drawable.chart.title}. ${drawable.chart.subtitle}. Arrow keys walk along.`);
      const doubtful = doubts.length > 0 ? `. Doubtful: ${doubts.join("; ")}` : "";
      source.replaceChildren(h("i", {class: `mark ${from.mark}`, "aria-hidden": "true"}), from.words + doubtful);
      const href = new URL(page, root).href;
      link.replaceChildren(h("a", {href, target: "_blank", rel: "noopener"}, `Kneepoint ${version}`));
      fillTable(table, drawable);
      draw();
    },
    fail(message) {
      clearTimeout(patience);
      reply = undefined;
      error.textContent = `This chart cannot be drawn: ${message}${/[.?]$/.test(message) ? "" : "."}`;
      error.hidden = false;
      stage.hidden = details.hidden = true;
      stage.style.minHeight = "";
      title.textContent = subtitle.textContent = source.textContent = "";
    }
  };
}

function fillTable(table: HTMLTableElement, drawable: Reply["drawable"]): void {
  const {head, rows} = tableOf(drawable);
  table.replaceChildren(
    h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", {scope: "col"}, cell)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cell)))))
  );
}
