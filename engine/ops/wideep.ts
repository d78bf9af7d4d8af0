/** What wide expert parallelism runs: its experts, its attention, and what carries tokens between GPUs. */
import {dtypeClass} from "../coefficients.js";
import {UtilCloud} from "../empirical.js";
import type {UtilPoint} from "../empirical.js";
import {commQuants, fmhaQuants, moeQuants} from "../quant.js";
import type {FmhaQuant, MoeQuant} from "../quant.js";
import {alltoallRoofline, wideEpDecodeMlaRoofline, wideEpPrefillMlaRoofline} from "../roofline-wideep.js";
import type {AlltoallOperation, AlltoallShape} from "../roofline-wideep.js";
import {moeRoofline, ncclRoofline} from "../roofline.js";
import type {MoeShape} from "../roofline.js";
import type {TableName} from "../schema.js";
import {bandwidthBytesPerSec} from "../system.js";
import {missing, rank, weaken} from "../trace.js";
import {modeDistance, moeLevel, sameMode} from "../transfer.js";
import {msPerSecond} from "../units.js";
import {ncclSizes} from "./collective.js";
import {byOctaves, gridCloud} from "./ladder.js";
import type {Rung} from "./ladder.js";
import type {Alltoall, DeepEp, Kernel, WideEpMla, WideEpMoe} from "./op.js";
import {tableLatency, withError} from "./table.js";
import type {Latency, Platform} from "./table.js";

/** What DeepEP tables are keyed by. Node counts are GPUs over GPUs per node and must have been collected (quirk 22). */
export interface DeepEpShape {
  nodes: number;
  hidden: number;
  topK: number;
  experts: number;
}

const tokensAsRoofline = (tokens: number) => tokens;

/** latency(tokens) of DeepEP's dispatch and combine in prefill, with `sms` multiprocessors given to communication. */
export function deepEpNormalLatency(platform: Platform, shape: DeepEpShape, sms: number): Latency {
  return deepEpLatency(platform, "deepep_normal", shape, sms);
}

/** latency(tokens) of DeepEP's low-latency dispatch and combine in decode. */
export function deepEpLowLatency(platform: Platform, shape: DeepEpShape): Latency {
  return deepEpLatency(platform, "deepep_low_latency", shape, 0);
}

/**
 * Measured for one hidden size and top-k only. Ours: in the databases that estimate, other models take its time in
 * proportion to the bytes they send, and without any measurement the bytes go at the links' speed; the reference has no
 * answer there.
 */
function deepEpLatency(
  platform: Platform,
  table: "deepep_normal" | "deepep_low_latency",
  shape: DeepEpShape,
  sms: number
): Latency {
  const {perf, database} = platform;
  const {nodes, hidden, topK, experts} = shape;
  const light: Latency = (tokens) => {
    weaken(rank.roofline);
    return deepEpLight(platform, shape, tokens);
  };
  if (database === "sol") return light;
  const measured = (key: readonly (string | number)[], scale: number): Latency | undefined => {
    const grid = perf.grid(table, [], key);
    if (!grid) return undefined;
    const looked: Latency = (tokens) =>
      table === "deepep_normal"
        ? grid.lookup(sms, tokens, 0, 0, (_, tokens) => tokens)
        : grid.lookup(tokens, 0, 0, 0, tokensAsRoofline);
    if (scale === 1) return looked;
    return (tokens) => {
      weaken(rank.xshape);
      return looked(tokens, 0, 0, 0) * scale;
    };
  };
  const own = measured([nodes, hidden, topK, experts], 1);
  if (own) return withError("nccl", own, perf.fitError(table, []));
  const estimates = database !== "silicon";
  const other = estimates ? perf.keys(table, []).find(([n]) => n === nodes) : undefined;
  const standIn = other && measured(other, (hidden * topK) / (Number(other[1]) * Number(other[2])));
  if (standIn) return withError("nccl", standIn);
  if (database === "calibrated") return withError("nccl", light);
  const have = perf
    .keys(table, [])
    .map(([n, h, k, e]) => `${n} nodes, hidden ${h}, top ${k} of ${e}`)
    .join("; ");
  const asked = `${nodes} nodes, hidden ${hidden}, top ${topK} of ${experts}`;
  return () =>
    missing(`no ${table} rows: ${perf.systemId}/${perf.backend} ${perf.version} ${asked}; have ${have || "none"}`);
}

