/** The page's side: one worker for all embeds of a page, or the page's own thread where it allows no worker. */
import {root} from "./root.js";
import type {FromWorker, Progress, Reply, Request, ToWorker} from "./protocol.js";

export interface Asked {
  reply: Promise<Reply>;
  /** Then `reply` stays pending. */
  cancel(): void;
}

interface Pending {
  onprogress(progress: Progress): void;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

const pending = new Map<number, Pending>();
let nextId = 0;
let channel: Promise<(message: ToWorker) => void> | undefined;

export function ask(request: Request, onprogress: (progress: Progress) => void): Asked {
  const id = nextId++;
  const send = (message: ToWorker) => (channel ??= open()).then((post) => post(message));
  const reply = new Promise<Reply>((resolve, reject) => {
    pending.set(id, {onprogress, resolve, reject});
    send({type: "ask", id, request}).catch(reject);
  });
  const cancel = () => {
    if (pending.delete(id)) void send({type: "cancel", id});
  };
  return {reply, cancel};
}

function receive(message: FromWorker): void {
  if (message.type === "ready") return;
  const {id} = message;
  const waiting = pending.get(id);
  if (!waiting) return;
  if (message.type === "progress") return waiting.onprogress(message.progress);
  pending.delete(id);
  if (message.type === "reply") waiting.resolve(message.reply);
  else waiting.reject(new Error(message.message));
}

/** A fault of the worker itself: what waits for it would wait for ever. */
function failAll(message: string): void {
  const waiting = [...pending.values()];
  pending.clear();
  channel = undefined;
  for (const {reject} of waiting) reject(new Error(message || "the search could not go on"));
}

/** How messages go; replies arrive at `receive`. */
async function open(): Promise<(message: ToWorker) => void> {
  const worker = await startedWorker().catch(() => undefined);
  if (worker) {
    worker.onmessage = ({data}: MessageEvent<FromWorker>) => receive(data);
    worker.onerror = (event) => failAll(event.message);
    return (message) => worker.postMessage(message);
  }
  const {serve} = await import("./service.js");
  return serve(receive);
}

/** Rejects where the page's Content-Security-Policy, or the browser, has no module workers. */
function startedWorker(): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(), {type: "module"});
    worker.onmessage = () => resolve(worker);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error("no worker"));
    };
  });
}

/** A worker must come from the page's own origin: elsewhere a script of the page's imports ours. */
function workerUrl(): string | URL {
  const url = new URL("embed/worker.js", root);
  if (url.origin === location.origin) return url;
  const script = `import ${JSON.stringify(url.href)};`;
  return URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
}
