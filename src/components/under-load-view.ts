/** The parts of the page of a deployment under load that are put together from an answer. */
import type {SystemSpec} from "../engine/system.js";
import type {LoadFault, PartNote} from "../search/loading.js";
import {customId, knownGpus} from "./custom-gpu.js";
import {dataNote, sourceBadge} from "./data-badge.js";
import {h} from "./dom.js";
import {counted, duration, figure, shortModel, shortSystem} from "./format.js";
import {homeLink} from "./further.js";
import {colors, inks} from "./mode-color.js";
import {saveText} from "./save.js";
import {loadCsv, loadJson} from "./under-load-csv.js";
import {spreadPlot} from "./under-load-distribution.js";
import {goodputPlot} from "./under-load-goodput.js";
import {doublingTable, ratesTable} from "./under-load-table.js";
import {timelinePlot} from "./under-load-timeline.js";
import {
  calibrationSentences,
  capacityWords,
  deploymentWords,
  distributionFinding,
  doublingWords,
  headline,
  latencyWords,
  verdictWords
} from "./under-load-words.js";
import {formatUnderLoad, levelOf, plainTraffic} from "./under-load.js";
import type {UnderLoad} from "./under-load.js";
import type {Loaded, LoadRuns, LoadState} from "./under-load-runs.js";

export function loadSentence(state: LoadState, systems: SystemSpec[]): HTMLElement {
  const {loaded, fault} = state;
  if (fault) return faultWords(state.asked, fault);
  if (!loaded) return h("div", {class: "kp-answer"}, h("p", {class: "kp-headline"}, "Simulating …"));
  const {asked, deployment, run} = loaded;
  const {big, rest} = headline(loaded);
  const sentences = [
    deploymentWords(asked, deployment, systemLabel(asked, systems)),
    latencyWords(run),
    verdictWords(run),
    capacityWords(loaded)
  ];
  return h(
    "div",
    {class: "kp-answer kp-load-answer"},
    h("p", {class: "kp-headline"}, h("span", {class: "kp-big"}, big), rest),
    h("p", {class: "kp-lede"}, sentences.join(" "))
  );
}

function systemLabel({question}: UnderLoad, systems: SystemSpec[]): string {
  const known = knownGpus(systems, question.gpu);
  const label = (id: string) =>
    shortSystem(known.find((each) => each.id === id)?.label ?? (id === customId ? "my GPU" : id));
  const {system, decodeSystem} = question;
  return decodeSystem ? `${label(system)} and ${label(decodeSystem)}` : label(system);
}

/** What stands in the way, and a link that takes what would do. */
function faultWords(asked: UnderLoad, {kind, message}: LoadFault): HTMLElement {
  const {question, traffic} = asked;
  const link = (to: UnderLoad, words: string) => h("a", {href: formatUnderLoad(to)}, words);
  const model = shortModel(question.model);
  const said: Record<LoadFault["kind"], [string, ...(Node | string)[]]> = {
    trace: [
      "No trace to play",
      "Choose a trace under Traffic, or drop one there; it stays in your browser, so that a link cannot carry it. Or ",
      link({...asked, traffic: {...traffic, client: "poisson"}}, "let requests arrive at random"),
      "."
    ],
    plan: [
      "Nothing to simulate",
      `No deployment of ${model} fits on ${counted(question.gpus, "GPU")} of this kind. `,
      link({...asked, question: {...question, gpus: Math.min(1024, 2 * question.gpus)}}, "Take twice as many GPUs"),
      ", or ",
      homeLink(question, "see on the home page what stands in the way"),
      "."
    ],
    sizes: [
      "This cannot run",
      `${sentence(message)} `,
      asked.sizes
        ? link({...asked, sizes: null}, "Take the best plan of the question")
        : JSON.stringify(traffic) === JSON.stringify(plainTraffic)
          ? homeLink(question, "Ask something else on the home page")
          : link({...asked, traffic: plainTraffic}, "Take usual traffic"),
      "."
    ],
    data: [
      "No timings for this",
      `${sentence(message)} `,
      question.database === "hybrid"
        ? homeLink(question, "Ask something else on the home page")
        : link({...asked, question: {...question, database: "hybrid"}}, "Estimate what no table has"),
      "."
    ]
  };
  const [head, ...rest] = said[kind];
  return h(
    "div",
    {class: "kp-answer kp-load-answer"},
    h("p", {class: "kp-headline"}, head),
    h("p", {class: "kp-lede", role: "alert"}, ...rest)
  );
}

function sentence(message: string): string {
  return `${message[0]?.toUpperCase() ?? ""}${message.slice(1)}.`;
}

/** How far the simulations are; keeps its place. */
export function loadProgress({progress, tables, choosing, loaded, isStopped}: LoadState, runs: LoadRuns): HTMLElement {
  const {done, total} = progress;
  const isRunning = done < total && !isStopped;
  const button = (label: string, onclick: () => void) =>
    h("button", {type: "button", class: "kp-button", onclick}, label);
  const words =
    tables && tables.loaded < tables.total && done === 0
      ? `Loading measurements: ${tables.loaded} of ${tables.total} tables`
      : choosing && !isStopped
        ? `Choosing the best plan by simulation: ${choosing.done} of ${choosing.total} deployments`
        : `${isStopped ? "Stopped: " : ""}${Math.max(0, done - 2)} of ${total - 2} rates simulated`;
  const isShown = isRunning || isStopped;
  return h(
    "div",
    {class: "kp-run kp-load-run", role: "status", "aria-busy": String(isRunning)},
    isShown && h("progress", {max: total, value: done}),
    isShown && h("span", {class: "kp-note"}, words),
    isRunning && loaded && button("Cancel", () => runs.stop()),
    isStopped && button("Go on", () => runs.resume()),
    !isShown &&
      loaded &&
      h("span", {class: "kp-note"}, `${counted(loaded.run.requests, "request")} in ${figure(loaded.run.steps)} engine steps, simulated in ${duration(loaded.runMs)}.`) // prettier-ignore
  );
}

