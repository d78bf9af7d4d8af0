/** Parts of the deployment section as HTML, in which everything that people typed is escaped. */
import type {DeployFiles, TargetChoice} from "./deploy-files.js";
import {colouredLines, escapeHtml, type Change} from "./deploy-lines.js";
import {reasonGroups, type ReasonGroup, type ReasonRow} from "./deploy-reasons.js";
import {counted} from "./format.js";

export function targetButtons(choices: readonly TargetChoice[], target: string): string {
  return choices
    .map(({name, title, why}) => {
      const attributes = `type="button" data-name="${escapeHtml(name)}" aria-pressed="${name === target}"`;
      return `<button ${attributes} class="${why && "kp-unable"}" title="${escapeHtml(why)}">${escapeHtml(title)}</button>`;
    })
    .join("");
}

/** Line by line; what differs carries what stood there before as its tooltip. */
export function codeHtml({path, text}: {path: string; text: string}, changes: readonly Change[]): string {
  const lines = colouredLines(path, text);
  const marks = marksOf(changes, lines.length);
  return lines
    .map((line, i) => {
      const {name, title} = marks.get(i) ?? {name: "", title: ""};
      return `<span class="kp-line ${name}"${title && ` title="${escapeHtml(title)}"`}>${line}\n</span>`;
    })
    .join("");
}

export function problemHtml(problem: string): string {
  return `<span class="kp-line kp-problem-line">${escapeHtml(problem)}</span>`;
}

/** Lines of what stood there before that a tooltip shows. */
const shownBefore = 12;

/** By line. What is gone is marked at the line that follows. */
function marksOf(changes: readonly Change[], count: number): Map<number, {name: string; title: string}> {
  const marks = new Map<number, {name: string; title: string}>();
  for (const {from, to, was} of changes) {
    const before = was.length > shownBefore ? [...was.slice(0, shownBefore), "…"].join("\n") : was.join("\n");
    const changed = {name: "kp-changed", title: was.length > 0 ? `before: ${before}` : "not there before"};
    for (let i = from; i < to; i++) marks.set(i, changed);
    if (from === to) marks.set(Math.min(from, count - 1), {name: "kp-cut", title: `gone before this line: ${before}`});
  }
  return marks;
}

/** `7 lines differ, 2 lines gone from the point before`. */
export function changeWords(changes: readonly Change[] | "no point" | "no file"): string {
  if (changes === "no point") return "Lines will be marked that differ once you choose another point";
  if (changes === "no file") return "The point before had no such file";
  const now = changes.reduce((sum, {from, to}) => sum + to - from, 0);
  const gone = changes.reduce((sum, {from, to, was}) => sum + Math.max(0, was.length - (to - from)), 0);
  if (now + gone === 0) return "As for the point before";
  const parts = [
    now > 0 && `${counted(now, "line")} ${now === 1 ? "differs" : "differ"}`,
    gone > 0 && `${counted(gone, "line")} gone`
  ];
  return `${parts.filter(Boolean).join(", ")} from the point before`;
}

/** Doubts, what the plan cannot be written for, and why values are as they are. */
export function sideHtml({plan, targets, doubts}: DeployFiles, path: string): string {
  const unable = targets.filter(({why}) => why).map(({title, why}) => `${title}: ${why}`);
  const reasons = plan ? reasonGroups(plan, path).map(groupHtml).join("") : "";
  return [
    listHtml("Not proved", doubts, ""),
    listHtml("Not for this plan", unable, "kp-not"),
    reasons && `<h3>Why these values</h3>${reasons}`
  ].join("");
}

function listHtml(heading: string, sentences: readonly string[], name: string): string {
  const items = sentences.map((sentence) => `<li class="${name}">${escapeHtml(sentence)}</li>`);
  return items.length > 0 ? `<h3>${heading}</h3><ul>${items.join("")}</ul>` : "";
}

function groupHtml({name, rows}: ReasonGroup): string {
  return `<h4>${escapeHtml(name)}</h4><dl>${rows.map(rowHtml).join("")}</dl>`;
}

function rowHtml({key, value, reason}: ReasonRow): string {
  const name = `<code>${escapeHtml(key)}</code> <b>${escapeHtml(value)}</b>`;
  return `<div><dt>${name}</dt><dd>${escapeHtml(reason)}</dd></div>`;
}
