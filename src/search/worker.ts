import {Searcher} from "./searcher.js";
import type {FromWorker, ToWorker} from "./protocol.js";

let searcher: Searcher;

/** Messages are handled in order, each to its end, so that a detail is of the answer before it. */
let last: Promise<void> = Promise.resolve();
self.onmessage = ({data}: MessageEvent<ToWorker>) => void (last = last.then(() => handle(data)));

async function handle(message: ToWorker): Promise<void> {
  if (message.type === "open") {
    const {catalogue, calibrations, urls, systems} = message;
    searcher = new Searcher(catalogue, calibrations, systems, {
      slice: (path) => fetchBytes(new URL(path, urls.data), "run npm run build again after an import"),
      calibration: ({file, hash}) => fetchBytes(new URL(`${file}?${hash}`, urls.calibration), "run npm run build again")
    });
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

async function fetchBytes(url: URL, remedy: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`cannot read ${url.pathname}: ${response.status}; ${remedy}`);
  return response.arrayBuffer();
}

function reply(message: FromWorker): void {
  self.postMessage(message);
}
