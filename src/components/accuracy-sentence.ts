/** The answer of the accuracy page, before any chart. */
import type {Summary} from "../measured/accuracy.js";
import type {NamedFile} from "../search/predicting.js";
import {answeredWords, biasWords, metricWords, missSentence, referenceWords} from "./accuracy-words.js";
import type {AccuracyView} from "./accuracy-view.js";
import {h} from "./dom.js";
import {counted, percent} from "./format.js";

export function accuracySentence(
  summary: Summary,
  {files, reading, isNarrowed}: {files: readonly NamedFile[]; reading: string; isNarrowed: boolean}
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
    "Half of the predictions are within ",
    ...side("ttft"),
    " and within ",
    ...side("tpot"),
    `. ${answeredWords(summary, isNarrowed)}.`
  );
}

/** What the reference makes of it, and why the rest has no answer, in small type. */
export function answeredNote(summary: Summary, {gaps}: Pick<AccuracyView, "gaps">): HTMLElement {
  const {overMemory} = summary;
  const memory =
    overMemory > 0
      ? `${counted(overMemory, "predicted row")} would not fit the GPU's memory by our reckoning, and ${overMemory === 1 ? "counts" : "count"} all the same.`
      : "";
  const estimated = gaps ? "Gaps of the tables are estimated." : "";
  const words = [referenceWords(summary), missSentence(summary), memory, estimated].filter(Boolean).join(" ");
  return h("p", {class: "kp-note kp-accuracy-note"}, words);
}
