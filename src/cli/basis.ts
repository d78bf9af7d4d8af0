/** What predicted figures rest on, and how far off they may be: of simulations, and of formulas. */
import type {ErrorBand, Plan, PlanError, SimulatedFigures} from "../engine/result.js";
import type {Predictor} from "../engine/search/predictor.js";
import {calibrationWords, errorWords, planErrorWords, servingWords} from "../words.js";
import type {Column} from "./tables.js";

/** As JSON has it, beside the plans that carry their own. */
export interface Basis {
  predictor: Predictor;
  /** How far off figures are at most, of the plans that are shown. */
  band: PlanError | null;
  /** What constants of simulations are fitted to. */
  calibration?: SimulatedFigures["calibration"][];
}

export function basisOf(plans: readonly Plan[], predictor: Predictor): Basis {
  const band = widestError(plans);
  return predictor === "formula" ? {predictor, band} : {predictor, band, calibration: calibrationsOf(plans)};
}

/** Of each figure the plan that is least sure of it. */
export function widestError(plans: readonly Plan[]): PlanError | null {
  const errors = plans.flatMap(({error}) => error ?? []);
  if (errors.length === 0) return null;
  const wider = (a: ErrorBand, b: ErrorBand) => (b.p90 > a.p90 ? b : a);
  return errors.reduce((a, b) => ({
    ttft: wider(a.ttft, b.ttft),
    tpot: wider(a.tpot, b.tpot),
    tokensPerSec: wider(a.tokensPerSec, b.tokensPerSec)
  }));
}

function calibrationsOf(plans: readonly Plan[]): SimulatedFigures["calibration"][] {
  const all = plans.flatMap(({simulated}) => simulated?.calibration ?? []);
  return [...new Map(all.map((each) => [each.name, each])).values()];
}

/** How far off the plans' figures are, and of simulated ones what their constants are fitted to; a line each. */
export function basisLines(plans: readonly Plan[]): string[] {
  const error = widestError(plans);
  const isSimulated = plans.some(({simulated}) => simulated);
  const own = calibrationsOf(plans);
  return [
    ...(error ? [`Errors, at most: ${planErrorWords(error, isSimulated ? "simulation" : "formula")}`] : []),
    ...(own.length > 0 ? [`Simulated: ${own.map(calibrationLine).join("; ")}`] : []),
    ...servingLines(plans)
  ];
}

/** How pools run experts where nobody said, and how to say it. */
function servingLines(plans: readonly Plan[]): string[] {
  const roles = new Map<string, Set<string>>();
  for (const {prefill, decode} of plans)
    for (const [role, point] of Object.entries({prefill, decode})) {
      if (!point?.serving) continue;
      const words = servingWords(point.serving);
      roles.set(words, (roles.get(words) ?? new Set()).add(role));
    }
  const found = [...roles].map(([words, of]) => `${words}, on ${[...of].join(" and ")} workers with attention DP`);
  return found.length > 0
    ? [`Experts: ${found.join("; ")}; simulated and launched so unless enable_eplb is false`]
    : [];
}

/** `calibrated here (vllm dense · LLAMA 64x5120 on h200_sxm, fp8, 38 measurements)`. */
export function calibrationLine({kind, name, rows}: SimulatedFigures["calibration"]): string {
  const what = kind === "none" ? "" : ` (${name}, ${rows} ${rows === 1 ? "measurement" : "measurements"})`;
  return `${calibrationWords[kind]}${what}`;
}

/** Latencies of plans, with how far off they may be and the slowest of a hundred requests where they were simulated. */
export function latencyColumns<Row>(plans: readonly Plan[], of: (row: Row) => Plan | undefined): Column<Row>[] {
  const figure = (title: string, digits: number, value: (plan: Plan) => number | undefined): Column<Row> => ({
    title,
    digits,
    value: (row) => {
      const plan = of(row);
      return plan && value(plan);
    }
  });
  const within = (band: (error: PlanError) => ErrorBand): Column<Row> => ({
    title: "within",
    align: "right",
    value: (row) => {
      const error = of(row)?.error;
      return error && errorWords(band(error));
    }
  });
  const isSimulated = plans.some(({simulated}) => simulated);
  const beside = (latency: "ttft" | "tpot", digits: number) =>
    isSimulated
      ? [within((error) => error[latency]), figure(`P99`, digits, ({simulated}) => simulated?.[latency].p99)]
      : [];
  return [
    figure("TTFT ms", 1, (plan) => plan.ttftMs),
    ...beside("ttft", 1),
    figure("TPOT ms", 2, (plan) => plan.tpotMs),
    ...beside("tpot", 2)
  ];
}
