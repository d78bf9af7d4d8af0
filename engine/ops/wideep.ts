import {dtypeClass} from "../coefficients.js";
import {moeQuants} from "../quant.js";
import {moeRoofline} from "../roofline.js";
import type {MoeShape} from "../roofline.js";
import {missing} from "../trace.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";
import type {MoeQuant} from "../quant.js";

/** What DeepEP tables are keyed by. Node counts are GPUs over GPUs per node and must have been collected (quirk 22). */
export interface DeepEpShape {
  nodes: number;
  hidden: number;
  topK: number;
  experts: number;
}

const tokensAsRoofline = (tokens: number) => tokens;

/** latency(tokens) of DeepEP's dispatch and combine in prefill, with `sms` multiprocessors given to communication. */
export function deepEpNormalLatency({perf}: Platform, shape: DeepEpShape, sms: number): Latency {
  const {nodes, hidden, topK, experts} = shape;
  const grid = perf.grid("deepep_normal", [], [nodes, hidden, topK, experts]);
  if (!grid) return () => missing(perf.missingMessage("deepep_normal", []));
  return (tokens) => grid.lookup(sms, tokens, 0, 0, (_, tokens) => tokens);
}

/** latency(tokens) of DeepEP's low-latency dispatch and combine in decode. */
export function deepEpLowLatency({perf}: Platform, {nodes, hidden, topK, experts}: DeepEpShape): Latency {
  const grid = perf.grid("deepep_low_latency", [], [nodes, hidden, topK, experts]);
  if (!grid) return () => missing(perf.missingMessage("deepep_low_latency", []));
  return (tokens) => grid.lookup(tokens, 0, 0, 0, tokensAsRoofline);
}

/** latency(tokens of all ranks) of TensorRT-LLM's wide-EP experts. Source: method.md §6.6. */
export function wideEpMoeLatency(
  platform: Platform,
  shape: MoeShape & {slots: number; quant: MoeQuant; distribution: string}
): Latency {
  const {perf, system} = platform;
  const {topK, experts, hidden, inter, moeTp, moeEp, slots, quant} = shape;
  const parts = perf.entriesOf("wideep_moe").map(({part}) => part);
  const wanted = system.smVersion >= 100 && quant === "fp8_block" ? "deepgemm" : "moe_torch_flow";
  const kernels = parts.map(([kernel]) => kernel);
  const kernel = kernels.includes(wanted) ? wanted : (kernels[0] ?? wanted);
  const distributions = parts.filter(([k, q]) => k === kernel && q === quant).map(([, , name]) => name);
  const distribution = distributions.includes(shape.distribution) ? shape.distribution : distributions[0];
  return tableLatency(platform, {
    kind: "moe",
    dtype: dtypeClass(moeQuants[quant]),
    table: "wideep_moe",
    part: [kernel, quant, distribution ?? shape.distribution],
    key: [topK, experts, hidden, inter, moeTp, moeEp, slots],
    roofline: (tokens) => moeRoofline(system, tokens, shape, moeQuants[quant])
  });
}
