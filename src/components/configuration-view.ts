/** What one configuration does: the parts of its page that are drawn from an answer. */
import {askOf} from "../search/live.js";
import type {ConfigurationAnswer, ConfigurationAsk, Step} from "../search/configuring.js";
import type {SystemSpec} from "../engine/system.js";
import {whatIfFigures} from "../engine/explain/what-if.js";
import type {LiveSearch} from "../search/live.js";
import {estimateOf, formatConfiguration, formatSizes} from "./configuration.js";
import type {Configuration} from "./configuration.js";
import {
  doesWords,
  faultSentence,
  findingWords,
  latencyWords,
  limitSentence,
  memorySentence,
  opSentence,
  remediesOf
} from "./configuration-words.js";
import type {Remedy} from "./configuration-words.js";
import {knownGpus} from "./custom-gpu.js";
import {h} from "./dom.js";
import {figure, shortModel, shortSystem} from "./format.js";
import {whenIdle} from "./idle.js";
import {latest} from "./latest.js";
import type {Latest} from "./latest.js";
import {formatQuestion} from "./question.js";
import {whatIfTable} from "./what-if-table.js";
import {memoryRoom} from "./memory-room.js";
import {opHatches, opRoofline} from "./op-roofline.js";
import {keepingFocus, linkOps} from "./op-link.js";
import {opListing} from "./op-listing.js";
import {opKey} from "./op-key.js";
import {opLegend, opWaterfall} from "./op-waterfall.js";
import {roofDomain} from "./roof-points.js";
import {bySize} from "./parallel-choice.js";
import type {Parallel} from "../engine/result.js";

/** What is sent to the worker. Throws InputError for a GPU that makes no sense. */
export function configurationAsk(
  configuration: Configuration,
  systems: SystemSpec[],
  possible: readonly Parallel[]
): ConfigurationAsk {
  const {question, sizes, quant} = configuration;
  const {problem} = askOf(question, systems);
  const {decodeSystem, ...shared} = problem;
  return {
    problem: {...shared, ...(sizes.mode === "disagg" ? {decodeSystem} : {}), quant},
    sizes: estimateOf(configuration),
    possible: bySize(possible)
  };
}

/** The answer in a sentence with figures, and links to what would do where there is none. */
export function configurationSentence(
  configuration: Configuration,
  answer: ConfigurationAnswer,
  systems: SystemSpec[],
  possible: readonly Parallel[]
): HTMLElement {
  const {estimate, rooms, steps} = answer;
  const {question, sizes} = configuration;
  const fits = rooms.every((room) => room.fits);
  const gpu = knownGpus(systems, question.gpu).find(({id}) => id === question.system);
  const subject = `${shortModel(question.model)} on ${shortSystem(gpu?.label ?? question.system)}`;
  const headline = estimate
    ? [
        big(figure(estimate.tokensPerSecPerGpu)),
        " tokens/s/GPU at ",
        big(figure(estimate.tokensPerSecPerUser)),
        " tokens/s/user"
      ]
    : ["No figures for this configuration"];
  const gpus = estimate && estimate.gpus > 1 ? `, ${estimate.gpus} GPUs` : "";
  const told = estimate
    ? [latencyWords(answer), limitSentence(steps), memorySentence(rooms)]
    : [faultSentence(answer), memorySentence(rooms)];
  return h(
    "div",
    {class: "kp-answer kp-configuration-answer"},
    h("p", {class: `kp-headline${fits ? "" : " kp-unfit"}`}, ...headline, estimate && !fits ? ", if it fitted" : ""),
    h("p", {class: "kp-lede"}, `${subject}${gpus}, ${doesWords(sizes)}. ${told.filter(Boolean).join(" ")}`),
    remedyLinks(remediesOf(configuration, answer, possible))
  );
}

function remedyLinks(remedies: readonly Remedy[]): HTMLElement {
  const links = remedies.map(({words, to}) => h("a", {href: formatConfiguration(to)}, words));
  return h("p", {class: "kp-remedies"}, ...links.flatMap((link, i) => [i > 0 && " · ", link]));
}

function big(text: string): HTMLElement {
  return h("span", {class: "kp-big"}, text);
}

export interface StepsFigure extends HTMLElement {
  update(answer: ConfigurationAnswer, selected: string, name: string): void;
}

/** Waterfalls, rooflines and the table, in which the same operator lights up everywhere. */
export function stepsFigure(onselect: (op: string) => void): StepsFigure {
  const panels = h("div", {class: "kp-steps"});
  const legend = h("div", {});
  const listing = h("div", {});
  const element = h("div", {class: "kp-steps-figure"}, opHatches(), legend, panels, listing);
  const link = linkOps(element, onselect);
  let shown: {answer: ConfigurationAnswer; selected: string; name: string} | undefined;
  const draw = () => {
    if (!shown) return;
    const {answer, name} = shown;
    const {steps} = answer;
    const width = panelWidth(panels.clientWidth, steps.length);
    const domain = roofDomain(steps);
    keepingFocus(element, () => {
      panels.replaceChildren(...steps.map((step) => panel(step, opRoofline(step, domain, width))));
      legend.replaceChildren(opLegend(steps));
    });
    void list(answer, name);
  };
  /** The table can wait while a size is dragged. */
  const list = async (answer: ConfigurationAnswer, name: string) => {
    await whenIdle(undefined);
    if (shown?.answer !== answer) return;
    const {steps} = answer;
    keepingFocus(element, () =>
      listing.replaceChildren(...(steps.length > 0 ? [opListing(steps, name)] : [emptySteps(answer)]))
    );
    link.show(shown.selected, sentencesOf(steps));
  };
  const update: StepsFigure["update"] = (answer, selected, name) => {
    const isNew = shown?.answer !== answer;
    shown = {answer, selected, name};
    if (isNew) draw();
    link.show(selected, sentencesOf(answer.steps));
  };
  let drawnWidth = 0;
  new ResizeObserver(([{contentRect}]) => {
    if (Math.abs(contentRect.width - drawnWidth) < 1) return;
    drawnWidth = contentRect.width;
    draw();
    if (shown) link.show(shown.selected, sentencesOf(shown.answer.steps));
  }).observe(panels);
  return Object.assign(element, {update});
}

