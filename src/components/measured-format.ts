/** What a file of measured deployments looks like, from the reader's own list of columns, and an empty one to fill in. */
import {neededColumns, optionalColumns} from "../measured/read.js";
import {h} from "./dom.js";
import {saveText} from "./save.js";

export function measuredFormat(): HTMLElement {
  const header = [...new Set(["id", ...neededColumns, ...optionalColumns])].join(",");
  const onclick = () => saveText("measured.csv", `${header}\n`, "text/csv");
  const codes = (names: readonly string[]) => names.flatMap((name, i) => [i > 0 ? ", " : "", h("code", {}, name)]);
  return h(
    "details",
    {class: "kp-misses"},
    h("summary", {}, "What a file of measurements looks like"),
    h("p", {}, "Comma-separated, a header first, one deployment a line. It needs ", ...codes(neededColumns), "."),
    h("p", {}, "A prediction also takes the workers: of an aggregated deployment ", ...codes(["tp_size", "batch_size"]), " and the other sizes that are not 1, of a disaggregated one the same with ", h("code", {}, "prefill_"), " and ", h("code", {}, "decode_"), " in front, and ", ...codes(["prefill_num_workers", "decode_num_workers"]), ". A batch is of one attention-DP rank. Times are means in milliseconds: to the first token, and per token after it."),
    h("p", {}, "It may have ", ...codes(optionalColumns.filter((name) => !/size|workers/.test(name))), "; other columns are ignored."),
    h("p", {}, h("button", {type: "button", class: "kp-button", onclick}, "Save an empty one"))
  ); // prettier-ignore
}
