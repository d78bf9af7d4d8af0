/** Files of a deployment as the page shows them: target, releases, a tab per file, doubts and reasons. */
import {InputError} from "../engine/errors.js";
import type {DeploymentPlan} from "../templates/plan.js";
import type {TargetFile} from "../templates/tree.js";
import {choiceBefore} from "./deploy-before.js";
import {
  deploymentOf,
  filesOf,
  releaseChoices,
  targetChoices,
  targetDoubts,
  zipOf,
  type DeployChoice,
  type TargetChoice
} from "./deploy-files.js";
import {colouredLines, escapeHtml, lineChanges, type Change} from "./deploy-lines.js";
import {reasonGroups, type ReasonGroup} from "./deploy-reasons.js";
import {fileTabs} from "./deploy-tabs.js";
import type {ViewPart} from "./deploy.js";
import {h, uniqueId} from "./dom.js";
import {backendWords, counted} from "./format.js";
import {planWorkers} from "./plan.js";
import type {Question} from "./question.js";
import {copyText, saveText} from "./save.js";
import {choice as select} from "./select.js";

export interface DeployView {
  element: HTMLElement;
  show(choice: DeployChoice, view: Question): void;
}

/** What is on screen, for the buttons. */
interface Shown {
  plan: DeploymentPlan;
  target: string;
  file: TargetFile;
}

export function deployView(onchange: (part: ViewPart) => void): DeployView {
  const panelId = uniqueId("file");
  const targetGroup = h("div", {class: "kp-switch", role: "group", "aria-label": "Deploy with"});
  const dynamo = select("Dynamo", (value) => onchange({dynamo: value}));
  const engine = select("Engine", (value) => onchange({engine: value}));
  const tabs = fileTabs(panelId, panelId, (file) => onchange({file}));
  const code = h("code", {class: "hljs"});
  const panel = h("div", {id: panelId, class: "kp-code", role: "tabpanel", tabindex: 0}, h("pre", {}, code));
  const side = h("div", {class: "kp-deploy-side", tabindex: 0, role: "region", "aria-label": "Doubts and reasons"});
  const changed = h("span", {class: "kp-changed-words", role: "status"});
  let shown: Shown | undefined;
  const button = (label: string, title: string, act: (now: Shown, button: HTMLElement) => void) => {
    const element: HTMLButtonElement = h(
      "button",
      {type: "button", class: "kp-button", title, onclick: () => shown && act(shown, element)},
      label
    );
    return element;
  };
  const mark = h(
    "button",
    {
      type: "button",
      class: "kp-button",
      onclick: () => onchange({changes: mark.getAttribute("aria-pressed") !== "true"})
    },
    "mark changes"
  );
  const copy = button("copy", "Copy this file", ({file}, self) => void copyText(self, file.text, "copy"));
  const save = button("save", "Save this file", ({file}) => saveText(baseName(file.path), file.text, "text/plain"));
  const zip = button("all as zip", "Every target that this plan can be written for, with README and plan", (now) => {
    const {name, bytes} = zipOf(now.plan, now.target);
    saveText(name, bytes, "application/zip");
  });
  const element = h(
    "div",
    {class: "kp-deploy-view"},
    h("div", {class: "kp-deploy-head"}, targetGroup, h("div", {class: "kp-deploy-releases"}, dynamo, engine)),
    h(
      "div",
      {class: "kp-deploy-file"},
      tabs,
      h("div", {class: "kp-deploy-bar"}, changed, h("div", {class: "kp-downloads"}, mark, copy, save, zip)),
      panel
    ),
    side
  );
  const [setTargets, setCode, setSide] = [targetGroup, code, side].map(whenChanged);
  const beforeOf = choiceBefore();
  const filesBefore = rememberLast(filesOfChoice);

  const show = (choice: DeployChoice, view: Question) => {
    const target = view.deploy;
    const before = beforeOf(choice);
    const releases = releaseChoices(choice);
    dynamo.set(releases.dynamo, choice.dynamo);
    engine.set(releases.engine, choice.engine);
    engine.querySelector("label")!.textContent = backendWords[planWorkers(choice.plan)[0].worker.backend];
    mark.setAttribute("aria-pressed", String(view.changes));
    const made = deploymentOf(choice);
    const options = "plan" in made ? targetChoices(made.plan) : [];
    if ("plan" in made) setTargets(targetButtons(options, target), (buttons) => listenTo(buttons, onchange));
    const files = "plan" in made ? filesFor(made.plan, target, options) : made;
    const found = Array.isArray(files) ? (files.find(({path}) => path === view.file) ?? files[0]) : undefined;
    for (const each of [copy, save, zip]) each.disabled = found === undefined;
    if (!("plan" in made) || !Array.isArray(files) || !found) {
      shown = undefined;
      tabs.set([], "");
      changed.textContent = "";
      setCode(`<span class="kp-line kp-problem-line">${escapeHtml((files as {problem: string}).problem)}</span>`);
      return setSide(sideHtml(options, "plan" in made ? made.doubts : [], []));
    }
    shown = {plan: made.plan, target, file: found};
    const old = before && filesBefore(before, target);
    const textBefore = (path: string) => old?.find((file) => file.path === path)?.text;
    tabs.set(
      files.map(({path, text}) => ({path, changed: view.changes && old !== null && textBefore(path) !== text})),
      found.path
    );
    panel.setAttribute("aria-labelledby", tabs.labelId());
    const changes = old ? lineChanges(linesOf(textBefore(found.path) ?? ""), linesOf(found.text)) : [];
    changed.textContent = changedWords(old === null, changes, view.changes);
    setCode(codeHtml(found, view.changes ? changes : []));
    setSide(sideHtml(options, [...made.doubts, ...targetDoubts(made.plan, target)], reasonGroups(made.plan)));
  };
  return {element, show};
}

