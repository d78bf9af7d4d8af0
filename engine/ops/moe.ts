import {dtypeClass} from "../coefficients.js";
import {moeQuants} from "../quant.js";
import type {MoeQuant, QuantMode} from "../quant.js";
import {moeRoofline} from "../roofline.js";
import type {MoeShape} from "../roofline.js";
import {moeLevel, runnableMode} from "../transfer.js";
import {gridCloud, typesByLikeness} from "./ladder.js";
import type {MeasuredType, Rung} from "./ladder.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";
import type {Kernel, Moe} from "./op.js";

/** Largest token count that TensorRT-LLM's low-latency kernels take. */
const lowLatencyTokens = 128;

/** Routed experts; every attention-DP rank's tokens arrive. Source: method.md §6.6. */
export function moeKernel(platform: Platform, op: Moe): Kernel {
  const latency = moeLatency(platform, op);
  const {dp, tokensShare = 1} = op;
  return (tokens) => latency(tokensShare === 1 ? tokens * dp : Math.floor(tokens * dp * tokensShare), 0, 0, 0);
}

/** latency(tokens of all ranks). */
export function moeLatency(platform: Platform, op: Omit<Moe, "kind" | "name" | "count" | "dp">): Latency {
  const usual = moeTableLatency(platform, op, "moe");
  const {perf, backend, database} = platform;
  const quick =
    backend === "trtllm" && op.quant === "nvfp4" && op.gated && database !== "sol" && database !== "empirical";
  const part = [op.quant, distributionIn(platform, "moe_low_latency", op)];
  if (!quick || !perf.grid("moe_low_latency", part, shapeKey(op))) return usual;
  const lowLatency = moeTableLatency(platform, op, "moe_low_latency");
  return (tokens, b, c, d) => (tokens <= lowLatencyTokens ? lowLatency : usual)(tokens, b, c, d);
}

function moeTableLatency(
  platform: Platform,
  op: Omit<Moe, "kind" | "name" | "count" | "dp">,
  table: "moe" | "moe_low_latency"
): Latency {
  const mode = moeQuants[op.quant];
  const distribution = distributionIn(platform, table, op);
  return tableLatency(platform, {
    kind: "moe",
    dtype: dtypeClass(mode),
    table,
    part: [op.quant, distribution],
    key: shapeKey(op),
    roofline: (tokens) => moeRoofline(platform.system, tokens, op, mode),
    keyRoofline: (key) => {
      const [topK, experts, hidden, inter, moeTp, moeEp] = Array.from(key);
      const shape = {topK, experts, hidden, inter, moeTp, moeEp, gated: op.gated};
      return (tokens) => moeRoofline(platform.system, tokens, shape, mode);
    },
    rooflineOf: gatedName(op),
    transferRoofline: (tokens) => moeRoofline(platform.system, tokens, op, runnableMode(platform.system, mode)),
    needsCurveBelow: true,
    ladder: () => moeLadder(platform, op, mode)
  });
}

/** The asked distribution where it was measured, else the even one, whose name differs by table (quirk 3). */
function distributionIn(
  {perf}: Platform,
  table: "moe" | "moe_low_latency",
  {quant, distribution}: {quant: MoeQuant; distribution: string}
): string {
  return [distribution, "balanced", "uniform"].find((name) => perf.has(table, [quant, name])) ?? distribution;
}

function shapeKey({topK, experts, hidden, inter, moeTp, moeEp}: MoeShape): number[] {
  return [topK, experts, hidden, inter, moeTp, moeEp];
}

const gatedName = ({gated}: MoeShape) => (gated ? "gated" : "plain");

type AskedMoe = MoeShape & {quant: MoeQuant; distribution: string};

/**
 * Another shape with the same sharding, else, ours, with the nearest sharding; else a type of the same rates, all of
 * them pooled; else the most similar type that has the sharding; else, ours, the most similar type.
 */
