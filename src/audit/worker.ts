import type {CalibrationEntry} from "../engine/calibration.js";
import {Auditor} from "./auditor.js";
import type {Calls, FromWorker, ToWorker} from "./protocol.js";
import {tellLoadedFiles} from "../search/loaded-files.js";

tellLoadedFiles();

let auditor: Auditor;
/** The newest support request; older ones stop before their next square. */
let current = -1;

self.onmessage = ({data}: MessageEvent<ToWorker>) => void handle(data);

async function handle(message: ToWorker): Promise<void> {
  if (message.type === "open") {
    const {catalogue, systems, calibrations, dataUrl, calibrationUrl} = message;
    const surface = ({file, hash}: CalibrationEntry) => fetchBytes(calibrationUrl, `${file}?${hash}`);
    auditor = new Auditor(catalogue, systems, (path) => fetchBytes(dataUrl, path), calibrations, surface);
    return;
  }
  const {id} = message;
  try {
    if (message.type === "support") return await judgeAll(message);
    reply({type: "answer", id, answer: await answer(message)});
  } catch (error) {
    reply({type: "error", id, message: error instanceof Error ? error.message : String(error)});
  }
}

function answer({name, ask}: ToWorker & {type: "call"}): Promise<Calls[keyof Calls]["answer"]> {
  return (auditor[name] as (asked: typeof ask) => Promise<Calls[keyof Calls]["answer"]>).call(auditor, ask);
}

async function judgeAll({id, asks}: ToWorker & {type: "support"}): Promise<void> {
  current = id;
  for (const [index, ask] of asks.entries()) {
    // Lets a newer request in.
    await new Promise((resolve) => setTimeout(resolve));
    if (current !== id) return;
    const support = await auditor.support(ask);
    reply({type: "verdict", id, index, support, bytes: auditor.bytes});
  }
}

async function fetchBytes(url: string, path: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(path, url));
  if (!response.ok) throw new Error(`cannot read ${path}: ${response.status}; run npm run build again after an import`);
  return response.arrayBuffer();
}

function reply(message: FromWorker): void {
  self.postMessage(message);
}
