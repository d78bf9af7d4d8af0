/**
 * How InferenceX launched prefill and decode workers, by GPU, types, lengths and users: facts of its configuration
 * (github.com/SemiAnalysisAI/InferenceX, .github/configs/nvidia-master.yaml, December 2025 to March 2026) that labels of
 * its disaggregated rows leave out. The version at hand is of early 2026: users that it lacks but the file has went to the
 * launch beside them, and runs of SGLang on gb200 of December 2025 to what later ones of their lengths have (low users: one
 * prefill worker; many: a group of attention DP); so did runs without drafts on h100, which it has commented out.
 *
 * A launch is `users prefill decode drafts`: `6,10 1d4 5e8 m3` is one prefill worker of attention DP 4 and five decode
 * workers of TP 8 with experts over as many GPUs, three drafts, at 6 and at 10 users. `t`: experts under TP as well;
 * `a`: attention DP with experts under TP.
 */
import type {GivenParallel, MeasuredRow} from "./read.js";

/** By `backend gpu precision isl/osl`, and before that the model where it is not DeepSeek. */
const launches: Readonly<Record<string, string>> = {
  "trtllm b200_sxm fp4 1024/1024":
    "1214 1d4 2d8 m2; 875 1d4 5d8 m3; 6,10,15,25,45,90,180 1d4 5e8 m3; 4968 3d4 4d8 m1; 10860 3d4 5d4 m1; 4096 1d4 1d8; 2192 1d4 2d8; 1365 1d4 5d8; 6,10,15,25,45,90,180 1d4 5e8; 450 1d4 6e8",
  "trtllm b200_sxm fp4 8192/1024":
    "90 1d4 1d8 m3; 66 1d4 3e8 m3; 6,10,15,30,60 1d4 5e8 m3; 548 3d4 1d8 m3; 1096,1691 5d4 1d8 m1; 658 5d4 2d8 m3; 6,10,15,25,50,100 1d4 5e8; 370 2d4 5e8; 1606 4d4 1d8; 837 4d4 3d8; 2222 7d4 2d8",
  "trtllm b200_sxm fp8 1024/1024":
    "8,32,64,256 1d8 8t8 m3; 896 1d8 7d8 m3; 1024 1d8 4d8 m3; 1184 1d8 3d8 m3; 1600 1d8 2d8 m2; 4,32,128 1d8 3t8; 1920 1d8 5d8; 4096 1d8 1d8; 5152 2d8 5d8",
  "trtllm b200_sxm fp8 8192/1024":
    "8,48 1d8 6t8 m3; 8 1d8 2t8 m3; 64 1d8 4t8 m3; 224 2d8 3d8 m3; 288 2d8 1d8 m3; 1088 4d8 1d8 m2; 1 1d8 1t8; 32,128 1d8 4t8; 96 1d8 6t8; 128,256 1d8 1d8; 128 1d8 2d8; 640 2d8 1d8",
  "trtllm b300_sxm fp4 1024/1024":
    "654 1d2 1d8 m3; 271 1d2 2d8 m3; 10,11,20,25,60,120,200 1d2 5e8 m3; 2342 2d2 1d8 m1; 8609,12926 5d2 2d8 m1; 1176 1d2 2d8; 6 1d2 4e8; 5,10,15,25 1d2 5e4; 60,110,195,395 1d2 5e8; 4405 2d2 1d8; 8192 3d2 1d8; 4611 3d2 2d8",
  "trtllm b300_sxm fp4 8192/1024":
    "2198 10d2 1d8 m1; 52 1d2 4e4 m3; 8,32 1d2 4e8 m3; 181 3d2 1d8 m3; 1197 9d2 1d8 m1; 105 1d2 3e4; 4,63 1d2 3e8; 12 1d2 4e4; 589 5d2 2d8; 1093 6d2 1d8; 2048 8d2 1d8",
  "trtllm b300_sxm fp8 1024/1024":
    "10,160 1a4 8t8 m3; 3072 1a4 1a8 m1; 2560 1a4 2d8 m1; 720 1a4 5d8 m2; 11264 3a4 2a8 m1; 2112 1a4 1d8; 3072 1a4 2a8; 1280 1a4 3a8; 10,12,128,384 1a4 8t8; 16384 2a4 1a8",
  "trtllm b300_sxm fp8 8192/1024":
    "40 1a4 2t8 m3; 8,20 1a4 4t8 m3; 72 1a4 1a8 m3; 144 2a4 1a8 m3; 512 4a4 1a8 m2; 64 1a4 4t8; 16 1a4 8t8; 256 2a4 1a8; 512 3a4 1a8; 256 3a4 5t8; 1075 5a4 1a8; 3072 7a4 1d8",
  "trtllm h200_sxm fp8 1024/1024":
    "1 1d8 11e8 m3; 4,8,32 1e8 11e8 m3; 16 1e8 9e8 m3; 64 1d8 8d8 m3; 128 1d8 7d8 m3; 256 1d8 4d8 m3; 512 1d8 2d8 m1; 1 1d8 9e8; 4,8,16,32,64 1e8 9e8; 128 1d8 9d8; 256 1d8 6d8; 512 2d8 7d8",
  "trtllm h200_sxm fp8 8192/1024":
    "1,4 1e8 7e8 m3; 8 1e8 6e8 m3; 16 1e8 3e8 m2; 32 3e8 5e8 m3; 64 1d8 1d8 m2; 128 2d8 1d8 m2; 256 3d8 1d8 m2; 512 3d8 1d8 m1; 1,4 1e8 7e8; 8 1e8 6e8; 16 1e8 3e8; 32 2e8 5e8; 64 2d8 3d8; 128 1d8 1d8; 256 5d8 3d8; 512 3d8 1d8",
  "trtllm gb200 fp4 1024/1024":
    "180 1d4 1d32 m3; 4,8,12,24,48 1d4 4e8 m3; 32,64,144 1e4 4e8 m3; 2252 1d4 1d8 m1; 4301 2d4 1d16 m1; 2253 3d4 1d32 m1; 16130 3d4 5d4 m1; 4301 1d4 1d8; 666 1d4 1d32; 6144 1d4 2d4; 5,12,24,48,96,192 1d4 4e8; 4301 2d4 1d16; 2253 2d4 1d32",
  "trtllm gb200 fp4 1024/8192":
    "4,7,8,12,24,28,48 1d4 7e8 m3; 128,512 1d4 1d32 m3; 3072 1d4 3d16 m3; 6144 1d4 3d16 m1; 8192 1d4 1d32 m1; 5,7 1d4 7e8; 60,135 1d4 15e4; 563,2048,4096,8192 1d4 1d32",
  "trtllm gb200 fp4 8192/1024":
    "4,8,12,24,48 1d4 4e8 m3; 180 3d4 1d32 m3; 1075 8d4 1d16 m2; 1229 7d4 1d16 m1; 666 8d4 1d32 m3; 4301 11d4 1d16 m1; 5,12,44,76 1d4 4e8; 333 2d4 1d32; 1229 7d4 1d32; 2150,2253 8d4 1d16; 4096 10d4 1d16",
  "trtllm gb200 fp8 1024/1024":
    "2151,4301 1d8 1d8 m1; 1229 1d8 1d16 m1; 615 1d8 1d32 m3; 9,18,36 1d8 3e8 m3; 4301,6144 1d8 1d8; 2151 1d8 1d16; 256,1127 1d8 1d32; 3,27 1d8 3e8",
  "trtllm gb200 fp8 1024/8192":
    "2152,8192 1d8 2d16 m1; 72,564 1d8 1d32 m3; 4,8 1d8 4e8 m3; 8192 1d8 2d16; 564,2048 1d8 1d32; 4,36 1d8 4e8",
  "trtllm gb200 fp8 8192/1024":
    "666 3d8 1d8 m3; 666 5d8 1d16 m3; 333 3d8 1d16 m3; 333 4d8 1d32 m3; 90 2d8 1d32 m3; 6,15 1d8 3e8 m3; 1229 5d8 1d16; 666 4d8 1d32; 615 3d8 1d16; 333 2d8 1d32; 6,18,63 1d8 3e8",
  "trtllm gb300 fp4 1024/1024":
    "3226 1d2 1d4 m1; 333 1d2 1d32 m3; 5,8,12,24,48 1d2 4e8 m3; 2253 3d2 1d16 m1; 1229 3d2 1d32 m3; 5,12,48,96,192 1d2 4e8; 8192 2d2 1d8; 1229 2d2 1d32; 4301 3d2 1d16; 2253 3d2 1d32",
  "trtllm gb300 fp4 1024/8192":
    "7,63 1d2 7e8 m3; 563,2088 1d2 1d32 m3; 8192 1d2 2d16 m1; 16384 1d2 4d8 m1; 7,245 1d2 7e8; 60 1d2 15e4; 1024,4096,8192 1d2 1d32",
  "trtllm gb300 fp4 8192/1024":
    "33 1d2 3e8 m3; 5,12,24 1d2 4e8 m3; 180 4d2 1d32 m3; 308 8d2 1d32 m3; 2253 10d2 1d8 m1; 666 10d2 1d16 m3; 1127 13d2 1d16 m3; 72 1d2 3e8; 5,12 1d2 4e8; 5,15,30 1d2 5e4; 666 7d2 1d32; 1229 9d2 1d16; 3228 11d2 3d4; 2253 14d2 1d16",
  "trtllm gb300 fp8 1024/1024":
    "8,24 1d4 4e8 m3; 180 1d4 1d32 m3; 564 2d4 1d32 m3; 666 1d4 1d16 m3; 2253 2d4 1d16 m1; 8192 3d4 2d8 m1; 4,24,84 1d4 4e8; 1229 2d4 1d32; 2253 2d4 1d16; 8602,12288 3d4 2d8",
  "trtllm gb300 fp8 1024/8192":
    "4,16 1d4 4e8 m3; 141,544 1d4 1d32 m3; 2048 1d4 2d16 m1; 8192 1d4 4d8 m1; 4,36 1d4 4e8; 282,1024 1d4 1d32; 4096,8192 1d4 2d16",
  "trtllm gb300 fp8 8192/1024":
    "8,24 1d4 4e8 m3; 333 6d4 1d32 m3; 666 8d4 1d16 m3; 1229 10d4 1d16 m1; 1229 7d4 1d8 m1; 4,24,36 1d4 4e8; 512 6d4 1d32; 666 4d4 1d16; 1229 7d4 1d16; 2151 7d4 1d8",
  "gpt-oss trtllm gb200 fp4 1024/1024":
    "1,2,4,16,32,64,128 1t1 1t4; 16 1t1 4t2; 256,512,1024,2048,2560 1t1 1d2; 512,1024,2048,2560 1t1 2d2; 256,1024,1536 1t1 1d4; 3072 1t1 3d4",
  "gpt-oss trtllm gb200 fp4 8192/1024":
    "1 1t1 1t8; 2,4,8,16,32,64 1t1 1t4; 128,512 2t1 1t4; 256,384 2t1 1t2; 128,512 2t1 1d2",
  "sglang b200_sxm fp8 1024/1024":
    "4,64 1e8 1e8 m3; 4,8,16,32,128 1e8 3e8 m3; 512,4096 1d8 5d8 m3; 1024,2048,4096 2d8 5d8 m3; 512,1024,2048 1d8 2d8 m3; 4 1e8 1e8; 16,32,64,128,256 1e8 3e8; 1024,2048,4096 1d8 5d8; 2048,4096 2d8 5d8",
  "sglang b200_sxm fp8 8192/1024":
    "16,32,64 1e8 1e8 m3; 8,256 1e8 4e8 m3; 4,8,16,256 1e8 6e8 m3; 256 1d8 1d8 m3; 128,512 2d8 1d8 m3; 4,32,64,512 1e8 1e8; 64,512 1e8 4e8; 32 1e8 6e8; 128,512,1024 1d8 1d8; 256,512,1024 2d8 1d8",
  "sglang h100_sxm fp8 1024/8192": "1,2,4,8,16,32,64 1t16 2t16 m3; 1,2,4,8,16,32,64 1t16 2t16",
  "sglang h100_sxm fp8 8192/1024": "1,2,4,8,16,32,64,128 1t16 1t16; 1,2,4,8,16,32,64 1t16 1d16",
  "sglang h200_sxm fp8 1024/1024":
    "1,4,8,16,32,64,128,256 1t8 9t8 m3; 512,1024,2048 1t8 6t8 m3; 128,256,512,1024,2048 1d8 6d8 m3; 1,4,8,16,32,64,128,256 1t8 9t8; 512,1024,2048 1t8 6t8; 128,256,512,1024,2048 1d8 6d8",
  "sglang gb200 fp4 1024/1024": "4,8,32,64 1t4 2t4; 512,1024,2048,4096,8192,12000,15000 4d4 1d32; 2048,4096 4d4 1d48",
  "sglang gb200 fp4 8192/1024": "4,8,32,64 1t4 4t4; 512,1024,4096 6t4 1d48; 2048 10t4 1d32",
  "sglang gb200 fp8 1024/1024": "4,8 1t4 1t4; 2,4,8,16,64,128 1t4 4t4; 1024,2048,4096 3d8 1d48",
  "sglang gb200 fp8 8192/1024":
    "4,8,16,32,64,128,256 1t8 1t8; 512,1024,2048,6144 5d8 1d32; 128,256,384,448,512,576,1024,2048,4096 6d8 1d24"
};

