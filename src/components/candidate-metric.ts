/** Figures that candidates are drawn, filtered and sorted by. */
import type {CandidateFigures} from "../engine/search/columns.js";
import type {GoalMetric} from "../engine/search/goals.js";

export const metricNames = ["gpu", "user", "ttft", "tpot", "latency"] as const;
export type MetricName = (typeof metricNames)[number];

interface Metric {
  column: keyof Omit<CandidateFigures, "missed" | "missedBy">;
  /** Short, for switches and fields. */
  label: string;
  unit: string;
  /** On an axis, with its unit. */
  axis: string;
  isLatency: boolean;
}

export const metrics: Record<MetricName, Metric> = {
  gpu: {
    column: "tokensPerSecPerGpuCluster",
    label: "throughput",
    unit: "tokens/s/GPU",
    axis: "throughput (tokens/s/GPU)",
    isLatency: false
  },
  user: {
    column: "tokensPerSecPerUser",
    label: "speed per user",
    unit: "tokens/s",
    axis: "speed per user (tokens/s)",
    isLatency: false
  },
  ttft: {column: "ttftMs", label: "TTFT", unit: "ms", axis: "time to first token (ms)", isLatency: true},
  tpot: {column: "tpotMs", label: "TPOT", unit: "ms", axis: "time per output token (ms)", isLatency: true},
  latency: {
    column: "requestLatencyMs",
    label: "request latency",
    unit: "ms",
    axis: "request latency (ms)",
    isLatency: true
  }
};

export function metricValues(figures: CandidateFigures, name: MetricName): Float64Array {
  return figures[metrics[name].column];
}

/** The limit that an axis shows, and where on it: a TPOT is a speed per user too. */
export const limitOf: Record<MetricName, GoalMetric | undefined> = {
  gpu: undefined,
  user: "tpotMs",
  ttft: "ttftMs",
  tpot: "tpotMs",
  latency: "requestLatencyMs"
};
