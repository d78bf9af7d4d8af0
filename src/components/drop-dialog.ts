/** Takes files and texts: dropped on the page, pasted, chosen or typed. What is wrong with one stays there to be mended. */
import {h} from "./dom.js";

/** What became of a text: words of what was taken, and everything that is wrong with the rest. */
export interface Taken {
  said: string;
  problems: readonly string[];
}

export interface DropDialog {
  /** Where the dialog is while it is closed. */
  place: HTMLElement;
  open(): void;
  dispose(): void;
}

export function dropDialog(take: (text: string, file: string) => Promise<Taken>): DropDialog {
  let file = "";
  const text = h("textarea", {
    rows: 12,
    spellcheck: "false",
    "aria-label": "YAML or CSV",
    placeholder: "my_search:\n  model_path: Qwen/Qwen3-32B-FP8\n  system_name: h200_sxm\n  total_gpus: 16"
  });
  const problem = h("div", {class: "kp-problem-text kp-drop-problems", role: "alert"});
  const chooser = h("input", {
    type: "file",
    accept: ".yaml,.yml,.csv,.json",
    multiple: true,
    "aria-label": "Choose files",
    onchange: () => void readFiles(chooser.files)
  });
  const dialog: HTMLDialogElement = h(
    "dialog",
    {
      class: "kp-dialog",
      "aria-label": "Searches from a file",
      onclick: (event: Event) => void (event.target === dialog && dialog.close())
    },
    h("h2", {}, "Searches from a file"),
    h(
      "p",
      {},
      "Drop, choose or paste experiments as YAML, in either form that kneepoint exp and aiconfigurator read; a pareto.csv that was saved with them, drawn as it is; or a config.json, to ask the same of your own model. Nothing leaves this browser."
    ),
    text,
    h("div", {class: "kp-row"}, chooser),
    problem,
    h(
      "div",
      {class: "kp-row kp-end"},
      h("button", {type: "button", class: "kp-button", onclick: () => dialog.close()}, "Cancel"),
      h("button", {type: "button", class: "kp-button kp-primary", onclick: () => void takeText()}, "Add")
    )
  );
  const place = h("span", {hidden: true}, dialog);
  const open = () => {
    if (dialog.open) return;
    document.body.append(dialog);
    dialog.showModal();
  };
  // The event comes late: what was opened anew meanwhile stays.
  dialog.addEventListener("close", () => dialog.open || place.append(dialog));
  const say = (problems: readonly string[], said: string) =>
    problem.replaceChildren(
      ...(said ? [h("p", {}, `${said} The rest was not:`)] : []),
      ...problems.map((each) => h("p", {}, each))
    );
  const takeText = async () => {
    if (text.value.trim() === "") return void say(["Nothing here yet; paste a text or choose a file."], "");
    await taken(text.value, file);
  };
  /** Closed when all of it was taken, else open with the text and what is wrong with it. */
  const taken = async (content: string, from: string): Promise<boolean> => {
    const {said, problems} = await take(content, from);
    if (problems.length === 0) {
      [file, text.value] = ["", ""];
      problem.replaceChildren();
      dialog.close();
      return true;
    }
    [file, text.value] = [from, content];
    say(problems, said);
    open();
    return false;
  };
  const readFiles = async (files: FileList | null | undefined) => {
    for (const source of files ?? []) if (!(await taken(await source.text(), source.name))) break;
    chooser.value = "";
  };
  const isFiles = (event: DragEvent) => place.isConnected && event.dataTransfer?.types.includes("Files") === true;
  const target = document.body;
  const listeners = {
    dragover: (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      target.classList.add("kp-dropping");
    },
    dragleave: (event: DragEvent) => {
      if (!target.contains(event.relatedTarget as Node | null)) target.classList.remove("kp-dropping");
    },
    drop: (event: DragEvent) => {
      target.classList.remove("kp-dropping");
      if (!isFiles(event)) return;
      event.preventDefault();
      void readFiles(event.dataTransfer?.files);
    },
    paste: (event: ClipboardEvent) => {
      const pasted = event.clipboardData?.getData("text/plain") ?? "";
      const isTyping = (event.target as Element).closest?.("input, textarea, select");
      if (isTyping || !place.isConnected || !pasted.includes("\n")) return;
      event.preventDefault();
      void taken(pasted, "");
    }
  };
  for (const [name, listen] of Object.entries(listeners)) target.addEventListener(name, listen as EventListener);
  const dispose = () => {
    for (const [name, listen] of Object.entries(listeners)) target.removeEventListener(name, listen as EventListener);
  };
  return {place, open, dispose};
}
