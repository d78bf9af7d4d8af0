/**
 * How far off utilisation is that was taken from elsewhere, by kind and by what it was taken from; shares. `empirical`:
 * from the points around. Written by `npm run accuracy:transfer`; docs/accuracy-transfer.md has the folds.
 */
import type {CoefficientKind} from "../coefficients.js";
import type {ErrorBand} from "../result.js";
import type {TransferTier} from "../transfer.js";

export type Borrowed = "empirical" | TransferTier;

/** Where a kind has no figure of its own. */
export const transferErrors: Record<Borrowed, ErrorBand> = {
  empirical: {p50: 0.069, p90: 0.291},
  xprofile: {p50: 0.212, p90: 0.873},
  xquant: {p50: 0.247, p90: 0.684},
  xshape: {p50: 0.124, p90: 0.506},
  xop: {p50: 0.166, p90: 0.599}
};

export const transferErrorsByKind: Partial<Record<CoefficientKind, Partial<Record<Borrowed, ErrorBand>>>> = {
  gemm: {empirical: {p50: 0.043, p90: 0.233}, xprofile: {p50: 0.407, p90: 1.966}, xquant: {p50: 0.29, p90: 0.788}},
  prefill_attention: {
    empirical: {p50: 0.071, p90: 0.289},
    xshape: {p50: 0.041, p90: 0.384},
    xprofile: {p50: 0.055, p90: 0.257}
  },
  decode_attention: {
    empirical: {p50: 0.112, p90: 0.259},
    xshape: {p50: 0.09, p90: 0.418},
    xprofile: {p50: 0.078, p90: 0.438}
  },
  prefill_mla: {empirical: {p50: 0.118, p90: 0.404}, xprofile: {p50: 0.153, p90: 0.479}},
  decode_mla: {empirical: {p50: 0.072, p90: 0.228}, xprofile: {p50: 0.179, p90: 0.701}},
  mla_bmm: {xshape: {p50: 0.104, p90: 0.391}, xprofile: {p50: 0.481, p90: 0.735}},
  moe: {
    empirical: {p50: 0.028, p90: 0.199},
    xshape: {p50: 0.148, p90: 0.579},
    xprofile: {p50: 0.458, p90: 1.364},
    xquant: {p50: 0.182, p90: 0.534}
  },
  allreduce: {xshape: {p50: 0.081, p90: 0.395}, xop: {p50: 0.465, p90: 2.154}},
  nccl: {xshape: {p50: 0.157, p90: 0.388}, xprofile: {p50: 0.1, p90: 0.415}, xop: {p50: 0.149, p90: 0.409}}
};
