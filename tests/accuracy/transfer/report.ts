/** The study as Markdown and as the engine's figures. */
import type {CoefficientKind} from "../../../engine/coefficients.js";
import type {ErrorBand, Tier} from "../../../engine/result.js";

/** One prediction over its measurement. */
export interface Miss {
  release: string;
  kind: CoefficientKind;
  what: string;
  tier: Tier;
  group: string;
  ratio: number;
  /** The same by the method's rule, utilisation kept; NaN where its ladder ends. */
  methodRatio: number;
}

export function errorOf(ratios: readonly number[]): ErrorBand & {bias: number} {
  const errors = ratios.map((ratio) => Math.abs(ratio - 1)).sort((a, b) => a - b);
  const logs = ratios.map(Math.log).sort((a, b) => a - b);
  const at = <T>(sorted: readonly T[], share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {p50: at(errors, 0.5), p90: at(errors, 0.9), bias: Math.exp(at(logs, 0.5)) - 1};
}

export function markdown(misses: readonly Miss[], releases: readonly string[]): string {
  const groups = groupBy(misses, ({kind, what, tier}) => [kind, what, tier].join("|"));
  const rows = [...groups.values()].map((of) => {
    const {p50, p90, bias} = errorOf(of.map(({ratio}) => ratio));
    const method = errorOf(of.map(({methodRatio}) => methodRatio).filter((ratio) => ratio === ratio));
    const [{kind, what, tier}] = of;
    const count = new Set(of.map(({release, group}) => `${release} ${group}`)).size;
    return [
      kind,
      what,
      tier,
      count,
      of.length,
      percent(p50),
      percent(p90),
      signed(bias),
      percent(method.p50),
      percent(method.p90)
    ];
  });
  return [
    "# How far off a borrowed utilisation is",
    "",
    "<!-- Written by `npm run accuracy:transfer` on the imported tables; do not edit. -->",
    "",
    "What was not measured is estimated from the utilisation that something alike reached (`engine/ops/ladder.ts`). Here measured rows are",
    "taken away – every row of a type, of a head size, of an expert shape – and predicted from the rest by the first rung that holds.",
    `Releases: ${releases.join(", ")}. Errors are relative: half of the rows stay within the median, nine tenths within p90; the bias is`,
    "of the median row. *own*: the rows around it; *xshape*: another shape; *xquant*: another type of the same bytes and rate; *xprofile*:",
    "a type of others; *xop*: another operator. The last two columns: the same with utilisation kept and the method's own steps, which is",
    "what `transferRule: utilisation` answers; elsewhere the time beyond the speed of light is kept.",
    "",
    "| operator | held out | tier | folds | rows | median % | p90 % | bias % | method: median % | p90 % |",
    "| -- | -- | -- | --: | --: | --: | --: | --: | --: | --: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    "By operator and tier, as the engine states them:",
    "",
    "| operator | tier | rows | median % | p90 % |",
    "| -- | -- | --: | --: | --: |",
    ...[...groupBy(misses, ({kind, tier}) => `${kind}|${tier}`).values()].map((of) => {
      const {p50, p90} = errorOf(of.map(({ratio}) => ratio));
      return `| ${of[0].kind} | ${of[0].tier} | ${of.length} | ${percent(p50)} | ${percent(p90)} |`;
    }),
    ""
  ].join("\n");
}

export function engineModule(misses: readonly Miss[]): string {
  const band = (of: readonly Miss[]) => {
    const {p50, p90} = errorOf(of.map(({ratio}) => ratio));
    return `{p50: ${p50.toFixed(3)}, p90: ${p90.toFixed(3)}}`;
  };
  const byTier = (of: readonly Miss[]) =>
    [...groupBy(of, ({tier}) => tier)].map(([tier, of]) => `${tier === "own" ? "empirical" : tier}: ${band(of)}`);
  const kinds = [...groupBy(misses, ({kind}) => kind)].map(([kind, of]) => `${kind}: {${byTier(of).join(", ")}}`);
  return [
    "/**",
    " * How far off utilisation is that was taken from elsewhere, by kind and by what it was taken from; shares. `empirical`:",
    " * from the points around. Written by `npm run accuracy:transfer`; docs/accuracy-transfer.md has the folds.",
    " */",
    'import type {CoefficientKind} from "../coefficients.js";',
    'import type {ErrorBand} from "../result.js";',
    'import type {TransferTier} from "../transfer.js";',
    "",
    'export type Borrowed = "empirical" | TransferTier;',
    "",
    "/** Where a kind has no figure of its own. */",
    `export const transferErrors: Record<Borrowed, ErrorBand> = {${byTier(misses).join(", ")}};`,
    "",
    `export const transferErrorsByKind: Partial<Record<CoefficientKind, Partial<Record<Borrowed, ErrorBand>>>> = {${kinds.join(",\n")}};`,
    ""
  ].join("\n");
}

function groupBy<T>(values: readonly T[], by: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(by(value));
    if (group) group.push(value);
    else groups.set(by(value), [value]);
  }
  return groups;
}

const percent = (share: number) => (100 * share).toFixed(1);
const signed = (share: number) => `${share > 0 ? "+" : ""}${percent(share)}`;
