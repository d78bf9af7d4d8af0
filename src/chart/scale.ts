/** Axes of a picture: values to pixels and the ticks between, linear or logarithmic. */

export interface Scale {
  (value: number): number;
  /** Ends of the axis. */
  readonly domain: readonly [from: number, to: number];
  /** Values to label, about as many as asked for. */
  ticks(count: number): number[];
}

type Ends = readonly [from: number, to: number];

/** From 0 or another round number to one beyond `to`. */
export function linearScale([from, to]: Ends, [start, end]: Ends): Scale {
  const step = tickStep(to - from, 10);
  const domain = [Math.floor(from / step) * step, Math.ceil(to / step - 1e-9) * step] as const;
  const scale = (value: number) => start + ((value - domain[0]) / (domain[1] - domain[0])) * (end - start);
  return Object.assign(scale, {domain, ticks: (count: number) => linearTicks(domain, count)});
}

/** Over whole decades below, and to a round number above. Both ends must be above 0. */
export function logScale([from, to]: Ends, [start, end]: Ends): Scale {
  const low = 10 ** Math.floor(Math.log10(from) + 1e-9);
  const step = 10 ** Math.floor(Math.log10(to));
  const domain = [low, Math.ceil(to / step - 1e-9) * step] as const;
  const span = Math.log(domain[1] / domain[0]);
  const scale = (value: number) => start + (Math.log(Math.max(value, low) / low) / span) * (end - start);
  return Object.assign(scale, {domain, ticks: (count: number) => logTicks(domain, count)});
}

function linearTicks([from, to]: Ends, count: number): number[] {
  const step = tickStep(to - from, count);
  const first = Math.ceil(from / step - 1e-9);
  const length = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({length}, (_, i) => rounded((first + i) * step));
}

/** The finest, from every step to decades alone, that does not give more than asked for. */
function logTicks([from, to]: Ends, count: number): number[] {
  const decades = Array.from(
    {length: Math.floor(Math.log10(to) + 1e-9) - Math.round(Math.log10(from)) + 1},
    (_, i) => 10 ** (Math.round(Math.log10(from)) + i)
  );
  const choices = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]].map((factors) =>
    decades.flatMap((decade) => factors.map((factor) => rounded(factor * decade)).filter((tick) => tick <= to))
  );
  return choices.find((ticks) => ticks.length <= count) ?? choices.at(-1)!;
}

/** 1, 2 or 5 times a power of ten. */
function tickStep(span: number, count: number): number {
  const rough = (span || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough * 0.85)!;
  return factor * power;
}

/** Without what adding binary fractions leaves over. */
const rounded = (value: number) => Number(value.toPrecision(12));
