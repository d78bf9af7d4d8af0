import {describe, expect, test} from "vitest";
import type {TaskOptions} from "../../src/task/index.js";
import {agg, both, disagg, experts, faultsOf} from "./helpers.js";

/** What the rule says, a file that breaks it, and its faults as line:column: message. */
type Case = readonly [rule: string, yaml: string, faults: readonly string[], options?: TaskOptions];

const values: readonly Case[] = [
  [
    "an unknown key gets the nearest one",
    agg + "tp_candidate: [1]\n",
    ["4:1: unknown key: tp_candidate; did you mean agg_tp_candidates?"]
  ],
  [
    "a key like no other is referred to the list",
    agg + "zzzzzzzzzzzzzzzzzzzz: 1\n",
    ["4:1: unknown key: zzzzzzzzzzzzzzzzzzzz; docs/configuration.md lists them"]
  ],
  [
    "a wrong choice gets all choices",
    agg + "serving_mode: aggregate\n",
    ["4:15: invalid serving_mode: aggregate; must be one of agg, disagg, auto"]
  ],
  [
    "text for a number says what it must be",
    agg + "isl: 4k\n",
    ["4:6: invalid isl: 4k; must be a whole number ≥ 1 (tokens)"]
  ],
  ["a number out of range says its unit", agg + "ttft: -3\n", ["4:7: invalid ttft: -3; must be a number above 0 (ms)"]],
  [
    "a wrong item of a list is pointed at",
    agg + "agg_tp_candidates: [1, two, 4]\n",
    ['4:24: invalid agg_tp_candidates: [1,"two",4]; must be a list of whole numbers ≥ 1 (GPUs)']
  ],
  [
    "every wrong part of a goal has its own place",
    agg + "slo:\n  ttft:\n    treshold: 3\n    hard_fail: 1\n",
    [
      "5:3: missing slo.ttft.threshold: not given; must be a number above 0",
      "6:5: unknown key: slo.ttft.treshold; have threshold, weight, hard_fail, fail_ratio, p50, p90, p95, p99; did you mean threshold?",
      "7:5: invalid slo.ttft.hard_fail: 1; must be true or false"
    ]
  ],
  [
    "an unknown metric gets the nearest one",
    agg + "slo: {tftt: {threshold: 3}}\n",
    [
      "4:7: unknown key: slo.tftt; have ttft, tpot, tpot_inclusive, request_latency, tokens_per_s_per_gpu, tokens_per_s_per_user, concurrency, power_w, cost_per_hour, cost_per_million_tokens, latency; did you mean ttft?"
    ]
  ],
  [
    "a goal that is a bare number is refused",
    agg + "slo: {ttft: 300}\n",
    ["4:7: invalid slo.ttft: 300; must be a mapping such as {threshold: 300, hard_fail: true}"]
  ],
  [
    "an unknown type gets all types and the nearest",
    agg + "gemm_quant_mode: fp16\n",
    [
      "4:18: invalid gemm_quant_mode: fp16; must be one of bfloat16, int8_wo, int4_wo, fp8, fp8_static, sq, fp8_block, fp8_ootb, nvfp4; did you mean fp8?"
    ]
  ],
  [
    "a key written twice is refused at the second",
    agg + "isl: 1\nisl: 2\n",
    ["5:1: a key is given twice: the same name above; drop one"]
  ],
  [
    "all faults of an experiment are collected, also what is missing",
    "model_pth: x\nisl: 0\nsystem_name: h200_sxm\n",
    [
      "1:1: unknown key: model_pth; did you mean model_path?",
      "1:1: missing total_gpus: not given; give how many GPUs to plan for, for example 32",
      "2:6: invalid isl: 0; must be a whole number ≥ 1 (tokens)"
    ]
  ]
];

