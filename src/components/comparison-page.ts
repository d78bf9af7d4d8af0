/** The compare page's parts that the notebook lays out, wired together. */
import type {LiveSearch} from "../search/live.js";
import type {SiteData} from "../search/site.js";
import {formatComparison, parseComparison} from "./comparison.js";
import {exampleVariants} from "./comparison-example.js";
import {comparisonFigure} from "./comparison-figure.js";
import {comparisonInputs} from "./comparison-inputs.js";
import {comparisonRuns} from "./comparison-runs.js";
import {hardwareWords} from "./answer.js";
import {knownGpus} from "./custom-gpu.js";
import {announce} from "./dom.js";
import {drawSwitch} from "./draw-switch.js";
import {shortModel} from "./format.js";
import {requestWords} from "./model-options.js";
import {pageAddress} from "./page-address.js";
import type {Question} from "./question.js";
import {runLine} from "./run-line.js";
import {shortInputs} from "./short-inputs.js";

export function comparisonPage(site: SiteData, search: LiveSearch) {
  const read = () => parseComparison(location.search, exampleVariants(site));
  const initial = read();
  const form = shortInputs({site, value: initial.base});
  const list = comparisonInputs(site, initial, form);
  const bar = pageAddress({
    format: formatComparison,
    apply() {
      list.value = {...list.value, comparison: read()};
      announce(list);
    },
    follow: false
  });
  const write = () => bar.write(list.value.comparison);
  list.addEventListener("input", write);
  write();
  const dispose = () => (list.dispose(), bar.dispose());
  const words = (base: Question) =>
    `${shortModel(base.model)}, ${hardwareWords(base, knownGpus(site.systems, base.gpu))}, ${requestWords(base)}`;
  const runs = comparisonRuns(search, site.systems);
  const progress = runLine("Searches that are done");
  const lines = drawSwitch(list.draw);
  return {words, form, list, progress, lines, runs, figure: comparisonFigure(), dispose};
}
