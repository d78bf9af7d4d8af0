import type {ModelConfig} from "./types.js";

export interface ModelSummary {
  /** All weights, in elements; draft (MTP) layers are not counted. */
  parameters: number;
  /** Weights that one token passes through. */
  activeParameters: number;
}

/** Sums over the parts of a model. See `countParameters`. */
export function modelSummary({parameters: parts}: Pick<ModelConfig, "parameters">): ModelSummary {
  return {
    parameters: parts.reduce((sum, part) => sum + part.parameters, 0),
    activeParameters: parts.reduce((sum, part) => sum + part.activeParameters, 0)
  };
}
