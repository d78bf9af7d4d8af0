/** Sensitivity as a table: what each input moves when it is less and more, and whether the choice holds. */
import type {Sensitivity, SensitivityOutcome, SensitivityRow} from "../engine/index.js";
import {bytesToGiB} from "../engine/units.js";
import {modeWords, parallelWords} from "../words.js";
import {noInk, type Ink} from "./ink.js";
import {trim} from "./limit-words.js";
import {formatNumber, textTable, type Column} from "./tables.js";

export interface SensitivityReport {
  question: string;
  table: Sensitivity;
  provenance: {warnings: string[]; lines: string[]};
}

export function sensitivityText({question, table, provenance}: SensitivityReport, ink: Ink = noInk): string {
  const blocks = [
    provenance.warnings.map((warning) => ink.warn(warning)).join("\n"),
    ink.dim(question),
    ink.bold(sensitivitySentence(table)),
    textTable(columnsOf(table), table.rows),
    ...choiceLines(table),
    "Changes of the answer's tokens/s/GPU. choice: whether the best plan is another one then; kept: what today's plan\ngives of the best one then, or what it misses. A changed GPU is answered by carrying over the tables of the real one.\nFigures are by formula, as of --predictor formula.",
    provenance.lines.join("\n")
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** Names the input that moves the answer most, and how far. */
export function sensitivitySentence({base, share, rows}: Sensitivity): string {
  const percent = `${trim(100 * share)} %`;
  if (!base) {
    const helps = rows.filter(({down, up}) => down?.answer || up?.answer).map(({label}) => label);
    return helps.length > 0
      ? `Nothing meets the targets; ${percent} of change in ${helps.join(", ")} would let something.`
      : `Nothing meets the targets, nor would ${percent} of change in any input let something.`;
  }
  const [first] = rows;
  const figures = `${formatNumber(base.tokensPerSecPerGpuCluster, 1)} tokens/s/GPU`;
  if (!first || first.effect === 0) return `${figures}: no input moves it when it changes by ${percent}.`;
  const moved = rows.filter(({down, up}) => down?.choiceChanged || up?.choiceChanged).length;
  return (
    `${figures}: ${first.label} moves it most, by ${changeWords(first)} for ${percent} less and more; ` +
    `${moved} of ${rows.length} inputs change the choice.`
  );
}

function changeWords({down, up}: SensitivityRow): string {
  return `${outcomeWords(down)} and ${outcomeWords(up)}`;
}

/** `−12.3 %`; `no plan` where none meets the targets any more. */
function outcomeWords(outcome: SensitivityOutcome | null): string {
  if (!outcome) return "–";
  if (!outcome.answer) return "no plan";
  return outcome.change ? signedPercent(outcome.change.tokensPerSecPerGpuCluster) : "a plan";
}

function signedPercent(share: number): string {
  const text = formatNumber(100 * Math.abs(share), 1);
  return text === "0.0" ? "0 %" : `${share < 0 ? "−" : "+"}${text} %`;
}

function columnsOf({share}: Sensitivity): Column<SensitivityRow>[] {
  const percent = trim(100 * share);
  const latency = (row: SensitivityRow, figure: "ttftMs" | "tpotMs") =>
    [row.down, row.up].map((outcome) => (outcome?.change ? signedPercent(outcome.change[figure]) : "–")).join(" / ");
  return [
    {title: "input", value: ({label, side}) => (side === "all" ? label : `${label}, ${side}`), align: "left"},
    {title: "now", value: valueWords, align: "right"},
    {title: `−${percent} %`, value: ({down}) => outcomeWords(down), align: "right"},
    {title: `+${percent} %`, value: ({up}) => outcomeWords(up), align: "right"},
    {title: "TTFT − / +", value: (row) => latency(row, "ttftMs"), align: "right"},
    {title: "TPOT − / +", value: (row) => latency(row, "tpotMs"), align: "right"},
    {title: "choice − / +", value: ({down, up}) => `${choiceWords(down)} / ${choiceWords(up)}`, align: "left"},
    {title: "kept − / +", value: ({down, up}) => `${keptWords(down)} / ${keptWords(up)}`, align: "left"}
  ];
}

function choiceWords(outcome: SensitivityOutcome | null): string {
  if (!outcome) return "–";
  return outcome.choiceChanged ? "other" : "same";
}

function keptWords(outcome: SensitivityOutcome | null): string {
  const kept = outcome?.kept;
  if (!kept) return "–";
  if (kept.obstacle) return "cannot run";
  if (kept.misses.length > 0) return "misses";
  return kept.ofBest === null ? "–" : `${formatNumber(100 * kept.ofBest, 0)} %`;
}

/** `4.8 TB/s`, `141 GiB`, `4000 tokens`. */
function valueWords({value, unit}: SensitivityRow): string {
  switch (unit) {
    case "bytes/s":
      return value >= 1e12 ? `${trim(value / 1e12)} TB/s` : `${trim(value / 1e9)} GB/s`;
    case "FLOP/s":
      return `${formatNumber(value / 1e12)} TFLOP/s`;
    case "bytes":
      return `${formatNumber(bytesToGiB(value))} GiB`;
    case "share":
      return trim(value);
    default:
      return `${trim(value)} ${unit}`;
  }
}

/** What would be chosen instead, for each change that changes the choice. */
function choiceLines({rows, share}: Sensitivity): string[] {
  const percent = trim(100 * share);
  const lines = rows.flatMap(({label, side, down, up}) =>
    [
      {sign: "−", outcome: down},
      {sign: "+", outcome: up}
    ].flatMap(({sign, outcome}) =>
      outcome?.choiceChanged && outcome.answer
        ? [`  ${label}${side === "all" ? "" : `, ${side}`} ${sign}${percent} %: ${planWords(outcome.answer.choice)}`]
        : []
    )
  );
  return lines.length > 0 ? [["Another choice then", ...lines].join("\n")] : [];
}

type Choice = NonNullable<SensitivityOutcome["answer"]>["choice"];

function planWords(choice: Choice): string {
  if (choice.mode === "agg") return `${modeWords.agg}, ${parallelWords(choice.parallel)}, batch ${choice.batch}`;
  const side = (role: "prefill" | "decode") => {
    const {workers, parallel, batch} = choice[role];
    return `${workers} ${role} (${parallelWords(parallel)}, batch ${batch})`;
  };
  return `${side("prefill")} + ${side("decode")}`;
}
