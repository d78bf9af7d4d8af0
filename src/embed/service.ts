/** Answers messages, in a worker or, where a page allows none, on its own thread in short slices. */
import {openSite} from "./data.js";
import {Solver} from "./solver.js";
import type {FromWorker, Request, ToWorker} from "./protocol.js";

export function serve(reply: (message: FromWorker) => void): (message: ToWorker) => void {
  const cancelled = new Map<number, AbortController>();
  const solvers = new Map<boolean, Promise<Solver>>();
  let last: Promise<void> = Promise.resolve();
  const answer = async (id: number, request: Request, {signal}: AbortController) => {
    try {
      signal.throwIfAborted();
      const isRounded = request.name === "compare";
      const solver = solvers.get(isRounded) ?? openSite(isRounded).then((site) => new Solver(site));
      solvers.set(isRounded, solver);
      // A site that could not be read is asked for again.
      solver.catch(() => solvers.delete(isRounded));
      const opened = await solver;
      const onprogress = (progress: {loaded: number; total: number}) => reply({type: "progress", id, progress});
      reply({type: "reply", id, reply: await opened.answer(request, {signal, onprogress})});
    } catch (error) {
      if (!signal.aborted) reply({type: "error", id, message: error instanceof Error ? error.message : String(error)});
    } finally {
      cancelled.delete(id);
    }
  };
  return (message) => {
    if (message.type === "cancel") return cancelled.get(message.id)?.abort();
    const controller = new AbortController();
    cancelled.set(message.id, controller);
    last = last.then(() => answer(message.id, message.request, controller));
  };
}
