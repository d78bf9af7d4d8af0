/**
 * Flags of Dynamo's own that we emit, by Dynamo release. Workers for vLLM and SGLang take the engine's flags as well;
 * those for TensorRT-LLM take only these. First release of the table: 0.6.0.
 */
import type {FlagTable} from "./table.js";

export const dynamoVllmFlags: FlagTable = {
  "--disaggregation-mode": {kind: "text", from: "1.0.0", values: {prefill: [], decode: []}},
  "--is-prefill-worker": {kind: "switch", until: "1.4.0", deprecated: "1.0.0", negatable: true},
  "--is-decode-worker": {kind: "switch", until: "1.4.0", deprecated: "1.0.0", negatable: true},
  "--connector": {kind: "text", until: "1.0.0", values: {none: []}}
};

export const dynamoSglangFlags: FlagTable = {};

export const dynamoTrtllmFlags: FlagTable = {
  "--model-path": {kind: "text"},
  "--served-model-name": {kind: "text"},
  "--extra-engine-args": {kind: "text"},
  "--disaggregation-mode": {kind: "text", values: {prefill: [], decode: []}},
  "--publish-kv-events": {kind: "switch", from: "1.0.0", negatable: true},
  "--publish-events-and-metrics": {kind: "switch"},
  "--max-batch-size": {kind: "int"},
  "--max-num-tokens": {kind: "int"},
  "--max-seq-len": {kind: "int"}
};

export const dynamoFrontendFlags: FlagTable = {
  "--http-port": {kind: "int"},
  "--router-mode": {kind: "text", values: {"round-robin": [], kv: []}}
};
