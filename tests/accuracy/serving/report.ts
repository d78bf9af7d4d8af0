/** The report that `npm run accuracy` writes. */
import {calibrationTable} from "../../../engine/simulate/constants.js";
import {concurrencyClass, concurrencyOrder, errorStats, lengthClass} from "../../../src/measured/accuracy.js";
import type {MeasuredLatency, MeasuredRow} from "../../../src/measured/read.js";
import {labelRules} from "../../../src/measured/rules.js";
import type {ScoredRow, Way} from "./score.js";

type Metric = "ttftMs" | "tpotMs" | "rate";

export function markdown(all: readonly ScoredRow[]): string {
  const scored = all.filter(({row}) => row.mode === "agg");
  const pools = all.filter(({row}) => row.mode === "disagg");
  const warm = scored.filter(({coldStart}) => !coldStart);
  return `# How near simulated predictions are to measured deployments

Written by \`npm run accuracy\`. ${scored.length} aggregated deployments that were measured, each predicted by constants
fitted without it. An error is |predicted ∕ measured − 1|. A cell is the mean error, the median error, and the median of
predicted ∕ measured. Throughput is derived: requests in flight are given, so that their rate follows from what one takes.

Rows are held out by deployment: model shape, GPU, backend, precision and sizes of one are in one of ${calibrationTable.folds} folds,
seed ${calibrationTable.seed}. *As labelled* takes each row as its file has it; *corrected* applies the rules below. Nothing is left
out of either. *Cold starts out* leaves out the ${scored.length - warm.length} rows that a rule shows to have measured compilation, and
nothing else. *Unseen* predicts each row by fits without any row of its model on its GPU in its types: by what the model
does on other GPUs, if there are any, by what others do on its GPU and in its type, and by its backend and architecture.
What pools have besides is fitted without these rows too. Spreads of prefill times (docs/simulation.md) are chosen inside each
fold: from rows of the others, each by a fit that saw neither its own fold nor this one. Folds are solved about the fit to all,
whose slopes they share. *Reference* is the file's other predictor, on the rows that it answers; *here, same rows* is ours on these.

## In all

${table(
  ["", "rows", "answered", "TTFT", "TPOT", "throughput"],
  [
    overall("as labelled, held out", scored, "labelled"),
    overall("corrected, held out", scored, "corrected"),
    overall("corrected, cold starts out, held out", warm, "corrected"),
    overall("corrected, cold starts out, unseen", warm, "unseen"),
    overall("corrected, cold starts out, as fitted to all", warm, "shipped"),
    overall("reference, its own rows", scored, "reference"),
    overall("here, same rows, as labelled, held out", withReference(scored), "labelled"),
    overall("here, same rows, corrected, held out", withReference(scored), "corrected")
  ]
)}

## Prefill and decode pools

${pools.length} rows are of disaggregated deployments. Most labels leave out how many workers of each kind there were, and
drafts. *Told* are rows that have it, or whose copy in the file does; *as launched* those that InferenceX's public
configuration tells of; *taken* those that nothing known does, which a rule below makes up and no fit uses. As labelled, none but the first are answered. Where several launches have one label, the order of the rows' own TPOT tells them apart: a measured figure so decides which launch a row is taken for, never what is predicted for that launch.

${table(
  ["", "rows", "answered", "TTFT", "TPOT", "throughput"],
  [
    overall("as labelled, held out", pools, "labelled"),
    overall("corrected, held out", pools, "corrected"),
    ...poolKinds.map(({name, is}) => overall(`${name}, held out`, pools.filter(is), "corrected")),
    overall("corrected, held out, as searches", pools, "asFitted"),
    overall("corrected, unseen", pools, "unseen"),
    overall("reference, its own rows", pools, "reference"),
    overall("here, same rows, held out", withReference(pools), "corrected"),
    overall("TTFT a third of a request, held out", pools.filter(isQueued), "corrected"),
    overall(
      "TTFT less than that, held out",
      pools.filter((each) => !isQueued(each)),
      "corrected"
    )
  ]
)}

Where requests wait long for their first token (*TTFT a third of a request*), prefill workers are mostly saturated. Prefill times are then taken as short as lets TTFT err least, and throughput is told higher for it. Searches take them as fitted (*as searches*): TTFT is as often below as above, and further off in the mean.

${sections.map(({title, keyOf, order}) => `## By ${title}\n\n${byKey(warm, keyOf, order)}`).join("\n\n")}

## Worst by TTFT

${worst(warm, "ttftMs")}

## Worst by TPOT

${worst(warm, "tpotMs")}

## Rules

What labels say is not always what was run. Rules are data, \`src/measured/rules.ts\`; a row keeps its label, and both
figures are above.

${table(
  ["rule", "about", "rows", "why"],
  labelRules.map(({name, about, reason}) => [
    name,
    about,
    String(all.filter(({rules}) => rules.includes(name)).length),
    reason
  ])
)}

## Not answered

${misses(all)}
`;
}

/** Whether a third of what a request took was its TTFT. */
function isQueued({row}: ScoredRow): boolean {
  const {ttftMs, tpotMs} = row.measured;
  return ttftMs > (ttftMs + tpotMs * (row.osl - 1)) / 3;
}

