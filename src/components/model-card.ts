/** What is inside a model: a sentence, its assumptions, its parameters, its operators and its KV cache. */
import {csvFormat} from "npm:d3";
import {besides, fieldWords, keptWords, typeWords} from "../card-words.js";
import {modelCard} from "../engine/model-card.js";
import type {ModelCard, OpRow} from "../engine/index.js";
import {bytesPerKiB, bytesPerMiB, bytesToGiB} from "../engine/units.js";
import {parallelWords} from "../words.js";
import {assumptionNote} from "./assumption-note.js";
import {queriedModel, queriedParallel} from "./card-inputs.js";
import type {CardQuery} from "./card-inputs.js";
import {h} from "./dom.js";
import {backendWords, figure, gib, shortModel} from "./format.js";
import {saveText} from "./save.js";

/** The card that a query asks for, or why there is none. */
export function queriedCard(query: CardQuery): ModelCard | string {
  try {
    const model = queriedModel(query);
    return modelCard(model, {backend: query.backend, parallel: queriedParallel(query, model.experts > 0)});
  } catch (error) {
    return (error as Error).message;
  }
}

/** The answer, with figures. */
export function cardSentence(card: ModelCard | string): HTMLElement {
  if (typeof card === "string")
    return h("div", {class: "kp-empty", role: "alert"}, h("b", {}, "No such card. "), `${card}.`);
  const {model, parameters, activeParameters, modelWeightBytes, gpuWeightBytes, parallel, quant} = card;
  const gpus = parallel.tp * parallel.dp * parallel.pp;
  const active = model.experts > 0 ? [", of which a token passes ", big(billions(activeParameters))] : [];
  const each = gpus > 1 ? `, ${gib(bytesToGiB(gpuWeightBytes))} on each of ${gpus} GPUs` : "";
  return h(
    "p",
    {class: "kp-lede kp-card-sentence"},
    `${shortModel(model.id)} has `,
    big(billions(parameters)),
    " parameters",
    ...active,
    ". With ",
    model.experts > 0 && quant.moe !== quant.gemm
      ? `experts in ${quant.moe} and the rest in ${quant.gemm}`
      : quant.gemm,
    " they take ",
    big(gib(bytesToGiB(modelWeightBytes))),
    `${each}, and each token of context adds `,
    big(`${figure(card.kv.bytesPerToken / bytesPerKiB)} KiB`),
    ` of KV cache${gpus > 1 ? " on each GPU" : ""}.`
  );
}

export function cardNotes(card: ModelCard | string): HTMLElement | "" {
  if (typeof card === "string") return "";
  const {model, quant} = card;
  return h(
    "div",
    {class: "kp-card-notes"},
    h("p", {class: "kp-note"}, `${model.architecture}, estimated as ${model.family} · ${typeWords(model, quant)}`),
    assumptionNote(model.assumptions)
  );
}

/** Operators of one phase, and a button that gives them as CSV. */
export function opTable(card: ModelCard | string, phase: CardQuery["phase"]): HTMLElement | "" {
  if (typeof card === "string") return "";
  const {model, backend, parallel, ops} = card;
  const rows = ops[phase];
  const total = rows.reduce((sum, row) => sum + row.weightBytes, 0);
  const words = `${phase === "decode" ? "Decode" : "Prefill"} step of ${shortModel(model.id)}, ${backendWords[backend]}, ${parallelWords(parallel)}`;
  const save = () => saveText(`${shortModel(model.id)}-${phase}-operators.csv`, opsCsv(card), "text/csv");
  return h(
    "div",
    {class: "kp-table kp-listing"},
    table(
      ["operator", "kind", "type", "shape", "count", "weights, MiB"],
      rows.map((row) => [
        h(
          "span",
          {style: `padding-left: ${row.within.length * 16}px`, title: row.within.join(" › ") || null},
          row.name.replaceAll("_", " ")
        ),
        row.kind,
        row.dtype,
        row.shape,
        figure(row.count),
        row.weightBytes > 0 ? mib(row.weightBytes) : "–"
      ]),
      {
        caption: [words, " ", h("button", {type: "button", class: "kp-button", onclick: save}, "csv")],
        foot: ["all", "", "", "", "", mib(total)],
        numbers: 2
      }
    )
  );
}

export function parameterTable(card: ModelCard | string): HTMLElement | "" {
  if (typeof card === "string") return "";
  const {model, parameters, activeParameters} = card;
  const whole = (value: number) => value.toLocaleString("en");
  return h(
    "div",
    {class: "kp-table kp-listing"},
    table(
      ["part", "made up of", "parameters", "passed by a token"],
      model.parameters.map((part) => [part.name, part.formula, whole(part.parameters), whole(part.activeParameters)]),
      {foot: ["all", "", whole(parameters), whole(activeParameters)], numbers: 2}
    )
  );
}

