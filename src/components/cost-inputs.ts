/** The form of the cost page: one element whose `value` is what the page asks. */
import {backends} from "../engine/schema.js";
import {agreedTargets} from "./preference.js";
import type {SiteData} from "../search/site.js";
import {combobox} from "./combobox.js";
import type {Choice} from "./combobox.js";
import {mostLoad, mostUsers, systemsOf} from "./cost-view.js";
import type {CostView} from "./cost-view.js";
import {knownGpus} from "./custom-gpu.js";
import {announce, h, uniqueId} from "./dom.js";
import {backendWords, shortSystem} from "./format.js";
import {modelChoice, modelIds, modelOf} from "./model.js";
import {applicable} from "./model-options.js";
import {numberField} from "./number-field.js";
import type {NumberField} from "./number-field.js";
import {limits} from "./question.js";
import type {Question} from "./question.js";
import {choice} from "./select.js";
import {slider} from "./slider.js";
import {measuredVersions} from "./version.js";

export interface CostInputs extends HTMLFormElement {
  value: CostView;
  /** As if it had been entered. */
  apply(part: Partial<CostView>): void;
}

const mostPrice = 1000;

export function costInputs(
  {systems, catalogue}: Pick<SiteData, "systems" | "catalogue">,
  initial: CostView
): CostInputs {
  const settled = (view: CostView): CostView => {
    const asked = agreedTargets(view.question);
    const gpus = knownGpus(systems, asked.gpu).filter(({id}) => id === asked.system || id === asked.decodeSystem);
    const versions = measuredVersions(catalogue, asked.system, asked.backend);
    const version = versions.includes(asked.version) ? asked.version : "";
    const decodeSystem = asked.decodeSystem === asked.system ? "" : asked.decodeSystem;
    const prefix = Math.min(asked.prefix, asked.isl - 1);
    const question = applicable({...asked, version, decodeSystem, prefix}, modelOf(asked), gpus);
    return {...view, question, others: view.others.filter((id) => id !== question.system)};
  };
  let view = settled(initial);
  const apply = (part: Partial<CostView>) => {
    view = settled({...view, ...part});
    refresh();
    announce(form);
  };
  const ask = (part: Partial<Question>) => apply({question: {...view.question, ...part}});
  const labelOf = (id: string) =>
    shortSystem(knownGpus(systems, view.question.gpu).find((each) => each.id === id)?.label ?? id);

  const model = combobox("Model", modelIds().map(modelChoice), view.question.model, (id) =>
    ask({model: id, config: "", hfQuantConfig: ""})
  );
  const system = choice("GPU", (id) => ask({system: id, version: ""}));
  const decode = choice("Decode on", (id) => ask({decodeSystem: id}));
  const backend = choice("Backend", (id) => ask({backend: id as Question["backend"], version: ""}));
  const custom = h("p", {class: "kp-hint"});
  const unit = choice("Load in", (value) => {
    const byUsers = value === "users";
    if (byUsers !== view.byUsers)
      apply({byUsers, load: byUsers ? Math.round(view.load * usersPerRate) : view.load / usersPerRate});
  });
  const rate = slider({label: "Load", unit: "requests/s", min: 0.01, max: 10000, from: 0.1, log: true, value: view.byUsers ? 1 : view.load, title: "Requests that come in, on average", onchange: (load) => apply({load: Math.min(load, mostLoad)})}); // prettier-ignore
  const users = slider({label: "Load", unit: "users", min: 1, max: 100000, log: true, value: view.byUsers ? view.load : 1, title: "Users at once, each with one request under way", onchange: (load) => apply({load: Math.min(Math.round(load), mostUsers)})}); // prettier-ignore
  const number = (field: "isl" | "osl" | "ttftMs" | "tpotMs", label: string, of: string, max: number, title: string) =>
    slider({label, unit: of, min: limits[field][0], max, log: true, value: view.question[field], title, onchange: (value) => ask({[field]: value})}); // prettier-ignore
  const isl = number("isl", "Input", "tokens", 131072, "ISL: tokens of a prompt");
  const osl = number("osl", "Output", "tokens", 16384, "OSL: tokens generated per request");
  const ttft = number("ttftMs", "TTFT ≤", "ms", 10000, "Time to first token");
  const tpot = number("tpotMs", "TPOT ≤", "ms", 200, "Time per output token after the first");
  const latency = slider({label: "Request latency ≤", unit: "ms", min: 10, max: 600000, log: true, value: view.question.requestLatencyMs || 10, title: "TTFT + TPOT · (OSL − 1)", onchange: (value) => ask({requestLatencyMs: value})}); // prettier-ignore
  const kind = choice("Target", (value) =>
    ask({requestLatencyMs: value === "token" ? 0 : suggestedLatency(view.question), besides: false})
  );
  const largest = slider({label: "Largest replica", unit: "GPUs", min: 1, max: 128, log: true, value: view.largest, title: "GPUs of one replica, which share a model, at most", onchange: (value) => apply({largest: value})}); // prettier-ignore

  const prices = new Map<string, NumberField>();
  const priceList = h("div", {class: "kp-price-list"});
  const electricity = numberField({label: "Electricity", unit: "per kWh", value: view.perKilowattHour, most: mostPrice, placeholder: "none", title: "Besides what a GPU costs, where its price leaves it out", onchange: (value) => apply({perKilowattHour: value})}); // prettier-ignore
  const pue = numberField({label: "PUE", unit: "", value: view.pue > 1 ? view.pue : 0, most: 5, placeholder: "1", title: "Power usage effectiveness: what the site draws for each watt of its GPUs", onchange: (value) => apply({pue: Math.max(1, value)})}); // prettier-ignore
  const currencyId = uniqueId("currency");
  const currency = h("input", {id: currencyId, type: "text", maxlength: 5, placeholder: "any", autocomplete: "off"});
  currency.addEventListener("input", (event) => {
    event.stopPropagation();
    apply({currency: currency.value.trim()});
  });

  const refresh = () => {
    const {question, byUsers, load, gpuHour} = view;
    const gpus = knownGpus(systems, question.gpu).map(({id, label}): Choice => ({
      value: id,
      label: shortSystem(label)
    }));
    model.set(question.model);
    system.set(gpus, question.system);
    decode.set(
      [{value: "", label: "same GPU"}, ...gpus.filter(({value}) => value !== question.system)],
      question.decodeSystem
    );
    backend.set(backends.map((id) => ({value: id, label: backendWords[id]})), question.backend); // prettier-ignore
    custom.textContent = question.config ? "from your config.json" : "";
    custom.hidden = !question.config;
    unit.set([{value: "rate", label: "requests per second"}, {value: "users", label: "users at once"}], byUsers ? "users" : "rate"); // prettier-ignore
    (byUsers ? users : rate).set(load);
    rate.hidden = byUsers;
    users.hidden = !byUsers;
    isl.set(question.isl);
    osl.set(question.osl);
    ttft.set(question.ttftMs);
    tpot.set(question.tpotMs);
    latency.set(question.requestLatencyMs || 10);
    largest.set(view.largest);
    const byRequest = question.requestLatencyMs > 0;
    kind.set([{value: "token", label: "first token and each token"}, {value: "request", label: "whole request"}], byRequest ? "request" : "token"); // prettier-ignore
    ttft.hidden = tpot.hidden = byRequest;
    latency.hidden = !byRequest;
    const priced = [...systemsOf(view), ...(question.decodeSystem ? [question.decodeSystem] : [])];
    const fields = [...new Set(priced)].map((id) => {
      const field = prices.get(id) ?? priceField(id);
      prices.set(id, field);
      field.set(gpuHour[id] ?? 0);
      return field;
    });
    // Moved while it is typed in, a field would lose the cursor.
    if (fields.some((field, i) => priceList.children[i] !== field) || priceList.children.length !== fields.length)
      priceList.replaceChildren(...fields);
    electricity.set(view.perKilowattHour);
    pue.set(view.pue > 1 ? view.pue : 0);
    if (document.activeElement !== currency) currency.value = view.currency;
  };
  const priceField = (id: string) =>
    numberField({
      label: labelOf(id),
      unit: "per GPU-hour",
      value: 0,
      most: mostPrice,
      placeholder: "none",
      onchange: (price) => apply({gpuHour: withPrice(view.gpuHour, id, price)})
    });
  const form: HTMLFormElement = h(
    "form",
    {class: "kp-problem kp-cost-inputs", "aria-label": "Load, targets and prices", onsubmit: (event: Event) => event.preventDefault()},
    group("Model and GPU", model, custom, h("div", {class: "kp-pair"}, system, decode), backend, largest),
    group("Load", unit, rate, users, isl, osl),
    group("Targets", kind, ttft, tpot, latency),
    group(
      "Your prices",
      priceList,
      h("div", {class: "kp-pair"}, electricity, pue),
      h("div", {class: "kp-number-field"}, h("label", {for: currencyId, title: "Stands before amounts: $, €, …"}, "Currency"), h("span", {}, currency))
    )
  ); // prettier-ignore
  refresh();
  return Object.defineProperty(Object.assign(form, {apply}), "value", {
    get: () => view,
    set: (next: CostView) => ((view = settled(next)), refresh())
  }) as CostInputs;
}

/** A load in the other unit to start from: a request takes some seconds. */
const usersPerRate = 10;

function withPrice(prices: Record<string, number>, id: string, price: number): Record<string, number> {
  const {[id]: _, ...others} = prices;
  return price > 0 ? {...others, [id]: price} : others;
}

function suggestedLatency({ttftMs, tpotMs, osl}: Question): number {
  return Number((ttftMs + tpotMs * (osl - 1)).toPrecision(2));
}

function group(title: string, ...children: Node[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, title), ...children);
}
