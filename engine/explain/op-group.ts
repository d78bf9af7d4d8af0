/** Operators in five groups, in which time is told everywhere. */

export const opGroups = ["GEMM", "attention", "MoE", "communication", "other"] as const;
export type OpGroup = (typeof opGroups)[number];

/** Group of an operator's kind. */
export function opGroup(kind: string): OpGroup {
  if (/reduce|gather|scatter|alltoall|nccl|p2p|dispatch|combine|collective|comm|^deepep$/i.test(kind))
    return "communication";
  if (/moe|expert/i.test(kind)) return "MoE";
  if (/attention|mla|dsa|dsv4|msa|fmha|mamba|gdn|kda/i.test(kind)) return "attention";
  return /gemm|linear|logits|bmm/i.test(kind) ? "GEMM" : "other";
}
