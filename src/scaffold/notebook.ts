/** The text of a notebook about one model: what `kneepoint new notebook` writes, to be edited by whoever asked for it. */

export interface NotebookPlan {
  /** Of the file, and so of the address: `qwen4-14b`. */
  stem: string;
  /** What the page calls the model. */
  model: string;
  /** Beside the notebook, where the model is not of the catalogue: `qwen4-14b.config.json`. */
  configFile?: string;
  quantFile?: string;
  system: string;
  /** As people say it: `H200 SXM`. */
  systemLabel: string;
  backend: string;
  gpus: number;
  isl: number;
  osl: number;
  ttftMs: number;
  tpotMs: number;
  /** Known models to set it beside, the nearest first. */
  nearest: readonly string[];
}

/** Markdown with live code. Every place that an analyst is likely to change has a comment that begins with EDIT. */
export function notebookText(plan: NotebookPlan): string {
  const {stem, model, configFile, quantFile, systemLabel, nearest} = plan;
  const files = [
    ...(configFile ? [`const config = await FileAttachment("./${configFile}").text();`] : []),
    ...(quantFile ? [`const hfQuantConfig = await FileAttachment("./${quantFile}").text();`] : [])
  ];
  const asked = [
    `  model: ${JSON.stringify(model)},`,
    ...(configFile ? ["  config,"] : []),
    ...(quantFile ? ["  hfQuantConfig,"] : []),
    `  system: ${JSON.stringify(plan.system)},`,
    `  backend: ${JSON.stringify(plan.backend)},`,
    `  gpus: ${plan.gpus},`,
    `  isl: ${plan.isl}, // tokens of a prompt`,
    `  osl: ${plan.osl}, // tokens of an answer`,
    `  ttftMs: ${plan.ttftMs},`,
    `  tpotMs: ${plan.tpotMs}`
  ];
  return `---
title: How does ${model} serve on ${systemLabel}?
nav: ${model}
group: yours
order: 50
toc: false
---

<!-- EDIT: the title and the name in the menu are above. This file is yours; nothing overwrites it. -->

\`\`\`js
import {address} from "../components/address.js";
import {answerSentence, tableCaption} from "../components/answer.js";
import {assumptionNote} from "../components/assumption-note.js";
import {besideChart, besideSentence, besideTable} from "../components/beside.js";
import {breakdown} from "../components/breakdown.js";
import {knownGpus} from "../components/custom-gpu.js";
import {dataNote} from "../components/data-badge.js";
import {cardNotes, cardSentence, opTable, sizeTable} from "../components/model-card.js";
import {modelIds} from "../components/model.js";
import {outcomeOf} from "../components/outcome.js";
import {paretoFigure} from "../components/pareto-figure.js";
import {planCard} from "../components/plan-card.js";
import {planId} from "../components/plan.js";
import {planModelCard} from "../components/plan-model.js";
import {planTable} from "../components/plan-table.js";
import {problemInputs} from "../components/problem-inputs.js";
import {defaults, parseQuestion} from "../components/question.js";
import {rejections, remedies} from "../components/rejection.js";
import {statusLine} from "../components/status-line.js";
import {openSearch, siteData} from "../search/site.js";
\`\`\`

\`\`\`js
// EDIT: what the page asks when it is opened. Every field of a Question (src/components/question.ts) may stand here.
${[...files, ""].join("\n").trimStart()}const base = {
  ...defaults,
${asked.join("\n")}
};
// EDIT: the known model to compare with; the nearest by shape are ${nearest.join(", ")}.
const neighbour = ${JSON.stringify(nearest[0])};
\`\`\`

\`\`\`js
const site = await siteData();
const {catalogue, calibrations, systems} = site;
const search = openSearch(site);
const answers = Generators.observe(search.answers);
const statuses = Generators.observe(search.statuses);
const otherSearch = openSearch(site);
const otherAnswers = Generators.observe(otherSearch.answers);
invalidation.then(() => (search.terminate(), otherSearch.terminate()));
\`\`\`

\`\`\`js
const form = problemInputs({models: modelIds(), systems, catalogue, fitted: calibrations.map(({system}) => system), value: parseQuestion(location.search, base)});
const question = Generators.input(form);
const bar = address(form, base);
const pick = (plan) => bar.apply({...form.value, pick: planId(plan)});
const figure = paretoFigure(pick);
const orders = {agg: {column: "", descending: true}, disagg: {column: "", descending: true}};
invalidation.then(() => bar.dispose());
\`\`\`

\`\`\`js
search.ask(question);
otherSearch.ask({...question, model: neighbour, config: "", hfQuantConfig: "", pick: ""});
bar.write(question);
\`\`\`

\`\`\`js
const {answer: {result, data, assumptions, misses, ask: judged}, question: asked} = answers;
const outcome = outcomeOf(result, asked.pick, judged);
figure.update({modes: outcome.modes, question: asked, best: outcome.best, selected: outcome.selected});
\`\`\`

\`\`\`js
const detail = await search.detail(outcome.selected);
\`\`\`

\`\`\`js
const card = planModelCard(asked, outcome.selected);
\`\`\`

# How does ${model} serve on ${systemLabel}?

<div class="kp-top"><div>\${answerSentence({outcome, question: asked, misses, systems: knownGpus(systems, asked.gpu)})}\${remedies(outcome.modes, asked, misses)}\${dataNote(data, result.doubts)}\${assumptionNote(assumptions)}\${statusLine(statuses)}</div></div>

<div class="kp-inputs">\${form}</div>

<div class="kp-main">
<section class="kp-card kp-chart" aria-label="Frontier">\${figure}</section>
<section class="kp-card kp-side" aria-label="Selected plan">\${planCard({plan: outcome.selected, question: asked, isBest: outcome.selected === outcome.best, meetsTargets: outcome.meetsTargets, systems: knownGpus(systems, asked.gpu), onreset: () => bar.apply({...form.value, pick: ""})})}\${breakdown(detail)}</section>
</div>

<div class="kp-tables">\${outcome.modes.map((mode) => planTable(mode.best, {caption: tableCaption(mode), selected: outcome.selected, onpick: pick}, orders[mode.mode]))}</div>

<div class="kp-reasons">\${outcome.modes.map(rejections)}</div>

<!-- EDIT: say in a sentence or two what the chart above means for you. -->

## How does it compare with \${neighbour}?

<div>\${besideSentence(answers, otherAnswers)}</div>

<section class="kp-card kp-measured">\${resize((width) => besideChart(answers, otherAnswers, width))}</section>

<div>\${besideTable(answers, otherAnswers)}</div>

## What is inside the model?

<div>\${cardSentence(card)}\${cardNotes(card)}</div>

<div class="kp-card kp-measured">\${sizeTable(card)}</div>

## What does one GPU compute in a decode step?

<div>\${opTable(card, "decode")}</div>

<!-- EDIT: another phase is opTable(card, "prefill"); more charts are in src/components and on the page "Embeds". -->

Written by \`kneepoint new notebook ${stem}\`; the tutorial is on the page [Make it yours](./fork).
`;
}
