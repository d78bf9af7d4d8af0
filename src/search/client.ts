/** Runs the search in a Web Worker, one question at a time: while one is under way only the newest of the others waits. */
import type {SystemSpec} from "../engine/system.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {Catalogue} from "../engine/schema.js";
import type {Plan, PlanDetail} from "../engine/result.js";
import type {Answer, Ask, DataUrls, FromWorker, Progress, ToWorker} from "./protocol.js";

export interface Listener {
  onanswer(answer: Answer, ask: Ask): void;
  onerror(message: string, ask: Ask): void;
  onprogress(progress: Progress): void;
}

export class SearchClient {
  private readonly worker = new Worker(import.meta.resolve("./worker.js"), {type: "module"});
  private readonly details = new Map<number, {resolve: (detail: PlanDetail) => void; reject: (error: Error) => void}>();
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
    const id = this.nextId++;
    this.send({type: "detail", id, plan});
    return new Promise((resolve, reject) => this.details.set(id, {resolve, reject}));
  }

  terminate(): void {
    this.worker.terminate();
  }

  private start(ask: Ask): void {
    this.running = {id: this.nextId++, ask};
    this.send({type: "ask", ...this.running});
  }

  private receive(message: FromWorker): void {
    const detail = this.details.get(message.id);
    this.details.delete(message.id);
    if (message.type === "detail") return detail?.resolve(message.detail);
    if (message.type === "error" && detail) return detail.reject(new Error(message.message));
    if (message.type === "progress") return this.listener.onprogress(message.progress);
    if (message.type === "error") return this.fail(message.message);
    const {ask} = this.running!;
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
