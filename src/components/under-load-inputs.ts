/** The form of a deployment under load: the question, what runs, and who sends what. */
import type {Parallel} from "../engine/result.js";
import type {DeploymentNote} from "../search/loading.js";
import type {TraceFile, TraceState} from "./under-load-runs.js";
import {batchSlider, contextChoices, parallelControls, poolControls, possibleOf} from "./configuration-inputs.js";
import {inMode, settledSizes} from "./configuration.js";
import type {Sizes} from "./configuration.js";
import {sizesWords} from "./configuration-words.js";
import {announce, h} from "./dom.js";
import {counted, figure} from "./format.js";
import {nearestParallel} from "./parallel-choice.js";
import {problemInputs} from "./problem-inputs.js";
import type {ProblemOptions} from "./problem-inputs.js";
import {choice} from "./select.js";
import {sheet} from "./sheet.js";
import {slider} from "./slider.js";
import {stepper} from "./stepper.js";
import {traceDrop} from "./trace-drop.js";
import {amounts, clampedAmount, formSizes, keptShares, parseUnderLoad} from "./under-load.js";
import type {ClientKind, SpreadKind, Traffic, UnderLoad} from "./under-load.js";

export interface UnderLoadInputs extends HTMLElement {
  value: UnderLoad;
  /** Takes what an address says. */
  read(search: string): void;
  /** What the closed sheet says at narrow widths, and paper. */
  describe(words: string, onPaper?: string): void;
  /** Shows what stands for sizes and traffic that were left open. */
  settle(deployment: DeploymentNote): void;
  showTrace(state: TraceState | null): void;
}

export interface UnderLoadOptions extends Omit<ProblemOptions, "value"> {
  search: string;
  /** A trace was dropped or chosen. */
  ontrace: (file: TraceFile) => void;
}

const clientChoices: {value: ClientKind; label: string}[] = [
  {value: "poisson", label: "arrivals at random (Poisson)"},
  {value: "gamma", label: "arrivals in bursts (Gamma)"},
  {value: "warmed", label: "users, one request each, warmed up"},
  {value: "burst", label: "users, all starting at once"},
  {value: "trace", label: "a recorded trace"}
];
const spreadChoices: {value: SpreadKind; label: string}[] = [
  {value: "uniform", label: "uniform about the mean"},
  {value: "fixed", label: "all alike"},
  {value: "log-normal", label: "log-normal, a long tail"}
];

