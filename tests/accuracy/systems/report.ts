/** The study as Markdown and as the engine's figures. */
import {relations} from "../../../engine/donor.js";
import type {Relation} from "../../../engine/donor.js";
import type {ErrorBand} from "../../../engine/result.js";
import type {EstimateErrors} from "./estimates.js";
import type {Fit} from "./fit.js";
import {studiedKinds} from "./rows.js";

export interface Study {
  /** By relation and kind. */
  fits: Record<Relation, Partial<Record<string, Fit>>>;
  /** By relation, kind and dtype, with the share of the kind. */
  byDtype: {
    relation: Relation;
    kind: string;
    dtype: string;
    targets: number;
    rows: number;
    plain: ErrorBand;
    error: ErrorBand;
  }[];
  /** By target, donor and kind; all backends together. */
  byPair: {target: string; donor: string; relation: Relation; errors: Partial<Record<string, ErrorBand>>}[];
  /** By relation, target and donor; all points of all models and backends together. */
  estimates: {target: string; donor: string; relation: Relation; errors: EstimateErrors[]}[];
  impossible: number;
}

const relationTitles: Record<Relation, string> = {
  design: "The donor is of the same design",
  line: "The donor is another generation of the same line of chips",
  none: "The donor is unrelated"
};

export function markdown(study: Study): string {
  return [
    "# How well one GPU answers for another",
    "",
    "<!-- Written by `npm run accuracy:systems` on the imported tables; do not edit. -->",
    "",
    "A GPU without tables of its own is answered from a measured one, its donor: `engine/donor.ts` chooses it, `engine/ops/carry.ts`",
    "scales its timings. Here every measured system is taken to be unmeasured and predicted from its nearest relative of each kind, row by",
    "row at the coordinates that both tables hold, with the newest version of each backend that both have. Cells are the relative error of",
    "the median row / of the ninth of ten, in %, every target counting alike.",
    "",
    "*Utilisation kept*: the donor's time × the ratio of the speeds of light. *Waiting kept*: of the time beyond the speed of light, the",
    "share stated, but at most so many ms, is waiting that does not scale. Each target is predicted with share and cap fitted to the *other*",
    "targets; the columns show those fitted to all, which the engine uses.",
    "",
    "GPUs of one design have the same links here, which says nothing of how collectives wait: share and cap are those of another generation.",
    "",
    ...relations.flatMap((relation) => [`## ${relationTitles[relation]}`, "", ...fitTable(study, relation), ""]),
    "## By target and donor",
    "",
    "Waiting kept, with the engine's shares; collectives are measured once per system, all else by backend.",
    "",
    ...pairTable(study),
    "",
    "## By type",
    "",
    ...dtypeTable(study),
    "",
    "## Whole workers",
    "",
    "Static estimates on the target's own tables against those carried over from the donor: batch 1, 8 and 64, 1,024 and 4,000 tokens in,",
    "500 out; every backend and point that both answer. Median / ninth of ten, in %.",
    "",
    ...estimateTable(study),
    "",
    "Where a GPU's bandwidth or a rate is more than twice or less than half its donor's, which those of no two GPUs of one design here are,",
    "the errors that answers carry are those of another generation, although waiting is kept as within the design.",
    "",
    `Left out: ${study.impossible.toLocaleString("en")} rows where one of the two is more than 30 % faster than its GPU can be.`,
    ""
  ].join("\n");
}

function fitTable({fits}: Study, relation: Relation): string[] {
  const rows = studiedKinds.flatMap((kind) => {
    const fit = fits[relation][kind];
    if (!fit) return [];
    const {targets, rows, plain, waitingShare, waitingCapMs, error} = fit;
    return [
      [
        kind,
        targets,
        rows.toLocaleString("en"),
        cell(plain),
        waitingShare,
        waitingCapMs === Infinity ? "–" : waitingCapMs,
        `**${cell(error)}**`
      ]
    ];
  });
  return table(
    ["operator", "targets", "rows", "utilisation kept", "waiting share", "at most, ms", "waiting kept"],
    rows
  );
}

function pairTable({byPair}: Study): string[] {
  const rows = byPair.map(({target, donor, relation, errors}) => [
    target,
    donor,
    relation,
    ...studiedKinds.map((kind) => (errors[kind] ? cell(errors[kind]) : "–"))
  ]);
  return table(["target", "donor", "relation", ...studiedKinds], rows);
}

