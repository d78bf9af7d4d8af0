/** A model card as text. */
import type {ModelCard, ModelReading, OpRow} from "../engine/index.js";
import {bytesPerMiB, bytesToGiB} from "../engine/units.js";
import {besides, fieldWords, keptWords, kvWords, parameterWords, typeWords, weightWords} from "../card-words.js";
import {parallelWords} from "../words.js";
import type {Ink} from "./ink.js";
import {formatNumber, textTable, type Column} from "./tables.js";

export interface CardReport {
  card: ModelCard;
  reads: ModelReading["reads"];
  files: string[];
  phase: "prefill" | "decode" | "both";
}

export function cardText({card, reads, files, phase}: CardReport, ink: Ink): string {
  const {model, backend, parallel} = card;
  const phases = phase === "both" ? (["prefill", "decode"] as const) : [phase];
  const source = files.length > 0 ? files.join(" and ") : "the catalogue";
  const assumptions = model.assumptions.map((sentence) => `  ${sentence}`);
  const blocks = [
    ink.dim(`${model.id}: ${model.architecture}, estimated as ${model.family}, read from ${source}`),
    ink.bold(`${parameterWords(card)}; ${weightWords(card)}; ${kvWords(card)}.`),
    assumptions.length > 0 ? [ink.warn("Assumed"), ...assumptions].join("\n") : "Assumed: nothing.",
    [ink.bold("Read"), textTable(readColumns, reads, "  ")].join("\n"),
    `Types: ${typeWords(model, card.quant)}`,
    [ink.bold("Parameters"), textTable(partColumns, model.parameters, "  ")].join("\n"),
    ...phases.map((each) =>
      [
        ink.bold(`Operators of one ${each} step on one GPU (${backend}, ${parallelWords(parallel)})`),
        textTable(opColumns, card.ops[each], "  ")
      ].join("\n")
    ),
    weightsText(card),
    `KV cache: ${card.kv.formula} = ${formatNumber(card.kv.bytesPerToken)} B per token and GPU${besides(card.kv)}` +
      (card.kv.kept ? `; the layers really keep ${keptWords(card.kv.kept)} (--exact-kv-cache)` : "")
  ];
  return blocks.join("\n\n");
}

/** The memory model counts operators, which may round layers up to experts or keep embeddings whole on each GPU. */
function weightsText({gpuWeightBytes, modelWeightBytes, parallel}: ModelCard): string {
  const {tp, pp, dp, cp} = parallel;
  const gpus = tp * pp * dp * cp;
  const each = `${formatNumber(bytesToGiB(gpuWeightBytes), 2)} GiB`;
  const all = gpus > 1 ? `, ${formatNumber(bytesToGiB(gpuWeightBytes * gpus), 1)} GiB on ${gpus}` : "";
  const stages = pp > 1 ? ` over ${pp} stages` : "";
  const counted = `${formatNumber(bytesToGiB(modelWeightBytes), 1)} GiB`;
  return `Weights of one GPU: ${each}, the prefill list's${stages}${all}; the parameters above in these types make ${counted}`;
}

const readColumns: Column<ModelReading["reads"][number]>[] = [
  {title: "key", value: ({key}) => key},
  {title: "value", value: ({value}) => String(value), align: "right"},
  {title: "meaning", value: ({field}) => fieldWords(field)}
];

const partColumns: Column<ModelCard["model"]["parameters"][number]>[] = [
  {title: "part", value: ({name}) => name},
  {title: "parameters", value: ({parameters}) => parameters, digits: 0},
  {title: "active", value: ({activeParameters}) => activeParameters, digits: 0},
  {title: "made up of", value: ({formula}) => formula}
];

const opColumns: Column<OpRow>[] = [
  {title: "operator", value: ({name, within}) => "  ".repeat(within.length) + name},
  {title: "kind", value: ({kind}) => kind},
  {title: "count", value: ({count}) => Number(count.toFixed(3))},
  {title: "shape", value: ({shape}) => shape},
  {title: "type", value: ({dtype}) => dtype},
  {title: "weights MiB", value: ({weightBytes}) => weightBytes / bytesPerMiB, digits: 1}
];
