/** Operators in five groups, each with one colour everywhere. */

export const opGroups = ["GEMM", "attention", "MoE", "communication", "other"] as const;
export type OpGroup = (typeof opGroups)[number];

export const groupColors: Record<OpGroup, string> = {
  GEMM: "var(--kp-op-gemm)",
  attention: "var(--kp-op-attention)",
  MoE: "var(--kp-op-moe)",
  communication: "var(--kp-op-communication)",
  other: "var(--kp-op-other)"
};

/** Group of an operator’s kind. */
export function opGroup(kind: string): OpGroup {
  if (/reduce|gather|scatter|alltoall|nccl|p2p|dispatch|combine|collective|comm|^deepep$/i.test(kind))
    return "communication";
  if (/moe|expert/i.test(kind)) return "MoE";
  if (/attention|mla|dsa|dsv4|msa|fmha|mamba|gdn|kda/i.test(kind)) return "attention";
  return /gemm|linear|logits|bmm/i.test(kind) ? "GEMM" : "other";
}
