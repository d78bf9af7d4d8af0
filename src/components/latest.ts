/** A question put again and again: while one is being answered only the newest of the others waits. */

export interface Latest<Asked, Answer> {
  ask(asked: Asked): void;
  /** For Generators.observe: answers, each with its question. */
  answers(notify: (live: {asked: Asked; answer: Answer}) => void): () => void;
  /** For Generators.observe: why the newest question has no answer; empty when it has one. */
  errors(notify: (message: string) => void): () => void;
}

export function latest<Asked, Answer>(answerOf: (asked: Asked) => Promise<Answer>): Latest<Asked, Answer> {
  let notify: (live: {asked: Asked; answer: Answer}) => void = () => {};
  let notifyError: (message: string) => void = () => {};
  let last: {asked: Asked; answer: Answer} | undefined;
  let error = "";
  let running = false;
  let waiting: {asked: Asked} | undefined;
  const say = (message: string) => notifyError((error = message));
  const start = async (asked: Asked): Promise<void> => {
    running = true;
    try {
      last = {asked, answer: await answerOf(asked)};
      notify(last);
      if (error) say("");
    } catch (failure) {
      say((failure as Error).message);
    }
    running = false;
    const next = waiting;
    waiting = undefined;
    if (next) void start(next.asked);
  };
  return {
    ask: (asked) => (running ? void (waiting = {asked}) : void start(asked)),
    answers: (listener) => {
      notify = listener;
      if (last) listener(last);
      return () => {};
    },
    errors: (listener) => ((notifyError = listener), listener(error), () => {})
  };
}
