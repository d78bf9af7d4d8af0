/** Runs the search in a Web Worker, one question at a time: while one is under way only the newest of the others waits. */
import type {SystemSpec} from "../engine/system.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {Catalogue} from "../engine/schema.js";
import type {Plan, PlanDetail} from "../engine/result.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {Answer, Ask, DataUrls, FromWorker, Progress, SensitivityPart, ToWorker} from "./protocol.js";

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
    catalogue: Catalogue,
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

  /** Operator times of a plan of the last answer. */
  detail(plan: Plan): Promise<PlanDetail> {
    return this.call({type: "detail", plan}, (message) => (message.type === "detail" ? message.detail : undefined));
  }

  /** Why a plan of the last answer is as it is. */
  why(plan: Plan): Promise<PlanWhy> {
    return this.call({type: "why", plan}, (message) => (message.type === "why" ? message.why : undefined));
  }

  /** Parts arrive as inputs are changed one by one; the function returned ends it. */
  sense(ask: Ask, onpart: (part: SensitivityPart) => void, onerror: (message: string) => void): () => void {
    const id = this.nextId++;
    this.pending.set(id, {
      take: (message) => {
        if (message.type !== "sensitivity") return false;
        onpart(message.part);
        return message.part.progress.done >= message.part.progress.total;
      },
      reject: (error) => onerror(error.message)
    });
    this.send({type: "sensitivity", id, ask});
    return () => this.pending.delete(id) && this.send({type: "cancel", id});
  }

  terminate(): void {
    this.worker.terminate();
  }

  private start(ask: Ask): void {
    this.running = {id: this.nextId++, ask};
    this.send({type: "ask", ...this.running});
  }

  private call<T>(
    asked: {type: "detail" | "why"; plan: Plan},
    read: (message: FromWorker) => T | undefined
  ): Promise<T> {
    const id = this.nextId++;
    this.send({...asked, id});
    return new Promise((resolve, reject) => {
      this.pending.set(id, {take: (message) => (resolve(read(message)!), true), reject});
    });
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