/** What the figures rest on, and how far off they may be. */
export function basisNote({loaded}: LoadState): HTMLElement {
  if (!loaded) return h("div", {class: "kp-load-basis"});
  const {deployment} = loaded;
  const {parts, data, assumptions, replicas} = deployment;
  const [part] = parts;
  const router =
    replicas > 1 ? `One of ${figure(replicas)} replicas is simulated; each gets an equal share of the traffic.` : "";
  return h(
    "div",
    {class: "kp-load-basis"},
    ...calibrationSentences(parts).map((words, i) =>
      h("p", {class: "kp-note"}, sourceBadge(parts[i].source, weakest(parts[i]), parts[i].tier), " ", words)
    ),
    h(
      "p",
      {class: "kp-note"},
      `Rules: ${part.rules}. ${router} `,
      h("a", {href: "./simulation.html"}, "How it is simulated"),
      "."
    ),
    data.every(({database}) => database === "calibrated") &&
      h(
        "p",
        {class: "kp-note"},
        "Operators are timed by fitted surfaces, not by measured tables; import tables for figures that rest on measurements alone."
      ),
    dataNote(data, []),
    assumptions.length > 0 && h("p", {class: "kp-note"}, `Assumed: ${assumptions.join("; ")}.`)
  );
}

function weakest({weakestOp}: PartNote): string {
  return weakestOp ? `; the weakest is ${weakestOp}` : "";
}

function inkOf({deployment}: Loaded) {
  const {mode} = deployment.sizes;
  return {color: colors[mode], ink: inks[mode]};
}

export function distributions({loaded}: LoadState, width: number): HTMLElement {
  if (!loaded) return empty();
  const {asked, run, doubled, deployment} = loaded;
  const {error} = deployment.parts.at(-1)!;
  const {ttftMs, tpotMs, latencyMs} = levelOf(asked.question);
  const both = {...inkOf(loaded)};
  const gap = 24;
  const each = width < 760 ? width : (width - gap) / 2;
  const figures = [
    spreadPlot({...both, name: "TTFT", finding: distributionFinding("TTFT", run.ttftMs, ttftMs, run.within.ttft), asked: run.ttftMs, doubled: doubled?.ttftMs ?? null, limitMs: ttftMs, error: error.ttft}, each),
    spreadPlot({...both, name: "TPOT", finding: distributionFinding("TPOT", run.tpotMs, tpotMs, run.within.tpot), asked: run.tpotMs, doubled: doubled?.tpotMs ?? null, limitMs: tpotMs, error: error.tpot}, each)
  ]; // prettier-ignore
  if (latencyMs !== undefined)
    figures.push(
      spreadPlot({...both, name: "request latency", finding: distributionFinding("latency", run.latencyMs, latencyMs, run.within.latency), asked: run.latencyMs, doubled: doubled?.latencyMs ?? null, limitMs: latencyMs, error: error.tpot}, each) // prettier-ignore
    );
  return h("div", {class: "kp-spreads"}, ...figures);
}

export function goodput({loaded, before}: LoadState, width: number): HTMLElement {
  if (!loaded) return empty();
  return h("div", {}, goodputPlot(loaded, {width, before, ...inkOf(loaded)}), ratesTable(loaded));
}

export function timelines({loaded}: LoadState, width: number): HTMLElement {
  return loaded ? timelinePlot(loaded, {width, ...inkOf(loaded)}) : empty();
}

export function doubling({loaded}: LoadState): HTMLElement {
  if (!loaded) return empty();
  return h(
    "div",
    {class: "kp-doubling-words"},
    h("p", {class: "kp-finding"}, doublingWords(loaded)),
    doublingTable(loaded)
  );
}

function empty(): HTMLElement {
  return h("p", {class: "kp-empty"}, "There is nothing to draw, for the reason above.");
}

/** Files of what is there when they are asked for. */
export function loadDownloads({loaded: shown}: LoadState, runs: LoadRuns): HTMLElement {
  if (!shown) return h("p", {});
  const save = (extension: string, type: string, text: (loaded: Loaded) => string) => {
    const loaded = runs.current()?.loaded ?? shown;
    const {question} = loaded.asked;
    const stem = `kneepoint-under-load-${shortModel(question.model)}-${question.system}`.replace(/[^\w.-]+/g, "-");
    saveText(`${stem}.${extension}`, text(loaded), type);
  };
  const button = (label: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "kp-button", title, onclick}, label);
  return h(
    "p",
    {class: "kp-downloads"},
    button("csv", "Both runs and every rate, one row each", () => save("csv", "text/csv", loadCsv)),
    button("json", "The same with distributions and timelines", () => save("json", "application/json", loadJson))
  );
}