const launched = "workers as they were launched";
const taken = "workers as others are launched";

const poolKinds: readonly {name: string; is: (scored: ScoredRow) => boolean}[] = [
  {name: "told", is: ({rules}) => !rules.includes(launched) && !rules.includes(taken)},
  {name: "as launched", is: ({rules}) => rules.includes(launched)},
  {name: "taken", is: ({rules}) => rules.includes(taken)}
];

interface Section {
  title: string;
  keyOf: (row: MeasuredRow) => string;
  order?: readonly string[];
}

const sections: readonly Section[] = [
  {title: "backend", keyOf: ({backend}) => backend},
  {title: "model", keyOf: ({model}) => model.split("/").at(-1)!},
  {title: "GPU", keyOf: ({system}) => system},
  {title: "requests in flight", keyOf: concurrencyClass, order: concurrencyOrder},
  {title: "prompt ∕ answer length", keyOf: lengthClass},
  {title: "source", keyOf: ({source}) => (/gap-analysis/.test(source) ? "gap analysis" : "InferenceX")}
];

function withReference(scored: readonly ScoredRow[]): ScoredRow[] {
  return scored.filter(({row}) => row.reference !== undefined);
}

function of(scored: ScoredRow, way: Way | "reference"): MeasuredLatency | undefined {
  return way === "reference" ? scored.row.reference : scored.predicted[way];
}

function cell(scored: readonly ScoredRow[], way: Way | "reference", metric: Metric): string {
  const ratios = scored.flatMap((each) => {
    const predicted = of(each, way);
    return predicted ? [valueOf(predicted, each.row, metric) / valueOf(each.row.measured, each.row, metric)] : [];
  });
  if (ratios.length === 0) return "";
  const {meanError, medianError, bias} = errorStats(ratios);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `${percent(meanError)}, ${percent(medianError)}, ${bias.toFixed(2)}`;
}

/** Of a closed loop, a user's requests in a second follow from what one takes. */
function valueOf(latency: MeasuredLatency, {osl}: MeasuredRow, metric: Metric): number {
  return metric === "rate" ? 1 / (latency.ttftMs + latency.tpotMs * (osl - 1)) : latency[metric];
}

function overall(name: string, scored: readonly ScoredRow[], way: Way | "reference"): string[] {
  const answered = scored.filter((each) => of(each, way)).length;
  const share = `${((100 * answered) / scored.length).toFixed(1)} %`;
  const cells = (["ttftMs", "tpotMs", "rate"] as const).map((metric) => cell(scored, way, metric));
  return [name, String(scored.length), share, ...cells];
}

function byKey(scored: readonly ScoredRow[], keyOf: Section["keyOf"], order?: readonly string[]): string {
  const keys = [...new Set(scored.map(({row}) => keyOf(row)))];
  if (order) keys.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  else keys.sort();
  const rows = keys.map((key) => {
    const group = scored.filter(({row}) => keyOf(row) === key);
    const both = withReference(group);
    return [
      key,
      String(group.length),
      cell(group, "corrected", "ttftMs"),
      cell(group, "unseen", "ttftMs"),
      cell(both, "corrected", "ttftMs"),
      cell(both, "reference", "ttftMs"),
      cell(group, "corrected", "tpotMs"),
      cell(group, "unseen", "tpotMs"),
      cell(both, "corrected", "tpotMs"),
      cell(both, "reference", "tpotMs")
    ];
  });
  const metric = (name: string) => [`${name} held out`, `${name} unseen`, `${name}, same rows`, `${name} reference`];
  return table(["", "rows", ...metric("TTFT"), ...metric("TPOT")], rows);
}

const worstCount = 15;

function worst(scored: readonly ScoredRow[], metric: keyof MeasuredLatency): string {
  const ratio = ({row, predicted}: ScoredRow) => (predicted.corrected?.[metric] ?? NaN) / row.measured[metric];
  const off = (each: ScoredRow) => Math.abs(Math.log(ratio(each)));
  const worstOnes = scored.filter(({predicted}) => predicted.corrected).sort((a, b) => off(b) - off(a));
  return table(
    ["deployment", "measured", "predicted ∕ measured"],
    worstOnes.slice(0, worstCount).map((each) => {
      const {backend, version, model, system, precision, isl, osl, measured, agg, clientConcurrency} = each.row;
      const what = [backend, version, model, system, precision, `tp ${agg?.parallel.tp ?? 1}`].filter(
        (part) => part !== ""
      );
      return [
        `${what.join(" ")}, ${isl} ∕ ${osl}, ${clientConcurrency ?? "?"} in flight`,
        `${measured[metric].toPrecision(3)} ms`,
        ratio(each).toPrecision(2)
      ];
    })
  );
}

function misses(scored: readonly ScoredRow[]): string {
  const counts = new Map<string, number>();
  for (const {misses: missed} of scored)
    for (const [way, message] of Object.entries(missed))
      counts.set(`${way}|${message}`, (counts.get(`${way}|${message}`) ?? 0) + 1);
  if (counts.size === 0) return "Every row is answered, as labelled and corrected.";
  const rows = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([key, count]) => [...key.split("|").slice(0, 2), String(count)]);
  return table(["", "why", "rows"], rows);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "-")), ...rows.map(line)].join("\n");
}
