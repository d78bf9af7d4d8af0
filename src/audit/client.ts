/** Asks the worker about the tables; the page stays free meanwhile. */
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {Support} from "../engine/support.js";
import type {SystemSpec} from "../engine/system.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import {calibrationUrl, dataUrl} from "../search/data-url.js";
import type {CallName, Calls, FromWorker, SupportAsk, ToWorker} from "./protocol.js";

export interface SupportListener {
  /** `bytes`: of tables read so far. */
  onverdict(index: number, support: Support, bytes: number): void;
  onerror(message: string): void;
}

export class AuditClient {
  private readonly worker = new Worker(import.meta.resolve("./worker.js"), {type: "module"});
  private readonly calls = new Map<number, {resolve: (answer: never) => void; reject: (error: Error) => void}>();
  private nextId = 0;
  private listening: {id: number; listener: SupportListener} | undefined;

  constructor(catalogue: CatalogueIndex, systems: SystemSpec[], calibrations: CalibrationEntry[] = []) {
    this.send({type: "open", catalogue, systems, calibrations, dataUrl, calibrationUrl});
    this.worker.onmessage = ({data}: MessageEvent<FromWorker>) => this.receive(data);
    this.worker.onerror = (event) => this.fail(event.message || "the worker could not be started");
  }

  /** Verdicts come one by one; asking anew ends what was under way. */
  support(asks: SupportAsk[], listener: SupportListener): void {
    const id = this.nextId++;
    this.listening = {id, listener};
    this.send({type: "support", id, asks});
  }

  call<Name extends CallName>(name: Name, ask: Calls[Name]["ask"]): Promise<Calls[Name]["answer"]> {
    const id = this.nextId++;
    this.send({type: "call", id, name, ask} as ToWorker);
    return new Promise((resolve, reject) => this.calls.set(id, {resolve, reject}));
  }

  terminate(): void {
    this.worker.terminate();
  }

  private receive(message: FromWorker): void {
    const {id} = message;
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (message.type === "answer") return call?.resolve(message.answer as never);
    if (message.type === "error" && call) return call.reject(new Error(message.message));
    if (id !== this.listening?.id) return;
    if (message.type === "error") this.listening.listener.onerror(message.message);
    else this.listening.listener.onverdict(message.index, message.support, message.bytes);
  }

  private fail(message: string): void {
    for (const {reject} of this.calls.values()) reject(new Error(message));
    this.listening?.listener.onerror(message);
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}
