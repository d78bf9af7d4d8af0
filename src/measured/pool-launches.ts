/**
 * How InferenceX launched prefill and decode workers, by GPU, types, lengths and users: facts of its configuration
 * (github.com/SemiAnalysisAI/InferenceX, .github/configs/nvidia-master.yaml, and runners/launch_gb200-nv.sh for the runs
 * of 2025) and of the recipes that it names (github.com/NVIDIA/srt-slurm and its forks) that labels of its disaggregated
 * rows leave out. Users that they lack but the file has went to the launch beside them; runs of SGLang on gb200 of December
 * 2025 to what later ones of their lengths have (low users: one prefill worker; many: a group of attention DP); so did runs
 * without drafts on h100, which it has commented out. Those of 19 December 2025 were made with a release that no early
 * launch was, and have another of its launches. GLM-5 and, on 2 April 2026, Kimi-K2.5 on gb200 are by the recipes
 * alone, each with the users that fill its seats and some more.
 *
 * A launch is `users prefill decode drafts limits`: `6,10 1d4 5e8 m3 s32` is one prefill worker of attention DP 4 and five
 * decode workers of TP 8 with experts over as many GPUs, three drafts, 32 sequences at most in each decode worker, at 6
 * and at 10 users. `t`: experts under TP as well; `a`: attention DP with experts under TP. Limits are of one rank: `s`
 * sequences that decode, `k` their KV tokens, `c` tokens of a prefill step, `p` prompts in it; none: not known, or none.
 * `early`: run on SGLang 0.5.1, which did a third of what 0.5.5 does on the same GPUs.
 */
import {dayOf} from "./read.js";
import type {GivenParallel, MeasuredRow, MeasuredWorkers} from "./read.js";

/**
 * By `backend gpu precision isl/osl`, before that the model where it is not DeepSeek, and after it the day, or its
 * beginning, where runs of that time were launched otherwise.
 */
