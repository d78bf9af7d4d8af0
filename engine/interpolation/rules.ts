import type {TableName} from "../schema.js";
import type {CurveScheme} from "./curves.js";

/** How interpolations differ: `shared` lets neighbouring curves speak, `reference` is method.md §5 to the letter. */
export const interpolations = ["shared", "reference"] as const;
export type Interpolation = (typeof interpolations)[number];

/**
 * How a table is read as curves. A site is the numbers of its key followed by its axes without the one along which
 * curves run. Every choice is the one with the least error on held-out points (`npm run accuracy:tables`); lengths are
 * octaves at which a difference in that coordinate has made two sites unlike.
 */
export interface CurveRule extends Omit<CurveScheme, "work"> {
  /** Index of the axis along which curves run. */
  along: number;
  /**
   * Where curves answer: everywhere between points, only at holes of the table and beyond its edge, or only beyond;
   * elsewhere its grid is blended as in §5.1, and no way was found to do better.
   */
  answers: "everywhere" | "holes" | "beyond";
  /** Index of an axis between whose values the grid is blended even where curves answer everywhere else. */
  blended?: number;
  /**
   * Index of the batch axis where, beyond its last value, the geometric mean of the curve and §5's held utilisation
   * answers: the two err to opposite sides.
   */
  meanBeyond?: number;
}

const octaves = Math.log2;

/**
 * Attention works on batch · kvHeads independent groups of heads / kvHeads queries each, so half of the batch with
 * twice the heads of both kinds is the same work: these two numbers place a site, and how many KV heads there are
 * hardly does.
 */
function groupsAndShare(batchLength: number, shareLength: number, kvLength: number): CurveRule["place"] {
  return (site) => {
    const [kvKey, heads, batch] = [site[0], site[2], site[3]];
    const kvHeads = kvKey || heads;
    return [
      octaves(batch * kvHeads) / batchLength,
      octaves(heads / kvHeads) / shareLength,
      octaves(kvHeads) / kvLength
    ];
  };
}

/** Without KV heads shared between queries, heads · batch is the work, and how it splits matters little. */
const headsTimesBatch: CurveRule["place"] = (site) => [octaves(site[0] * site[1]) / 4, octaves(site[0]) / 12];

/** The same where measurements scatter more. */
const headsTimesBatchFar: CurveRule["place"] = (site) => [octaves(site[0] * site[1]) / 8, octaves(site[0]) / 24];

/** The latent cache is common to all heads, so heads and batch are two things. */
const headsAndBatch: CurveRule["place"] = (site) => [octaves(site[1]) / 4, octaves(site[0]) / 12];

const everyNumber: CurveRule["place"] = (site) => Array.from(site, (value) => octaves(value || 1) / 2);

const prefillAttention: CurveRule = {
  along: 1,
  place: groupsAndShare(4, 2, 30),
  growth: "power",
  correlation: "exponential",
  nugget: 0.005,
  sites: 12,
  window: 3,
  answers: "everywhere"
};

const decodeAttention: CurveRule = {
  ...prefillAttention,
  along: 2,
  place: groupsAndShare(6, 3, 40),
  growth: "linear",
  correlation: "matern",
  nugget: 0.002,
  window: 5
};

const prefillMla: CurveRule = {
  ...prefillAttention,
  place: headsTimesBatch,
  correlation: "matern",
  nugget: 0.002
};

const decodeMla: CurveRule = {
  ...prefillMla,
  along: 2,
  place: headsAndBatch,
  growth: "linear",
  answers: "holes"
};

const perTokens: CurveRule = {
  along: 0,
  place: everyNumber,
  growth: "linear",
  correlation: "matern",
  nugget: 0.01,
  sites: 8,
  window: 3,
  answers: "beyond"
};

/** Tables without an entry are interpolated as in §5. */
export const curveRules = {
  gemm: {
    along: 2,
    place: (site) => [octaves(site[0]) / 4, octaves(site[1]) / 8],
    growth: "steps",
    correlation: "matern",
    nugget: 0.01,
    sites: 12,
    window: 5,
    answers: "everywhere"
  },
  prefill_attention: prefillAttention,
  decode_attention: decodeAttention,
  encoder_attention: {
    ...prefillMla,
    place: headsTimesBatchFar,
    correlation: "exponential",
    nugget: 0.05,
    blended: 2
  },
  prefill_mla: {...prefillMla, ownEnd: true, meanBeyond: 2},
  prefill_mla_module: {...prefillMla, answers: "beyond", meanBeyond: 2, trend: 0.6},
  decode_mla: {...decodeMla, meanBeyond: 1, trend: 0.5},
  decode_mla_module: {...decodeMla, answers: "beyond", trend: 0.6},
  moe: perTokens,
  moe_low_latency: perTokens,
  mla_bmm: perTokens,
  custom_allreduce: perTokens,
  nccl: perTokens,
  oneccl: perTokens
} satisfies Partial<Record<TableName, CurveRule>>;

/** The rule of a table that has one. */
export function curveRule(table: TableName): CurveRule | undefined {
  return (curveRules as Partial<Record<TableName, CurveRule>>)[table];
}
