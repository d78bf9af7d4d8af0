/** Operators in five groups, each with one colour everywhere. */
import type {OpGroup} from "../engine/explain/op-group.js";
export {opGroup, opGroups} from "../engine/explain/op-group.js";

export const groupColors: Record<OpGroup, string> = {
  GEMM: "var(--kp-op-gemm)",
  attention: "var(--kp-op-attention)",
  MoE: "var(--kp-op-moe)",
  communication: "var(--kp-op-communication)",
  other: "var(--kp-op-other)"
};
