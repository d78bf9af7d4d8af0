/** The keys as a table in Markdown, for docs/configuration.md. */
import {allKeys, type Key} from "./key.js";
import {slo, sloMetrics, wordsOf} from "./kinds.js";

const sections: readonly (readonly [string, (key: Key) => boolean])[] = [
  ["The task", ({scope}) => scope === "task"],
  ["Workers", ({scope, role}) => scope === "worker" && role === undefined],
  ["Experts and attention", ({scope, role}) => scope === "expert" && role === undefined],
  ["Aggregated serving", ({scope, name, base}) => scope === "agg" && name === base],
  ["Disaggregated serving", ({scope, name, base}) => scope === "disagg" && name === base],
  ["Sizes", ({name}) => name.startsWith("agg_") && name.endsWith("_candidates")]
];

const notes: Readonly<Record<string, string>> = {
  Workers:
    "In disagg each has the two forms `prefill_…` and `decode_…`, in auto `decode_…` besides its own, for decode workers that differ.",
  "Experts and attention":
    "In disagg and auto also as `decode_…`, in disagg also as `prefill_…`; without role they mean every worker.",
  Sizes:
    "In disagg `prefill_…` and `decode_…` in place of `agg_…`, in auto all three. A list that is not given keeps its default."
};

/** Every key, by section. */
export function keyReference(): string {
  const parts = sections.map(([title, belongs]) => {
    const rows = allKeys.filter(belongs).map(row);
    const note = notes[title] ? `${notes[title]}\n\n` : "";
    return `### ${title}\n\n${note}| key | value | unit | default | meaning | effect |\n|---|---|---|---|---|---|\n${rows.join("\n")}`;
  });
  const metrics = Object.keys(sloMetrics).map((name) => `\`${name}\``);
  return [...parts, `Metrics of \`slo\`: ${metrics.join(", ")}.`].join("\n\n");
}

function row(key: Key): string {
  const {name, schema, unit = "", help, effect = "everywhere"} = key;
  const words = schema === slo ? "a mapping, see above" : wordsOf(schema);
  const renamed = Object.entries(key.renamed ?? {}).filter(([from]) => from !== from.toUpperCase());
  const also = renamed.length > 0 ? ` (also ${renamed.map(([from, to]) => `${from} for ${to}`).join(", ")})` : "";
  return `| \`${name}\` | ${words}${also} | ${unit} | ${shown(key.default)} | ${help} | ${effect} |`;
}

function shown(value: unknown): string {
  return value === undefined ? "–" : Array.isArray(value) ? value.join(", ") : String(value);
}
