/** The same figures as tables: the run beside the one with twice the traffic, and every rate. */
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";
import type {LoadRun, RatePoint} from "../search/loading.js";
import {levelOf} from "./under-load.js";
import type {Loaded} from "./under-load-runs.js";
import {levelWords, shareWords} from "./under-load-words.js";

type Line = readonly [name: string, of: (run: LoadRun) => string];

function spread(of: (run: LoadRun) => LoadRun["ttftMs"], name: string): Line[] {
  return (["p50", "p90", "p95", "p99"] as const).map((each) => [
    `${name} ${each.toUpperCase()}`,
    (run) => duration(of(run)[each])
  ]);
}

/** What changes when traffic doubles. */
export function doublingTable({asked, run, doubled}: Loaded): HTMLElement {
  const lines: Line[] = [
    run.users === null
      ? ["Requests that come, per s", ({offeredPerSec}) => (offeredPerSec === null ? "–" : figure(offeredPerSec))]
      : ["Users", ({users}) => figure(users ?? NaN)],
    [`Keep ${levelWords(levelOf(asked.question))}`, ({goodShare}) => shareWords(goodShare)],
    ["Goodput, requests/s", ({goodPerSec}) => figure(goodPerSec)],
    ["Output tokens/s", ({outputTokensPerSec}) => figure(outputTokensPerSec)],
    ...spread(({ttftMs}) => ttftMs, "TTFT"),
    ...spread(({tpotMs}) => tpotMs, "TPOT"),
    ["Gap between tokens P99", ({interTokenMs}) => duration(interTokenMs.p99)],
    ["Request latency P99", ({latencyMs}) => duration(latencyMs.p99)],
    ["Time in the queue P95", ({queueMs}) => duration(queueMs.p95)],
    ["Batch of a replica, mean", ({meanRunning}) => figure(meanRunning)],
    ["KV cache in use, peak", ({kvShare}) => percent(kvShare.peak)],
    ["Put back and computed anew", ({preemptions}) => figure(preemptions)],
    ["Verdict", ({verdict}) => verdict]
  ];
  return h(
    "div",
    {class: "kp-table kp-doubling"},
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", {scope: "col"}, ""),
          ...["as asked", "twice the traffic"].map((name) => h("th", {scope: "col", class: "kp-number"}, name))
        )
      ),
      h(
        "tbody",
        {},
        ...lines.map(([name, of]) =>
          h(
            "tr",
            {},
            h("th", {scope: "row"}, name),
            h("td", {class: "kp-number"}, of(run)),
            h("td", {class: "kp-number"}, doubled ? of(doubled) : "…")
          )
        )
      )
    )
  );
}

const columns: readonly [name: string, of: (point: RatePoint) => string][] = [
  ["Requests/s", ({requestsPerSec}) => figure(requestsPerSec)],
  ["Keep the limits", ({goodShare}) => shareWords(goodShare)],
  ["Goodput, requests/s", ({goodPerSec}) => figure(goodPerSec)],
  ["TTFT P50", ({ttftP50Ms}) => duration(ttftP50Ms)],
  ["TTFT P95", ({ttftP95Ms}) => duration(ttftP95Ms)],
  ["TPOT P50", ({tpotP50Ms}) => duration(tpotP50Ms)],
  ["TPOT P95", ({tpotP95Ms}) => duration(tpotP95Ms)],
  ["Verdict", ({verdict}) => verdict]
];

export function ratesTable({points}: Loaded): HTMLElement {
  return h(
    "details",
    {class: "kp-more-table"},
    h("summary", {}, "Every rate as a table"),
    h(
      "div",
      {class: "kp-table"},
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...columns.map(([name]) => h("th", {scope: "col", class: "kp-number"}, name)))),
        h(
          "tbody",
          {},
          ...points.map((point) => h("tr", {}, ...columns.map(([, of]) => h("td", {class: "kp-number"}, of(point)))))
        )
      )
    )
  );
}