/** Every copy of a token goes out in fp8 and comes back in bf16. */
function deepEpLight({system}: Platform, {nodes, hidden, topK}: DeepEpShape, tokens: number): number {
  const gpus = nodes * system.gpusPerNode;
  const bytes = tokens * Math.min(topK, Math.max(0, gpus - 1)) * hidden * (1 + 2);
  return (bytes / bandwidthBytesPerSec(system, gpus)) * msPerSecond;
}

/** Dispatch and combine; in decode the low-latency kernels. Source: method.md §6.7. */
export function deepEpKernel(platform: Platform, op: DeepEp): Kernel {
  const {phase, gpus, sms, tokensDivisor = 1} = op;
  const shape = {...op, nodes: gpus / platform.system.gpusPerNode};
  const latency = phase === "prefill" ? deepEpNormalLatency(platform, shape, sms) : deepEpLowLatency(platform, shape);
  return (tokens) => latency(Math.floor(tokens / tokensDivisor), 0, 0, 0);
}

type WideMoe = MoeShape & {slots: number; quant: MoeQuant; distribution: string};

/** latency(tokens of all ranks) of TensorRT-LLM's wide-EP experts. Source: method.md §6.6. */
export function wideEpMoeLatency(platform: Platform, shape: WideMoe): Latency {
  const {system} = platform;
  const {topK, experts, hidden, inter, moeTp, moeEp, slots, quant} = shape;
  return tableLatency(platform, {
    kind: "moe",
    dtype: dtypeClass(moeQuants[quant]),
    table: "wideep_moe",
    part: wideEpMoePart(platform, quant, shape.distribution),
    key: [topK, experts, hidden, inter, moeTp, moeEp, slots],
    roofline: (tokens) => moeRoofline(system, tokens, shape, moeQuants[quant]),
    rooflineOf: quant,
    ladder: () => wideMoeRungs(platform, "wideep_moe", shape)
  });
}

/** The kernel of the GPU's generation, else the first measured; the asked distribution, else the first measured. */
function wideEpMoePart({perf, system}: Platform, quant: MoeQuant, distribution: string): string[] {
  const parts = perf.entriesOf("wideep_moe").map(({part}) => part);
  const wanted = system.smVersion >= 100 && quant === "fp8_block" ? "deepgemm" : "moe_torch_flow";
  const kernels = parts.map(([kernel]) => kernel);
  const kernel = kernels.includes(wanted) ? wanted : (kernels[0] ?? wanted);
  const measured = parts.filter(([k, q]) => k === kernel && q === quant).map(([, , name]) => name);
  return [kernel, quant, measured.includes(distribution) ? distribution : (measured[0] ?? distribution)];
}

/** latency(tokens of all ranks) of the experts between DeepEP's dispatch and combine. Source: method.md §6.6. */
function deepEpMoeLatency(platform: Platform, op: WideEpMoe): Latency {
  const {perf, system} = platform;
  const {topK, experts, hidden, inter, moeTp, moeEp, quant, phase} = op;
  const table = `wideep_${phase}_moe` as const;
  const distribution =
    [op.distribution, "uniform", "balanced"].find((name) => perf.has(table, [quant, name])) ?? op.distribution;
  return tableLatency(platform, {
    kind: "moe",
    dtype: dtypeClass(moeQuants[quant]),
    table,
    part: [quant, distribution],
    key: [topK, experts, hidden, inter, moeTp, moeEp],
    roofline: (tokens) => moeRoofline(system, tokens, op, moeQuants[quant]),
    rooflineOf: quant,
    needsCurveBelow: true,
    ladder: () => wideMoeRungs(platform, table, op)
  });
}

/** Ours: the nearest shape, then other types of the nearest shape. */
function* wideMoeRungs(platform: Platform, table: TableName, op: WideMoe): Iterable<Rung> {
  const {perf, system} = platform;
  const mode = moeQuants[op.quant];
  // The type is a slice's second name where kernels are told apart, else its first.
  const at = table === "wideep_moe" ? 1 : 0;
  const entries = perf.entriesOf(table).filter(({part}) => part[at] in moeQuants);
  const quants = [...new Set(entries.map(({part}) => part[at] as MoeQuant))];
  const unlike = (quant: MoeQuant) => (quant === op.quant ? -1 : modeDistance(moeQuants[quant], mode));
  const far = (key: number[]) => shapeOf(op).reduce((sum, size, i) => sum + Math.abs(Math.log2(key[i] / size)), 0);
  for (const quant of quants.sort((a, b) => unlike(a) - unlike(b))) {
    const own = moeQuants[quant];
    const ofType = entries.filter(({part}) => part[at] === quant);
    const {part} = ofType.find(({part}) => part[at + 1] === op.distribution) ?? ofType[0];
    const [key] = (perf.keys(table, part) as number[][]).sort((a, b) => far(a) - far(b));
    const [topK, experts, hidden, inter, moeTp, moeEp, slots = experts] = key;
    const shape = {topK, experts, hidden, inter, moeTp, moeEp, slots, gated: op.gated};
    const grid = perf.grid(table, part, key)!;
    const cloud = gridCloud(platform, grid, (tokens) => moeRoofline(system, tokens, shape, own), quant);
    const tier = quant === op.quant ? "xshape" : sameMode(own, mode) ? "xquant" : "xprofile";
    yield {tier, cloud, scale: moeLevel(mode) / moeLevel(own)};
  }
}

