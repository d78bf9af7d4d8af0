/** Exit codes, the same for every verb; those above 63 are the customary ones of sysexits.h. */
export const exitCodes = {
  answered: {code: 0, meaning: "answered"},
  noAnswer: {code: 1, meaning: "no answer: no data, nothing meets the targets, rows refused, every experiment failed"},
  wrongInput: {code: 2, meaning: "wrong input: an unknown name, a value out of range, a file that is not there"},
  fault: {code: 70, meaning: "a fault of kneepoint itself; please report it with what is printed"},
  notWritable: {code: 73, meaning: "a file could not be created: it is there already, or the folder takes none"},
  writeFailed: {code: 74, meaning: "writing failed midway, for example on a full disk; what was written is kept"}
} as const;

export type ExitName = keyof typeof exitCodes;

export function exitCode(name: ExitName): number {
  return exitCodes[name].code;
}

/** Files could not be written. The message says which were and which were not. */
export class WriteError extends Error {
  override name = "WriteError";

  constructor(
    message: string,
    readonly exit: "notWritable" | "writeFailed"
  ) {
    super(message);
  }
}
