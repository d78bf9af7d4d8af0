/** A file as lines of coloured HTML, and which of them differ from another version of it. */
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import yaml from "highlight.js/lib/languages/yaml";

const languages = {bash, json, markdown, python, yaml};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

const byEnding: Record<string, keyof typeof languages> = {
  sh: "bash",
  env: "bash",
  json: "json",
  md: "markdown",
  py: "python",
  yaml: "yaml",
  yml: "yaml"
};

/** Beyond this many characters colours take longer than they are worth. */
const longest = 60_000;

/** Escaped HTML, a string per line, each whole by itself. */
export function colouredLines(path: string, text: string): string[] {
  const language = byEnding[path.slice(path.lastIndexOf(".") + 1)];
  const html = language && text.length <= longest ? hljs.highlight(text, {language}).value : escapeHtml(text);
  return wholeLines(html.replace(/\n$/, ""));
}

/** What spans lines is closed at the end of each and opened again on the next. */
export function wholeLines(html: string): string[] {
  const open: string[] = [];
  return html.split("\n").map((line) => {
    const start = open.join("");
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) tag === "</span>" ? open.pop() : open.push(tag);
    return start + line + "</span>".repeat(open.length);
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Lines `from` to before `to` stand where `was` stood; none stand there when they are equal. */
export interface Change {
  from: number;
  to: number;
  was: string[];
}

/** Lines of two middles whose longest common part is still looked for. */
const largestProduct = 1_000_000;

/** Changes from `before` to `after`, in order: as few lines as can be, or all between the first and the last change. */
export function lineChanges(before: readonly string[], after: readonly string[]): Change[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1])
    [oldEnd, newEnd] = [oldEnd - 1, newEnd - 1];
  const [old, now] = [before.slice(start, oldEnd), after.slice(start, newEnd)];
  if (old.length === 0 && now.length === 0) return [];
  if (old.length * now.length > largestProduct) return [{from: start, to: newEnd, was: old}];
  return middleChanges(old, now).map((change) => ({...change, from: change.from + start, to: change.to + start}));
}

function middleChanges(old: readonly string[], now: readonly string[]): Change[] {
  const common = commonLengths(old, now);
  const width = now.length + 1;
  const changes: Change[] = [];
  let open: Change | undefined;
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      open = undefined;
      [i, j] = [i + 1, j + 1];
      continue;
    }
    if (!open) changes.push((open = {from: j, to: j, was: []}));
    const isGone = i < old.length && (j === now.length || common[(i + 1) * width + j] >= common[i * width + j + 1]);
    if (isGone) open.was.push(old[i++]);
    else open.to = ++j;
  }
  return changes;
}

/** At `i · width + j`: how many lines `old` from `i` and `now` from `j` share in order. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  return lengths;
}
