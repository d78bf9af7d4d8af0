/** Fronts of several searches beside each other: one scalar per front that can be subtracted and divided. */

/** One way to serve: how fast each user is served, and how many tokens a GPU yields then. */
export interface FrontPoint {
  tokensPerSecPerUser: number;
  /** Over all GPUs of the cluster. */
  tokensPerSecPerGpu: number;
}

/**
 * The points that no other equals or betters in both figures, slowest user first, so that throughput falls along them.
 * Points with a figure that is not finite are dropped; of equal points the first stays.
 */
export function speedFront<P extends FrontPoint>(points: readonly P[]): P[] {
  const finite = points.filter(
    ({tokensPerSecPerUser, tokensPerSecPerGpu}) =>
      Number.isFinite(tokensPerSecPerUser) && Number.isFinite(tokensPerSecPerGpu)
  );
  const fastestFirst = finite.sort(
    (a, b) => b.tokensPerSecPerUser - a.tokensPerSecPerUser || b.tokensPerSecPerGpu - a.tokensPerSecPerGpu
  );
  let most = -Infinity;
  return fastestFirst.filter((point) => point.tokensPerSecPerGpu > most && (most = point.tokensPerSecPerGpu)).reverse();
}

/**
 * The point of a front that serves every user at least this fast with the most tokens/s/GPU; undefined where none does.
 * Between two points there is none: a front is a staircase, not a line.
 */
export function pointAt<P extends FrontPoint>(front: readonly P[], tokensPerSecPerUser: number): P | undefined {
  return front.find((point) => point.tokensPerSecPerUser >= tokensPerSecPerUser);
}

/** Tokens/s/GPU of that point; 0 where no point is that fast. */
export function throughputAt(front: readonly FrontPoint[], tokensPerSecPerUser: number): number {
  return pointAt(front, tokensPerSecPerUser)?.tokensPerSecPerGpu ?? 0;
}

/**
 * Area under a front up to a speed, divided by that speed: the tokens/s/GPU of a GPU that spends its time evenly over
 * all speeds from 0 to `upTo` tokens/s/user, and yields nothing at those that the front does not reach.
 */
export function meanThroughput(front: readonly FrontPoint[], upTo: number): number {
  if (!(upTo > 0)) return 0;
  let [area, from] = [0, 0];
  for (const {tokensPerSecPerUser, tokensPerSecPerGpu} of front) {
    const to = Math.min(tokensPerSecPerUser, upTo);
    area += Math.max(0, to - from) * tokensPerSecPerGpu;
    from = Math.max(from, to);
  }
  return area / upTo;
}

/** Steps that people count in. */
const roundSteps = [1, 2, 2.5, 5, 10];

/**
 * Round speeds at which to compare: at most `most` of them, equally spaced, up to the fastest that any front reaches,
 * beginning below the first step of a front. `target` is always among them where a front reaches it; what lies within a
 * tenth of it makes room. Ascending.
 */
export function comparedSpeeds(
  fronts: readonly (readonly FrontPoint[])[],
  {target, most = 5}: {target?: number; most?: number} = {}
): number[] {
  const fastest = Math.max(0, ...fronts.map((front) => front.at(-1)?.tokensPerSecPerUser ?? 0));
  if (!(fastest > 0)) return [];
  const step = roundStep(fastest, most);
  const round = Array.from({length: Math.floor(fastest / step)}, (_, i) => Number(((i + 1) * step).toPrecision(12)));
  if (target === undefined || !(target > 0) || target > fastest) return round;
  const beside = round.filter((speed) => Math.abs(speed / target - 1) > 0.1);
  return [...beside, target].sort((a, b) => a - b);
}

/** The least round number that divides `end` into at most `most` whole parts. */
function roundStep(end: number, most: number): number {
  const least = end / (most + 1);
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * roundSteps.find((step) => step * decade > least)!;
}
