/** Runs the search in a Web Worker, one question at a time: while one is under way only the newest of the others waits. */
import type {SystemSpec} from "../engine/system.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {CallName, Calls, StreamName, Streams} from "./calls.js";
import type {Answer, Ask, DataUrls, FromWorker, Progress, ToWorker} from "./protocol.js";

export interface Listener {
  onanswer(answer: Answer, ask: Ask): void;
  onerror(message: string, ask: Ask): void;
  onprogress(progress: Progress): void;
}

/** Of a call that has an answer of its own. */
interface Pending {
  /** True once nothing more will come. */
  take(message: FromWorker): boolean;
  reject(error: Error): void;
}

export class SearchClient {
  private readonly worker = new Worker(import.meta.resolve("./worker.js"), {type: "module"});
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private running: {id: number; ask: Ask} | null = null;
  private waiting: Ask | null = null;

  constructor(
    catalogue: CatalogueIndex,
    calibrations: CalibrationEntry[],
    urls: DataUrls,
    systems: SystemSpec[],
    private readonly listener: Listener
  ) {
    this.send({type: "open", catalogue, calibrations, urls, systems});
    this.worker.onmessage = ({data}: MessageEvent<FromWorker>) => this.receive(data);
    this.worker.onerror = (event) => this.fail(event.message || "the search could not be started");
  }

  /** Answers arrive at the listener; a question that a newer one overtook while waiting is never asked. */
  ask(ask: Ask): void {
    if (this.running) this.waiting = ask;
    else this.start(ask);
  }

  /** One answer. Rejects with what the worker could not do. */
  call<K extends CallName>(name: K, asked: Calls[K]["asked"]): Promise<Calls[K]["answer"]> {
    const id = this.nextId++;
    this.send({type: "call", id, name, asked});
    return new Promise((resolve, reject) => {
      const take = (message: FromWorker) => {
        if (message.type !== "result") return false;
        resolve(message.result as Calls[K]["answer"]);
        return true;
      };
      this.pending.set(id, {take, reject});
    });
  }

  /** Parts arrive as they become known; the function returned ends it. */
  stream<K extends StreamName>(
    name: K,
    asked: Streams[K]["asked"],
    onpart: (part: Streams[K]["part"]) => void,
    onerror: (message: string) => void
  ): () => void {
    const id = this.nextId++;
    this.pending.set(id, {
      take: (message) => {
        if (message.type !== "part") return false;
        onpart(message.part as Streams[K]["part"]);
        return message.part.progress.done >= message.part.progress.total;
      },
      reject: (error) => onerror(error.message)
    });
    this.send({type: "stream", id, name, asked});
    return () => this.pending.delete(id) && this.send({type: "cancel", id});
  }

  terminate(): void {
    this.worker.terminate();
  }

  private start(ask: Ask): void {
    this.running = {id: this.nextId++, ask};
    this.send({type: "ask", ...this.running});
  }

  private receive(message: FromWorker): void {
    const pending = this.pending.get(message.id);
    if (pending) {
      const isOver =
        message.type === "error" ? (pending.reject(new Error(message.message)), true) : pending.take(message);
      return isOver ? void this.pending.delete(message.id) : undefined;
    }
    if (message.type === "progress") return this.listener.onprogress(message.progress);
    // Parts of what was cancelled meanwhile.
    if (message.id !== this.running?.id) return;
    if (message.type === "error") return this.fail(message.message);
    if (message.type !== "answer") return;
    const {ask} = this.running;
    this.finish();
    this.listener.onanswer(message.answer, ask);
  }

  private fail(message: string): void {
    const ask = this.running?.ask;
    this.finish();
    if (ask) this.listener.onerror(message, ask);
  }

  private finish(): void {
    this.running = null;
    const next = this.waiting;
    this.waiting = null;
    if (next) this.start(next);
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}
