/** The files that deploy the selected plan, made when the section is opened and with every change after that. */
import type {Plan} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";
import type {DeployView} from "./deploy-view.js";
import {h} from "./dom.js";
import type {Question} from "./question.js";

export interface DeploySection extends HTMLDetailsElement {
  /** `asked` is what the plan answers, `view` the newest question, which says what of the files is open. */
  update(plan: Plan | null, asked: Question, view: Question): void;
}

export type ViewPart = Partial<Pick<Question, "deploy" | "file" | "dynamo" | "engine" | "changes">>;

const firstTarget = "plain";

/** Files of hundreds of GPUs take longer than a step of a drag; they wait until it rests. */
const slowMs = 50;
const restMs = 200;

export function deploySection(systems: readonly SystemSpec[], onchange: (part: ViewPart) => void): DeploySection {
  const body = h("div", {class: "kp-deploy-body"});
  const about = h("span", {}, "configs, scripts and manifests for the plan above");
  const summary = h("summary", {}, h("b", {}, "Files to deploy it"), " ", about);
  const element = h("details", {class: "kp-deploy kp-card"}, summary, body);
  let files: DeployView | undefined;
  let opening: Promise<DeployView> | undefined;
  let timer = 0;
  /** Of the last two times that files were made: one alone may be an exception. */
  let tookMs = [0, 0];
  let shown: {plan: Plan | null; asked: Question; view: Question} | undefined;
  const fill = async (isPatient: boolean) => {
    if (!shown) return;
    element.hidden = shown.plan === null;
    element.open = shown.view.deploy !== "";
    if (!element.open) return;
    files ??= await (opening ??= open());
    clearTimeout(timer);
    if (isPatient && Math.min(...tookMs) > slowMs) timer = window.setTimeout(draw, restMs);
    else draw();
  };
  /** Templates, YAML and colours come with the first opening; put in place once, or what has focus in them loses it. */
  const open = async () => {
    try {
      const {deployView} = await import("./deploy-view.js");
      const view = deployView(change);
      body.replaceChildren(view.element);
      return view;
    } catch (error) {
      opening = undefined; // the next try asks anew
      throw error;
    }
  };
  const draw = () => {
    const startMs = performance.now();
    const {plan, asked, view} = shown!;
    if (!plan || !view.deploy) return;
    const isMade = files!.show({plan, question: asked, systems, dynamo: view.dynamo, engine: view.engine}, view);
    if (isMade) tookMs = [tookMs[1], performance.now() - startMs];
  };
  const change = (part: ViewPart) => {
    if (shown) shown.view = {...shown.view, ...part};
    void fill(false);
    onchange(part);
  };
  // The question says whether it is open, so that a link and the way back do too.
  summary.addEventListener("click", (event) => {
    event.preventDefault();
    change({deploy: element.open ? "" : firstTarget});
  });
  const update = (plan: Plan | null, asked: Question, view: Question) => (
    (shown = {plan, asked, view}),
    void fill(true)
  );
  return Object.assign(element, {update});
}
