import type {Reason} from "../result.js";

/** Words about one candidate, made only where they are kept. */
type Message = string | (() => string);

/** Counts candidates by why they were dropped; of each reason the message of the candidate that missed least is kept. */
export class Rejections {
  private readonly counts: Partial<Record<Reason, number>> = {};
  private readonly closest: Partial<Record<Reason, {message: string; by: number}>> = {};
  private passed = 0;

  /** `by`: what the candidate needs, by which candidates of one reason compare. */
  add(reason: Reason, message?: Message, candidates = 1, by = 0): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + candidates;
    const known = this.closest[reason];
    if (!message || (known && by >= known.by)) return;
    this.closest[reason] = {message: typeof message === "string" ? message : message(), by};
  }

  /** One more candidate that was not dropped. */
  pass(candidates = 1): void {
    this.passed += candidates;
  }

  /** Takes over what others were dropped for. */
  merge({counts, closest, passed}: Rejections): void {
    for (const [reason, count] of Object.entries(counts) as [Reason, number][]) {
      this.add(reason, closest[reason]?.message, count, closest[reason]?.by);
    }
    this.passed += passed;
  }

  /** A copy to which a question's own rejections can be added. */
  copy(): Rejections {
    const copy = new Rejections();
    Object.assign(copy.counts, this.counts);
    Object.assign(copy.closest, this.closest);
    copy.passed = this.passed;
    return copy;
  }

  /** Moves candidates that passed so far to those dropped. */
  drop(reason: Reason, message?: Message, by = 0): void {
    --this.passed;
    this.add(reason, message, 1, by);
  }

  get result(): {
    considered: number;
    rejected: Partial<Record<Reason, number>>;
    messages: Partial<Record<Reason, string>>;
  } {
    const dropped = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    const messages = Object.fromEntries(Object.entries(this.closest).map(([reason, {message}]) => [reason, message]));
    return {considered: this.passed + dropped, rejected: {...this.counts}, messages};
  }
}
