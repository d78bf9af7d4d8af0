/** Tables of the simulation's page: engines side by side, steps, rules, constants and memory terms, all from the engine's records. */
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import {constantNames} from "../engine/simulate/calibration.js";
import type {Calibrated} from "../engine/simulate/calibration.js";
import {calibrationTable} from "../engine/simulate/constants.js";
import {memoryTerms} from "../engine/simulate/kv-room.js";
import {schedulerPolicies, vllmSynchronous} from "../engine/simulate/policy.js";
import type {LoggedRun} from "../engine/simulate/step-log.js";
import {h} from "./dom.js";
import {backendWords, duration, figure, gib, percent} from "./format.js";
import {listed, exampleFigures, ruleWords} from "./simulation-words.js";
import type {ExampleFigures} from "./simulation-words.js";

type Cell = string | Node | (string | Node)[];

function table(caption: string, head: readonly Cell[], rows: readonly (readonly Cell[])[], kind = ""): HTMLElement {
  const cell = (content: Cell) => (Array.isArray(content) ? content : [content]);
  return h(
    "div",
    {class: `kp-table ${kind}`},
    h(
      "table",
      {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, ...head.map((each) => h("th", {scope: "col"}, ...cell(each))))),
      h(
        "tbody",
        {},
        ...rows.map(([first, ...rest]) =>
          h("tr", {}, h("th", {scope: "row"}, ...cell(first)), ...rest.map((each) => h("td", {}, ...cell(each))))
        )
      )
    )
  );
}

const figures: readonly [name: string, of: (figures: ExampleFigures) => string][] = [
  ["All done after", ({spanMs}) => duration(spanMs)],
  ["Engine steps", ({steps}) => figure(steps)],
  ["TTFT, mean", ({meanTtftMs}) => duration(meanTtftMs)],
  ["TTFT, longest", ({worstTtftMs}) => duration(worstTtftMs)],
  ["Longest wait between tokens", ({longestGapMs}) => duration(longestGapMs)],
  ["Put back and computed anew", ({putBack}) => figure(putBack)]
];

/** The same six requests by the rules of each engine. */
export function engineTable(runs: Record<Backend, LoggedRun>, chosen: Backend): HTMLElement {
  const all = backends.map((backend) => exampleFigures(runs[backend]));
  const name = (backend: Backend) =>
    backend === chosen ? h("b", {}, `${backendWords[backend]} ◂`) : backendWords[backend];
  return table(
    "The same six requests by the rules of each engine",
    ["", ...backends.map(name)],
    figures.map(([name, of]) => [name, ...all.map(of)]),
    "kp-numbers"
  );
}

export function stepListing({steps}: LoggedRun): HTMLElement {
  const rows = steps.map(({startMs, endMs, chunks, decodes, idle, waiting, atDoor, kvTokens}, i) => [
    String(i + 1),
    duration(startMs),
    duration(endMs - startMs),
    chunks.map(({request, from, to}) => `${listed([request])} ${figure(from)}–${figure(to)}`).join(", ") || "–",
    listed(decodes) || "–",
    listed(idle) || "–",
    listed([...waiting, ...atDoor]) || "–",
    figure(kvTokens)
  ]);
  const head = ["Step", "Starts", "Takes", "Prompt tokens of", "A token for", "Still", "Waiting", "KV tokens"];
  return h("details", {class: "kp-more-table"}, h("summary", {}, "Every step as a table"), table("Steps", head, rows));
}

function links(sources: readonly string[]): (string | Node)[] {
  return sources.flatMap((source, i) => [i > 0 ? ", " : "", h("a", {href: source, title: source}, `source ${i + 1}`)]);
}

/** Rules as the engine's records have them, with the release that they describe. */
export function ruleTable(): HTMLElement {
  const policies = [schedulerPolicies.vllm, vllmSynchronous, schedulerPolicies.sglang, schedulerPolicies.trtllm];
  const rows = ruleWords.map(({name, of}) => [name, ...policies.map(of)]);
  return table(
    "Rules, and the release that they describe",
    ["", ...policies.map(({describes}) => describes)],
    [...rows, ["Where it says so", ...policies.map(({sources}) => links(sources))]],
    "kp-rules"
  );
}

