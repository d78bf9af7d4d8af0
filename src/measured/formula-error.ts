/** Written by `npm run accuracy:formula`: do not edit. */
import type {ErrorBand, Plan} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";

export interface FormulaError {
  backend: Backend;
  mode: Plan["mode"];
  /** Measured deployments, none of which anything was fitted to. */
  rows: number;
  /** |predicted ∕ measured − 1|: half and nine tenths of them within, as shares. */
  ttft: ErrorBand;
  tpot: ErrorBand;
}

export const formulaErrors: readonly FormulaError[] = [
  {backend: "sglang", mode: "agg", rows: 284, ttft: {p50: 0.647, p90: 0.907}, tpot: {p50: 0.248, p90: 0.586}},
  {backend: "sglang", mode: "disagg", rows: 281, ttft: {p50: 0.745, p90: 0.976}, tpot: {p50: 0.495, p90: 2.69}},
  {backend: "trtllm", mode: "agg", rows: 752, ttft: {p50: 0.484, p90: 0.837}, tpot: {p50: 0.173, p90: 0.993}},
  {backend: "trtllm", mode: "disagg", rows: 596, ttft: {p50: 0.768, p90: 0.974}, tpot: {p50: 0.729, p90: 2.26}},
  {backend: "vllm", mode: "agg", rows: 648, ttft: {p50: 0.365, p90: 0.802}, tpot: {p50: 0.138, p90: 0.501}}
];
