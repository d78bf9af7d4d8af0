/**
 * Flags of trtllm-serve that we emit; most settings are in the YAML (`trtllm-config.ts`). Only release 1.3 was read:
 * for earlier ones no more is emitted than every release has had.
 */
import type {FlagTable} from "./table.js";

export const trtllmServeFlags: FlagTable = {
  "--backend": {kind: "text", values: {pytorch: []}},
  "--host": {kind: "text"},
  "--port": {kind: "int"},
  "--extra_llm_api_options": {kind: "text"},
  "--config": {kind: "text", from: "1.3.0rc20"},
  "--served_model_name": {kind: "text", from: "1.3.0rc20"},
  "--trust_remote_code": {kind: "switch"},
  "--gpus_per_node": {kind: "int"}
};