export function underLoadInputs({search, ontrace, ...site}: UnderLoadOptions): UnderLoadInputs {
  let value = parseUnderLoad(search);
  let settled: DeploymentNote | undefined;
  const problem = problemInputs({...site, value: value.question});
  const possible = possibleOf(site.systems);
  const set = (part: Partial<UnderLoad>) => {
    value = {...value, ...part};
    refresh();
    announce(element);
  };
  const setTraffic = (part: Partial<Traffic>) => set({traffic: {...value.traffic, ...part}});
  /** What runs: chosen, or what stands for the best plan. */
  const sizesNow = (): Sizes | undefined => value.sizes ?? (settled && formSizes(settled.sizes, value.question.isl));
  const setSizes = (part: Partial<Sizes>) => {
    const now = sizesNow();
    if (now) set({sizes: {...now, ...part}});
  };
  const stepped = (parallel: Parallel, size: Partial<Parallel>) =>
    nearestParallel(possibleNow(), parallel, size) ?? {...parallel, ...size};
  const possibleNow = () => possible({question: value.question, quant: {}}).parallels;

  const mode = choice("What runs", (to) => {
    const now = sizesNow();
    if (to === "best") set({sizes: null});
    else if (now) set({sizes: inMode(now, to as "agg" | "disagg")});
    else refresh();
  });
  const words = h("p", {class: "kp-hint"});
  const worker = parallelControls((size) => {
    const now = sizesNow();
    if (now) setSizes({parallel: stepped(now.parallel, size)});
  });
  const batch = batchSlider("Batch", (to) => setSizes({batch: to}));
  const context = stepper({
    label: "Prompt tokens a step",
    title: "Tokens of prompts that a step takes beside the requests that decode",
    words: figure,
    onchange: (ctxTokens) => setSizes({ctxTokens})
  });
  const pools = (["prefill", "decode"] as const).map((role) =>
    poolControls(
      role,
      (part) => {
        const now = sizesNow();
        if (now) setSizes({[role]: {...now[role], ...part}});
      },
      (size) => {
        const now = sizesNow();
        if (now) setSizes({[role]: {...now[role], parallel: stepped(now[role].parallel, size)}});
      }
    )
  );
  const oneWorker = h("div", {class: "kp-sizes-row"}, worker, batch, context);
  const deployment = h(
    "fieldset",
    {class: "kp-load-deployment"},
    h("legend", {}, "Deployment"),
    h("div", {class: "kp-sizes-head"}, mode, words),
    oneWorker,
    ...pools.map(({element}) => element)
  );

  const client = choice("Who sends", (to) => setTraffic({client: to as ClientKind}));
  const amount = (
    field: keyof typeof amounts,
    label: string,
    unit: string,
    most: number,
    title: string,
    from?: number
  ) =>
    slider({
      label,
      unit,
      min: amounts[field].least,
      max: Math.max(most, amounts[field].least),
      value: value.traffic[field],
      log: true,
      from,
      title,
      onchange: (v) => setTraffic({[field]: clampedAmount(field, v)})
    });
  const rate = amount(
    "requestsPerSec",
    "Arrivals",
    "/s",
    1000,
    "Requests that come in a second, at all replicas together",
    0.1
  );
  const users = amount("users", "Users", "", 10_000, "Each has one request in flight, and sends the next when it ends");
  const prompts = amount(
    "promptsPerUser",
    "Prompts per user",
    "",
    100,
    "Requests that each user sends, one after the other",
    2
  );
  const burstiness = amount(
    "burstiness",
    "Burstiness",
    "",
    10,
    "Coefficient of variation of the time between arrivals: 1 is Poisson, more is burstier",
    0.1
  );
  const speed = amount("speed", "Played", "× as fast", 100, "How many times as fast as it was recorded", 0.01);
  const fit = h(
    "button",
    {type: "button", class: "kp-link", onclick: () => setTraffic({requestsPerSec: 0, users: 0})},
    "as fits the deployment"
  );
  const spread = choice("Lengths", (to) => setTraffic({spread: to as SpreadKind}));
  const ratio = slider({
    label: "Shortest",
    unit: "%",
    min: 5,
    max: 100,
    value: 80,
    title: "The shortest prompt and answer as a share of the longest; the mean stays as asked",
    onchange: (percent) => setTraffic({ratio: percent / 100})
  });
  const variation = amount(
    "variation",
    "Variation of lengths",
    "",
    3,
    "Coefficient of variation: the standard deviation by the mean",
    0.05
  );
  const kept = choice("A rate is served when", (to) => setTraffic({keptShare: Number(to) as Traffic["keptShare"]}));
  const seed = stepper({
    label: "Seed",
    title: "Another seed draws other arrivals and lengths",
    onchange: (to) => setTraffic({seed: to})
  });
  const drop = traceDrop(ontrace);
  const traffic = h(
    "fieldset",
    {class: "kp-load-traffic"},
    h("legend", {}, "Traffic"),
    h(
      "div",
      {class: "kp-load-controls"},
      client,
      rate,
      users,
      prompts,
      burstiness,
      speed,
      spread,
      ratio,
      variation,
      kept,
      seed
    ),
    h("p", {class: "kp-hint"}, fit),
    drop
  );

  const refresh = () => {
    const {question, traffic: shown} = value;
    const now = sizesNow();
    const isPinned = value.sizes !== null;
    mode.set(
      [
        {value: "best", label: "the best plan of the question"},
        {value: "agg", label: "aggregated workers of my choice"},
        {value: "disagg", label: "prefill and decode pools of my choice"}
      ],
      value.sizes?.mode ?? "best"
    );
    words.textContent = isPinned || !now ? "" : `Now ${sizesWords(now)}`;
    words.hidden = isPinned;
    oneWorker.hidden = value.sizes?.mode !== "agg";
    for (const {element} of pools) element.hidden = value.sizes?.mode !== "disagg";
    if (now && isPinned) {
      const parallels = possibleNow();
      worker.set(now.parallel, parallels);
      batch.set(now.batch);
      context.set(now.ctxTokens, contextChoices(now, question.isl));
      pools[0].set(now.prefill, parallels);
      pools[1].set(now.decode, parallels);
    }
    const isOpen = shown.client === "poisson" || shown.client === "gamma";
    const isClosed = shown.client === "warmed" || shown.client === "burst";
    const isTrace = shown.client === "trace";
    client.set(clientChoices, shown.client);
    spread.set(spreadChoices, shown.spread);
    kept.set(
      keptShares.map((share) => ({value: String(share), label: `${Math.round(100 * share)} % keep the limits`})),
      String(shown.keptShare)
    );
    rate.set(shown.requestsPerSec || (settled?.usualPerSec ?? 0));
    users.set(shown.users || (settled?.seats ?? 0));
    prompts.set(shown.promptsPerUser);
    burstiness.set(shown.burstiness);
    speed.set(shown.speed);
    ratio.set(Math.round(100 * shown.ratio));
    variation.set(shown.variation);
    seed.set(shown.seed, seeds(shown.seed));
    rate.hidden = !isOpen;
    burstiness.hidden = shown.client !== "gamma";
    users.hidden = prompts.hidden = !isClosed;
    speed.hidden = drop.hidden = !isTrace;
    spread.hidden = isTrace;
    ratio.hidden = isTrace || shown.spread !== "uniform";
    variation.hidden = isTrace || shown.spread !== "log-normal";
    fit.hidden = isTrace || (shown.requestsPerSec === 0 && shown.users === 0);
  };

  const bottom = sheet(problem);
  const own = h(
    "form",
    {
      class: "kp-card kp-asked kp-worker-sizes kp-load-inputs",
      "aria-label": "Deployment and traffic",
      onsubmit: (event: Event) => event.preventDefault()
    },
    deployment,
    traffic
  );
  const element = h("div", {class: "kp-load-form"}, h("div", {class: "kp-inputs"}, bottom), own);
  problem.addEventListener("input", (event) => {
    event.stopPropagation();
    const question = {...problem.value, pick: ""};
    const {parallels} = possible({question, quant: {}});
    const sizes = value.sizes && settledSizes(value.sizes, parallels, {from: value.question, to: question});
    set({question, sizes});
  });
  const take = (next: UnderLoad) => {
    problem.value = next.question;
    value = {...next, question: {...problem.value, pick: ""}};
    refresh();
  };
  take(value);
  const read = (text: string) => (take(parseUnderLoad(text)), announce(element));
  const settle = (note: DeploymentNote) => ((settled = note), refresh());
  Object.assign(element, {read, describe: bottom.describe, settle, showTrace: drop.show});
  return Object.defineProperty(element, "value", {get: () => value, set: take}) as unknown as UnderLoadInputs;
}

const firstSeeds = 5;

function seeds(seed: number): number[] {
  return Array.from({length: Math.max(firstSeeds, seed + 1)}, (_, i) => i + 1).filter(
    (each) => each <= firstSeeds || Math.abs(each - seed) < 2
  );
}

/** What the closed inputs say on a narrow page. */
export function describeUnderLoad({question, traffic, sizes}: UnderLoad): string {
  const {isl, osl} = question;
  const plan = sizes ? sizesWords(sizes) : "the best plan";
  const {client, users} = traffic;
  const load =
    client === "trace" ? "a trace" : users && (client === "warmed" || client === "burst") ? counted(users, "user") : "";
  return [plan, load, `${figure(isl)} in, ${figure(osl)} out`].filter(Boolean).join(", ");
}
