import type {Reason} from "../result.js";

/** Counts candidates by why they were dropped, with the first message of each reason. */
export class Rejections {
  private readonly counts: Partial<Record<Reason, number>> = {};
  private readonly firstMessages: Partial<Record<Reason, string>> = {};
  private passed = 0;

  add(reason: Reason, message?: string, candidates = 1): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + candidates;
    if (message) this.firstMessages[reason] ??= message;
  }

  /** One more candidate that was not dropped. */
  pass(candidates = 1): void {
    this.passed += candidates;
  }

  /** A copy to which a question's own rejections can be added. */
  copy(): Rejections {
    const copy = new Rejections();
    Object.assign(copy.counts, this.counts);
    Object.assign(copy.firstMessages, this.firstMessages);
    copy.passed = this.passed;
    return copy;
  }

  /** Moves candidates that passed so far to those dropped. */
  drop(reason: Reason, message?: string, candidates = 1): void {
    this.passed -= candidates;
    this.add(reason, message, candidates);
  }

  get result(): {
    considered: number;
    rejected: Partial<Record<Reason, number>>;
    messages: Partial<Record<Reason, string>>;
  } {
    const dropped = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    return {considered: this.passed + dropped, rejected: {...this.counts}, messages: {...this.firstMessages}};
  }
}