function shapeOf({topK, experts, hidden, inter, moeTp, moeEp}: MoeShape): number[] {
  return [topK, experts, hidden, inter, moeTp, moeEp];
}

/** All ranks' tokens reach the experts; those that the busiest rank is spared do not count. Source: method.md §6.6. */
export function wideEpMoeKernel(platform: Platform, op: WideEpMoe): Kernel {
  const latency = op.kind === "wideep_moe" ? wideEpMoeLatency(platform, op) : deepEpMoeLatency(platform, op);
  const {dp, tokensShare = 1} = op;
  return (tokens) => latency(tokensShare === 1 ? tokens * dp : Math.floor(tokens * dp * tokensShare), 0, 0, 0);
}

/** sglang's latent-attention block. Prefill looks up the whole length and takes the cached part off. Source: method.md §6.5. */
export function wideEpMlaKernel(platform: Platform, op: WideEpMla): Kernel {
  const {system, database} = platform;
  const {heads, kvCache} = op;
  const decode = op.kind === "wideep_decode_mla";
  const {kernel, fmha} = mlaSlice(platform, op);
  const mode = fmhaQuants[fmha];
  if (database === "sol" && !decode)
    return (_, batch, seq, prefix) => {
      weaken(rank.roofline);
      return wideEpPrefillMlaRoofline(system, batch, seq + prefix, prefix, heads, mode);
    };
  const table = tableLatency(platform, {
    kind: decode ? "decode_mla" : "prefill_mla",
    dtype: dtypeClass(mode),
    table: op.kind,
    part: decode ? [kernel, kvCache] : [kernel, fmha, kvCache],
    roofline: decode
      ? (heads, batch, seq) => wideEpDecodeMlaRoofline(system, batch, seq, heads, mode)
      : (heads, seq, batch) => wideEpPrefillMlaRoofline(system, batch, seq, 0, heads, mode),
    sqrtAxis: decode ? -1 : 1
  });
  if (decode) return (_, batch, seq) => table(heads, batch, seq, 0);
  return (_, batch, seq, prefix) => {
    const full = seq + prefix;
    return (table(heads, full, batch, 0) * (full * full - prefix * prefix)) / (full * full);
  };
}

/**
 * The asked kernel and type where they were measured, else the first that were: Blackwell has a kernel of its own, and
 * the tables name the type fp8_block whatever the model's attention computes in.
 */
function mlaSlice({perf}: Platform, {kind, kernel, fmha}: WideEpMla): {kernel: string; fmha: FmhaQuant} {
  const parts = perf.entriesOf(kind).map(({part}) => part);
  const kernels = parts.map(([name]) => name);
  const chosen = kernels.includes(kernel) ? kernel : (kernels[0] ?? kernel);
  if (kind === "wideep_decode_mla") return {kernel: chosen, fmha};
  const types = parts.filter(([name]) => name === chosen).map(([, type]) => type as FmhaQuant);
  return {kernel: chosen, fmha: types.includes(fmha) ? fmha : (types[0] ?? fmha)};
}

/** Kernel that carries tokens to wide-EP experts on a GPU; undefined where none does. Source: method.md §6.7. */
export function alltoallKernelName({system}: Platform, {moeEp, topK}: Alltoall): string | undefined {
  if (system.smVersion >= 100) return "NVLinkTwoSided";
  if (moeEp === 1 || topK > 8) return undefined;
  return moeEp > system.gpusPerNode ? "DeepEP" : "DeepEPLowLatency";
}