export interface PoolLaunch {
  users: readonly number[];
  prefill: GivenParallel;
  prefillWorkers: number;
  decode: GivenParallel;
  decodeWorkers: number;
  nextn: number;
}

const parsed = new Map<string, PoolLaunch[]>();

/** Every launch of a row's GPU, types and lengths. */
export function launchesOf({backend, system, precision, model, isl, osl}: MeasuredRow): readonly PoolLaunch[] {
  const of = /gpt-oss/i.test(model) ? "gpt-oss " : /DeepSeek/i.test(model) ? "" : `${model} `;
  const key = `${of}${backend} ${system} ${precision} ${isl}/${osl}`;
  const known = parsed.get(key);
  if (known) return known;
  const found = (launches[key] ?? "").split("; ").filter(Boolean).map(parse);
  parsed.set(key, found);
  return found;
}

function parse(text: string): PoolLaunch {
  const [users, prefill, decode, drafts = "m0"] = text.split(" ");
  const [prefillWorkers, prefillSizes] = workersOf(prefill);
  const [decodeWorkers, decodeSizes] = workersOf(decode);
  return {
    users: users.split(",").map(Number),
    prefill: prefillSizes,
    prefillWorkers,
    decode: decodeSizes,
    decodeWorkers,
    nextn: Number(drafts.slice(1))
  };
}

