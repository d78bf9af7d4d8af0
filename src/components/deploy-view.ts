/** Files of a deployment as the page shows them: target, releases, a tab per file, doubts and reasons. */
import type {DeploymentPlan} from "../templates/plan.js";
import type {TargetFile} from "../templates/tree.js";
import {choiceBefore, choiceKey} from "./deploy-before.js";
import {deployFiles, releaseChoices, zipOf, type DeployChoice} from "./deploy-files.js";
import {changeWords, codeHtml, problemHtml, sideHtml, targetButtons} from "./deploy-html.js";
import {lineChanges, type Change} from "./deploy-lines.js";
import {fileTabs} from "./deploy-tabs.js";
import type {ViewPart} from "./deploy.js";
import {h, uniqueId} from "./dom.js";
import {backendWords} from "./format.js";
import {planWorkers} from "./plan.js";
import type {Question} from "./question.js";
import {copyText, saveText} from "./save.js";
import {choice as select} from "./select.js";

export interface DeployView {
  element: HTMLElement;
  /** False when it is shown already. */
  show(choice: DeployChoice, view: Question): boolean;
}

/** What is on screen, for the buttons. */
interface Shown {
  plan: DeploymentPlan;
  target: string;
  file: TargetFile;
}

export function deployView(onchange: (part: ViewPart) => void): DeployView {
  const panelId = uniqueId("file");
  const targets = targetSwitch(onchange);
  const releases = releaseSelects(onchange);
  const tabs = fileTabs(panelId, panelId, (file) => onchange({file}));
  const code = h("code", {class: "hljs"});
  const panel = h("div", {id: panelId, class: "kp-code", role: "tabpanel", tabindex: 0}, h("pre", {}, code));
  const side = h("div", {class: "kp-deploy-side", tabindex: 0, role: "region", "aria-label": "Doubts and reasons"});
  const words = h("span", {class: "kp-changed-words", role: "status"});
  const actions = fileActions(onchange);
  const bar = h("div", {class: "kp-deploy-bar"}, words, actions.element);
  const element = h(
    "div",
    {class: "kp-deploy-view"},
    h("div", {class: "kp-deploy-head"}, targets.element, releases.element),
    h("div", {class: "kp-deploy-file"}, tabs, bar, panel),
    side
  );
  const [setCode, setSide] = [whenChanged(code), whenChanged(side)];
  const filesBefore = comparison();

  let shownKey = "";
  const show = (choice: DeployChoice, view: Question) => {
    const key = `${choiceKey(choice)} ${view.deploy} ${view.file} ${view.changes}`;
    if (key === shownKey) return false;
    shownKey = key;
    const now = deployFiles(choice, view.deploy);
    const before = filesBefore(choice, view.deploy);
    const file = now.files.find(({path}) => path === view.file) ?? now.files[0];
    const marked = view.changes ? before : null;
    const changes = file ? changesOf(file, before) : "no file";
    targets.show(now.targets, view.deploy);
    releases.show(choice);
    actions.show(now.plan && file ? {plan: now.plan, target: view.deploy, file} : null, view.changes);
    tabs.set(
      now.files.map((each) => ({path: each.path, changed: marked !== null && differs(each, marked)})),
      file?.path
    );
    panel.setAttribute("aria-labelledby", tabs.labelId());
    words.textContent = view.changes && file ? changeWords(changes) : "";
    setCode(
      file ? codeHtml(file, view.changes && typeof changes === "object" ? changes : []) : problemHtml(now.problem)
    );
    setSide(sideHtml(now, file?.path ?? ""));
    return true;
  };
  return {element, show};
}

/** How to deploy; one that does not apply can still be asked for its reason. */
function targetSwitch(onchange: (part: ViewPart) => void) {
  const element = h("div", {class: "kp-switch", role: "group", "aria-label": "Deploy with"});
  const set = whenChanged(element);
  element.addEventListener("click", ({target}) => {
    const name = (target as HTMLElement).closest("button")?.dataset.name;
    if (name) onchange({deploy: name});
  });
  return {element, show: (...choices: Parameters<typeof targetButtons>) => set(targetButtons(...choices))};
}

function releaseSelects(onchange: (part: ViewPart) => void) {
  const dynamo = select("Dynamo", (value) => onchange({dynamo: value}));
  const engine = select("Engine", (value) => onchange({engine: value}));
  const show = (choice: DeployChoice) => {
    const choices = releaseChoices(choice);
    dynamo.set(choices.dynamo, choice.dynamo);
    engine.set(choices.engine, choice.engine);
    engine.querySelector("label")!.textContent = backendWords[planWorkers(choice.plan)[0].worker.backend];
  };
  return {element: h("div", {class: "kp-deploy-releases"}, dynamo, engine), show};
}

function fileActions(onchange: (part: ViewPart) => void) {
  let shown: Shown | null = null;
  const button = (label: string, title: string, act: (now: Shown, self: HTMLElement) => void) => {
    const onclick = () => shown && act(shown, self);
    const self: HTMLButtonElement = h("button", {type: "button", class: "kp-button", title, onclick}, label);
    return self;
  };
  const toggle = () => onchange({changes: mark.getAttribute("aria-pressed") !== "true"});
  const mark: HTMLButtonElement = h("button", {type: "button", class: "kp-button", onclick: toggle}, "mark changes");
  const copy = button("copy", "Copy this file", ({file}, self) => void copyText(self, file.text, "copy"));
  const save = button("save", "Save this file", ({file}) => saveText(baseName(file.path), file.text, "text/plain"));
  const zip = button("all as zip", "Every target that this plan can be written for", ({plan, target}) => {
    const {name, bytes} = zipOf(plan, target);
    saveText(name, bytes, "application/zip");
  });
  const show = (now: Shown | null, marks: boolean) => {
    shown = now;
    mark.setAttribute("aria-pressed", String(marks));
    for (const each of [copy, save, zip]) each.disabled = now === null;
  };
  return {element: h("div", {class: "kp-downloads"}, mark, copy, save, zip), show};
}

/** Files that the choice before had for a target; null when there was none. */
function comparison(): (choice: DeployChoice, target: string) => TargetFile[] | null {
  const beforeOf = choiceBefore();
  let last: {choice: DeployChoice; target: string; files: TargetFile[]} | undefined;
  return (choice, target) => {
    const before = beforeOf(choice);
    if (!before) return null;
    if (last?.choice !== before || last.target !== target)
      last = {choice: before, target, files: deployFiles(before, target).files};
    return last.files;
  };
}

function differs({path, text}: TargetFile, before: readonly TargetFile[]): boolean {
  return before.find((file) => file.path === path)?.text !== text;
}

/** A file that is new is not marked from end to end. */
function changesOf(file: TargetFile, before: readonly TargetFile[] | null): Change[] | "no point" | "no file" {
  if (!before) return "no point";
  const old = before.find(({path}) => path === file.path);
  return old ? lineChanges(linesOf(old.text), linesOf(file.text)) : "no file";
}

/** Without the empty one after the last line end. */
function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

/** Replaces what is inside only when it is another, so that scrolling and selection stay; focus goes to the same name. */
function whenChanged(element: HTMLElement): (html: string) => void {
  let shown: string | undefined;
  return (html) => {
    if (html === shown) return;
    shown = html;
    const {activeElement} = document;
    const name = element.contains(activeElement) ? (activeElement as HTMLElement).dataset.name : undefined;
    element.innerHTML = html;
    if (name) element.querySelector<HTMLElement>(`[data-name="${CSS.escape(name)}"]`)?.focus({preventScroll: true});
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