/** Before the experts: agree on counts, then send; after them: combine. Source: method.md §6.7. */
export function alltoallKernel(platform: Platform, op: Alltoall): Kernel {
  const kernel = alltoallKernelName(platform, op);
  if (kernel === undefined) return () => 0;
  const latency = (operation: AlltoallOperation) => alltoallLatency(platform, kernel, operation, op);
  if (op.side === "post") {
    const combine = latency(op.lowPrecision ? "alltoall_combine_low_precision" : "alltoall_combine");
    return (tokens) => combine(tokens, 0, 0, 0);
  }
  const [prepare, dispatch] = [latency("alltoall_prepare"), latency("alltoall_dispatch")];
  return (tokens) => prepare(tokens, 0, 0, 0) + dispatch(tokens, 0, 0, 0);
}

/** latency(tokens of one rank). Tables count 4 GPUs to a node. */
export function alltoallLatency(
  platform: Platform,
  kernel: string,
  operation: AlltoallOperation,
  {hidden, topK, experts, moeEp, quant}: Omit<Alltoall, "kind" | "name" | "count" | "side" | "lowPrecision">
): Latency {
  const {system} = platform;
  const nodes = Math.max(1, moeEp >> 2);
  const shape: AlltoallShape = {operation, hidden, topK, experts, moeEp, nodes};
  const tabled = quant === "fp8_block" ? "fp8" : quant;
  return tableLatency(platform, {
    kind: "nccl",
    dtype: "bf16",
    table: "trtllm_alltoall",
    part: [kernel, tabled],
    key: [operation, nodes, hidden, topK, experts, moeEp],
    roofline: (tokens) => alltoallRoofline(system, tokens, shape, moeQuants[quant]),
    ladder: () => alltoallRungs(platform, kernel, shape, quant)
  });
}

/**
 * Ours: the nearest number of GPUs, hidden size and top-k, in the same type, then in others; where no such kernel was
 * measured, the library's all-to-all of as many bytes.
 */
function* alltoallRungs(platform: Platform, kernel: string, shape: AlltoallShape, quant: MoeQuant): Iterable<Rung> {
  const {perf, system} = platform;
  const tabled = quant === "fp8_block" ? "fp8" : quant;
  const parts = perf
    .entriesOf("trtllm_alltoall")
    .map(({part}) => part)
    .filter(([name, type]) => name === kernel && type in moeQuants)
    .sort(([, a], [, b]) => Number(b === tabled) - Number(a === tabled));
  const wanted = [shape.hidden, shape.topK, shape.experts, shape.moeEp];
  const far = (key: (string | number)[]) =>
    wanted.reduce((sum, size, i) => sum + Math.abs(Math.log2(Number(key[i + 2]) / size)), 0);
  for (const part of parts) {
    const [key] = perf
      .keys("trtllm_alltoall", part)
      .filter(([operation]) => operation === shape.operation)
      .sort((a, b) => far(a) - far(b));
    if (!key) continue;
    const [, nodes, hidden, topK, experts, moeEp] = key.map(Number);
    const measured = {...shape, nodes, hidden, topK, experts, moeEp};
    const mode = moeQuants[part[1] as MoeQuant];
    const cloud = gridCloud(platform, perf.grid("trtllm_alltoall", part, key)!, (tokens) =>
      alltoallRoofline(system, tokens, measured, mode)
    );
    yield {tier: part[1] === tabled ? "xshape" : "xprofile", cloud, scale: 1};
  }
  yield* libraryRung(platform, shape, quant);
}

/** NCCL's all-to-all, its messages counted in tokens of the asked kernel. */
function* libraryRung(platform: Platform, shape: AlltoallShape, quant: MoeQuant): Iterable<Rung> {
  const {perf, system} = platform;
  const [gpus] = byOctaves(ncclSizes(perf, "half", "alltoall"), shape.moeEp);
  const grid = perf.grid("nccl", [], ["half", "alltoall", gpus]);
  if (!grid) return;
  const {bytesPerWeight} = commQuants.half;
  const bytesPerToken =
    (alltoallRoofline(system, 1, {...shape, nodes: 1}, moeQuants[quant]) / msPerSecond) * system.intraNodeBytesPerSec;
  const points: UtilPoint[] = [];
  grid.forEach((elements, _, __, ___, leaf) => {
    const light = ncclRoofline(system, "alltoall", elements, gpus, bytesPerWeight);
    points.push({at: [(elements * bytesPerWeight) / bytesPerToken], util: light / grid.latencyMs[leaf]});
  });
  // Tables count four GPUs to a node; what is within a larger one has its links.
  const scale = shape.nodes > 1 ? bandwidthBytesPerSec(system, shape.moeEp) / system.interNodeBytesPerSec : 1;
  yield {tier: "xop", cloud: new UtilCloud(points), scale};
}
