/** SGLang's flags that we emit. First release of the table: 0.5.1. */
import type {FlagTable} from "./table.js";

export const sglangFlags: FlagTable = {
  "--model-path": {kind: "text"},
  "--served-model-name": {kind: "text"},
  "--host": {kind: "text"},
  "--port": {kind: "int"},
  "--trust-remote-code": {kind: "switch"},

  "--tensor-parallel-size": {kind: "int"},
  "--pipeline-parallel-size": {kind: "int"},
  "--data-parallel-size": {kind: "int"},
  "--expert-parallel-size": {kind: "int"},
  "--enable-dp-attention": {kind: "switch"},

  "--nnodes": {kind: "int"},
  "--node-rank": {kind: "int"},
  "--dist-init-addr": {kind: "text"},

  "--context-length": {kind: "int"},
  "--max-running-requests": {kind: "int"},
  "--max-prefill-tokens": {kind: "int"},
  "--chunked-prefill-size": {kind: "int"},
  "--mem-fraction-static": {kind: "number"},
  "--page-size": {kind: "int"},
  "--kv-cache-dtype": {
    kind: "text",
    values: {
      auto: [],
      fp8_e4m3: [],
      fp8_e5m2: [],
      bfloat16: ["0.5.4.post3"],
      bf16: ["0.5.4.post3"],
      fp4_e2m1: ["0.5.4.post3"],
      nvfp4: ["0.5.16dev"],
      mxfp8: ["0.5.16dev"]
    }
  },
  "--quantization": {
    kind: "text",
    values: {fp8: [], modelopt: [], modelopt_fp4: [], modelopt_fp8: ["0.5.4.post3"], mxfp4: [], w4afp8: []}
  },

  "--disable-radix-cache": {kind: "switch"},
  "--enable-mixed-chunk": {kind: "switch"},
  "--disable-overlap-schedule": {kind: "switch"},
  "--cuda-graph-bs": {kind: "list", deprecated: "0.5.16dev"},
  "--cuda-graph-bs-decode": {kind: "list", from: "0.5.16dev"},
  "--attention-backend": {
    kind: "text",
    values: {
      triton: [],
      fa3: [],
      fa4: ["0.5.3.post2"],
      flashinfer: [],
      flashmla: [],
      cutlass_mla: [],
      trtllm_mla: [],
      trtllm_mha: []
    }
  },

  "--speculative-algorithm": {kind: "text", values: {NEXTN: [], EAGLE: [], EAGLE3: []}, open: "0.5.16dev"},
  "--speculative-num-steps": {kind: "int"},
  "--speculative-eagle-topk": {kind: "int"},
  "--speculative-num-draft-tokens": {kind: "int"},

  "--disaggregation-mode": {kind: "text", values: {prefill: [], decode: []}},
  "--disaggregation-transfer-backend": {kind: "text", values: {nixl: [], mooncake: [], mori: ["0.5.9"]}},
  "--disaggregation-bootstrap-port": {kind: "int"},

  "--moe-runner-backend": {
    kind: "text",
    values: {
      auto: [],
      triton: [],
      triton_kernel: [],
      deep_gemm: ["0.5.3.post2"],
      cutlass: ["0.5.3.post2"],
      flashinfer_trtllm: [],
      flashinfer_trtllm_routed: ["0.5.10"],
      flashinfer_cutlass: [],
      flashinfer_mxfp4: [],
      flashinfer_cutedsl: ["0.5.3.post2"],
      marlin: ["0.5.11"]
    }
  },
  "--moe-a2a-backend": {
    kind: "text",
    values: {
      none: [],
      deepep: [],
      mooncake: ["0.5.3.post2"],
      nixl: ["0.5.10"],
      flashinfer: ["0.5.9"],
      megamoe: ["0.5.16dev"]
    }
  },
  "--deepep-mode": {kind: "text", values: {auto: [], normal: [], low_latency: []}},
  "--enable-eplb": {kind: "switch"},

  "--enable-metrics": {kind: "switch"},
  "--kv-events-config": {kind: "json"}
};
