/** Files of the engine by their names, to be read where they are spoken of. */
import {FileAttachment} from "observablehq:stdlib";
import {h} from "./dom.js";

/** As they are written, comments and all; nothing is loaded before somebody asks. */
const sources = {
  "engine/roofline.ts": FileAttachment("../engine/roofline.ts"),
  "engine/ops/gemm.ts": FileAttachment("../engine/ops/gemm.ts"),
  "engine/interpolation/curves.ts": FileAttachment("../engine/interpolation/curves.ts"),
  "engine/models/dense.ts": FileAttachment("../engine/models/dense.ts"),
  "engine/session/static.ts": FileAttachment("../engine/session/static.ts"),
  "engine/memory.ts": FileAttachment("../engine/memory.ts"),
  "engine/session/aggregated.ts": FileAttachment("../engine/session/aggregated.ts"),
  "engine/backend.ts": FileAttachment("../engine/backend.ts"),
  "engine/session/disaggregated.ts": FileAttachment("../engine/session/disaggregated.ts"),
  "engine/session/metrics.ts": FileAttachment("../engine/session/metrics.ts"),
  "engine/search/pareto.ts": FileAttachment("../engine/search/pareto.ts"),
  "engine/simulate/engine-worker.ts": FileAttachment("../engine/simulate/engine-worker.ts"),
  "engine/simulate/policy.ts": FileAttachment("../engine/simulate/policy.ts"),
  "engine/simulate/step-time.ts": FileAttachment("../engine/simulate/step-time.ts"),
  "engine/simulate/kv-room.ts": FileAttachment("../engine/simulate/kv-room.ts"),
  "engine/simulate/client.ts": FileAttachment("../engine/simulate/client.ts")
} as const;

export function sourceLink(file: keyof typeof sources): HTMLElement {
  const open = async () => {
    const text = await sources[file].text().catch((error: Error) => `${file}: ${error.message}`);
    const code = h("pre", {tabindex: 0}, h("code", {}, text));
    const dialog = h(
      "dialog",
      {
        class: "kp-dialog kp-source-dialog",
        "aria-label": file,
        onclick: (event: Event) => void (event.target === dialog && dialog.close()),
        onclose: () => dialog.remove()
      },
      h(
        "div",
        {class: "kp-row"},
        h("h2", {}, file),
        h("button", {type: "button", class: "kp-button", onclick: () => dialog.close()}, "Close")
      ),
      code
    );
    document.body.append(dialog);
    dialog.showModal();
  };
  const name = h("code", {}, file);
  return h(
    "button",
    {type: "button", class: "kp-link", title: "The engine’s code, as it is written", onclick: () => void open()},
    name
  );
}
