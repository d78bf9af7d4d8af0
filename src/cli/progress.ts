/** How far something is, on stderr: a line that rewrites itself on a terminal, few plain lines elsewhere. */

export interface Progress {
  /** Share done, 0 to 1, and what is being done. */
  update(share: number, doing: string): void;
  /** A line that stays, above the bar. */
  say(line: string): void;
  /** Takes the bar away. */
  end(): void;
}

interface Stream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const barColumns = 20;
/** Of a terminal that does not say. */
const usualColumns = 80;
/** Milliseconds between two drawings, and before the first: what is done sooner needs no bar. */
const everyMs = 80;
const patienceMs = 300;
const clearLine = "\r\u001b[K";

export function progressOn(stream: Stream, now: () => number = () => performance.now()): Progress {
  if (!stream.isTTY) return {update: () => {}, say: (line) => void stream.write(`${line}\n`), end: () => {}};
  let drawnAt = now() + patienceMs - everyMs;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) stream.write(clearLine);
    isDrawn = false;
  };
  return {
    update(share, doing) {
      if (now() - drawnAt < everyMs) return;
      drawnAt = now();
      isDrawn = true;
      stream.write(`${clearLine}${barLine(share, doing).slice(0, (stream.columns || usualColumns) - 1)}`);
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end: clear
  };
}

export const noProgress: Progress = {update: () => {}, say: () => {}, end: () => {}};

/** `█████░░░░░ 25 % disagg_trtllm`. */
export function barLine(share: number, doing: string): string {
  const filled = Math.round(barColumns * Math.min(1, Math.max(0, share)));
  return `${"█".repeat(filled)}${"░".repeat(barColumns - filled)} ${Math.floor(100 * share)} % ${doing}`;
}
