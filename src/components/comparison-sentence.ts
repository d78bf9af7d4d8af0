/** Which search is better and by how much, in sentences. */
import type {Comparison} from "./comparison.js";
import type {ComparedRow, ComparedTable} from "./comparison-figures.js";
import type {Entry} from "./comparison-entry.js";
import {duration, figure, times} from "./format.js";

/** Words, some of which stand out. */
export type SentencePart = string | {bold: string};

/** The notebook's answer, as far as it is known. */
export function sentenceParts({base}: Comparison, entries: readonly Entry[], table: ComparedTable): SentencePart[] {
  const shown = entries.filter(({hidden}) => !hidden);
  if (entries.length === 0) return ["Nothing to compare yet: add a search below, or drop a file."];
  if (shown.length === 0) return ["Every search is hidden; show one to compare it."];
  if (table.rows.length === 0) {
    if (shown.some(({isWaiting}) => isWaiting)) return ["Searching …"];
    const limit = base.requestLatencyMs || base.ttftMs;
    const asked = base.requestLatencyMs ? `requests within ${duration(limit)}` : `TTFT ≤ ${duration(limit)}`;
    return shown.every(({error}) => error !== undefined)
      ? ["None of the searches could be asked; the list says why."]
      : [`No search has a deployment with ${asked}.`];
  }
  const {baseline, rows} = table;
  const others = rows.filter((row) => row !== baseline);
  if (others.length === 0) return aloneWords(baseline!, table);
  const at = table.target === undefined ? -1 : table.speeds.indexOf(table.target);
  return at < 0 ? meanWords(baseline!, others, table) : speedWords(baseline!, others, table, at);
}

const bold = (words: string): SentencePart => ({bold: words});
const perUser = (speed: number) => `${figure(speed)} tokens/s/user`;

function aloneWords({entry, mean, at}: ComparedRow, {speeds, target, upTo}: ComparedTable): SentencePart[] {
  const here = target === undefined ? null : at[speeds.indexOf(target)].value;
  return [
    bold(entry.name),
    here === null
      ? ` serves ${figure(mean.value!)} tokens/s/GPU on average over speeds up to ${perUser(upTo)}.`
      : ` serves ${figure(here)} tokens/s/GPU at ${perUser(target!)}.`,
    " Add another search to compare it with."
  ];
}

/** Searches whose ratios are told one by one. */
const mostTold = 3;

/** At the speed that the target asks for, then over all speeds. */
function speedWords(
  baseline: ComparedRow,
  others: readonly ComparedRow[],
  table: ComparedTable,
  at: number
): SentencePart[] {
  const speed = table.speeds[at];
  const best = [...others].sort((a, b) => (b.at[at].value ?? 0) - (a.at[at].value ?? 0));
  const able = best.filter((row) => row.at[at].value !== null);
  const unable = best.filter((row) => row.at[at].value === null);
  const {name} = baseline.entry;
  if (baseline.at[at].value === null) {
    const [first] = able;
    return [
      `${name} serves a user at most ${figure(baseline.fastest!)} tokens/s; at ${figure(speed)}, `,
      bold(first.entry.name),
      ` serves ${figure(first.at[at].value!)} tokens/s/GPU. `,
      ...overall(baseline, others)
    ];
  }
  // A list of ratios says less and less.
  const told = able.length > mostTold + 1 ? able.slice(0, mostTold) : able;
  const rest = able.slice(told.length).map((row) => row.at[at].value! / baseline.at[at].value!);
  const compared = told.map((row, i): SentencePart[] => [
    i === 0 ? "" : "; ",
    bold(row.entry.name),
    i === 0 ? " serves " : " ",
    bold(times(row.at[at].value! / baseline.at[at].value!)),
    i === 0 ? ` the tokens/s/GPU of ${name} at ${perUser(speed)}` : ""
  ]);
  const slow = unable.map((row) => `${row.entry.name} serves a user at most ${figure(row.fastest!)} tokens/s`);
  return [
    ...compared.flat(),
    ...(rest.length > 0 ? [`; the other ${rest.length} between ${figure(rest.at(-1)!)} and ${times(rest[0])}`] : []),
    ...(slow.length > 0 ? [`${compared.length > 0 ? "; " : ""}${slow.join("; ")}`] : []),
    ". ",
    ...overall(baseline, others)
  ];
}

function meanWords(
  baseline: ComparedRow,
  others: readonly ComparedRow[],
  {missed, upTo}: ComparedTable
): SentencePart[] {
  const lead = missed === undefined ? "" : `No search serves a user ${figure(missed)} tokens/s. `;
  return [lead, ...overall(baseline, others), ` They are averages up to ${perUser(upTo)}.`];
}

/** Where the order over all speeds is another than at the target, that is worth knowing. */
function overall(baseline: ComparedRow, others: readonly ComparedRow[]): SentencePart[] {
  const [best] = [...others].sort((a, b) => (b.mean.value ?? 0) - (a.mean.value ?? 0));
  const ratio = best.mean.value! / baseline.mean.value!;
  if (!(ratio > 0) || !Number.isFinite(ratio)) return [];
  const [name, other] = [baseline.entry.name, best.entry.name];
  return ratio > 1
    ? [`Over all speeds, ${other} serves ${times(ratio)} as much as ${name}.`]
    : [`Over all speeds, ${name} serves the most; ${other} comes to ${times(ratio)} of it.`];
}
