/** Fronts as lines on paper: staircases, cut where the serving mode changes. */

export interface StepPoint {
  x: number;
  y: number;
}

export interface StepRun<P> {
  mode: "agg" | "disagg";
  /** Corners of the staircase, left to right. */
  corners: StepPoint[];
  points: P[];
}

/**
 * A front whose x rises and whose y falls as runs of one mode each. Every step reaches from the point before, at the
 * height of its own point, and down to the next; the first from `left`.
 */
export function stepRuns<P extends {mode: "agg" | "disagg"; tokensPerSecPerUser: number; tokensPerSecPerGpu: number}>(
  front: readonly P[],
  left?: number
): StepRun<P>[] {
  const runs: StepRun<P>[] = [];
  front.forEach((point, i) => {
    const before = front[i - 1];
    const from = before?.tokensPerSecPerUser ?? left ?? point.tokensPerSecPerUser;
    const [x, y] = [point.tokensPerSecPerUser, point.tokensPerSecPerGpu];
    let run = runs.at(-1);
    if (!run || run.mode !== point.mode) {
      // The edge down to the next run is drawn with the run that ends there.
      run?.corners.push({x: from, y});
      runs.push((run = {mode: point.mode, corners: [{x: from, y}], points: []}));
    } else run.corners.push({x: from, y});
    run.corners.push({x, y});
    run.points.push(point);
  });
  return runs;
}
