/** The answer of the accuracy page, before any chart. */
import type {Predictor} from "../engine/search/predictor.js";
import type {Summary} from "../measured/accuracy.js";
import type {NamedFile} from "../search/predicting.js";
import {answeredWords, besideWords, biasWords, metricWords, missSentence} from "./accuracy-words.js";
import type {AccuracyView} from "./accuracy-view.js";
import {h} from "./dom.js";
import {counted, percent} from "./format.js";

export function accuracySentence(
  summary: Summary,
  {by, files, reading, isNarrowed}: {by: Predictor; files: readonly NamedFile[]; reading: string; isNarrowed: boolean}
): HTMLElement {
  const {rows, errors} = summary;
  const say = (...words: (string | Node)[]) => h("p", {class: "kp-lede kp-accuracy-lede", role: "status"}, ...words);
  if (reading && files.length === 0) return say(`Reading ${reading} …`);
  if (files.length === 0)
    return say(
      "That depends on what you run. Drop a CSV of measured deployments here, and every row of it is predicted and held against what was measured. Kneepoint ships no measurements of its own."
    );
  if (rows === 0)
    return say(
      isNarrowed
        ? "No row is of what you chose; the filters below say what there is."
        : "No row of the file could be read; the list below says why."
    );
  if (!errors) return say(`${answeredWords(summary, isNarrowed)}.`);
  const side = (metric: "ttft" | "tpot") => {
    const {medianError, meanError, bias} = errors[metric];
    return [
      h("b", {}, percent(medianError)),
      ` of the measured ${metricWords[metric]} (${percent(meanError)} off on average, ${biasWords(bias)})`
    ];
  };
  return say(
    `By ${by === "simulation" ? "simulated requests" : "the closed formula"}, half of the predictions are within `,
    ...side("ttft"),
    " and within ",
    ...side("tpot"),
    `. ${answeredWords(summary, isNarrowed)}.`
  );
}

/** What the other predictors make of it, and why the rest has no answer, in small type. */
export function answeredNote(summary: Summary, {by, gaps}: Pick<AccuracyView, "by" | "gaps">): HTMLElement {
  const {overMemory} = summary;
  const memory =
    overMemory > 0
      ? `${counted(overMemory, "predicted row")} would not fit the GPU's memory by our reckoning, and ${overMemory === 1 ? "counts" : "count"} all the same.`
      : "";
  const estimated = gaps && by === "formula" ? "Gaps of the tables are estimated." : "";
  const other = by === "simulation" ? "The closed formula" : "The simulation";
  const beside = [
    besideWords(other, summary.other),
    besideWords("The reference that the file carries", summary.reference)
  ];
  const words = [...beside, missSentence(summary), memory, estimated].filter(Boolean).join(" ");
  return h("p", {class: "kp-note kp-accuracy-note"}, words);
}
