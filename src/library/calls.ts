/** What the library is called by. The engine is loaded by the first call, so that a page which imports this starts at once. */
import type {Task} from "../task/types.js";
import type {CallOptions} from "./call.js";
import type {EstimateAnswer, EstimateRequest} from "./estimate.js";
import type {SearchRequest} from "./request.js";
import type {SearchAnswer} from "./search.js";

/**
 * Searches every parallelism and batch size, aggregated and disaggregated, for the best deployment under the targets.
 *
 * Infeasible is an answer: `result.chosen` is then null, and each mode tells its nearest plan and why candidates were
 * dropped. With `backend: "auto"` the answer is that of the backend whose plan is best. Rejects with InputError for a
 * request that makes no sense, with PerfDataError where no tables answer, and with the signal's reason.
 */
export async function search(asked: SearchRequest | Task, options: CallOptions = {}): Promise<SearchAnswer> {
  return (await import("./search.js")).search(asked, options);
}

/** As `search`, an answer per backend: one, or with `auto` all of them. */
export async function searchBackends(asked: SearchRequest | Task, options: CallOptions = {}): Promise<SearchAnswer[]> {
  return (await import("./search.js")).searchBackends(asked, options);
}

/**
 * Estimates one configuration, operator by operator, with its memory.
 *
 * Rejects with InputError for a request that makes no sense, with PerfDataError where no tables answer, and with the
 * signal's reason.
 */
export async function estimate(request: EstimateRequest, options: CallOptions = {}): Promise<EstimateAnswer> {
  return (await import("./estimate.js")).estimate(request, options);
}