function workersOf(text: string): [number, GivenParallel] {
  const [, count, kind, gpus] = /^(\d+)([adet])(\d+)$/.exec(text)!;
  const size = Number(gpus);
  const [attentionDp, expertTp] = ["ad".includes(kind), "at".includes(kind)];
  return [
    Number(count),
    {
      tp: attentionDp ? 1 : size,
      pp: 1,
      dp: attentionDp ? size : 1,
      moeTp: expertTp ? size : 1,
      moeEp: expertTp ? 1 : size
    }
  ];
}

export function gpusOf({tp = 1, pp = 1, dp = 1}: GivenParallel): number {
  return tp * pp * dp;
}

/** Rows of one label measured this much apart in TPOT were launched otherwise. */
const apart = 1.15;

/**
 * The launch that a row is of. Where several have its users and GPUs, rows of the same label tell them apart: the faster
 * ones go with drafts, and with more GPUs that decode.
 */
export function launchOf(row: MeasuredRow, others: readonly MeasuredRow[]): PoolLaunch | undefined {
  const {clientConcurrency = 0, prefill, decode} = row;
  const [p, d] = [gpusOf(prefill?.parallel ?? {}), gpusOf(decode?.parallel ?? {})];
  const blank = p === 1 && d === 1;
  const possible = launchesOf(row).filter(
    (each) =>
      each.users.includes(clientConcurrency) && (blank || (gpusOf(each.prefill) === p && gpusOf(each.decode) === d))
  );
  if (possible.length < 2) return possible[0];
  const decodeGpus = ({decode: of, decodeWorkers}: PoolLaunch) => gpusOf(of) * decodeWorkers;
  possible.sort((a, b) => b.nextn - a.nextn || decodeGpus(b) - decodeGpus(a));
  const alike = others.filter(
    (other) =>
      other.mode === "disagg" &&
      other.model === row.model &&
      other.backend === row.backend &&
      other.system === row.system &&
      other.precision === row.precision &&
      other.isl === row.isl &&
      other.osl === row.osl &&
      other.clientConcurrency === clientConcurrency &&
      gpusOf(other.prefill?.parallel ?? {}) === p &&
      gpusOf(other.decode?.parallel ?? {}) === d
  );
  const paces = [...new Set([row, ...alike].map(({measured}) => measured.tpotMs))].sort((a, b) => a - b);
  let place = 0;
  let before = paces[0];
  for (const pace of paces) {
    if (pace > before * apart) ++place;
    before = pace;
    if (pace === row.measured.tpotMs) break;
  }
  const clusters = 1 + paces.filter((pace, i) => i > 0 && pace > paces[i - 1] * apart).length;
  // One pace alone is told apart by nothing: drafts go with fewer milliseconds than launches without them have.
  if (clusters === 1) return possible.find(({nextn}) => nextn === 0 || row.measured.tpotMs < draftedMs) ?? possible[0];
  return possible[Math.min(possible.length - 1, Math.round((place * (possible.length - 1)) / (clusters - 1)))];
}

/** DeepSeek's decode steps with TP, without drafts, take no less than this on any of these GPUs. */
const draftedMs = 5.2;