function dtypeTable({byDtype}: Study): string[] {
  const rows = byDtype.map(({relation, kind, dtype, targets, rows, plain, error}) => [
    relation,
    kind,
    dtype,
    targets,
    rows.toLocaleString("en"),
    cell(plain),
    `**${cell(error)}**`
  ]);
  return table(["relation", "operator", "type", "targets", "rows", "utilisation kept", "waiting kept"], rows);
}

function estimateTable({estimates}: Study): string[] {
  const rows = estimates.flatMap(({target, donor, relation, errors}) =>
    errors.map(({model, ttft, tpot}) => [
      target,
      donor,
      relation,
      model,
      ttft.length,
      cell(bandOf(ttft)),
      cell(bandOf(tpot))
    ])
  );
  const pooled = relations.flatMap((relation) => {
    const errors = estimates.filter((each) => each.relation === relation).flatMap((each) => each.errors);
    const [ttft, tpot] = [errors.flatMap((each) => each.ttft), errors.flatMap((each) => each.tpot)];
    const all = [
      `**${relation}**`,
      "",
      "",
      "all",
      ttft.length,
      `**${cell(bandOf(ttft))}**`,
      `**${cell(bandOf(tpot))}**`
    ];
    return ttft.length > 0 ? [all] : [];
  });
  return table(["target", "donor", "relation", "model", "points", "TTFT", "TPOT"], [...rows, ...pooled]);
}

function wholeModels({estimates}: Study): string {
  const models = new Set(estimates.flatMap(({errors}) => errors.map(({model}) => model.split("/").at(-1)!)));
  return [...models].sort().join(", ");
}

function wholeFigures({estimates}: Study, relation: Relation): string {
  const errors = estimates.filter((each) => each.relation === relation).flatMap((each) => each.errors);
  const figures = (values: number[]) => {
    const {p50, p90} = bandOf(values);
    return `{p50: ${p50.toFixed(3)}, p90: ${p90.toFixed(3)}}`;
  };
  const of = (figure: "ttft" | "tpot") => figures(errors.flatMap((each) => each[figure]));
  return `{ttft: ${of("ttft")}, tpot: ${of("tpot")}}`;
}

export function bandOf(errors: readonly number[]): ErrorBand {
  const sorted = [...errors].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {p50: at(0.5), p90: at(0.9)};
}

/** `3.9 / 15`. */
function cell({p50, p90}: ErrorBand): string {
  const percent = (share: number) => (100 * share).toFixed(share < 0.1 ? 1 : 0);
  return `${percent(p50)} / ${percent(p90)}`;
}

function table(titles: readonly string[], rows: readonly (string | number)[][]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}

/** `engine/accuracy/donor-study.ts`. */
export function engineModule(study: Study): string {
  const {fits} = study;
  const figures = ({waitingShare, waitingCapMs, error}: Fit) =>
    `{waitingShare: ${waitingShare}, waitingCapMs: ${waitingCapMs}, error: {p50: ${error.p50.toFixed(3)}, p90: ${error.p90.toFixed(3)}}}`;
  const kinds = studiedKinds.map((kind) => {
    const lines = relations.flatMap((relation) => {
      const fit = fits[relation][kind] ?? fits.line[kind];
      return fit ? [`    ${relation}: ${figures(fit)}`] : [];
    });
    return `  ${kind}: {\n${lines.join(",\n")}\n  }`;
  });
  return `/**
 * How well a measured GPU answers for another, by kind of operator and by how the two are related. Written by
 * \`npm run accuracy:systems\`; the study is in docs/accuracy-systems.md.
 */
import type {Relation} from "../donor.js";
import type {ErrorBand} from "../result.js";

export interface DonorFigures {
  /**
   * Of the time that a kernel takes beyond its speed of light, the share that is waiting (launches, latencies,
   * synchronisation) and does not shrink with a faster GPU. Fitted, to 0.1; 0 keeps utilisation as it is.
   */
  waitingShare: number;
  /** Waiting is never more than this; Infinity where a cap betters nothing. */
  waitingCapMs: number;
  /** Relative error that half (p50) and nine tenths (p90) of held-out rows stayed within. */
  error: ErrorBand;
}

export const donorStudy: Record<string, Record<Relation, DonorFigures>> = {
${kinds.join(",\n")}
};

/** Relative error of whole static estimates of ${wholeModels(study)}. */
export const wholeWorkers: Record<Relation, {ttft: ErrorBand; tpot: ErrorBand}> = {
${relations.map((relation) => `  ${relation}: ${wholeFigures(study, relation)}`).join(",\n")}
};
`;
}
