/** Operators of a step: what each goes by on its page, when it runs, and its row in a file. */
import type {Step, StepOp} from "../search/configuring.js";

/** What an operator goes by on its page: `prefill/qkv_gemm`. */
export function opKey({title}: Pick<Step, "title">, {name}: Pick<StepOp, "name">): string {
  return `${title}/${name}`;
}

/** Start and length of every operator that takes time, in ms, in the order in which they run. */
export function waterfallRows({ops}: Pick<Step, "ops">): {op: StepOp; startMs: number}[] {
  let endMs = 0;
  return ops
    .filter(({latencyMs}) => latencyMs > 0)
    .map((op) => {
      const startMs = endMs;
      endMs += op.latencyMs;
      return {op, startMs};
    });
}

/** A row an operator and step; units are in the names, figures at full precision. */
export function opRecords(steps: readonly Step[]) {
  return steps.flatMap(({title, totalMs, ops}) =>
    ops.map(({name, kind, count, latencyMs, work, source, tier, error}) => ({
      step: title,
      operator: name,
      kind,
      count,
      latency_ms: latencyMs,
      share: totalMs > 0 ? latencyMs / totalMs : 0,
      flop: work.flops,
      memory_bytes: work.memoryBytes,
      link_bytes: work.linkBytes,
      compute_ms: work.computeMs,
      memory_ms: work.memoryMs,
      link_ms: work.linkMs,
      speed_of_light_ms: work.lightMs ?? "",
      bound_by: work.limit,
      source,
      tier,
      error_p50: error.p50,
      error_p90: error.p90
    }))
  );
}
