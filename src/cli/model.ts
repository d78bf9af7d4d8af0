/** `kneepoint model`: what was read of a model, what was assumed, and what that makes it compute and hold. */
import {modelCard} from "../engine/index.js";
import {backends} from "../engine/schema.js";
import type {Flags, Values} from "./args.js";
import {command, print, toJson} from "./command.js";
import {findSystem, openData, openModelReading} from "./data.js";
import {parallelOf} from "../perf/parallel.js";
import {inkFor} from "./ink.js";
import {cardText} from "./model-report.js";
import {quantOf, required, workloadFlags, type WorkloadValues} from "./problem.js";
import {summaries} from "./verbs.js";

const size = (help: string) => ({type: "integer", unit: "N", min: 1, help}) as const;
const {model, json, system} = workloadFlags;

const flags = {
  model,
  backend: {type: "string", choices: backends, default: "trtllm", help: "serving framework"},
  phase: {type: "string", choices: ["prefill", "decode", "both"], default: "both", help: "whose operators to list"},
  tp: size("tensor parallel"),
  pp: size("pipeline parallel"),
  dp: size("attention data parallel"),
  "moe-tp": size("experts' tensor parallel"),
  "moe-ep": size("expert parallel (default: what tp · dp · cp leaves)"),
  cp: size("context parallel, prefill only"),
  system: {...system, help: "GPU system, where types depend on it"},
  "gemm-quant": workloadFlags["gemm-quant"],
  "moe-quant": workloadFlags["moe-quant"],
  "kvcache-quant": workloadFlags["kvcache-quant"],
  "fmha-quant": workloadFlags["fmha-quant"],
  json
} as const satisfies Flags;

const notes = `Shapes, weights and KV cache are those of one GPU; m is the tokens of a step, b its sequences. A size that is not given
is 1. --model takes an id, a config.json, or a folder with one; an hf_quant_config.json beside it is read too.`;

const examples = [
  {line: "model deepseek-ai/DeepSeek-V3 --tp 8", what: "what one of eight GPUs computes and holds"},
  {line: "model Qwen/Qwen3-32B-FP8 --json", what: "the same as JSON"}
];

export const run = command(
  {
    name: "model",
    summary: summaries.model,
    positional: "[ID|PATH]",
    completePositional: "file",
    flags,
    notes,
    examples
  },
  async ({values, positional}) => {
    const {model, reads, files} = openModelReading(required(values.model ?? positional, "model"));
    const card = modelCard(model, {
      backend: values.backend,
      parallel: parallelOf(sizesOf(values), model.experts > 0),
      quant: quantOf(values as unknown as WorkloadValues),
      system: values.system === undefined ? undefined : findSystem(openData(), values.system)
    });
    if (values.json) print(toJson({...card, reads, files}));
    else print(cardText({card, reads, files, phase: values.phase}, inkFor(process.stdout)));
    return 0;
  }
);

function sizesOf({tp, pp, dp, cp, "moe-tp": moeTp, "moe-ep": moeEp}: Values<typeof flags>) {
  return {tp, pp, dp, cp, moeTp, moeEp};
}
