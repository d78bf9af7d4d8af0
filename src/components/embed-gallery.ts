/** Every embed live, as another page would have it, with what to paste to have it there. */
import {chartNames, charts} from "../chart/names.js";
import type {ChartName} from "../chart/names.js";
import {snippetNames, snippetsOf} from "../embed/snippet.js";
import type {SnippetName} from "../embed/snippet.js";
import type {Options} from "../embed/option.js";
import type {SystemSpec} from "../engine/system.js";
import {copyButton} from "./copy-button.js";
import {h} from "./dom.js";
import {formatQuestion} from "./question.js";
import type {Question} from "./question.js";

/** What the chart of an embed is, see src/embed/element.ts; the page takes it from where other pages do. */
interface Chart extends HTMLElement {
  readonly finding: string;
  update(options: Options): Promise<void>;
}

export interface Gallery extends HTMLElement {
  show(question: Question, as: SnippetName): void;
}

const titles: Record<ChartName, string> = {
  frontier: "The frontier",
  breakdown: "Where the time goes",
  memory: "What fills the memory",
  compare: "Several GPUs, engines or models",
  cost: "What tokens cost"
};

/** One above the folder of notebooks. */
const site = () => new URL("../", location.href.replace(/[?#].*/, ""));

/** `onfinding` is told what the frontier shows, whenever that changes. */
export function embedGallery(systems: readonly SystemSpec[], onfinding: (finding: string) => void): Gallery {
  const items = chartNames.map((name) => item(name, name === "frontier" ? onfinding : () => {}));
  // One worker answers them in turn: what takes two searches holds up none that takes one.
  const inTurn = [...items].sort((a, b) => Number(a.name === "compare") - Number(b.name === "compare"));
  const show = (question: Question, as: SnippetName) => {
    for (const {name, update} of inTurn) update(optionsOf(name, question, systems), as);
  };
  return Object.assign(h("div", {class: "kp-gallery"}, ...items.map(({section}) => section)), {show});
}

/** A question as an embed takes it; of `compare` with another GPU beside its own. */
export function optionsOf(name: ChartName, question: Question, systems: readonly SystemSpec[]): Options {
  const query = new URLSearchParams(formatQuestion({...question, deploy: "", file: "", changes: true}));
  const {price, decodeprice, cost, best, ...options}: Partial<Record<string, string>> = Object.fromEntries(query);
  const prices = {price, decodeprice, cost, best};
  if (name === "cost") return {...options, ...prices, currency: "$"};
  const own: Options = {...options, best: best === "cost" ? undefined : best};
  if (name !== "compare") return own;
  return {...own, version: undefined, system: [question.system, otherSystem(question.system, systems)]};
}

function otherSystem(id: string, systems: readonly SystemSpec[]): string {
  const known = ["h100_sxm", "h200_sxm"].filter((other) => other !== id);
  return known.find((other) => systems.some((system) => system.id === other)) ?? systems[0].id;
}

function item(name: ChartName, onfinding: (finding: string) => void) {
  const mount = h("div", {class: `kp-embed kp-embed-${name}`});
  const code = h("code");
  const copied = copyButton("Copy", () => code.textContent!);
  const words = `${charts[name][0].toUpperCase()}${charts[name].slice(1)}.`;
  const section = h(
    "section",
    {class: "kp-gallery-item", id: name},
    h("h2", {}, titles[name]),
    h("p", {}, words),
    mount,
    h(
      "div",
      {class: "kp-snippet"},
      h("pre", {tabindex: 0, role: "region", "aria-label": "What to paste"}, code),
      copied
    )
  );
  let chart: Promise<Chart> | undefined;
  let shown = "";
  const update = async (options: Options, as: SnippetName) => {
    code.textContent = snippetsOf(name, options, site().href)[as];
    const asked = JSON.stringify(options);
    if (asked === shown) return;
    shown = asked;
    chart ??= opened(name, mount);
    try {
      const element = await chart;
      const given = [...element.attributes].map((each) => each.name);
      const gone = given.filter((key) => options[key] == null).map((key) => [key, null]);
      await element.update({...Object.fromEntries(gone), ...options});
      onfinding(element.finding);
    } catch (error) {
      onfinding("");
      if (mount.childElementCount === 0)
        mount.textContent = `This embed could not be loaded: ${(error as Error).message}.`;
    }
  };
  return {name, section, update};
}

async function opened(name: ChartName, mount: HTMLElement): Promise<Chart> {
  const address = new URL(`embed/${name}.js`, site()).href;
  await import(address);
  const element = document.createElement(`kneepoint-${name}`) as Chart;
  mount.replaceChildren(element);
  return element;
}

/** Which of the ways to embed the snippets show. */
export function snippetSwitch(onchange: (as: SnippetName) => void): HTMLElement & {show(as: SnippetName): void} {
  const buttons = (Object.keys(snippetNames) as SnippetName[]).map((as) => ({
    as,
    button: h("button", {type: "button", onclick: () => onchange(as)}, snippetNames[as])
  }));
  const show = (chosen: SnippetName) => {
    for (const {as, button} of buttons) button.setAttribute("aria-pressed", String(as === chosen));
  };
  const group = h(
    "div",
    {class: "kp-switch", role: "group", "aria-label": "How to embed"},
    ...buttons.map(({button}) => button)
  );
  return Object.assign(group, {show});
}

/** The way that the address names; the element, which is the shortest, unless it names one. */
export function snippetOf(hash: string): SnippetName {
  return (Object.keys(snippetNames) as SnippetName[]).find((as) => hash === `#${as}`) ?? "element";
}
