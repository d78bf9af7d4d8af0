/** A configuration as a flat YAML file that makes it again. */
import {Document, isMap, isSeq, visit} from "yaml";
import {flatOf} from "./flat.js";
import type {AppliedLayer, TaskConfig} from "./types.js";

/** The effective configuration. The layers that it came of stand above it as comments. */
export function formatTask(config: TaskConfig, layers: readonly AppliedLayer[] = []): string {
  const document = new Document(flatOf(config));
  visit(document, {
    Collection(_, node, path) {
      if (path.length > 1 && (isSeq(node) || isMap(node))) node.flow = isSeq(node) || isLeaf(node.items);
    }
  });
  const comments = layers.length > 0 ? ["# Layers, lowest first:", ...layers.map(layerLine)] : [];
  const head = ["# The effective configuration: reading it back gives the same search.", ...comments];
  return `${head.join("\n")}\n${document.toString({lineWidth: 0, flowCollectionPadding: false})}`;
}

/** A mapping of scalars fits on a line. */
function isLeaf(items: readonly {value: unknown}[]): boolean {
  return items.every(({value}) => !isMap(value) && !isSeq(value));
}

/** `#   profile fp8_default: gemm_quant_mode, moe_quant_mode` */
function layerLine({kind, name, file, line, values}: AppliedLayer): string {
  const place = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
  const title = kind === name || kind === "yaml" ? name : `${kind} ${name}`;
  return `#   ${title}${place}: ${Object.keys(values).join(", ")}`.replaceAll(/[\r\n]/g, " ");
}
