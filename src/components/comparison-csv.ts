/** The differences between searches as CSV and JSON. */
import type {ComparedTable} from "./comparison-figures.js";
import type {Comparison} from "./comparison.js";

/** One row a search; units are in the names, changes are shares of the baseline's. */
export function comparisonCsv({speeds, rows}: ComparedTable): string {
  const records = rows.map(({entry, isBaseline, at, mean, best, fastest}) => ({
    search: entry.name,
    differs: entry.differs,
    baseline: isBaseline ? 1 : 0,
    ...Object.fromEntries(
      at.flatMap(({value, change}, i) => [
        [`tokens_per_s_per_gpu_at_${plain(speeds[i])}_tokens_per_s_per_user`, value],
        [`change_at_${plain(speeds[i])}`, change]
      ])
    ),
    mean_tokens_per_s_per_gpu: mean.value,
    mean_change: mean.change,
    fastest_tokens_per_s_per_user: fastest,
    best_tokens_per_s_per_gpu: best.value,
    best_change: best.change,
    best_tokens_per_s_per_user: entry.best?.tokensPerSecPerUser,
    best_ttft_ms: entry.best?.ttftMs,
    best_tpot_ms: entry.best?.tpotMs,
    best_mode: entry.best?.mode,
    best_deployment: entry.best?.deployment
  }));
  const columns = Object.keys(records[0] ?? {});
  const lines = records.map((record) =>
    columns.map((column) => csvCell((record as Record<string, unknown>)[column])).join(",")
  );
  return [columns.map(csvCell).join(","), ...lines].join("\n") + "\n";
}

const plain = (value: number) => String(Number(value.toPrecision(6)));

function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value as string | number);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Everything that the page shows, with what was asked. */
export function comparisonJson({base, variants}: Comparison, {speeds, rows, baseline, upTo}: ComparedTable): string {
  const searches = rows.map(({entry, at, mean, best, fastest}) => ({
    name: entry.name,
    differs: entry.differs,
    question: entry.question,
    settings: variants[entry.slot]?.settings,
    tokensPerSecPerGpuAtSpeeds: at.map(({value, change}) => ({value, change})),
    meanTokensPerSecPerGpu: mean,
    bestTokensPerSecPerGpu: best,
    fastestTokensPerSecPerUser: fastest,
    best: entry.best,
    modes: entry.modes,
    data: entry.found?.data
  }));
  const whole = {
    base,
    tokensPerSecPerUser: speeds,
    meanUpToTokensPerSecPerUser: upTo,
    baseline: baseline?.entry.name,
    searches
  };
  return JSON.stringify(whole, null, 2);
}