/** Files of the target, or why there are none. */
function filesFor(
  plan: DeploymentPlan,
  target: string,
  options: readonly TargetChoice[]
): TargetFile[] | {problem: string} {
  const option = options.find(({name}) => name === target);
  if (!option) return {problem: `unknown target: ${target}; choose one above`};
  if (option.why) return {problem: `Not for this plan: ${option.why}. Choose another way above.`};
  try {
    return filesOf(plan, target);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {problem: error.message};
  }
}

function filesOfChoice(choice: DeployChoice, target: string): TargetFile[] {
  const made = deploymentOf(choice);
  if (!("plan" in made)) return [];
  const files = filesFor(made.plan, target, targetChoices(made.plan));
  return Array.isArray(files) ? files : [];
}

function rememberLast<A, B, Result>(compute: (a: A, b: B) => Result): (a: A, b: B) => Result {
  let last: {a: A; b: B; result: Result} | undefined;
  return (a, b) => {
    if (last?.a !== a || last.b !== b) last = {a, b, result: compute(a, b)};
    return last.result;
  };
}

/** Replaces the inside of an element only when it is another, so that scrolling, focus and selection stay. */
function whenChanged(element: HTMLElement): (html: string, after?: (element: HTMLElement) => void) => void {
  let shown: string | undefined;
  return (html, after) => {
    if (html === shown) return;
    shown = html;
    const focused = element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.name
      : "";
    element.innerHTML = html;
    after?.(element);
    if (focused) element.querySelector<HTMLElement>(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  };
}

function targetButtons(options: readonly TargetChoice[], target: string): string {
  return options
    .map(({name, title, why}) => {
      const attributes = `type="button" data-name="${escapeHtml(name)}" aria-pressed="${name === target}"`;
      return `<button ${attributes} class="${why ? "kp-unable" : ""}" title="${escapeHtml(why)}">${escapeHtml(title)}</button>`;
    })
    .join("");
}

function listenTo(group: HTMLElement, onchange: (part: ViewPart) => void): void {
  for (const button of group.querySelectorAll<HTMLButtonElement>("button"))
    button.addEventListener("click", () => onchange({deploy: button.dataset.name!}));
}

/** Without the empty one after the last line end. */
function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

/** Line by line; what differs carries what stood there before as its tooltip. */
function codeHtml({path, text}: TargetFile, changes: readonly Change[]): string {
  const lines = colouredLines(path, text);
  const classes = lines.map(() => "kp-line");
  const titles = lines.map(() => "");
  for (const {from, to, was} of changes) {
    const before = was.length > 0 ? `before: ${was.join("\n")}` : "not there before";
    for (let i = from; i < to; i++) [classes[i], titles[i]] = ["kp-line kp-changed", before];
    const next = Math.min(from, lines.length - 1);
    if (from === to) [classes[next], titles[next]] = ["kp-line kp-cut", `gone before this line: ${was.join("\n")}`];
  }
  return lines
    .map((line, i) => {
      const title = titles[i] && ` title="${escapeHtml(titles[i])}"`;
      return `<span class="${classes[i]}"${title}>${line}\n</span>`;
    })
    .join("");
}

function changedWords(isFirst: boolean, changes: readonly Change[], marks: boolean): string {
  if (!marks) return "";
  if (isFirst) return "Lines will be marked that differ once you choose another point";
  const now = changes.reduce((sum, {from, to}) => sum + to - from, 0);
  const gone = changes.reduce((sum, {from, to, was}) => sum + Math.max(0, was.length - (to - from)), 0);
  if (now + gone === 0) return "As for the point before";
  const differ = now > 0 && `${counted(now, "line")} ${now === 1 ? "differs" : "differ"}`;
  return [differ, gone > 0 && `${counted(gone, "line")} gone`].filter(Boolean).join(", ") + " from the point before";
}

function sideHtml(options: readonly TargetChoice[], doubts: readonly string[], groups: readonly ReasonGroup[]): string {
  const items = doubts.map((doubt) => `<li>${escapeHtml(doubt)}</li>`).join("");
  const not = options
    .filter(({why}) => why)
    .map(({title, why}) => `<li class="kp-not">${escapeHtml(title)}: ${escapeHtml(why)}</li>`)
    .join("");
  const list = (heading: string, content: string) => content && `<h3>${heading}</h3><ul>${content}</ul>`;
  const rows = ({name, rows}: ReasonGroup) => `<h4>${escapeHtml(name)}</h4><dl>${rows.map(reasonHtml).join("")}</dl>`;
  const reasons = groups.length > 0 ? `<h3>Why these values</h3>${groups.map(rows).join("")}` : "";
  return `${list("Not proved", items)}${list("Not for this plan", not)}${reasons}`;
}

function reasonHtml({key, value, reason}: ReasonGroup["rows"][number]): string {
  return `<div><dt><code>${escapeHtml(key)}</code> <b>${escapeHtml(value)}</b></dt><dd>${escapeHtml(reason)}</dd></div>`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