const launches: Readonly<Record<string, string>> = {
  "glm trtllm gb200 fp4 1024/1024":
    "4 1d4 4e8 s1; 180 1d4 4e8 s32; 360 1d4 4e8 s64; 616 1d4 4e8 s128; 1229 1d4 1d32 s32; 2253 2d4 1d16 s128; 2253 2d4 1d32 s64; 8192 2d4 1d16 s512; 8192 4d4 1d32 s256",
  "glm trtllm gb200 fp4 8192/1024":
    "5 1d4 5e4 s1; 10 1d4 5e4 s2; 25 1d4 5e4 s4; 50 1d4 5e4 s8; 84 1d4 2e8 s32; 117 1d4 3e4 s32; 615 5d4 1d32 s16; 1229 8d4 1d32 s32; 2253 10d4 1d16 s128",
  "gpt-oss trtllm gb200 fp4 1024/1024":
    "1,2,4,16,32,64,128 1t1 1t4 s256; 16 1t1 4t2 s32; 256,512,1024,2048,2560 1t1 1d2 s1536; 512,1024,2048,2560 1t1 2d2 s1536; 256,1024,1536 1t1 1d4 s512; 3072 1t1 3d4 s1024",
  "gpt-oss trtllm gb200 fp4 8192/1024":
    "1 1t1 1t8 s4; 2,4,8,16,32,64 1t1 1t4 s128; 128,512 2t1 1t4 s1024; 256,384 2t1 1t2 s512; 128,512 2t1 1d2 s512",
  "kimi trtllm gb200 fp4 1024/1024":
    "4,192,360,668 1d4 4e8 s128; 5,15,30,55 1d4 5e4 s8; 666 1d4 1d16 s32; 2253 1d4 1d32 s64; 4301,6452 1d4 1d8 s768; 4301 2d4 1d16 s256; 4301 2d4 1d32 s128",
  "kimi trtllm gb200 fp4 1024/1024 2026-04-02":
    "4 1d4 4e8 s1; 5 1d4 5e4 s1; 15 1d4 5e4 s2; 30 1d4 5e4 s4; 55 1d4 5e4 s8; 192 1d4 4e8 s32; 360 1d4 4e8 s64; 668 1d4 4e8 s128; 666 1d4 1d16 s32; 2253 1d4 1d32 s64; 4301 1d4 1d8 s512; 6452 1d4 1d8 s768; 4301 2d4 1d16 s256; 4301 2d4 1d32 s128",
  "kimi trtllm gb200 fp4 8192/1024":
    "4 1d4 4e8 s1; 156 1d4 4e4 s32; 5,15,30,60,105 1d4 5e4 s16; 333 2d4 1d16 s16; 615 3d4 1d16 s32; 2151 5d4 1d8 s256; 2253 7d4 1d16 s128",
  "kimi trtllm gb200 fp4 8192/1024 2026-04-02":
    "5 1d4 5e4 s1; 15 1d4 5e4 s2; 30 1d4 5e4 s4; 60 1d4 5e4 s8; 105 1d4 5e4 s16; 156 1d4 4e4 s32",
  "kimi vllm gb200 fp4 1024/1024": "256,512,1024,2048,3072,4096 1d4 1d16; 4,8,16,32,64,128 1d4 4e4",
  "kimi vllm gb200 fp4 8192/1024": "4,8,16,32,128 1d4 4e4; 512,1024 3d4 1d16; 2048 5d4 1d8; 3072,4096 6d4 1d16",
  "sglang b200_sxm fp8 1024/1024 2026-02-07":
    "4 1e8 1e8 s512 c32768; 16,32,64,128,256 1e8 3e8 s512 c32768; 1024 1d8 5d8 s128 c4096; 2048 2d8 5d8 s128 c4096",
  "sglang b200_sxm fp8 1024/1024 2026-02-13":
    "4,64 1e8 1e8 m2 s512 c32768; 4,8,16,32,128 1e8 3e8 m2 s512 c32768; 4096 1d8 5d8 m2 s64 c4096; 512,1024,2048 1d8 2d8 m1 s64 c4096",
  "sglang b200_sxm fp8 1024/1024 2026-03-18":
    "4,64 1e8 1e8 m2 s512 c32768; 4,8,16,32,128 1e8 3e8 m2 s512 c32768; 512,4096 1d8 5d8 m2 s64 c4096; 1024,2048,4096 2d8 5d8 m2 s64 c4096; 512,1024,2048 1d8 2d8 m1 s64 c4096; 512,1024,2048,4096 1d8 1d8 m2 s64 c4096; 4 1e8 1e8 s512 c32768; 16,32,64,128,256 1e8 3e8 s512 c32768; 1024 1d8 5d8 s128 c4096; 2048 2d8 5d8 s128 c4096",
  "sglang b200_sxm fp8 8192/1024 2026-02-07":
    "4,32,64,512 1e8 1e8 s512 c32768; 64,512 1e8 4e8 s512 c32768; 32 1e8 6e8 s512 c32768; 128,512,1024 1d8 1d8 s64 c4096; 256,512,1024 2d8 1d8 s64 c4096",
  "sglang b200_sxm fp8 8192/1024 2026-02-13":
    "16,32,64 1e8 1e8 m2 s512 c32768; 8,256 1e8 4e8 m2 s512 c32768; 4,8,16,256 1e8 6e8 m2 s512 c32768; 256 1d8 1d8 m2 s64 c4096; 128,512 2d8 1d8 m2 s64 c4096",
  "sglang b200_sxm fp8 8192/1024 2026-03-18":
    "8,16,32,64,128 1a8 6t8 m2 s22 c8192 p1; 128 1a8 4t8 m2 s32 c8192 p1; 128 1a8 3t8 m2 s32 c8192 p1; 288 1a8 2d8 m2 s16 c8192 p1; 160,288 1a8 1d8 m2 s32 c8192 p1; 512 2a8 1d8 m2 s64 c8192 p1; 1024 3a8 1d8 m2 s128 c8192 p1; 8,16,32,64,128 1a8 6t8 s22 c8192 p1; 128 1a8 4t8 s32 c8192 p1; 128 1a8 3t8 s32 c8192 p1; 288 1a8 2d8 s16 c8192 p1; 160,288 1a8 1d8 s32 c8192 p1; 512 2a8 1d8 s64 c8192 p1; 1024 3a8 1d8 s128 c8192 p1",
  "sglang gb200 fp4 1024/1024":
    "4,8,32,64 1t4 2t4 c8192; 512,1024,2048,4096,8192,12000,15000 4d4 1d32 s1024 c16384; 2048,4096 4d4 1d48 s1024 c16384",
  "sglang gb200 fp4 8192/1024":
    "4,8,32,64 1t4 4t4 c16384; 512,1024,2048,4096 6t4 1d48 s341 c131072 k524288; 1024,2048,8192 10t4 1d32 s512 c131072 k524288",
  "sglang gb200 fp8 1024/1024":
    "4,8 1t4 1t4 s128 c8192; 1024,2048,4096 3d8 1d48 s768 c16384; 1024,2048,4096,6144 2d8 1d32 s768 c16384; 4096 1d8 1d8 s640 c16384; 2,16,64,128 1t4 4t4",
  "sglang gb200 fp8 1024/1024 2025-12": "2,4,8,16,64,128 1t4 4t4 c8192; 1024,2048,4096 3d8 1d48 s768 c16384",
  "sglang gb200 fp8 8192/1024":
    "4,8,16,32,64,128,256 1t8 1t8 s512 c16384; 512,1024,2048,6144 5d8 1d32 s256 c16384; 384,448,576,2048,4096,6144 6d8 1d24 s341 c16384",
  "sglang gb200 fp8 8192/1024 2025-12":
    "4,8,16,32,64,128,256 1t8 1t8 c16384; 512,1024,2048,6144 5d8 1d32 s256 c16384; 128,256,384,448,512,576,1024,2048,4096 6d8 1d24 early",
  "sglang gb200 fp8 8192/1024 2025-12-19": "4,8,16,32,64,128,256 1t8 1t8 c16384",
  "sglang gb300 fp4 1024/1024":
    "4,8,32 1t4 2t4 c8192; 512,2048,4096,8192 4d4 1d32 s1024 c16384; 512,2048,4096,8192 4d4 1d48 s1024 c16384",
  "sglang gb300 fp4 8192/1024":
    "4,8,32,64 1t4 4t4 c16384; 512,2048,4096 6t4 1d48 s341 c131072 k524288; 2048 10t4 1d32 s512 c131072 k524288",
  "sglang gb300 fp8 1024/1024":
    "4,8,16,32 1t4 4t4 s128 c8192; 1024,2048,4096,6144 2d8 1d32 s768 c16384; 4096,7168,7680 1d8 1d8 s1024 c16384",
  "sglang gb300 fp8 8192/1024":
    "4,8 1t4 1t4 s128 c32768; 128,256,512,1024 5d8 1d32 s768 c16384; 2048,4096 6d8 1d24 s768 c16384",
  "sglang h100_sxm fp8 1024/8192":
    "1,2,4,8,16,32,64 1t16 2t16; 1,2,4,8 1t16 1d16; 1,2,4,8,16,32,64 1t16 2t16 m2; 1,2,4,8,16,32,64 1t16 1d16 m2",
  "sglang h100_sxm fp8 8192/1024":
    "1,2,4,8,16,32,64,128 1t16 1t16; 1,2,4,8,16,32,64 1t16 1d16; 1,2,4,8,16,32,64,128 1t16 1t16 m2; 1,2,4,8,16,32,64 1t16 1d16 m2",
  "sglang h200_sxm fp8 1024/1024":
    "1,4,8,16,32,64,128,256 1t8 9t8 c32768; 512,1024,2048 1t8 6t8 s256 c32768; 128,256,512,1024,2048 1d8 6d8 s32 c4096; 1,4,8,16,32,64,128,256 1t8 9t8 m2 c32768; 512,1024,2048 1t8 6t8 m2 s256 c32768; 128,256,512,1024,2048 1d8 6d8 m2 s32 c4096",
  "sglang h200_sxm fp8 8192/1024":
    "1,4,8 1t8 7t8 s4 c32768; 4,8,16 1t8 6t8 s8 c32768; 8,16,32 1t8 3t8 s16 c32768; 32,64,128 2t8 3t8 s64 c32768; 64,128,256 1t8 1d8 s16 c32768; 1,4,8 1t8 7t8 m2 s4 c32768; 2,4,8,16,32 1t8 6t8 m2 s8 c32768; 4,8,16,32,64 1t8 3t8 m2 s16 c32768; 32,64,128 2t8 3t8 m2 s64 c32768; 32,64,128,256,512 1t8 1d8 m2 s16 c32768",
  "trtllm b200_sxm fp4 1024/1024":
    "1214 1d4 2d8 m2 s64; 875 1d4 5d8 m3 s16; 6 1d4 5e8 m3 s1; 10,15,25,45,90,180 1d4 5e8 m3 s32; 4968 3d4 4d8 m1 s128; 10860 3d4 5d4 m1 s512; 4096 1d4 1d8 s512; 2192 1d4 2d8 s128; 1365 1d4 5d8 s32; 6 1d4 5e8 s1; 10,15,25,45,90,180 1d4 5e8 s32; 450 1d4 6e8 s64",
  "trtllm b200_sxm fp4 8192/1024":
    "90 1d4 1d8 m3 s8; 66 1d4 3e8 m3 s16; 6 1d4 5e8 m3 s1; 10,15,30,60 1d4 5e8 m3 s8; 548 3d4 1d8 m3 s64; 1096,1691 5d4 1d8 m1 s192; 658 5d4 2d8 m3 s32; 6 1d4 5e8 s1; 10,15,25,50,100 1d4 5e8 s8; 370 2d4 5e8 s64; 1606 4d4 1d8 s192; 837 4d4 3d8 s32; 2222 7d4 2d8 s128",
  "trtllm b200_sxm fp8 1024/1024":
    "8 1d8 8t8 m3 s1; 32 1d8 8t8 m3 s4; 64 1d8 8t8 m3 s8; 256 1d8 8t8 m3 s32; 896 1d8 7d8 m3 s128; 1024 1d8 4d8 m3 s256; 1184 1d8 3d8 m3 s384; 1600 1d8 2d8 m2 s768; 4,32,128 1d8 3t8 s1024; 1920 1d8 5d8 s48; 4096 1d8 1d8 s512; 5152 2d8 5d8 s128",
  "trtllm b200_sxm fp8 8192/1024":
    "8,48 1a8 6t8 m3 s8; 8 1a8 2t8 m3 s32; 64 1a8 4t8 m3 s16; 224 2a8 3d8 m3 s8; 288 2a8 1d8 m3 s32; 1088 4a8 1d8 m2 s128; 1 1a8 1t8 s1; 32,128 1a8 4t8 s32; 96 1a8 6t8 s16; 128 1a8 1d8 s128; 128 1a8 2d8 s64; 256 1a8 1d8 s256; 640 2a8 1d8 s640",
  "trtllm b300_sxm fp4 1024/1024":
    "654 1d2 1d8 m3 s64; 271 1d2 2d8 m3 s16; 11 1d2 5e8 m3 s1; 10,20,25,60,120,200 1d2 5e8 m3 s32; 2342 2d2 1d8 m1 s256; 8609 5d2 2d8 m1 s512; 12926 5d2 2d8 m1 s768; 1176 1d2 2d8 s64; 6 1d2 4e8 s1; 5,10,15,25 1d2 5e4 s4; 60,110,195,395 1d2 5e8 s64; 4405 2d2 1d8 s512; 8192 3d2 1d8 s1024; 4611 3d2 2d8 s256",
  "trtllm b300_sxm fp4 8192/1024":
    "2198 10d2 1d8 m1 s256; 52 1d2 4e4 m3 s8; 8 1d2 4e8 m3 s1; 32 1d2 4e8 m3 s4; 181 3d2 1d8 m3 s16; 1197 9d2 1d8 m1 s128; 105 1d2 3e4 s32; 63 1d2 3e8 s16; 4 1d2 3e8 s1; 12 1d2 4e4 s2; 589 5d2 2d8 s32; 1093 6d2 1d8 s128; 2048 8d2 1d8 s256",
  "trtllm b300_sxm fp8 1024/1024":
    "10 1a4 8t8 m3 s1; 160 1a4 8t8 m3 s16; 3072 1a4 1a8 m1 s256; 2560 1a4 2d8 m1 s128; 720 1a4 5d8 m2 s16; 11264 3a4 2a8 m1 s512; 2112 1a4 1d8 s256; 3072 1a4 2a8 s128; 1280 1a4 3a8 s48; 10,12,128,384 1a4 8t8 s64; 16384 2a4 1a8 s1024",
  "trtllm gb200 fp4 1024/1024":
    "180 1d4 1d32 m3 s4; 4,8,12,24,48 1d4 4e8 m3 s8; 4301 2d4 1d16 m1 s256; 2253 3d4 1d32 m1 s64; 16130 3d4 5d4 m1 s768; 4301 1d4 1d8 s512; 666 1d4 1d32 s16; 6144 1d4 2d4 s768; 12,24,48,96,192 1d4 4e8 s32; 5 1d4 4e8 s1; 4301 2d4 1d16 s256; 2253 2d4 1d32 s64",
  "trtllm gb200 fp4 1024/1024 2025-12":
    "4,8,16,32,64,144 1e4 4e8 m3 s32; 512,1075 1d4 1d16 m3 s64; 2150 2d4 1d16 m1 s128; 512 1d4 1d32 m3 s16; 2252 1d4 1d8 m1 s256; 4,8,16,32,64,128,256,564 1e4 4e8 s128; 1075 1d4 1d32 s32; 1075 1d4 1d16 s64; 2048,4300 2d4 1d16 s256; 4300 1d4 1d8 s512",
  "trtllm gb200 fp4 1024/8192":
    "4,8,12,24,28,48 1d4 7e8 m3 s4; 7 1d4 7e8 m3 s1; 128 1d4 1d32 m3 s4; 512 1d4 1d32 m3 s16; 3072 1d4 3d16 m3 s64; 6144 1d4 3d16 m1 s128; 8192 1d4 1d32 m1 s256; 5,7 1d4 7e8 s1; 60 1d4 15e4 s4; 135 1d4 15e4 s8; 563 1d4 1d32 s16; 2048 1d4 1d32 s64; 4096 1d4 1d32 s128; 8192 1d4 1d32 s256",
  "trtllm gb200 fp4 8192/1024":
    "4,8,12,24,48 1d4 4e8 m3 s8; 180 3d4 1d32 m3 s4; 1229 7d4 1d16 m1 s64; 666 8d4 1d32 m3 s16; 4301 11d4 1d16 m1 s256; 12,44,76 1d4 4d8 s16; 5 1d4 4d8 s1; 333 2d4 1d32 s8; 1229 7d4 1d32 s32; 2253 8d4 1d16 s128; 4096 10d4 1d16 s256",
  "trtllm gb200 fp4 8192/1024 2025-12":
    "3,6,12,24,54 1e4 3e8 m3 s16; 128,269 5d4 1d32 m3 s8; 538 8d4 1d32 m3 s16; 1075 8d4 1d16 m2 s64; 2150 6d4 1d8 m1 s256; 3,6,12,24,48,102 1e4 3e8 s32; 256,538 4d4 1d32 s16; 1075 6d4 1d16 s64; 2150 8d4 1d16 s128; 2150 5d4 1d8 s256",
  "trtllm gb200 fp8 1024/1024":
    "4301 1d8 1d8 m1 s512; 2151 1d8 1d8 m1 s256; 1229 1d8 1d16 m1 s64; 615 1d8 1d32 m3 s16; 36 1d8 3e8 m3 s8; 18 1d8 3e8 m3 s4; 9 1d8 3e8 m3 s2; 6144 1d8 1d8 s768; 4301 1d8 1d8 s512; 2151 1d8 1d16 s128; 1127 1d8 1d32 s32; 256 1d8 1d32 s8; 27 1d8 3e8 s8; 3 1d8 3e8 s1",
  "trtllm gb200 fp8 1024/8192":
    "8192 1d8 2d16 m1 s256; 2152 1d8 2d16 m1 s64; 564 1d8 1d32 m3 s16; 72 1d8 1d32 m3 s2; 4,8 1d8 4e8 m3 s2; 8192 1d8 2d16 s256; 2048 1d8 1d32 s64; 564 1d8 1d32 s16; 36 1d8 4e8 s8; 4 1d8 4e8 s1",
  "trtllm gb200 fp8 8192/1024":
    "666 3d8 1d8 m3 s64; 666 5d8 1d16 m3 s32; 333 3d8 1d16 m3 s16; 333 4d8 1d32 m3 s8; 90 2d8 1d32 m3 s2; 15 1d8 3e8 m3 s4; 6 1d8 3e8 m3 s2; 1229 5d8 1d16 s64; 666 4d8 1d32 s16; 615 3d8 1d16 s32; 333 2d8 1d32 s8; 63 1d8 3e8 s16; 18 1d8 3e8 s4; 6 1d8 3e8 s1",
  "trtllm gb300 fp4 1024/1024":
    "3226 1d2 1d4 m1 s768; 333 1d2 1d32 m3 s8; 5 1d2 4e8 m3 s1; 8,12,24,48 1d2 4e8 m3 s8; 2253 3d2 1d16 m1 s128; 1229 3d2 1d32 m3 s32; 5 1d2 4e8 s1; 12,48,96,192 1d2 4e8 s32; 8192 2d2 1d8 s1024; 1229 2d2 1d32 s32; 4301 3d2 1d16 s256; 2253 3d2 1d32 s64",
  "trtllm gb300 fp4 1024/8192":
    "7 1d2 7e8 m3 s1; 63 1d2 7e8 m3 s8; 563 1d2 1d32 m3 s16; 2088 1d2 1d32 m3 s64; 8192 1d2 2d16 m1 s256; 16384 1d2 4d8 m1 s512; 7 1d2 7e8 s1; 60 1d2 15e4 s4; 245 1d2 7e8 s32; 1024 1d2 1d32 s32; 4096 1d2 1d32 s128; 8192 1d2 1d32 s256",
  "trtllm gb300 fp4 8192/1024":
    "33 1d2 3e8 m3 s8; 5 1d2 4e8 m3 s1; 12,24 1d2 4e8 m3 s4; 180 4d2 1d32 m3 s4; 308 8d2 1d32 m3 s8; 2253 10d2 1d8 m1 s256; 666 10d2 1d16 m3 s32; 1127 13d2 1d16 m3 s64; 72 1d2 3e8 s16; 5 1d2 4e8 s1; 12 1d2 4e8 s2; 5,15,30 1d2 5e4 s4; 666 7d2 1d32 s16; 1229 9d2 1d16 s64; 3228 11d2 3d4 s256; 2253 14d2 1d16 s128",
  "trtllm gb300 fp8 1024/1024":
    "8 1d4 4e8 m3 s1; 24 1d4 4e8 m3 s4; 180 1d4 1d32 m3 s4; 564 2d4 1d32 m3 s16; 666 1d4 1d16 m3 s32; 2253 2d4 1d16 m1 s128; 8192 3d4 2d8 m1 s512; 4 1d4 4e8 s1; 24 1d4 4e8 s4; 84 1d4 4e8 s16; 1229 2d4 1d32 s32; 2253 2d4 1d16 s128; 8602 3d4 2d8 s512; 12288 3d4 2d8 s768",
  "trtllm gb300 fp8 1024/8192":
    "4 1d4 4e8 m3 s1; 16 1d4 4e8 m3 s4; 141 1d4 1d32 m3 s4; 544 1d4 1d32 m3 s16; 2048 1d4 2d16 m1 s64; 8192 1d4 4d8 m1 s256; 4 1d4 4e8 s1; 36 1d4 4e8 s8; 282 1d4 1d32 s8; 1024 1d4 1d32 s32; 4096 1d4 2d16 s128; 8192 1d4 2d16 s256",
  "trtllm gb300 fp8 8192/1024":
    "8 1d4 4e8 m3 s1; 24 1d4 4e8 m3 s4; 333 6d4 1d32 m3 s8; 666 8d4 1d16 m3 s32; 1229 10d4 1d16 m1 s64; 1229 7d4 1d8 m1 s128; 4 1d4 4e8 s1; 24 1d4 4e8 s4; 36 1d4 4e8 s8; 512 6d4 1d32 s16; 666 4d4 1d16 s32; 1229 7d4 1d16 s64; 2151 7d4 1d8 s256",
  "trtllm h100_sxm fp8 8192/1024":
    "6 1d16 3e16 m3 s1; 9 1d16 3e16 m3 s2; 30 1d16 3e16 m3 s8; 77 1d16 1d16 m3 s4; 78 1d16 2e16 m3 s32; 154 2d16 1d16 m3 s8; 6 1d16 3e16 s1; 9 1d16 3e16 s2; 30 1d16 3e16 s8; 154 1d16 2e16 s64; 308 2d16 1d16 s16",
  "trtllm h200_sxm fp8 1024/1024":
    "1 1d8 11e8 m3 s1; 4,8,32 1e8 11e8 m3 s128; 16 1e8 9e8 m3 s128; 64 1d8 8d8 m3 s128; 128 1d8 7d8 m3 s128; 256 1d8 4d8 m3 s128; 512 1d8 2d8 m1 s256; 1 1d8 9e8 s1; 4,8,16,32,64 1e8 9e8 s256; 128 1d8 9d8 s512; 256 1d8 6d8 s512; 512 2d8 7d8 s512; 36,72,144,288,576 1e8 9e8 s256",
  "trtllm h200_sxm fp8 8192/1024":
    "9 1e8 7e8 m3 s1; 28 1e8 7e8 m3 s32; 48 1e8 6e8 m3 s32; 48 1e8 3e8 m2 s32; 160 3e8 5e8 m3 s32; 64 1e8 1d8 m2 s32; 128 2e8 1d8 m2 s32; 256 3e8 1d8 m2 s32; 512 3e8 1d8 m1 s64; 9 1e8 7e8 s1; 28 1e8 7e8 s32; 48 1e8 6e8 s16; 48 1e8 3e8 s32; 160 2e8 5e8 s128; 192 2e8 3d8 s128; 128 1e8 1d8 s256; 768 5e8 3d8 s256; 512 3e8 1d8 s512"
};