/** The sentence of an operator by its key; empty for one that is not there. */
function sentencesOf(steps: readonly Step[]): (key: string) => string {
  return (key) => {
    for (const step of steps) for (const op of step.ops) if (opKey(step, op) === key) return opSentence(op, step);
    return "";
  };
}

/** Two panels lie beside each other where there is room; as in the style sheet. */
const leastPanel = 440;
const gap = 16;
/** Padding and border of a card on both sides. */
const panelEdge = 42;

function panelWidth(whole: number, steps: number): number {
  const columns = Math.max(1, Math.min(steps || 1, Math.floor((whole + gap) / (leastPanel + gap))));
  return Math.max(240, (whole - gap * (columns - 1)) / columns - panelEdge);
}

function panel(step: Step, roofline: HTMLElement): HTMLElement {
  return h(
    "section",
    {class: "kp-card kp-step", "aria-label": step.title},
    h("h3", {}, findingWords(step)),
    opWaterfall(step),
    h("p", {
      class: "kp-op-line",
      "data-op-line": step.title,
      "data-hint": "Point at an operator, or choose one with the arrow keys and Enter, to find it in the plot below."
    }),
    roofline
  );
}

function emptySteps({fault}: ConfigurationAnswer): HTMLElement {
  return h(
    "p",
    {class: "kp-empty"},
    fault ? `There are no operators to show. ${faultSentence({fault})}` : "There are no operators to show."
  );
}

/** One bar a kind of worker. */
export function memoryRoomsOf({rooms}: Pick<ConfigurationAnswer, "rooms">): HTMLElement {
  if (rooms.length === 0) return h("p", {class: "kp-empty"}, "Sizes that cannot be have no memory to show.");
  return h("div", {class: "kp-rooms"}, ...rooms.map(memoryRoom));
}

/** Answers to configurations, the newest first; one that asks nothing new has the answer that it had. */
export function configurationAnswers(
  search: Pick<LiveSearch, "call">,
  systems: SystemSpec[],
  possible: () => readonly Parallel[]
): Latest<Configuration, ConfigurationAnswer> {
  let last: {key: string; answer: ConfigurationAnswer} | undefined;
  return latest(async (configuration) => {
    const ask = configurationAsk(configuration, systems, possible());
    const key = JSON.stringify(ask);
    if (last?.key !== key) last = {key, answer: await search.call("configuration", ask)};
    return last.answer;
  });
}

export interface WhatIfFigure extends HTMLElement {
  update(configuration: Configuration, answer: ConfigurationAnswer): void;
}

/** How long a configuration must stand before its neighbours are asked for. */
const stillMs = 200;

/** Keeps what it shows until it knows better. */
export function whatIfFigure(search: Pick<LiveSearch, "call">): WhatIfFigure {
  const element = h("div", {class: "kp-what-if-figure"}, whatIfTable(null, null, undefined));
  let timer = 0;
  let newest: ConfigurationAnswer | undefined;
  const ask = async (configuration: Configuration, answer: ConfigurationAnswer) => {
    const from = answer.estimate && whatIfFigures(answer.estimate);
    const steps = from && (await search.call("configurationSteps", answer.ask).catch(() => null));
    if (newest === answer) element.replaceChildren(whatIfTable(steps, from, configuration));
  };
  const update = (configuration: Configuration, answer: ConfigurationAnswer) => {
    if (newest === answer) return;
    newest = answer;
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(configuration, answer), stillMs);
  };
  return Object.assign(element, {update});
}

/** To the home page with the same question; what a search can find is picked there. */
export function searchLink({question, sizes}: Configuration): HTMLElement {
  const pick = sizes.mode === "agg" || sizes.mode === "disagg" ? formatSizes(sizes) : "";
  return h(
    "a",
    {href: `../index.html${formatQuestion({...question, pick})}`},
    "Search every configuration of this question"
  );
}

/** To the same workers with requests coming; a batch alone has no traffic. */
export function loadLink({question, sizes}: Configuration): HTMLElement | string {
  if (sizes.mode !== "agg" && sizes.mode !== "disagg") return "";
  const query = formatQuestion({...question, pick: formatSizes(sizes)});
  return h("span", {}, " ", h("a", {href: `./under-load.html${query}`}, "Put it under load"), ".");
}

/** What files of a configuration are called. */
export function fileName({question, sizes}: Configuration): string {
  return `kneepoint-${shortModel(question.model)}-${formatSizes(sizes)}`.replace(/[^\w.-]+/g, "-");
}
