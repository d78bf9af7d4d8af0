/** How long prompts and answers are. */
import {InputError} from "../errors.js";
import {exponential, logarithm} from "./random.js";
import type {Random} from "./random.js";
import type {Lengths} from "./types.js";

/** Draws whole numbers of tokens ≥ 1. Throws InputError for lengths that make no sense. */
export function drawLengths(lengths: Lengths, random: Random, count: number): Int32Array {
  const draw = drawer(lengths, random);
  const drawn = new Int32Array(count);
  for (let i = 0; i < count; ++i) drawn[i] = draw();
  return drawn;
}

function drawer(lengths: Lengths, random: Random): () => number {
  switch (lengths.kind) {
    case "fixed": {
      const tokens = atLeastOne("tokens", lengths.tokens);
      return () => tokens;
    }
    case "uniform-ratio": {
      const tokens = atLeastOne("tokens", lengths.tokens);
      const {ratio} = lengths;
      if (!(ratio >= 0 && ratio <= 1)) throw new InputError(`invalid length ratio: ${ratio}; must be from 0 to 1`);
      const from = Math.max(1, Math.floor(ratio * tokens));
      return () => random.integer(from, tokens);
    }
    case "log-normal": {
      const {mean, coefficientOfVariation: cv, min = 1, max = Infinity} = lengths;
      positive("mean length", mean);
      if (!(cv >= 0)) throw new InputError(`invalid coefficientOfVariation: ${cv}; must be ≥ 0`);
      if (!(min <= max)) throw new InputError(`invalid lengths: min ${min} exceeds max ${max}`);
      const variance = logarithm(1 + cv * cv);
      const [shift, deviation] = [logarithm(mean) - variance / 2, Math.sqrt(variance)];
      return () => {
        const tokens = Math.round(exponential(shift + deviation * random.normal()));
        return Math.max(1, min, Math.min(max, tokens));
      };
    }
    case "histogram": {
      const bins = lengths.bins.filter(({weight}) => weight > 0);
      for (const {from, to, weight} of lengths.bins)
        if (!(from >= 1 && to >= from && weight >= 0 && Number.isInteger(from) && Number.isInteger(to)))
          throw new InputError(
            `invalid bin: ${from}–${to}, weight ${weight}; must be whole, 1 ≤ from ≤ to, weight ≥ 0`
          );
      const total = bins.reduce((sum, {weight}) => sum + weight, 0);
      if (!(total > 0)) throw new InputError("invalid histogram: no weight; give a bin with weight > 0");
      return () => {
        let left = random.uniform() * total;
        let at = 0;
        while (at < bins.length - 1 && left >= bins[at].weight) left -= bins[at++].weight;
        return random.integer(bins[at].from, bins[at].to);
      };
    }
  }
}

/** Expected tokens; of a log-normal before `min` and `max` cut it. */
export function meanLength(lengths: Lengths): number {
  switch (lengths.kind) {
    case "fixed":
      return lengths.tokens;
    case "uniform-ratio":
      return (Math.max(1, Math.floor(lengths.ratio * lengths.tokens)) + lengths.tokens) / 2;
    case "log-normal":
      return lengths.mean;
    case "histogram": {
      const total = lengths.bins.reduce((sum, {weight}) => sum + weight, 0);
      return lengths.bins.reduce((sum, {from, to, weight}) => sum + (weight * (from + to)) / 2, 0) / total;
    }
  }
}

function atLeastOne(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new InputError(`invalid ${name}: ${value}; must be a whole number ≥ 1`);
  return value;
}

function positive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new InputError(`invalid ${name}: ${value}; must be > 0`);
}
