/** Words of a command as lines of a script on one node, where other nodes are shell variables. */
import type {Word} from "./launch.js";
import type {Endpoint, RouterWord} from "./router.js";
import {envName, shellWord} from "../quote.js";

/** Name of the variable that holds a node's address. */
export const hostVariable = (node: number) => `NODE_${node}_HOST`;

/** Address of a node in a script: itself by name where there is no other. */
export function hostOf(node: number, isLone: boolean): string {
  return isLone ? "localhost" : `\${${hostVariable(node)}}`;
}

/** Place of a script's node within a worker. */
export interface Seat {
  leaderHost: string;
  rank: number;
}

export function seatedWord(word: Word, {leaderHost, rank}: Seat): string {
  if (typeof word === "string") return shellWord(word);
  if (word.late === "nodeRank") return String(word.times * rank);
  return `"${leaderHost}"${shellWord(word.suffix ?? "").replace(/^''$/, "")}`;
}

export function routerWord(word: RouterWord): string {
  return typeof word === "string" ? shellWord(word) : `"${word.before}${addressOf(word.at)}"`;
}

const addressOf = ({host, port}: Endpoint) => `${host}:${port}`;

export function assignment(name: string, value: string): string {
  return `${envName(name)}=${value === "" ? "" : shellWord(value)}`;
}

/** Words as lines that continue, each flag with its values on one; what stands before the program on a line of its own. */
export function commandLines(words: readonly string[], before: readonly string[] = []): string[] {
  const lines = before.length > 0 ? [before.join(" ")] : [];
  words.forEach((word, i) => {
    if ((i === 0 && before.length !== 1) || word.startsWith("--")) lines.push(word);
    else lines[lines.length - 1] += ` ${word}`;
  });
  return lines.map((line, i) => `${i > 0 ? "  " : ""}${line}${i < lines.length - 1 ? " \\" : ""}`);
}
