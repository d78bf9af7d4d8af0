import {dtypeClass} from "../coefficients.js";
import {gemmQuants} from "../quant.js";
import type {GemmQuant, QuantMode} from "../quant.js";
import type {Grid} from "../grid.js";
import {computeScaleRoofline, gemmRoofline, lastBound, memoryOpMs, scaleMatrixRoofline} from "../roofline.js";
import {Curves} from "../interpolation/curves.js";
import {curveRules} from "../interpolation/rules.js";
import {missing, rank, weaken} from "../trace.js";
import {gemmLevel, runnableMode, transferTiers} from "../transfer.js";
import {gridCloud, ladderLatency, sitesCloud, typesByLikeness} from "./ladder.js";
import type {Rung} from "./ladder.js";
import {firstAnswer, lastResorts, lazily, withError} from "./table.js";
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
  return withError("gemm", gemmInMode(platform, shape), platform.perf.fitError("gemm", [tableQuant(shape.quant)]));
}

function gemmInMode(platform: Platform, {n, k, quant}: Pick<Gemm, "n" | "k" | "quant">): Latency {
  const {system, perf, database} = platform;
  const mode = gemmQuants[tableQuant(quant)];
  const roofline = (m: number) => gemmRoofline(system, m, n, k, mode);
  const sitesOf = (quant: GemmQuant) =>
    perf.sites(quant, (m, n, k) => gemmRoofline(system, m, n, k, gemmQuants[quant]));
  const sites = () => sitesOf(tableQuant(quant));
  const measured = (): Latency => {
    if (platform.interpolation === "shared" && !perf.fitError("gemm", [tableQuant(quant)])) {
      const shared = gemmCurves(platform, tableQuant(quant));
      if (shared) return shared.curve([n, k]);
    }
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
    const own = tableQuant(quant);
    // Integer units, of GPUs before fp8, run sq at twice bf16.
    const transferMode = quant === "sq" ? mode : runnableMode(system, mode);
    const asked = {
      axes: 3,
      roofline,
      transferRoofline: (m: number) => gemmRoofline(system, m, n, k, transferMode),
      missed: perf.missingMessage("gemm", [own])
    };
    function* rungs(): Iterable<Rung> {
      const type = {part: [own], modes: [mode]};
      const modesOf = ([quant]: readonly string[]) => [gemmQuants[quant as GemmQuant]];
      for (const {part, modes, tier} of typesByLikeness(perf, "gemm", type, modesOf, byRateThenBytes)) {
        const found = sitesOf(part[0] as GemmQuant);
        if (!found) continue;
        const cloud = sitesCloud(platform, found, (m, n, k) => gemmRoofline(system, m, n, k, modes[0]));
        const roofline = (m: number, n: number, k: number) => gemmRoofline(system, m, n, k, modes[0]);
        yield {tier, cloud, roofline, scale: gemmLevel(tier === "own" ? mode : transferMode) / gemmLevel(modes[0])};
      }
    }
    const estimate = ladderLatency(platform, asked, rungs());
    return (m) => estimate(m, n, k, 0);
  });
  switch (database) {
    case "sol":
      return (m) => {
        weaken(rank.roofline);
        return roofline(m);
      };
    case "silicon":
      return measured();
    case "empirical":
      return fromUtil;
    case "hybrid":
    case "calibrated":
      return firstAnswer(
        measured(),
        fromUtil,
        lastResorts(platform, "gemm", dtypeClass(mode), roofline, (on) => gemmLatency(on, {n, k, quant}))
      );
  }
}

/** The measured shapes of one dtype as curves over m. */
function gemmCurves({system, perf}: Platform, quant: GemmQuant): Curves | undefined {
  const mode = gemmQuants[quant];
  const all = {name: "", accepts: () => true};
  return perf.curves("gemm", [quant], all, (columns, latencyMs) => {
    const [n, k, m] = columns as ArrayLike<number>[];
    const work = (site: ArrayLike<number>, m: number) => {
      gemmRoofline(system, m, site[0], site[1], mode);
      return lastBound;
    };
    for (let i = 0; i < latencyMs.length; ++i)
      latencyMs[i] = Math.max(latencyMs[i], gemmRoofline(system, m[i], n[i], k[i], mode));
    return new Curves([n, k], m, latencyMs, {...curveRules.gemm, work});
  });
}

