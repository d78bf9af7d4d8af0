import {Searcher} from "./searcher.js";
import {calls, streams} from "./calls.js";
import type {Part, StreamName} from "./calls.js";
import type {FromWorker, ToWorker} from "./protocol.js";
import {tellLoadedFiles} from "./loaded-files.js";

tellLoadedFiles();

let searcher: Searcher;

/** Messages are handled in order, each to its end, so that a detail is of the answer before it. */
let last: Promise<void> = Promise.resolve();
self.onmessage = ({data}: MessageEvent<ToWorker>) => {
  // Ends what is under way, so it cannot wait for its turn.
  if (data.type === "cancel") return void cancelled.add(data.id);
  last = last.then(() => {
    const handled = handle(data);
    return data.type === "stream" && besides.includes(data.name) ? undefined : handled;
  });
};
/** Streams that keep what they need and pause often: messages after them are handled meanwhile. */
const besides: readonly StreamName[] = ["simulated"];
const cancelled = new Set<number>();

async function handle(message: Exclude<ToWorker, {type: "cancel"}>): Promise<void> {
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
    if (message.type === "call") {
      const call = calls[message.name] as (searcher: Searcher, asked: unknown) => Promise<unknown>;
      return reply({type: "result", id, result: await call(searcher, message.asked)});
    }
    if (message.type === "stream") {
      const stream = streams[message.name] as (
        searcher: Searcher,
        asked: unknown,
        onpart: (part: Part) => void,
        isCancelled: () => boolean
      ) => Promise<void>;
      const onpart = (part: Part) => reply({type: "part", id, part});
      return await stream(searcher, message.asked, onpart, () => cancelled.has(id));
    }
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