export interface PoolLaunch {
  users: readonly number[];
  prefill: GivenParallel;
  prefillWorkers: number;
  decode: GivenParallel;
  decodeWorkers: number;
  nextn: number;
  limits: PoolLimits;
  early: boolean;
}

/** What one rank of each kind was launched to take at most, where that is known. */
export interface PoolLimits {
  prefill?: {maxBatchedTokens?: number; maxSequences?: number};
  decode?: {maxSequences?: number; kvTokens?: number};
}

const parsed = new Map<string, PoolLaunch[]>();

/** Every launch of a row's GPU, types and lengths on the day of the run. */
export function launchesOf(row: MeasuredRow): readonly PoolLaunch[] {
  const {backend, system, precision, isl, osl} = row;
  const day = dayOf(row);
  const run = `${modelOf(row)}${backend} ${system} ${precision} ${isl}/${osl}`;
  const month = day.slice(0, "2026-01".length);
  const key = [`${run} ${day}`, `${run} ${month}`].find((each) => each in launches) ?? run;
  const known = parsed.get(key);
  if (known) return known;
  const found = (launches[key] ?? "").split("; ").filter(Boolean).map(parse);
  parsed.set(key, found);
  return found;
}

/** As keys name it: nothing before DeepSeek's. */
function modelOf({model}: MeasuredRow): string {
  if (/DeepSeek/i.test(model)) return "";
  const short = ["gpt-oss", "kimi", "glm"].find((name) => model.toLowerCase().includes(name));
  return `${short ?? model} `;
}