const byRateThenBytes = (a: QuantMode, b: QuantMode) =>
  100 * Math.abs(a.computeRate - b.computeRate) + Math.abs(a.bytesPerWeight - b.bytesPerWeight);

/**
 * fp8 with static scales: the fp8 kernel without computing scales, nor scaling an input that is fp8 already. A
 * difference of measurements, so an estimate even where all of them are measured.
 */
function staticFp8Latency(platform: Platform, op: Gemm): Latency {
  const {n, k, lowPrecisionInput} = op;
  const whole = gemmLatency(platform, {n, k, quant: "fp8"});
  const {database, perf} = platform;
  if (database === "sol" || (database === "calibrated" && !perf.has("compute_scale", ["fp8"]))) return whole;
  const scales = computeScaleLatency(platform, k);
  const scaling = lowPrecisionInput ? scaleMatrixLatency(platform, k) : () => 0;
  return (m, b, c, d) => {
    weaken(rank.empirical);
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
  if (database === "sol")
    return (m) => {
      weaken(rank.roofline);
      return roofline(m, k);
    };
  const grid = perf.grid(table, ["fp8"]);
  if (!grid) return scaleByFormula(platform, table, k);
  if (database === "empirical")
    return table === "compute_scale" ? nearestScale(grid, k, roofline) : scaleFromUtil(platform, grid, k, roofline);
  const [ms] = grid.keys;
  let [lowK, highK] = [Infinity, -Infinity];
  for (const key of grid.keys[1]) [lowK, highK] = [Math.min(lowK, key), Math.max(highK, key)];
  const inK = Math.min(highK, Math.max(lowK, k));
  return (m) => {
    const inM = Math.min(ms[ms.length - 1], Math.max(ms[0], m));
    if (inM !== m || inK !== k) weaken(rank.extrapolated);
    return grid.lookup(inM, inK, 0, 0, roofline) * (inM !== m || inK !== k ? beyond(m, k, inM, inK) : 1);
  };
}

/** Where no scales were measured they are taken for element-wise kernels of the same bytes. Ours. */
function scaleByFormula(platform: Platform, table: "compute_scale" | "scale_matrix", k: number): Latency {
  const {perf, database, system, transfer = transferTiers} = platform;
  if (database === "silicon" || !transfer.includes("xop")) return () => missing(perf.missingMessage(table, ["fp8"]));
  const bytesPerElement = table === "compute_scale" ? 2 : 3;
  return (m) => {
    weaken(rank.xop);
    return memoryOpMs(system, bytesPerElement * m * k);
  };
}

/** What computing scales adds was measured as a difference, which can be 0: the nearest one alone. */
function nearestScale(grid: Grid, k: number, roofline: (m: number, k: number) => number): Latency {
  const points: {m: number; k: number; ms: number}[] = [];
  grid.forEach((m, k, _c, _d, leaf) => points.push({m, k, ms: grid.latencyMs[leaf]}));
  const span = (values: number[]) => Math.log(Math.max(...values) / Math.min(...values)) || 1;
  const [spanM, spanK] = [span(points.map(({m}) => m)), span(points.map((point) => point.k))];
  return (m) => {
    weaken(rank.empirical);
    const far = (point: (typeof points)[number]) =>
      Math.hypot(Math.log(point.m / m) / spanM, Math.log(point.k / k) / spanK);
    const nearest = points.reduce((a, b) => (far(b) < far(a) ? b : a));
    return nearest.ms === 0 ? 0 : roofline(m, k) * (nearest.ms / roofline(nearest.m, nearest.k));
  };
}

function scaleFromUtil(platform: Platform, grid: Grid, k: number, roofline: (m: number, k: number) => number): Latency {
  const cloud = gridCloud(platform, grid, roofline);
  return (m) => {
    weaken(rank.empirical);
    return roofline(m, k) / cloud.util([m, k]);
  };
}
