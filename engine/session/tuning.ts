import {InputError} from "../errors.js";

/** Constants of the disaggregated model that a deployment may know better. Source: method.md §11. */
export interface Tuning {
  /** How much slower a phase runs than alone. */
  prefillLatencyScale: number;
  decodeLatencyScale: number;
  /** What is left of each pool's rate when both are kept busy. */
  prefillRateShare: number;
  decodeRateShare: number;
  /** How much longer a prompt takes when it queues. */
  ttftScale: number;
}

export const defaultTuning: Tuning = {
  prefillLatencyScale: 1.1,
  decodeLatencyScale: 1.08,
  prefillRateShare: 0.9,
  decodeRateShare: 0.92,
  ttftScale: 1.8
};

/** The defaults with what is given in their place. Throws InputError for a factor that cannot be. */
export function tuningOf(given: Partial<Tuning> = {}): Tuning {
  const tuning = {...defaultTuning, ...withoutUndefined(given)};
  for (const [name, value] of Object.entries(tuning)) {
    if (!(name in defaultTuning))
      throw new InputError(`unknown tuning: ${name}; have ${Object.keys(defaultTuning).join(", ")}`);
    const most = name.endsWith("Share") ? 1 : Infinity;
    if (!(value > 0 && value <= most && Number.isFinite(value)))
      throw new InputError(`invalid ${name}: ${value}; must be above 0${most === 1 ? " and at most 1" : ""}`);
  }
  return tuning;
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