function parse(text: string): PoolLaunch {
  const [users, prefill, decode, ...rest] = text.split(" ");
  const [prefillWorkers, prefillSizes] = workersOf(prefill);
  const [decodeWorkers, decodeSizes] = workersOf(decode);
  const amount = (letter: string) => {
    const word = rest.find((each) => each.startsWith(letter));
    return word && Number(word.slice(1));
  };
  return {
    users: users.split(",").map(Number),
    prefill: prefillSizes,
    prefillWorkers,
    decode: decodeSizes,
    decodeWorkers,
    nextn: amount("m") || 0,
    early: rest.includes("early"),
    limits: {
      prefill: given({maxBatchedTokens: amount("c"), maxSequences: amount("p")}),
      decode: given({maxSequences: amount("s"), kvTokens: amount("k")})
    }
  };
}

function given(limits: Record<string, number | "" | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).filter((entry): entry is [string, number] => Boolean(entry[1])));
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
  const all = launchesOf(row);
  const possible = all.filter(
    (each) =>
      each.users.includes(clientConcurrency) &&
      (blank || (gpusOf(each.prefill) === p && gpusOf(each.decode) === d)) &&
      isToldOf(each, row)
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
      gpusOf(other.decode?.parallel ?? {}) === d &&
      launchesOf(other) === all
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

/** Whether a launch has the workers that a row tells, if it tells them; rows that do are without drafts. */
function isToldOf(launch: PoolLaunch, {prefill, decode}: MeasuredRow): boolean {
  if (prefill?.workers === undefined || decode?.workers === undefined) return true;
  const alike = (dp = 1, of: MeasuredWorkers) => dp > 1 === (of.parallel.dp ?? 1) > 1;
  return (
    launch.nextn === 0 &&
    launch.prefillWorkers === prefill.workers &&
    launch.decodeWorkers === decode.workers &&
    alike(launch.decode.dp, decode)
  );
}

/** DeepSeek's decode steps with TP, without drafts, take no less than this on any of these GPUs. */
const draftedMs = 5.2;
