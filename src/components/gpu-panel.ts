/** The reader's own GPU as sliders, and as a YAML file to paste, drop or take away. */
import {customSystem, systemFile} from "../engine/custom-system.js";
import {InputError} from "../engine/errors.js";
import type {SystemSpec} from "../engine/system.js";
import {bytesPerGiB} from "../engine/units.js";
import {customId, describe} from "./custom-gpu.js";
import type {GpuDescription} from "./custom-gpu.js";
import {h} from "./dom.js";
import {shortSystem} from "./format.js";
import {saveText} from "./save.js";
import {choice} from "./select.js";
import {slider} from "./slider.js";

export interface GpuPanel extends HTMLElement {
  /** Shows a description; none hides the panel. */
  set(description: string): void;
}

/** Giga and tera of what the sliders show. */
const giga = 1e9;
const tera = 1e12;

interface Field {
  section: "gpu" | "node";
  key: string;
  label: string;
  unit: string;
  perUnit: number;
  min: number;
  max: number;
  title: string;
  /** 0 means that the GPU lacks it. */
  mayLack?: boolean;
}

const fields: readonly Field[] = [
  {section: "gpu", key: "memory_bandwidth_bytes_per_s", label: "Memory bandwidth", unit: "GB/s", perUnit: giga, min: 50, max: 40000, title: "Peak bandwidth of the GPU's memory"},
  {section: "gpu", key: "memory_capacity_bytes", label: "Memory", unit: "GiB", perUnit: bytesPerGiB, min: 4, max: 2048, title: "Capacity of the GPU's memory"},
  {section: "gpu", key: "bf16_flop_per_s", label: "bf16", unit: "TFLOP/s", perUnit: tera, min: 10, max: 20000, title: "Dense tensor-core rate, without sparsity"},
  {section: "gpu", key: "fp8_flop_per_s", label: "fp8", unit: "TFLOP/s", perUnit: tera, min: 0, max: 40000, mayLack: true, title: "Dense; 0 where the GPU has no fp8: its weights then compute at the bf16 rate"},
  {section: "gpu", key: "fp4_flop_per_s", label: "fp4", unit: "TFLOP/s", perUnit: tera, min: 0, max: 80000, mayLack: true, title: "Dense; 0 where the GPU has no fp4"},
  {section: "node", key: "gpus_per_node", label: "GPUs per node", unit: "", perUnit: 1, min: 1, max: 72, title: "GPUs that the fast links join"},
  {section: "node", key: "intra_node_bandwidth_bytes_per_s", label: "Within a node", unit: "GB/s", perUnit: giga, min: 8, max: 4000, title: "Of one GPU to the others of its node, one direction"},
  {section: "node", key: "inter_node_bandwidth_bytes_per_s", label: "Between nodes", unit: "GB/s", perUnit: giga, min: 1, max: 2000, title: "Of one GPU to other nodes, one direction"}
]; // prettier-ignore

export function gpuPanel(systems: readonly SystemSpec[], onchange: (description: string) => void): GpuPanel {
  let description: GpuDescription = {};
  const change = (next: GpuDescription) => {
    description = next;
    show();
    onchange(JSON.stringify(next));
  };
  const put = ({section, key, perUnit, mayLack}: Field, value: number) => {
    const old = description[section] ?? {};
    const {[key]: _, ...others} = old;
    const kept = mayLack && value === 0 ? others : {...old, [key]: value * perUnit};
    change({...description, [section]: kept});
  };
  const sliders = fields.map((field) => ({
    field,
    control: slider({...field, value: field.min, log: true, onchange: (value) => put(field, value)})
  }));
  const name = h("input", {
    type: "text",
    "aria-label": "Name of the GPU",
    oninput: (event: Event) => event.stopPropagation(),
    onchange: () => change({...description, name: name.value.trim() || "My GPU"})
  });
  const start = choice("Start from", (id) => {
    const found = systems.find((system) => system.id === id);
    if (found) change(describe(found, description.name ?? "My GPU"));
  });
  const file = fileDialog(systems, () => description, change);

  const show = () => {
    for (const {field, control} of sliders) {
      const value = Number(description[field.section]?.[field.key] ?? 0) / field.perUnit;
      control.set(Number(value.toPrecision(6)));
    }
    if (document.activeElement !== name) name.value = description.name ?? "";
    start.set([{value: "", label: "…"}, ...systems.map(({id, label}) => ({value: id, label: shortSystem(label)}))], "");
  };
  const panel = h(
    "section",
    {class: "kp-gpu", "aria-label": "Your GPU", hidden: true},
    h("h3", {}, "Your GPU"),
    h("label", {class: "kp-select"}, "Name", name),
    start,
    ...sliders.map(({control}) => control),
    h("p", {class: "kp-hint"}, h("button", {type: "button", class: "kp-link", onclick: file.open}, "as a YAML file")),
    file.dialog
  );
  const set = (text: string) => {
    panel.hidden = text === "";
    try {
      if (text) description = JSON.parse(text) as GpuDescription;
    } catch {
      description = {};
    }
    show();
  };
  return Object.assign(panel, {set});
}

function fileDialog(
  systems: readonly SystemSpec[],
  now: () => GpuDescription,
  take: (description: GpuDescription) => void
): {dialog: HTMLDialogElement; open: () => void} {
  const text = h("textarea", {rows: 18, spellcheck: "false", "aria-label": "Systems file"});
  const problem = h("p", {class: "kp-problem-text", role: "alert"});
  const use = async () => {
    try {
      // Only who pastes a file pays for its parser.
      const {parse} = await import("yaml");
      const given: unknown = parse(text.value);
      customSystem("file", given, systems);
      take(given as GpuDescription);
      dialog.close();
    } catch (error) {
      problem.textContent =
        error instanceof InputError ? `${error.message}.` : `This is not YAML: ${(error as Error).message}`;
    }
  };
  const read = async (source: File | undefined) => {
    if (source) text.value = await source.text();
  };
  const file = h("input", {
    type: "file",
    accept: ".yaml,.yml",
    "aria-label": "Choose a file",
    onchange: () => void read(file.files?.[0])
  });
  const dialog = h(
    "dialog",
    {
      class: "kp-dialog",
      "aria-label": "Your GPU as a file",
      onclick: (event: Event) => void (event.target === dialog && dialog.close()),
      ondragover: (event: Event) => event.preventDefault(),
      ondrop: (event: DragEvent) => (
        event.preventDefault(),
        event.stopPropagation(),
        void read(event.dataTransfer?.files[0])
      )
    },
    h("h2", {}, "Your GPU as a file"),
    h(
      "p",
      {},
      "Edit it, paste or drop another. kneepoint --system FILE reads the same. Only bandwidth, capacity and bf16 must be given."
    ),
    text,
    h(
      "div",
      {class: "kp-row"},
      file,
      button("Download", () => saveText("my-gpu.yaml", text.value, "application/yaml"))
    ),
    problem,
    h(
      "div",
      {class: "kp-row kp-end"},
      button("Cancel", () => dialog.close()),
      button("Use this GPU", () => void use(), "kp-primary")
    )
  );
  const open = () => {
    problem.textContent = "";
    try {
      text.value = systemFile(customSystem(`${customId}.yaml`, now(), systems));
    } catch {
      text.value = JSON.stringify(now(), null, 2);
    }
    dialog.showModal();
    text.setSelectionRange(0, 0);
    text.scrollTop = 0;
  };
  return {dialog, open};
}

function button(label: string, onclick: () => void, style = ""): HTMLButtonElement {
  return h("button", {type: "button", class: `kp-button ${style}`, onclick}, label);
}
