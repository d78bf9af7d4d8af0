/**
 * How well a measured GPU answers for another, by kind of operator and by how the two are related. Written by
 * `npm run accuracy:systems`; the study is in docs/accuracy-systems.md.
 */
import type {Relation} from "../donor.js";
import type {ErrorBand} from "../result.js";

export interface DonorFigures {
  /**
   * Of the time that a kernel takes beyond its speed of light, the share that is waiting (launches, latencies,
   * synchronisation) and does not shrink with a faster GPU. Fitted, to 0.1; 0 keeps utilisation as it is.
   */
  waitingShare: number;
  /** Waiting is never more than this; Infinity where a cap betters nothing. */
  waitingCapMs: number;
  /** Relative error that half (p50) and nine tenths (p90) of held-out rows stayed within. */
  error: ErrorBand;
}

export const donorStudy: Record<string, Record<Relation, DonorFigures>> = {
  gemm: {
    design: {waitingShare: 1, waitingCapMs: 0.3, error: {p50: 0.034, p90: 0.125}},
    line: {waitingShare: 0.9, waitingCapMs: 0.1, error: {p50: 0.201, p90: 0.617}},
    none: {waitingShare: 1, waitingCapMs: 0.01, error: {p50: 0.273, p90: 0.907}}
  },
  prefill_attention: {
    design: {waitingShare: 1, waitingCapMs: 0.1, error: {p50: 0.033, p90: 0.308}},
    line: {waitingShare: 0.8, waitingCapMs: 0.1, error: {p50: 0.248, p90: 0.653}},
    none: {waitingShare: 1, waitingCapMs: 0.1, error: {p50: 0.322, p90: 1.108}}
  },
  decode_attention: {
    design: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.032, p90: 0.18}},
    line: {waitingShare: 0.5, waitingCapMs: 1, error: {p50: 0.324, p90: 1.539}},
    none: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.368, p90: 0.919}}
  },
  prefill_mla: {
    design: {waitingShare: 0.8, waitingCapMs: Infinity, error: {p50: 0.03, p90: 0.072}},
    line: {waitingShare: 0.5, waitingCapMs: Infinity, error: {p50: 0.215, p90: 0.627}},
    none: {waitingShare: 1, waitingCapMs: 0.1, error: {p50: 0.215, p90: 0.573}}
  },
  decode_mla: {
    design: {waitingShare: 0.9, waitingCapMs: Infinity, error: {p50: 0.026, p90: 0.099}},
    line: {waitingShare: 0.9, waitingCapMs: 0.1, error: {p50: 0.215, p90: 0.675}},
    none: {waitingShare: 0.8, waitingCapMs: 0.1, error: {p50: 0.422, p90: 3.211}}
  },
  mla_bmm: {
    design: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.045, p90: 0.255}},
    line: {waitingShare: 1, waitingCapMs: 0.3, error: {p50: 0.168, p90: 0.381}},
    none: {waitingShare: 1, waitingCapMs: 1, error: {p50: 0.193, p90: 0.658}}
  },
  moe: {
    design: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.039, p90: 0.139}},
    line: {waitingShare: 0.9, waitingCapMs: 1, error: {p50: 0.198, p90: 0.669}},
    none: {waitingShare: 0.9, waitingCapMs: Infinity, error: {p50: 0.25, p90: 0.775}}
  },
  allreduce: {
    design: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.027, p90: 0.094}},
    line: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.408, p90: 0.721}},
    none: {waitingShare: 0.5, waitingCapMs: 0.01, error: {p50: 0.857, p90: 2.503}}
  },
  nccl: {
    design: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.032, p90: 0.09}},
    line: {waitingShare: 1, waitingCapMs: Infinity, error: {p50: 0.264, p90: 0.427}},
    none: {waitingShare: 1, waitingCapMs: 0.01, error: {p50: 0.385, p90: 5.156}}
  }
};

/** Relative error of whole static estimates of DeepSeek-V3, Meta-Llama-3.1-70B-Instruct, Qwen3-235B-A22B-FP8, Qwen3-32B-FP8. */
export const wholeWorkers: Record<Relation, {ttft: ErrorBand; tpot: ErrorBand}> = {
  design: {ttft: {p50: 0.035, p90: 0.109}, tpot: {p50: 0.027, p90: 0.068}},
  line: {ttft: {p50: 0.115, p90: 0.457}, tpot: {p50: 0.145, p90: 0.486}},
  none: {ttft: {p50: 0.278, p90: 0.725}, tpot: {p50: 0.261, p90: 0.499}}
};
