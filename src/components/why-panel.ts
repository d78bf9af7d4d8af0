/** Why the selected plan is as it is, asked when it is opened: what limits it, and what changes next to it. */
import type {Neighbour} from "../engine/explain/neighbours.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {LatencyWhy, TimePart} from "../engine/explain/time.js";
import type {Plan} from "../engine/result.js";
import {goalMetrics} from "../engine/search/goals.js";
import {limitWords, memoryWords, paceWords, stepWords} from "../why-words.js";
import {h} from "./dom.js";
import {duration, figure, percent, signedPercent} from "./format.js";

export interface WhyPanel extends HTMLDetailsElement {
  /** `osl`: output tokens of a request. */
  update(plan: Plan | null, osl: number): void;
}

/** What a request's time is spent on, with its colour and words. */
const spent = {
  compute: {color: "var(--kp-limit-compute)", words: limitWords.compute},
  bandwidth: {color: "var(--kp-limit-bandwidth)", words: limitWords.bandwidth},
  communication: {color: "var(--kp-op-communication)", words: limitWords.communication},
  waiting: {color: "var(--kp-op-other)", words: limitWords.waiting},
  queueing: {color: "var(--kp-limit-queueing)", words: "queueing"},
  scheduling: {color: "var(--kp-line-strong)", words: "being scheduled"}
} as const;
export type Spent = keyof typeof spent;

export function whyPanel(ask: (plan: Plan) => Promise<PlanWhy | null>): WhyPanel {
  const body = h("div", {class: "kp-why-body"});
  const element = h("details", {class: "kp-why-plan"}, h("summary", {}, "Why this plan"), body);
  let [shown, wanted]: [Plan | null, {plan: Plan; osl: number} | null] = [null, null];
  const fill = async () => {
    if (!element.open || !wanted || wanted.plan === shown) return;
    const {plan, osl} = wanted;
    const why = await ask(plan);
    // Another plan was selected meanwhile; what is shown stays until that one is told.
    if (wanted?.plan !== plan || !why) return;
    shown = plan;
    body.replaceChildren(...whyParts(plan, why, osl));
  };
  element.addEventListener("toggle", () => void fill());
  const update = (plan: Plan | null, osl: number) => {
    element.hidden = plan === null;
    wanted = plan && {plan, osl};
    void fill();
  };
  return Object.assign(element, {update});
}

function whyParts(plan: Plan, {time, pace, memory, neighbours}: PlanWhy, osl: number): HTMLElement[] {
  const parts = requestParts(time, osl);
  return [
    h("p", {class: "kp-why-lede"}, limitSentence(parts)),
    stackedBar(parts, plan.requestLatencyMs),
    h(
      "ul",
      {class: "kp-why-list"},
      h("li", {}, latencySentence("TTFT", time.ttft)),
      h("li", {}, latencySentence("TPOT", time.tpot)),
      pace && h("li", {}, `${capital(paceWords(pace))}.`),
      ...memory.map((each) => h("li", {}, `${capital(memoryWords(each))}.`))
    ),
    neighbourTable(neighbours)
  ];
}

/** A whole request: its first token, and the `osl` − 1 after it. Most first. */
export function requestParts({ttft, tpot}: PlanWhy["time"], osl: number): TimePart<Spent>[] {
  const sums = new Map<Spent, number>();
  const add = ({limits}: LatencyWhy, times: number) =>
    limits.forEach(({of, ms}) => sums.set(of, (sums.get(of) ?? 0) + ms * times));
  add(ttft, 1);
  add(tpot, osl - 1);
  const total = [...sums.values()].reduce((a, b) => a + b, 0);
  return [...sums].map(([of, ms]) => ({of, ms, share: ms / total})).sort((a, b) => b.ms - a.ms);
}

/** `Most of a request’s time (61 %) goes into moving memory; 24 % into computing.` */
export function limitSentence(parts: readonly TimePart<Spent>[]): string {
  const [first, second] = parts;
  if (!first) return "Nothing takes time.";
  const most = `${first.share > 0.5 ? "Most" : "The largest part"} of a request’s time (${percent(first.share)}) goes into ${spent[first.of].words}`;
  return second ? `${most}; ${percent(second.share)} into ${spent[second.of].words}.` : `${most}.`;
}

function latencySentence(name: string, {totalMs, limits}: LatencyWhy): string {
  const parts = limits.slice(0, 3).map(({of, share}) => `${of} ${percent(share)}`);
  return `${name} ${duration(totalMs)}: ${parts.join(", ")}.`;
}

function stackedBar(parts: readonly TimePart<Spent>[], totalMs: number): HTMLElement {
  const words = ({of, ms, share}: TimePart<Spent>) => `${of} ${percent(share)} (${duration(ms)})`;
  const label = `A request, ${duration(totalMs)}: ${parts.map(words).join(", ")}`;
  const swatch = ({of}: TimePart<Spent>) => h("i", {class: "kp-swatch", style: `background: ${spent[of].color}`});
  return h(
    "div",
    {class: "kp-why-bar"},
    h(
      "div",
      {class: "kp-bar", role: "img", "aria-label": label},
      ...parts.map((part) =>
        h("i", {style: `flex: ${part.share} 0 0; background: ${spent[part.of].color}`, title: words(part)})
      )
    ),
    h(
      "p",
      {class: "kp-legend"},
      ...parts.map((part) => h("span", {}, swatch(part), `${part.of} ${percent(part.share)}`))
    )
  );
}

/** One step away in every size: what would change, what it would miss, or why it cannot be. */
function neighbourTable(neighbours: readonly Neighbour[]): HTMLElement {
  const heads = ["next to it", "tokens/s/GPU", "TTFT", "TPOT"];
  return h(
    "div",
    {class: "kp-table kp-neighbours"},
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h("tr", {}, ...heads.map((name, i) => h("th", {scope: "col", class: i > 0 ? "kp-number" : null}, name)))
      ),
      h("tbody", {}, ...neighbours.map(neighbourRow))
    )
  );
}

function neighbourRow(neighbour: Neighbour): HTMLElement {
  const {step, figures, change, obstacle, misses} = neighbour;
  const missed = misses.map(({metric, by}) => `${goalMetrics[metric].label} by ${percent(by)}`).join(" and ");
  const verdict = missed ? `misses ${missed}` : "";
  const head = h("th", {scope: "row"}, stepWords(step), verdict && h("small", {}, verdict));
  if (!figures || !change)
    return h(
      "tr",
      {},
      head,
      h("td", {colspan: 3, class: "kp-obstacle", title: obstacle?.message}, obstacle?.message ?? "cannot run")
    );
  const cell = (name: "tokensPerSecPerGpuCluster" | "ttftMs" | "tpotMs") => {
    const share = change[name] === 0 ? 0 : change[name] / (figures[name] - change[name]);
    return h("td", {class: "kp-number", title: figure(figures[name])}, signedPercent(share));
  };
  return h("tr", {}, head, cell("tokensPerSecPerGpuCluster"), cell("ttftMs"), cell("tpotMs"));
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
