/** vLLM's flags that we emit. First release of the table: 0.10.2. */
import type {FlagTable} from "./table.js";

export const vllmFlags: FlagTable = {
  "--model": {kind: "text"},
  "--served-model-name": {kind: "text"},
  "--host": {kind: "text"},
  "--port": {kind: "int"},
  "--trust-remote-code": {kind: "switch", negatable: true},

  "--tensor-parallel-size": {kind: "int"},
  "--pipeline-parallel-size": {kind: "int"},
  "--data-parallel-size": {kind: "int"},
  "--enable-expert-parallel": {kind: "switch", negatable: true},

  "--data-parallel-size-local": {kind: "int"},
  "--data-parallel-start-rank": {kind: "int"},
  "--data-parallel-address": {kind: "text"},
  "--data-parallel-rpc-port": {kind: "int"},
  "--data-parallel-hybrid-lb": {kind: "switch", negatable: true},
  "--headless": {kind: "switch"},
  "--nnodes": {kind: "int", from: "0.12.0"},
  "--node-rank": {kind: "int", from: "0.12.0"},
  "--master-addr": {kind: "text", from: "0.12.0"},
  "--master-port": {kind: "int", from: "0.12.0"},
  "--distributed-executor-backend": {kind: "text", values: {ray: [], mp: []}},

  "--max-model-len": {kind: "int"},
  "--max-num-seqs": {kind: "int"},
  "--max-num-batched-tokens": {kind: "int"},
  "--gpu-memory-utilization": {kind: "number"},
  "--block-size": {
    kind: "int",
    values: {1: [], 8: [], 16: [], 32: [], 64: [], 128: [], 256: ["0.12.0"]},
    open: "0.19.0"
  },
  "--kv-cache-dtype": {
    kind: "text",
    values: {
      auto: [],
      float16: ["0.19.0"],
      bfloat16: ["0.12.0"],
      fp8: [],
      fp8_e4m3: [],
      fp8_e5m2: [],
      fp8_ds_mla: ["0.12.0"],
      nvfp4: ["0.20.1"]
    }
  },
  "--quantization": {
    kind: "text",
    values: {fp8: [], modelopt: [], modelopt_fp4: [], mxfp4: [], bitsandbytes: []}
  },

  "--enable-prefix-caching": {kind: "switch", negatable: true},
  "--enable-chunked-prefill": {kind: "switch", negatable: true},
  "--enforce-eager": {kind: "switch", negatable: true},
  "--cuda-graph-sizes": {kind: "list", until: "0.14.1", deprecated: "0.12.0"},
  "--cudagraph-capture-sizes": {kind: "list", from: "0.12.0"},
  "--speculative-config": {kind: "json"},

  "--kv-transfer-config": {kind: "json"},
  "--kv-events-config": {kind: "json"},

  "--enable-eplb": {kind: "switch", negatable: true},
  "--all2all-backend": {
    kind: "text",
    from: "0.12.0",
    values: {
      allgather_reducescatter: [],
      deepep_high_throughput: [],
      deepep_low_latency: [],
      nixl_ep: ["0.19.0"],
      flashinfer_all2allv: [],
      flashinfer_nvlink_one_sided: ["0.19.0"],
      flashinfer_nvlink_two_sided: ["0.19.0"]
    }
  },
  "--moe-backend": {
    kind: "text",
    from: "0.19.0",
    values: {
      auto: [],
      triton: [],
      deep_gemm: [],
      deep_gemm_mega_moe: ["0.22.0dev"],
      cutlass: [],
      flashinfer_trtllm: [],
      flashinfer_cutlass: [],
      flashinfer_cutedsl: [],
      marlin: []
    }
  }
};
