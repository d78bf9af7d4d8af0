import {dtypeClass} from "../coefficients.js";
import {gemmQuants} from "../quant.js";
import {computeScaleRoofline, gemmRoofline, scaleMatrixRoofline} from "../roofline.js";
import {missing, rank, weaken} from "../trace.js";
import {UtilCloud} from "../empirical.js";
import {estimated, lazily, withError} from "./table.js";
import type {Latency, Platform} from "./table.js";
import type {Gemm, Kernel} from "./op.js";

/** Static fp8 shares the measurements of fp8. */
const tableQuant = (quant: Gemm["quant"]) => (quant === "fp8_static" ? "fp8" : quant);

export function gemmKernel(platform: Platform, op: Gemm): Kernel {
  const {perSequence = false, tokensDivisor = 1, contextShards = 1} = op;
  const latency = op.quant === "fp8_static" ? staticFp8Latency(platform, op) : gemmLatency(platform, op);
  return (tokens, batch) => {
    const rows = perSequence ? batch : tokens;
    return latency(Math.ceil(Math.floor(rows / tokensDivisor) / contextShards), 0, 0, 0);
  };
}

/** Latency of [m, k] · [k, n] as a function of m. Source: method.md §5.2, §6.1. */
export function gemmLatency(platform: Platform, shape: Pick<Gemm, "n" | "k" | "quant">): Latency {
  return withError("gemm", gemmInMode(platform, shape));
}

function gemmInMode(platform: Platform, {n, k, quant}: Pick<Gemm, "n" | "k" | "quant">): Latency {
  const {system, perf, database} = platform;
  const mode = gemmQuants[tableQuant(quant)];
  const roofline = (m: number) => gemmRoofline(system, m, n, k, mode);
  const sites = () => perf.sites(tableQuant(quant), (m, n, k) => gemmRoofline(system, m, n, k, mode));
  const measured = (): Latency => {
    const found = sites();
    if (!found) return () => missing(perf.missingMessage("gemm", [tableQuant(quant)]));
    const curve = found.curve(n, k);
    return (m) => {
      const ms = curve(m);
      return ms === ms
        ? ms
        : missing(`no gemm site within two octaves: n ${n} k ${k} ${quant}; measure a nearer shape`);
    };
  };
  const fromUtil = lazily(() => {
    const found = sites();
    if (!found) return () => missing(perf.missingMessage("gemm", [tableQuant(quant)]));
    const points: {at: number[]; util: number}[] = [];
    found.forEach((m, n, k, ms) => points.push({at: [m, n, k], util: gemmRoofline(system, m, n, k, mode) / ms}));
    const cloud = new UtilCloud(points.filter(({util}) => util > 0 && util < Infinity));
    return (m) => {
      weaken(rank.empirical);
      return roofline(m) / cloud.util([m, n, k]);
    };
  });
  switch (database) {
    case "sol":
      return (m) => {
        weaken(rank.roofline);
        return roofline(m);
      };
    case "roofline":
      return estimated(platform, "gemm", dtypeClass(mode), roofline);
    case "silicon":
      return measured();
    case "empirical":
      return fromUtil;
    case "hybrid": {
      const silicon = measured();
      return (m, b, c, d) => {
        const ms = silicon(m, b, c, d);
        return ms === ms ? ms : fromUtil(m, b, c, d);
      };
    }
  }
}

/** fp8 with static scales: the fp8 kernel without computing scales, nor scaling an input that is fp8 already. */
function staticFp8Latency(platform: Platform, op: Gemm): Latency {
  const {n, k, lowPrecisionInput} = op;
  const whole = gemmLatency(platform, {n, k, quant: "fp8"});
  if (platform.database === "sol" || platform.database === "roofline") return whole;
  const scales = computeScaleLatency(platform, k);
  const scaling = lowPrecisionInput ? scaleMatrixLatency(platform, k) : () => 0;
  return (m, b, c, d) => {
    const floor = gemmRoofline(platform.system, m, n, k, gemmQuants.fp8_static);
    const ms = whole(m, b, c, d) - scales(m, b, c, d) - scaling(m, b, c, d);
    return ms === ms ? Math.max(floor, ms) : ms;
  };
}

/** Beyond the table the value of its edge is kept. Source: method.md §5.3. */
export function computeScaleLatency(platform: Platform, k: number): Latency {
  const light = (m: number, k: number) => computeScaleRoofline(platform.system, m, k);
  return clampedLatency(platform, "compute_scale", k, light, () => 1);
}

/** Beyond the table the value of its edge grows with the speed of light. Source: method.md §5.3. */
export function scaleMatrixLatency(platform: Platform, k: number): Latency {
  const light = (m: number, k: number) => scaleMatrixRoofline(platform.system, m, k);
  return clampedLatency(platform, "scale_matrix", k, light, (m, k, inM, inK) => light(m, k) / light(inM, inK));
}

function clampedLatency(
  platform: Platform,
  table: "compute_scale" | "scale_matrix",
  k: number,
  roofline: (m: number, k: number) => number,
  beyond: (m: number, k: number, inM: number, inK: number) => number
): Latency {
  const {perf, database} = platform;
  if (database === "sol") return (m) => roofline(m, k);
  if (database === "roofline") return estimated(platform, "elementwise", "bf16", (m) => roofline(m, k));
  const grid = perf.grid(table, ["fp8"]);
  if (!grid) return () => missing(perf.missingMessage(table, ["fp8"]));
  const [ms] = grid.keys;
  let [lowK, highK] = [Infinity, -Infinity];
  for (const key of grid.keys[1]) [lowK, highK] = [Math.min(lowK, key), Math.max(highK, key)];
  const inK = Math.min(highK, Math.max(lowK, k));
  return (m) => {
    // These tables are looked up in every database; only the source says so.
    if (database === "empirical") weaken(rank.empirical);
    const inM = Math.min(ms[ms.length - 1], Math.max(ms[0], m));
    if (inM !== m || inK !== k) weaken(rank.extrapolated);
    return grid.lookup(inM, inK, 0, 0, roofline) * (inM !== m || inK !== k ? beyond(m, k, inM, inK) : 1);
  };
}
