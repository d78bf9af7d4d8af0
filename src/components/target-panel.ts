/** What the home page asks besides latencies: budgets, a load, what to rank by, and which targets may be missed. */
import type {Objective} from "../engine/search/goals.js";
import {h} from "./dom.js";
import {figure} from "./format.js";
import {notebookLink} from "./further.js";
import {askedTargets, missingFor, ranked} from "./preference.js";
import {defaults, limits, targetNames} from "./question.js";
import type {Question, TargetName} from "./question.js";
import {choice} from "./select.js";
import {slider} from "./slider.js";
import type {Slider} from "./slider.js";

export interface TargetPanel extends HTMLDetailsElement {
  show(question: Question): void;
}

export const objectiveNames: Record<Objective, string> = {
  throughput: "most tokens/s/GPU",
  latency: "lowest request latency",
  cost: "lowest cost per million tokens",
  gpus: "fewest GPUs for the load",
  score: "highest score, targets are soft",
  knee: "the knee of the front"
};

export const targetWords: Record<TargetName, string> = {
  ttft: "TTFT",
  tpot: "TPOT",
  latency: "request latency",
  power: "power",
  cost: "cost"
};

const fields = [
  {field: "gpuHourPrice", label: "Price of a GPU", unit: "/h", max: 50, title: "What one GPU costs you for an hour, in any currency; none is built in"},
  {field: "decodeGpuHourPrice", label: "Price of a decode GPU", unit: "/h", max: 50, title: "0: as the other"},
  {field: "costPerMillion", label: "Cost ≤", unit: "/M tokens", max: 100, title: "Per million output tokens, in the currency of the price; 0: no limit"},
  {field: "powerKw", label: "Power ≤", unit: "kW", max: 1000, title: "Board power of all GPUs in use, an upper bound; 0: no limit"},
  {field: "requestsPerSec", label: "Load", unit: "requests/s", max: 1000, title: "Counts the GPUs that serve this; 0: not asked"}
] as const; // prettier-ignore

export function targetPanel(set: (part: Partial<Question>) => void): TargetPanel {
  let question = defaults;
  const objective = choice("Best is", (value) => set(ranked(question, value as Objective)));
  const strict = choice("When nothing meets them", (value) => set({strict: value === "strict"}));
  const numbers = Object.fromEntries(
    fields.map(({field, label, unit, max, title}) => {
      const onchange = (value: number) => set({[field]: value});
      const options = {
        label,
        unit,
        title,
        min: limits[field][0],
        max,
        value: defaults[field],
        log: true,
        from: 0.1,
        onchange
      };
      return [field, slider(options)];
    })
  ) as Record<(typeof fields)[number]["field"], Slider>;
  const missing = h("p", {class: "kp-hint"});
  const switches = h("div", {class: "kp-switch", role: "group", "aria-label": "Soft targets"});
  const link = h("a", {}, "What a miss costs");
  const soft = h(
    "div",
    {class: "kp-soft"},
    h("span", {class: "kp-label", title: "A soft target may be missed, which costs score"}, "May be missed, at a cost"),
    switches,
    h("p", {class: "kp-hint"}, link)
  );
  const asked = h("span", {});
  const element = h(
    "details",
    {class: "kp-targets"},
    h("summary", {}, h("b", {}, "More targets"), asked),
    h("div", {class: "kp-targets-body"}, h("div", {}, objective, missing), soft, strict, ...Object.values(numbers))
  );
  const show = (next: Question) => {
    question = next;
    objective.set(
      Object.entries(objectiveNames).map(([value, label]) => ({value, label})),
      next.objective
    );
    strict.set(strictChoices, next.strict ? "strict" : "");
    for (const {field} of fields) numbers[field].set(next[field]);
    numbers.decodeGpuHourPrice.hidden = !next.decodeSystem || next.gpuHourPrice === 0;
    numbers.costPerMillion.hidden = next.gpuHourPrice === 0;
    missing.textContent = missingFor(next) ?? "";
    switches.replaceChildren(...askedTargets(next).map((target) => softSwitch(target.name, target.soft, toggle)));
    link.setAttribute("href", notebookLink("targets", next));
    asked.textContent = askedWords(next);
  };
  const toggle = (name: TargetName, isSoft: boolean) => {
    const names = question.soft.split(",").filter((each) => each && each !== name);
    const next = targetNames.filter((each) => names.includes(each) || (isSoft && each === name)).join();
    set({soft: next, ...(next === "" && question.objective === "score" && {objective: defaults.objective})});
  };
  return Object.assign(element, {show});
}

const strictChoices = [
  {value: "", label: "show the nearest plan"},
  {value: "strict", label: "offer nothing"}
];

function softSwitch(name: TargetName, isSoft: boolean, toggle: (name: TargetName, isSoft: boolean) => void) {
  const onclick = () => toggle(name, !isSoft);
  return h("button", {type: "button", "aria-pressed": String(isSoft), onclick}, targetWords[name]);
}

/** What of the panel is not as by default: `highest score, TTFT is soft; power ≤ 20 kW`. */
export function askedWords(question: Question): string {
  const {objective, soft, powerKw, costPerMillion, gpuHourPrice, requestsPerSec, strict} = question;
  const missed = soft.split(",").filter(Boolean) as TargetName[];
  const parts = [
    objective === "score"
      ? `highest score: ${missed.map((name) => targetWords[name]).join(" and ")} may be missed`
      : objective !== "throughput" && objectiveNames[objective],
    powerKw > 0 && `power ≤ ${figure(powerKw)} kW`,
    costPerMillion > 0 && gpuHourPrice > 0 && `cost ≤ ${figure(costPerMillion)} per million tokens`,
    requestsPerSec > 0 && `${figure(requestsPerSec)} requests/s`,
    strict && "nothing is offered that misses them"
  ];
  return parts.filter(Boolean).join("; ") || "objective, power, cost, load, soft targets";
}
