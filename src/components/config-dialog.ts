/** Takes a model’s config.json: pasted, picked or dropped. */
import {h} from "./dom.js";

export interface ConfigDialog extends HTMLDialogElement {
  /** Lets a config.json be dropped on an element. */
  acceptDrops(target: HTMLElement): void;
}

export function configDialog(onconfig: (model: string, config: string) => void): ConfigDialog {
  const text = h("textarea", {
    rows: 10,
    spellcheck: "false",
    "aria-label": "config.json",
    placeholder: '{"architectures": ["Qwen3ForCausalLM"], …}'
  });
  const name = h("input", {type: "text", "aria-label": "Name of the model", placeholder: "my-model"});
  const problem = h("p", {class: "kp-problem-text", role: "alert"});
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    "aria-label": "Choose a file",
    onchange: () => void read(file.files?.[0])
  });
  const take = () => {
    try {
      const config = JSON.parse(text.value);
      if (typeof config !== "object" || config === null || Array.isArray(config))
        throw new Error("a config.json is an object in braces");
      onconfig(name.value.trim() || modelName(config), JSON.stringify(shortened(config)));
      dialog.close();
    } catch (error) {
      problem.textContent = `This is not a config.json: ${(error as Error).message}`;
    }
  };
  const read = async (source: File | undefined) => {
    if (!source) return;
    text.value = await source.text();
    if (!dialog.open) dialog.showModal();
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
      "Paste the config.json of a model on Hugging Face, or of your own checkpoint. It stays in this browser and in links you share."
    ),
    text,
    h("div", {class: "kp-row"}, h("label", {}, "Name ", name), file),
    problem,
    h(
      "div",
      {class: "kp-row kp-end"},
      button("Cancel", () => dialog.close()),
      button("Use this model", take, "kp-primary")
    )
  );
  const acceptDrops = (target: HTMLElement) => {
    target.addEventListener("dragover", (event) => (event.preventDefault(), target.classList.add("kp-dropping")));
    target.addEventListener("dragleave", () => target.classList.remove("kp-dropping"));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.classList.remove("kp-dropping");
      void read(event.dataTransfer?.files[0]);
    });
  };
  return Object.assign(dialog, {acceptDrops});
}

function button(label: string, onclick: () => void, style = ""): HTMLButtonElement {
  return h("button", {type: "button", class: `kp-button ${style}`, onclick}, label);
}

function modelName(config: Record<string, unknown>): string {
  const path = config._name_or_path;
  if (typeof path === "string" && path) return path;
  return typeof config.model_type === "string" ? `my ${config.model_type}` : "my model";
}

/** Without what only a tokenizer, a generator or a vision tower reads, so that a link can carry it. */
export function shortened(config: Record<string, unknown>): Record<string, unknown> {
  const unread =
    /token_id|_dtype$|transformers_version|auto_map|^vision|^audio|dropout|initializer|id2label|label2id|task_specific/;
  const kept = Object.entries(config).filter(([key, value]) => !unread.test(key) && value !== null);
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (Array.isArray(value) && value.length > 8 && value.every((v) => typeof v === "string")) return [key, []];
      if (isRecord(value)) return [key, shortened(value)];
      return [key, value];
    })
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
