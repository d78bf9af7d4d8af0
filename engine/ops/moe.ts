import {dtypeClass} from "../coefficients.js";
import {moeQuants} from "../quant.js";
import type {MoeQuant, QuantMode} from "../quant.js";
import {moeRoofline} from "../roofline.js";
import type {MoeShape} from "../roofline.js";
import {moeLevel, sameMode} from "../transfer.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform, StandIn} from "./table.js";
import type {Kernel, Moe} from "./op.js";

/** Largest token count that TensorRT-LLM's low-latency kernels take. */
const lowLatencyTokens = 128;

/** Routed experts; every attention-DP rank's tokens arrive. Source: method.md §6.6. */
export function moeKernel(platform: Platform, op: Moe): Kernel {
  const latency = moeLatency(platform, op);
  return (tokens) => latency(tokens * op.dp, 0, 0, 0);
}

/** latency(tokens of all ranks). */
export function moeLatency(platform: Platform, op: Omit<Moe, "kind" | "name" | "count" | "dp">): Latency {
  const usual = moeTableLatency(platform, op, "moe");
  const {perf, backend, database} = platform;
  const quick =
    backend === "trtllm" && op.quant === "nvfp4" && op.gated && (database === "silicon" || database === "hybrid");
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
    needsCurveBelow: true,
    standIn: () => standIn(platform, op, mode, distribution)
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

/** Another shape of the same quantisation, else another quantisation of the same rates, else of any. */
function standIn(platform: Platform, op: MoeShape, mode: QuantMode, distribution: string): StandIn | undefined {
  const quants = [...new Set(platform.perf.entriesOf("moe").map(({part}) => part[0] as MoeQuant))];
  const distance = (quant: MoeQuant) =>
    Math.abs(moeQuants[quant].bytesPerWeight - mode.bytesPerWeight) +
    Math.abs(moeQuants[quant].computeRate - mode.computeRate);
  const known = quants.filter((quant) => quant in moeQuants).sort((a, b) => distance(a) - distance(b));
  for (const quant of known) {
    const found = nearestShape(platform, op, quant, distribution);
    if (!found) continue;
    const own = moeQuants[quant];
    const same = sameMode(own, mode);
    return {...found, scale: same ? 1 : moeLevel(mode) / moeLevel(own)};
  }
  return undefined;
}

/** Among shapes with the same expert sharding, the nearest by (topK, experts, hidden, inter) in scaled log space. */
function nearestShape(
  platform: Platform,
  op: MoeShape,
  quant: MoeQuant,
  distribution: string
): Omit<StandIn, "scale"> | undefined {
  const {perf, system} = platform;
  const part = [quant, distributionIn(platform, "moe", {quant, distribution})];
  if (!perf.has("moe", part)) return undefined;
  const keys = (perf.keys("moe", part) as number[][]).filter(([, , , , tp, ep]) => tp === op.moeTp && ep === op.moeEp);
  if (keys.length === 0) return undefined;
  const axes = [0, 1, 2, 3];
  const low = axes.map((axis) => Math.min(...keys.map((key) => Math.log(key[axis]))));
  const span = axes.map((axis) => Math.max(...keys.map((key) => Math.log(key[axis]))) - low[axis] || 1);
  const scaled = (key: number[]) => axes.map((axis) => (Math.log(key[axis]) - low[axis]) / span[axis]);
  const want = scaled(shapeKey(op));
  const far = (key: number[]) => Math.hypot(...scaled(key).map((value, axis) => value - want[axis]));
  const [key] = [...keys].sort((a, b) => far(a) - far(b));
  const [topK, experts, hidden, inter, moeTp, moeEp] = key;
  const shape = {topK, experts, hidden, inter, moeTp, moeEp, gated: op.gated};
  const roofline = (tokens: number) => moeRoofline(system, tokens, shape, moeQuants[quant]);
  return {grid: perf.grid("moe", part, key)!, roofline};
}