/** The formula of the KV cache with its result, and what a few contexts take. */
export function kvTable(card: ModelCard | string): HTMLElement | "" {
  if (typeof card === "string") return "";
  const {kv, model} = card;
  const contexts = [1024, 8192, 32768, 131072].filter(
    (tokens) => model.contextTokens === 0 || tokens <= model.contextTokens
  );
  return h(
    "div",
    {},
    h(
      "p",
      {},
      h("code", {}, kv.formula),
      ` = `,
      h("b", {}, `${kv.bytesPerToken.toLocaleString("en")} B`),
      ` per token and GPU${besides(kv)}.`,
      kv.kept && ` All layers are counted at full length, as in the reference; they really keep ${keptWords(kv.kept)}.`
    ),
    h(
      "div",
      {class: "kp-table kp-listing"},
      table(
        ["context, tokens", "one sequence", "64 sequences"],
        contexts.map((tokens) => {
          const bytes = kv.bytesPerToken * tokens + kv.bytesPerSequence;
          return [tokens.toLocaleString("en"), gib(bytesToGiB(bytes)), gib(bytesToGiB(64 * bytes))];
        }),
        {numbers: 3}
      )
    )
  );
}

/** The sizes that the model was read to have. */
export function sizeTable(card: ModelCard | string): HTMLElement | "" {
  if (typeof card === "string") return "";
  const {layers, hiddenSize, heads, kvHeads, headDim, interSize, kvLoraRank, vHeadDim, ...rest} = card.model;
  const {experts, topK, moeInterSize, vocabSize, contextTokens} = rest;
  const isLatent = kvLoraRank !== undefined;
  const all: [string, number][] = [
    ["num_hidden_layers", layers],
    ["hidden_size", hiddenSize],
    ["num_attention_heads", heads],
    ["num_key_value_heads", isLatent ? 0 : kvHeads],
    ["head_dim", isLatent ? 0 : headDim],
    ["kv_lora_rank", kvLoraRank ?? 0],
    ["v_head_dim", isLatent ? (vHeadDim ?? 0) : 0],
    ["intermediate_size", interSize],
    ["n_routed_experts", experts],
    ["num_experts_per_tok", topK],
    ["moe_intermediate_size", experts > 0 ? moeInterSize : 0],
    ["vocab_size", vocabSize],
    ["max_position_embeddings", contextTokens]
  ];
  const stated = all.filter(([, value]) => value > 0);
  return h(
    "dl",
    {class: "kp-metrics kp-sizes"},
    ...stated.map(([field, value]) =>
      h("div", {title: field}, h("dt", {}, fieldWords(field)), h("dd", {}, value.toLocaleString("en")))
    )
  );
}

function opsCsv({ops, parallel, backend, model}: ModelCard): string {
  const record = (phase: string) => (row: OpRow) => ({
    model: model.id,
    backend,
    parallel: parallelWords(parallel),
    phase,
    operator: row.name,
    within: row.within.join(" > "),
    kind: row.kind,
    type: row.dtype,
    shape: row.shape,
    count: row.count,
    weight_bytes_per_gpu: row.weightBytes
  });
  return csvFormat([...ops.prefill.map(record("prefill")), ...ops.decode.map(record("decode"))]);
}

type Cell = string | Node;

/** The last `numbers` columns are set to the right. */
function table(
  titles: string[],
  rows: Cell[][],
  {caption, foot, numbers}: {caption?: Cell[]; foot?: Cell[]; numbers: number}
): HTMLElement {
  const style = (i: number) => (i >= titles.length - numbers ? "kp-number" : null);
  const row = (cells: Cell[]) =>
    h(
      "tr",
      {},
      ...cells.map((cell, i) =>
        i === 0 ? h("th", {scope: "row", class: style(i)}, cell) : h("td", {class: style(i)}, cell)
      )
    );
  return h(
    "table",
    {},
    caption && h("caption", {}, ...caption),
    h("thead", {}, h("tr", {}, ...titles.map((title, i) => h("th", {scope: "col", class: style(i)}, title)))),
    h("tbody", {}, ...rows.map(row)),
    foot && h("tfoot", {}, row(foot))
  );
}

function mib(bytes: number): string {
  return (bytes / bytesPerMiB).toLocaleString("en", {maximumFractionDigits: 1});
}

function billions(elements: number): string {
  return `${(elements / 1e9).toLocaleString("en", {maximumSignificantDigits: elements < 1e11 ? 3 : 4})} B`;
}

function big(text: string): HTMLElement {
  return h("b", {}, text);
}
