/** Takes the files of a model: pasted, picked or dropped, one or both of them. */
import {parameterSummary} from "../card-words.js";
import {normalizeModel} from "../engine/models/config.js";
import type {ModelConfig} from "../engine/models/types.js";
import {recognise, shortened} from "./config-file.js";
import type {ModelFiles} from "./config-file.js";
import {h} from "./dom.js";

export interface ConfigDialog {
  /** Where the dialog is while it is closed. */
  place: HTMLElement;
  open(): void;
  /** Lets the files of a model be dropped on an element; `target` gets the class kp-dropping meanwhile. */
  acceptDrops(target: HTMLElement): void;
}

/** `config` and `hfQuantConfig` are JSON texts; the latter is empty without such a file. */
export type OnConfig = (model: string, config: string, hfQuantConfig: string) => void;

export function configDialog(onconfig: OnConfig): ConfigDialog {
  let files: ModelFiles = {};
  const text = h("textarea", {
    rows: 10,
    spellcheck: "false",
    "aria-label": "config.json",
    placeholder: '{"architectures": ["Qwen3ForCausalLM"], …}',
    oninput: () => (takeText(text.value), show())
  });
  const name = h("input", {type: "text", "aria-label": "Name of the model", placeholder: "my-model"});
  const quant = h("p", {class: "kp-hint"});
  const problem = h("p", {class: "kp-problem-text", role: "alert"});
  const preview = h("div", {class: "kp-preview", role: "status"});
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    multiple: true,
    "aria-label": "Choose files",
    onchange: () => void read(file.files)
  });

  const takeText = (value: string) => {
    try {
      const found = recognise(value);
      files = {...files, ...found};
      if (found.quantConfig) text.value = files.config ? JSON.stringify(files.config, null, 2) : "";
      problem.textContent = "";
    } catch (error) {
      files = {...files, config: undefined};
      problem.textContent = value.trim() === "" ? "" : `This is not a config.json: ${(error as Error).message}`;
    }
  };
  const show = () => {
    quant.replaceChildren(
      ...(files.quantConfig ? quantWords(files.quantConfig, () => ((files = {config: files.config}), show())) : [])
    );
    preview.replaceChildren();
    if (!files.config) return;
    try {
      const model = normalizeModel(nameOf(files.config), files.config, files.quantConfig);
      problem.textContent = "";
      preview.replaceChildren(...previewOf(model));
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
  };
  const nameOf = (config: Record<string, unknown>) => name.value.trim() || modelName(config);
  const take = () => {
    if (problem.textContent) return;
    if (!files.config) return void (problem.textContent = "Paste a config.json first, or choose the file.");
    const short = shortened(files);
    const quantText =
      short.quantConfig && Object.keys(short.quantConfig).length > 0 ? JSON.stringify(short.quantConfig) : "";
    onconfig(nameOf(files.config), JSON.stringify(short.config), quantText);
    dialog.close();
  };
  const read = async (sources: FileList | null | undefined) => {
    const all = [...(sources ?? [])];
    if (all.length === 0) return;
    open();
    files = {};
    for (const source of all) {
      const content = await source.text();
      if (all.length === 1) text.value = content;
      takeText(content);
      if (problem.textContent) {
        problem.textContent = `${source.name}: ${problem.textContent}`;
        text.value = content;
        return;
      }
    }
    if (files.config) text.value = JSON.stringify(files.config, null, 2);
    show();
  };
  const dialog: HTMLDialogElement = h(
    "dialog",
    {
      class: "kp-dialog",
      "aria-label": "Your own model",
      onclick: (event: Event) => void (event.target === dialog && dialog.close())
    },
    h("h2", {}, "Your own model"),
    h(
      "p",
      {},
      "Paste, choose or drop the config.json of a model on Hugging Face or of your own checkpoint, with its hf_quant_config.json if it has one. They stay in this browser and in links you share."
    ),
    text,
    h("div", {class: "kp-row"}, h("label", {}, "Name ", name), file),
    quant,
    problem,
    preview,
    h(
      "div",
      {class: "kp-row kp-end"},
      button("Cancel", () => dialog.close()),
      button("Use this model", take, "kp-primary")
    )
  );
  // A form may be folded away, and what is in it with it: the dialog opens outside, and closed is back where it was.
  const place = h("span", {hidden: true}, dialog);
  const open = () => {
    if (dialog.open) return;
    document.body.append(dialog);
    dialog.showModal();
  };
  // The event comes late: what was opened anew meanwhile stays.
  dialog.addEventListener("close", () => dialog.open || place.append(dialog));
  const acceptDrops = (target: HTMLElement) => {
    // A page that is reloaded in part leaves listeners of dialogs behind that are no longer in it.
    const isFiles = (event: DragEvent) => place.isConnected && event.dataTransfer?.types.includes("Files") === true;
    target.addEventListener("dragover", (event) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      target.classList.add("kp-dropping");
    });
    target.addEventListener("dragleave", (event) => {
      if (!target.contains(event.relatedTarget as Node | null)) target.classList.remove("kp-dropping");
    });
    target.addEventListener("drop", (event) => {
      target.classList.remove("kp-dropping");
      if (!isFiles(event)) return;
      event.preventDefault();
      void read(event.dataTransfer?.files);
    });
  };
  return {place, open, acceptDrops};
}

/** The model in a sentence, and what is assumed of it. */
function previewOf(model: ModelConfig): HTMLElement[] {
  const {architecture, family, assumptions} = model;
  const known = assumptions.length === 0 ? ", with nothing assumed" : "";
  return [
    h("p", {}, h("b", {}, parameterSummary(model)), ` · ${architecture}, estimated as ${family}${known}.`),
    ...(assumptions.length > 0 ? [h("ul", {}, ...assumptions.map((sentence) => h("li", {}, sentence)))] : [])
  ];
}

function quantWords(config: Record<string, unknown>, remove: () => void): (string | Node)[] {
  const {quant_algo: algo, kv_cache_quant_algo: kv} = (config.quantization ?? {}) as Record<string, unknown>;
  const words = [algo, kv && `KV cache ${String(kv)}`].filter(Boolean).join(", ");
  return [
    `hf_quant_config.json: ${words || "no algorithm named"}. `,
    h("button", {type: "button", class: "kp-link", onclick: remove}, "leave it out")
  ];
}

function button(label: string, onclick: () => void, style = ""): HTMLButtonElement {
  return h("button", {type: "button", class: `kp-button ${style}`, onclick}, label);
}

function modelName(config: Record<string, unknown>): string {
  const path = config._name_or_path;
  if (typeof path === "string" && path) return path;
  return typeof config.model_type === "string" ? `my ${config.model_type}` : "my model";
}