function* moeLadder(platform: Platform, op: AskedMoe, mode: QuantMode): Iterable<Rung> {
  const asked = {part: [op.quant], modes: [mode]};
  const types = typesByLikeness(platform.perf, "moe", asked, ([quant]) => [moeQuants[quant as MoeQuant]]);
  const own = types.filter(({tier}) => tier === "own");
  const others = (tier: MeasuredType["tier"]) => types.filter((type) => type.tier === tier);
  yield* nearestShape(platform, op, own, "xshape", true);
  yield* nearestShape(platform, op, own, "xshape", false);
  yield* nearestShape(platform, op, others("xquant"), "xquant", true);
  yield* nearestShape(platform, op, others("xquant"), "xquant", false);
  for (const sameSharding of [true, false])
    for (const type of others("xprofile")) yield* nearestShape(platform, op, [type], "xprofile", sameSharding);
}

/** The nearest shape that any of some types of the same rates was measured at. */
function* nearestShape(
  platform: Platform,
  op: AskedMoe,
  types: readonly MeasuredType[],
  tier: Rung["tier"],
  sameSharding: boolean
): Iterable<Rung> {
  const {perf, system} = platform;
  const candidates = types.flatMap(({part: [name], modes: [mode]}) => {
    const part = [name, measuredDistribution(platform, {quant: name as MoeQuant, distribution: op.distribution})];
    const keys = perf.keys("moe", part) as number[][];
    return keys
      .filter(([, , , , tp, ep]) => !sameSharding || (tp === op.moeTp && ep === op.moeEp))
      .map((key) => ({part, key, mode}));
  });
  if (candidates.length === 0) return;
  const far = distanceTo(
    sharded(shapeKey(op)).slice(0, sameSharding ? 4 : 6),
    candidates.map(({key}) => sharded(key))
  );
  const {part, key, mode} = candidates.reduce((a, b) => (far(sharded(b.key)) < far(sharded(a.key)) ? b : a));
  const [topK, experts, hidden, inter, moeTp, moeEp] = key;
  const shape = {topK, experts, hidden, inter, moeTp, moeEp, gated: op.gated};
  const roofline = (tokens: number) => moeRoofline(system, tokens, shape, mode);
  const cloud = gridCloud(platform, perf.grid("moe", part, key)!, roofline, gatedName(op));
  const asked = moeQuants[op.quant];
  const scale = tier === "xshape" ? 1 : moeLevel(runnableMode(system, asked)) / moeLevel(mode);
  // The method's own step, whose figures it gives (§16): utilisation is kept.
  yield tier === "xshape" && sameSharding ? {tier, cloud, scale} : {tier, cloud, scale, roofline};
}

/** Where the asked distribution and the even one are missing: the first that the type was measured with. Ours. */
function measuredDistribution(platform: Platform, wanted: {quant: MoeQuant; distribution: string}): string {
  const {perf} = platform;
  const found = distributionIn(platform, "moe", wanted);
  if (perf.has("moe", [wanted.quant, found])) return found;
  return perf.entriesOf("moe").find(({part}) => part[0] === wanted.quant)?.part[1] ?? found;
}

/** A shape's key with the number of ranks in place of moeTp: work per rank matters more than how it was split. */
function sharded([topK, experts, hidden, inter, moeTp, moeEp]: readonly number[]): number[] {
  return [topK, experts, hidden, inter, moeTp * moeEp, moeEp];
}

/**
 * How much the axes of a shape count. The number of ranks counts twice: with every split over more than one rank held
 * out, p90 is 108 % instead of 156 % (docs/accuracy-transfer.md, b200_sxm/trtllm and h100_sxm/sglang).
 */
const weights = [1, 1, 1, 1, 2, 1];

/** Distance in logarithms, each axis scaled to the span of `keys`; axes beyond those of `want` do not count. */
function distanceTo(want: readonly number[], keys: readonly number[][]): (key: readonly number[]) => number {
  const axes = want.map((_, axis) => keys.map((key) => Math.log(key[axis])));
  const low = axes.map((values) => values.reduce((a, b) => Math.min(a, b), Infinity));
  const span = axes.map((values, axis) => values.reduce((a, b) => Math.max(a, b), -Infinity) - low[axis] || 1);
  return (key) => Math.hypot(...want.map((size, axis) => (weights[axis] * Math.log(key[axis] / size)) / span[axis]));
}