const refusals: readonly Case[] = [
  [
    "flat disagg refuses worker keys without role",
    disagg +
      "model_path: a\nsystem_name: b\nenable_wideep: true\nenable_chunked_prefill: true\nenable_eplb: true\ngemm_quant_mode: fp8\nbackend_name: vllm\n",
    [
      "7:1: no effect: model_path; serving_mode disagg takes prefill_model_path and decode_model_path",
      "8:1: no effect: system_name; serving_mode disagg takes prefill_system_name and decode_system_name",
      "9:1: no effect: enable_wideep; serving_mode disagg takes prefill_enable_wideep and decode_enable_wideep",
      "10:1: no effect: enable_chunked_prefill; it is of aggregated serving, drop it or set serving_mode: agg",
      "11:1: no effect: enable_eplb; serving_mode disagg takes prefill_enable_eplb and decode_enable_eplb",
      "12:1: no effect: gemm_quant_mode; serving_mode disagg takes prefill_gemm_quant_mode and decode_gemm_quant_mode",
      "13:1: no effect: backend_name; serving_mode disagg takes prefill_backend_name and decode_backend_name"
    ]
  ],
  [
    "total_gpus below 0 is refused",
    agg.replace("16", "-1"),
    ["3:13: invalid total_gpus: -1; must be a whole number ≥ 1 (GPUs)"]
  ],
  ["disagg refuses a single GPU", disagg.replace("16", "1"), ["6:1: invalid total_gpus: 1; disagg needs 2"]],
  [
    "attention_backend is flashinfer or fa3",
    experts + "attention_backend: fa2\n",
    ["4:20: invalid attention_backend: fa2; must be one of flashinfer, fa3; did you mean fa3?"]
  ],
  [
    "wideep_num_slots is at least 1",
    experts + "wideep_num_slots: 0\n",
    ["4:19: invalid wideep_num_slots: 0; must be a whole number ≥ 1 (slots)"]
  ],
  [
    "model, system and GPUs must be given",
    "isl: 4000\n",
    [
      "1:1: missing model_path: not given; give a model such as Qwen/Qwen3-32B-FP8, or the path of a config.json",
      "1:1: missing system_name: not given; give a GPU system such as h200_sxm",
      "1:1: missing total_gpus: not given; give how many GPUs to plan for, for example 32"
    ]
  ],
  [
    "disagg needs model and system of both roles",
    "serving_mode: disagg\ntotal_gpus: 8\n",
    [
      "1:1: missing prefill_model_path: not given; give a model such as Qwen/Qwen3-32B-FP8, or the path of a config.json",
      "1:1: missing prefill_system_name: not given; give a GPU system such as h200_sxm",
      "1:1: missing decode_model_path: not given; give a model such as Qwen/Qwen3-32B-FP8, or the path of a config.json",
      "1:1: missing decode_system_name: not given; give a GPU system such as h200_sxm"
    ]
  ],
  [
    "both roles serve the same model",
    disagg.replace("decode_model_path: Qwen/Qwen3-32B-FP8", "decode_model_path: Qwen/Qwen3-8B"),
    ["4:1: invalid decode_model_path: Qwen/Qwen3-8B; both roles serve Qwen/Qwen3-32B-FP8"]
  ],
  [
    "megamoe needs sglang",
    experts + "moe_backend: megamoe\n",
    ["4:1: no effect: moe_backend; megamoe is of sglang, not trtllm"]
  ],
  [
    "decode workers have no context parallelism",
    disagg + "prefill_backend_name: sglang\ndecode_backend_name: sglang\ndecode_cp_candidates: [1, 2]\n",
    ["9:1: invalid decode_cp_candidates: 1, 2; must be 1, decode splits no prompts"]
  ],
  [
    "context parallelism needs sglang",
    agg + "agg_cp_candidates: [1, 2]\n",
    ["4:1: invalid agg_cp_candidates: 1, 2; must be 1, trtllm has no context parallelism"]
  ],
  [
    "context parallelism needs a family that splits prompts",
    agg.replace("Qwen/Qwen3-32B-FP8", "Qwen/Qwen3.5-27B") + "backend_name: sglang\nagg_cp_candidates: [2]\n",
    ["5:1: invalid agg_cp_candidates: 2; Qwen/Qwen3.5-27B splits no prompts, must be 1"]
  ],
  [
    "expert lists must match the attention widths",
    experts +
      "agg_tp_candidates: [1]\nagg_dp_candidates: [8]\nagg_moe_tp_candidates: [1]\nagg_moe_ep_candidates: [4]\n",
    ["7:1: invalid agg_moe_ep_candidates: 4; moe_tp · moe_ep is never tp · dp · cp"]
  ],
  [
    "FP8 prefill attention of DeepSeek is refused where it stands",
    experts + "fmha_quant_mode: fp8\n",
    ["4:1: invalid fmha: fp8; deepseek-ai/DeepSeek-V3 prefills in bfloat16 only"]
  ],
  [
    "an unknown model is refused where it stands",
    agg.replace("Qwen3-32B-FP8", "Qwen3-32C"),
    ["1:1: unknown model: Qwen/Qwen3-32C; did you mean Qwen/Qwen3-32B? Or give its config.json"]
  ],
  [
    "an unknown system is refused where it stands",
    agg.replace("h200_sxm", "h20_sxm"),
    ["2:1: unknown system: h20_sxm; have h20, h200_sxm; did you mean h200_sxm?"],
    {systems: ["h20", "h200_sxm"]}
  ],
  [
    "an unknown profile is refused where it stands",
    agg + "profiles: [fp8_defalt]\n",
    [
      "4:12: unknown profile: fp8_defalt; have fp8_default, float16_default, nvfp4_default, fp8, fp8_static, bfloat16, nvfp4, mxfp4; did you mean fp8_default?"
    ]
  ],
  ["mode is patch or replace", agg + "mode: merge\n", ["4:1: invalid mode: merge; must be one of patch, replace"]],
  [
    "the nested form refuses fields that it does not have",
    agg + "mode: patch\nagg_tp_candidates: [1]\nconfig: {worker_config: {tp_lst: [1]}, nextm: 1}\n",
    [
      "5:1: not in the nested form: agg_tp_candidates; write config.worker_config.tp_list",
      "6:26: unknown key: config.worker_config.tp_lst; have system_name, backend_name, backend_version, gemm_quant_mode, moe_quant_mode, kvcache_quant_mode, fmha_quant_mode, comm_quant_mode, num_gpu_per_worker, tp_list, pp_list, dp_list, moe_tp_list, moe_ep_list, cp_list; did you mean tp_list?",
      "6:40: unknown key: config.nextm; have nextn, nextn_accept_rates, moe_backend, attention_backend, wideep_num_slots, worker_config, prefill_worker_config, decode_worker_config, replica_config, advanced_tuning_config; did you mean nextn?"
    ]
  ],
  [
    "the nested form refuses blocks of the other mode",
    agg + "config: {replica_config: {max_prefill_worker: 3}}\n",
    ["4:10: no effect: config.replica_config; replica_config is of serving_mode disagg"]
  ],
  [
    "nested disagg refuses worker_config",
    "serving_mode: disagg\nmodel_path: Qwen/Qwen3-32B-FP8\nsystem_name: h200_sxm\ntotal_gpus: 8\nconfig:\n  worker_config:\n    tp_list: [1]\n",
    ["6:3: no effect: config.worker_config; disagg has prefill_worker_config and decode_worker_config"]
  ],
  [
    "the nested form has no serving_mode auto",
    both + "config: {worker_config: {tp_list: [1]}}\n",
    ["5:10: no effect: config.worker_config; serving_mode auto has the flat form only"]
  ],
  [
    "config must be a mapping",
    agg + "config: 3\n",
    [
      "4:1: invalid config: no mapping; must hold nextn, nextn_accept_rates, moe_backend, attention_backend, wideep_num_slots, worker_config, prefill_worker_config, decode_worker_config, replica_config, advanced_tuning_config"
    ]
  ]
];

