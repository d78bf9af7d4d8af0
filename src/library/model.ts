/** Models, however they are named. */
import type {ModelConfig} from "../engine/models/types.js";

/** A checkpoint's own description. */
export interface ModelFiles {
  /** The config.json, parsed or as text. */
  config: object | string;
  /** The hf_quant_config.json beside it, which has the last word on quantisation. */
  hfQuantConfig?: object | string;
  /** What to call it; `model` unless given. */
  id?: string;
}

/** A Hugging Face id that the catalogue has, a checkpoint's files, or a model already read. */
export type ModelRequest = string | ModelFiles | ModelConfig;

/** Reads a model. The catalogue and the reader of config.json are loaded by the first who needs them. */
export async function openModel(request: ModelRequest): Promise<ModelConfig> {
  if (typeof request === "string") return (await import("../engine/models/catalogue.js")).findModel(request);
  if (!("config" in request)) return request;
  const {normalizeModel, parseConfigJson} = await import("../engine/models/config.js");
  const parsed = (file: object | string | undefined) => (typeof file === "string" ? parseConfigJson(file) : file);
  return normalizeModel(request.id ?? "model", parsed(request.config), parsed(request.hfQuantConfig));
}