const constantWords: Record<(typeof constantNames)[number], [name: string, digits: (value: number) => string]> = {
  decodeScale: ["Factor on decode steps", figure],
  decodeAttentionScale: ["Factor on decode attention", figure],
  prefillScale: ["Factor on steps that prefill", figure],
  decodeGapMs: ["Host gap of a decode step", duration],
  prefillGapMs: ["Host gap of a step that prefills", duration],
  prefillFloorMsPerLayer: ["Least of a step that prefills, per layer", duration],
  arrivalMs: ["From sending to the scheduler", duration],
  arrivalMsPerToken: ["and per prompt token", duration],
  kvScale: ["Factor on the KV cache", figure]
};

const architectureWords = {dense: "dense", moe: "experts", "latent-moe": "experts, latent attention"} as const;

/** Fitted constants of each class, how many measurements they rest on, and how far off they were on others. */
export function constantTable(): HTMLElement {
  const {classes} = calibrationTable;
  const rows = constantNames.map((name) => {
    const [words, write] = constantWords[name];
    return [words, ...classes.map(({constants}) => write(constants[name]))];
  });
  const error = (of: "ttft" | "tpot") =>
    classes.map(({error}) => `${percent(error[of].p50)}, ${percent(error[of].p90)}`);
  return table(
    "Constants of each class",
    ["", ...classes.map(({backend, architecture}) => `${backendWords[backend]}, ${architectureWords[architecture]}`)],
    [
      ...rows,
      ["Measurements", ...classes.map(({rows}) => figure(rows))],
      ["TTFT held out: half within, nine tenths within", ...error("ttft")],
      ["TPOT held out: half within, nine tenths within", ...error("tpot")]
    ],
    "kp-numbers"
  );
}

/** When they were fitted, and to what. */
export function constantSource(): string {
  const {source, folds, seed, classes, shapes, families} = calibrationTable;
  const shared = classes.reduce(
    (sum, {systems = {}, types = {}}) => sum + Object.keys({...systems, ...types}).length,
    0
  );
  return `Fitted to ${figure(source.rows)} measured deployments of ${source.from} to ${source.to} in ${folds} folds, seed ${seed}. Factors of ${figure(shared)} GPUs and types in a class, of ${figure(shapes.length)} model shapes and of ${figure(families.length)} shapes on a GPU in a type stand beside them.`;
}

export function memoryTable(): HTMLElement {
  const of = (backend: Backend) => memoryTerms[backend];
  const fraction = (backend: Backend) =>
    of(backend).fractionOf === "all" ? "of all memory, weights included" : "of what weights and a trial step leave";
  const activations = (backend: Backend) => {
    const {activationsGiB, withinShare} = of(backend);
    if (!withinShare) return "outside the fraction";
    return activationsGiB
      ? `${gib(activationsGiB.dense)} dense, ${gib(activationsGiB.moe)} with experts`
      : "as the memory model has them";
  };
  const runtime = (backend: Backend) => {
    const {runtimeGiB, withinShare} = of(backend);
    return withinShare
      ? `${gib(runtimeGiB.alone)} on one GPU, ${gib(runtimeGiB.group)} in a group`
      : "outside the fraction";
  };
  return table(
    "What is left for the KV cache",
    ["", ...backends.map((backend) => backendWords[backend])],
    [
      ["The fraction is", ...backends.map(fraction)],
      ["Activations", ...backends.map(activations)],
      ["Communication, context, graphs", ...backends.map(runtime)],
      ["Source", ...backends.map((backend) => of(backend).source)]
    ],
    "kp-rules"
  );
}

/** Whose constants the example has. */
export function calibratedName({kind, name}: Calibrated): string {
  return kind === "none" ? "operators alone, without constants" : `constants of ${name}`;
}