const withoutEffect: readonly Case[] = [
  [
    "engine_step_backend has no effect here",
    agg + "engine_step_backend: rust\n",
    ["4:1: no effect: engine_step_backend; there is one engine here, drop it"]
  ],
  [
    "forward_model has no effect here",
    agg + "forward_model: fpm\n",
    ["4:1: no effect: forward_model; operators are timed one by one here, drop it"]
  ],
  [
    "keys of attention and FFN apart have no effect here",
    agg + "afd_max_a_batch_size: 3\n",
    ["4:1: no effect: afd_max_a_batch_size; attention and FFN are not served apart here, drop it"]
  ],
  [
    "chunked prefill of prefill workers has no effect here",
    disagg + "prefill_enable_chunked_prefill: true\n",
    ["7:1: no effect: prefill_enable_chunked_prefill; prefill workers take whole prompts, drop it"]
  ],
  [
    "decode keys have no effect in agg",
    agg + "decode_tp_candidates: [1]\n",
    [
      "4:1: no effect: decode_tp_candidates; serving_mode agg has no prefill and decode workers, drop it or set serving_mode: disagg"
    ]
  ],
  [
    "worker keys of a role have no effect in agg",
    agg + "prefill_system_name: h200_sxm\n",
    ["4:1: no effect: prefill_system_name; serving_mode agg takes system_name"]
  ],
  [
    "keys of aggregated serving have no effect in disagg",
    disagg + "agg_tp_candidates: [1]\nmax_seq_len: 9000\n",
    [
      "7:1: no effect: agg_tp_candidates; it is of aggregated serving, drop it or set serving_mode: agg",
      "8:1: no effect: max_seq_len; it is of aggregated serving, drop it or set serving_mode: agg"
    ]
  ],
  [
    "prefill forms have no effect in auto",
    both + "prefill_gemm_quant_mode: fp8\n",
    [
      "5:1: no effect: prefill_gemm_quant_mode; serving_mode auto gives prefill and aggregated workers the same, write gemm_quant_mode"
    ]
  ],
  [
    "ttft and tpot have no effect beside request_latency",
    agg + "request_latency: 5000\nttft: 300\ntpot: 10\n",
    [
      "5:1: no effect: ttft; request_latency stands in its place, drop one, or write slo: {ttft: {threshold: …}}",
      "6:1: no effect: tpot; request_latency stands in its place, drop one, or write slo: {tpot: {threshold: …}}"
    ]
  ],
  [
    "a target is given once",
    agg + "ttft: 300\nslo: {ttft: {threshold: 200, hard_fail: true}}\n",
    ["4:1: ttft is given twice: itself and slo.ttft; drop one"]
  ],
  [
    "inclusive_tpot has no effect beside request_latency",
    agg + "request_latency: 5000\ninclusive_tpot: true\n",
    ["5:1: no effect: inclusive_tpot; request_latency stands in place of tpot, drop one"]
  ],
  [
    "inclusive_tpot has no effect beside a goal of TPOT",
    agg + "inclusive_tpot: true\nslo: {tpot: {threshold: 10}}\n",
    ["4:1: no effect: inclusive_tpot; it is about tpot, write slo.tpot_inclusive alone"]
  ],
  [
    "a weight has no effect on a hard goal",
    agg + "slo: {ttft: {threshold: 200, hard_fail: true, weight: 2}}\n",
    ["4:55: no effect: slo.ttft.weight; a hard goal drops plans, drop weight or hard_fail"]
  ],
  [
    "a goal of weight 0 has no effect",
    agg + "slo:\n  tpot: {threshold: 200, weight: 0}\n",
    ["5:34: no effect: slo.tpot; its weight is 0, drop the goal"]
  ],
  [
    "percentiles beside predictor formula, which has means alone",
    agg + "predictor: formula\nslo:\n  latency:\n    p99: {threshold: 9000, fail_ratio: 0.01}\n",
    [
      "7:10: no effect: slo.latency.p99; predictor formula has means alone, set predictor: simulation, or limit the mean"
    ]
  ],
  [
    "a fail_ratio where nothing is simulated",
    agg + "database_mode: sol\nslo: {ttft: {threshold: 300, fail_ratio: 0.05, hard_fail: true}}\n",
    [
      "5:13: no effect: slo.ttft; predictor formula has means alone, and database_mode sol is not simulated; limit the mean"
    ]
  ],
  [
    "the same share of requests under two names",
    agg + "slo: {request_latency: {p99: {threshold: 9000}}, latency: {p95: {threshold: 8000, fail_ratio: 0.01}}}\n",
    ["4:65: slo.latency.p95 is given twice: slo.request_latency.p99 is of the same requests; drop one"]
  ],
  [
    "a simulation of the speed of light",
    agg + "predictor: simulation\ndatabase_mode: sol\n",
    [
      "4:1: invalid predictor: simulation; its constants are fitted to kernels as they run, not to database_mode sol, set predictor: formula or drop one"
    ]
  ],
  [
    "penalty and steepness have no effect without soft goals",
    agg + "penalty: jump\nsteepness: 0.3\n",
    [
      "4:1: no effect: penalty; it shapes soft goals, of which there is none, drop it or add slo",
      "5:1: no effect: steepness; it shapes soft goals, of which there is none, drop it or add slo"
    ]
  ],
  [
    "soft goals have no effect on another objective than score",
    agg + "objective: latency\nslo: {tpot: {threshold: 10}}\n",
    [
      "4:1: no effect: soft goals of slo; the objective latency does not ask for the score, drop objective or set hard_fail: true"
    ]
  ],
  [
    "the objective score needs a soft goal",
    agg + "objective: score\n",
    ["4:1: missing soft goal: the objective score needs one; add slo or drop it"]
  ],
  [
    "max_total_gpus has no effect without a load",
    agg + "max_total_gpus: 8\n",
    ["4:1: no effect: max_total_gpus; there is no load, give target_request_rate or target_concurrency"]
  ],
  [
    "one load at a time",
    agg + "target_request_rate: 1\ntarget_concurrency: 8\n",
    ["5:1: ambiguous load: target_request_rate and target_concurrency; give one"]
  ],
  [
    "the objective gpus needs a load",
    agg + "objective: gpus\n",
    ["4:1: missing load: the objective gpus needs target_request_rate or target_concurrency"]
  ],
  [
    "the objective cost needs prices",
    agg + "objective: cost\n",
    ["4:1: missing gpu_hour_prices: the objective cost needs one per system; none is built in"]
  ],
  [
    "a cost goal needs prices",
    agg + "slo: {cost_per_hour: {threshold: 10}}\n",
    ["4:1: missing gpu_hour_prices: slo.cost_per_hour needs one per system; none is built in"]
  ],
  [
    "a price of a system that is not used has no effect",
    agg + "objective: cost\ngpu_hour_prices: {b200_sxm: 5}\n",
    [
      "5:1: missing gpu_hour_prices: h200_sxm has none; the objective cost needs it",
      "5:29: no effect: gpu_hour_prices.b200_sxm; the task uses h200_sxm"
    ]
  ],
  [
    "prefix is below isl",
    agg + "prefix: 4000\n",
    ["4:1: invalid prefix: 4000; must be below isl 4000, of which it is a part"]
  ],
  [
    "one side makes no image",
    agg + "image_height: 512\n",
    ["4:1: no effect: image_height; images need image_width too"]
  ],
  [
    "images have no effect on a text model",
    agg + "image_height: 512\nimage_width: 512\n",
    ["4:1: no effect: image_height; Qwen/Qwen3-32B-FP8 has no vision encoder that is modelled, drop the images"]
  ],
  [
    "a number of images has no effect without a size",
    agg + "num_images_per_request: 2\n",
    ["4:1: no effect: num_images_per_request; there are no images, give image_height and image_width"]
  ],
  [
    "accept rates have no effect with nextn 0",
    agg + "nextn: 0\nnextn_accept_rates: [0.9]\n",
    ["5:1: no effect: nextn_accept_rates; nextn is 0, drop one"]
  ],
  [
    "accept rates have no effect on a model that drafts nothing",
    agg + "nextn_accept_rates: [0.9]\n",
    ["4:1: no effect: nextn_accept_rates; Qwen/Qwen3-32B-FP8 drafts no tokens of itself, give nextn or drop it"]
  ],
  [
    "a model without draft layers refuses nextn",
    agg.replace("Qwen/Qwen3-32B-FP8", "nvidia/Llama-3_3-Nemotron-Super-49B-v1") + "nextn: 1\n",
    ["4:1: invalid nextn: 1; nvidia/Llama-3_3-Nemotron-Super-49B-v1 drafts no tokens, must be 0"]
  ],
  [
    "transfer rules have no effect on measured tables alone",
    agg + "transfer_policy: balanced\ntransfer_rule: utilisation\n",
    [
      "4:1: no effect: transfer_policy; only database_mode hybrid and empirical estimate what was not measured, set one",
      "5:1: no effect: transfer_rule; only database_mode hybrid and empirical estimate what was not measured, set one"
    ]
  ],
  [
    "how tables are read has no effect on speed of light",
    agg + "database_mode: SOL\ninterpolation: shared\nclamp: true\n",
    [
      "5:1: no effect: interpolation; database_mode sol looks nothing up, drop one",
      "6:1: no effect: clamp; database_mode sol looks nothing up, drop one"
    ]
  ],
  [
    "a key has no effect beside the list that replaces it",
    agg +
      "agg_max_batch_size: 8\nagg_batch_sizes: [4]\nctx_tokens: [4000]\nenable_chunked_prefill: true\nsampling: grid\npareto_sweep: false\n",
    [
      "4:1: no effect: agg_max_batch_size; agg_batch_sizes is given, drop one",
      "7:1: no effect: enable_chunked_prefill; ctx_tokens is given, drop one",
      "9:1: no effect: pareto_sweep; sampling is given, drop one"
    ]
  ],
  [
    "the same in disagg",
    disagg +
      "prefill_max_batch_size: 2\nprefill_batch_sizes: [1]\ndecode_max_batch_size: 2\ndecode_batch_sizes: [1]\nmax_prefill_workers: 2\nprefill_workers: [1]\nmax_decode_workers: 2\ndecode_workers: [1]\n",
    [
      "7:1: no effect: prefill_max_batch_size; prefill_batch_sizes is given, drop one",
      "9:1: no effect: decode_max_batch_size; decode_batch_sizes is given, drop one",
      "11:1: no effect: max_prefill_workers; prefill_workers is given, drop one",
      "13:1: no effect: max_decode_workers; decode_workers is given, drop one"
    ]
  ],
  [
    "what only trtllm reserves by has no effect elsewhere",
    agg + "backend_name: vllm\nmax_seq_len: 9000\nfree_gpu_memory_fraction: 0.9\n",
    [
      "5:1: no effect: max_seq_len; vllm reserves no KV cache by it, drop it or set backend_name: trtllm",
      "6:1: no effect: free_gpu_memory_fraction; vllm reserves no KV cache by it, drop it or set backend_name: trtllm"
    ]
  ],
  [
    "max_seq_len holds a request",
    agg + "max_seq_len: 100\n",
    ["4:1: invalid max_seq_len: 100; must hold isl + osl = 5000"]
  ],
  [
    "a version has no effect with backend auto",
    agg + "backend_name: auto\nbackend_version: 1.0\n",
    ["5:1: no effect: backend_version; a version is of one backend, drop it or name backend_name"]
  ],
  [
    "auto is for both roles or none",
    disagg + "prefill_backend_name: auto\ndecode_backend_name: vllm\n",
    ["8:1: ambiguous backend: auto and vllm; auto is for both roles or none"]
  ],
  [
    "a role's backend is not taken for granted beside another",
    disagg + "prefill_backend_name: vllm\n",
    ["1:1: missing decode_backend_name: not given; prefill_backend_name is vllm, say what the other is"]
  ],
  [
    "wide EP has no effect on vllm",
    experts + "backend_name: vllm\nenable_wideep: true\n",
    ["5:1: no effect: enable_wideep; vllm has none, drop it or set backend trtllm or sglang"]
  ],
  [
    "DeepEP has no effect on trtllm",
    experts + "moe_backend: deepep_moe\n",
    ["4:1: no effect: moe_backend; deepep_moe is of sglang, not trtllm"]
  ],
  [
    "EPLB has no effect on trtllm without wide EP",
    experts + "enable_eplb: true\n",
    ["4:1: no effect: enable_eplb; on trtllm it needs enable_wideep"]
  ],
  [
    "slots have no effect without wide EP and EPLB",
    experts + "wideep_num_slots: 300\n",
    ["4:1: no effect: wideep_num_slots; slots need backend trtllm, enable_wideep and enable_eplb"]
  ],
  [
    "attention_backend has no effect beside wide EP of sglang",
    experts + "attention_backend: flashinfer\n",
    ["4:1: no effect: attention_backend; it is of sglang with enable_wideep or moe_backend deepep_moe, drop it"]
  ],
  [
    "sizes beyond total_gpus leave no worker",
    agg + "agg_num_gpu_candidates: [32]\n",
    ["4:1: invalid agg_num_gpu_candidates: 32; none is within total_gpus 16"]
  ],
  [
    "keys of experts and latent attention have no effect on a dense model",
    agg +
      "backend_name: sglang\nenable_wideep: true\nattention_backend: flashinfer\nagg_moe_ep_candidates: [1, 2]\ncorrected_mla: true\n",
    [
      "5:1: no effect: enable_wideep; Qwen/Qwen3-32B-FP8 is dense, drop it",
      "6:1: no effect: attention_backend; Qwen/Qwen3-32B-FP8 has no latent attention, drop it",
      "7:1: no effect: agg_moe_ep_candidates; Qwen/Qwen3-32B-FP8 is dense, drop it",
      "8:1: no effect: corrected_mla; Qwen/Qwen3-32B-FP8 has no latent attention, drop it"
    ]
  ]
];

describe("a wrong key or value says where it stands, what was got and what it must be", () => {
  for (const [rule, yaml, faults, options] of values)
    test(rule, () => {
      expect(faultsOf(yaml, options)).toEqual(faults.map((fault) => `t.yaml:${fault}`));
    });
});

describe("what the reference refuses is refused", () => {
  for (const [rule, yaml, faults, options] of refusals)
    test(rule, () => {
      expect(faultsOf(yaml, options)).toEqual(faults.map((fault) => `t.yaml:${fault}`));
    });
});

describe("a key that would have no effect is refused", () => {
  for (const [rule, yaml, faults, options] of withoutEffect)
    test(rule, () => {
      expect(faultsOf(yaml, options)).toEqual(faults.map((fault) => `t.yaml:${fault}`));
    });
});
