import {Searcher} from "./searcher.js";
import type {FromWorker, ToWorker} from "./protocol.js";

let searcher: Searcher;

/** Messages are handled in order, each to its end, so that a detail is of the answer before it. */
let last: Promise<void> = Promise.resolve();
self.onmessage = ({data}: MessageEvent<ToWorker>) => void (last = last.then(() => handle(data)));

async function handle(message: ToWorker): Promise<void> {
  if (message.type === "open") {
    searcher = new Searcher(message.catalogue, (path) => fetchSlice(message.dataUrl, path));
    return;
  }
  const {id} = message;
  try {
    if (message.type === "detail") return reply({type: "detail", id, detail: searcher.detail(message.plan)});
    const answer = await searcher.answer(message.ask, (progress) => reply({type: "progress", id, progress}));
    reply({type: "answer", id, answer});
  } catch (error) {
    reply({type: "error", id, message: error instanceof Error ? error.message : String(error)});
  }
}

async function fetchSlice(dataUrl: string, path: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(path, dataUrl));
  if (!response.ok) throw new Error(`no slice ${path}: ${response.status}; run npm run build again after an import`);
  return response.arrayBuffer();
}

function reply(message: FromWorker): void {
  self.postMessage(message);
}
