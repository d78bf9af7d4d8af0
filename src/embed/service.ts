/** Answers messages, in a worker or, where a page allows none, on its own thread in short slices. */
import {openSite} from "./data.js";
import {Solver} from "./solver.js";
import type {FromWorker, Request, ToWorker} from "./protocol.js";

export function serve(reply: (message: FromWorker) => void): (message: ToWorker) => void {
  const cancelled = new Map<number, AbortController>();
  let solver: Promise<Solver> | undefined;
  let last: Promise<void> = Promise.resolve();
  const answer = async (id: number, request: Request, {signal}: AbortController) => {
    try {
      signal.throwIfAborted();
      solver ??= openSite().then((site) => new Solver(site));
      // A site that could not be read is asked for again.
      solver.catch(() => (solver = undefined));
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
