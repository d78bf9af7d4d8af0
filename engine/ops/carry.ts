/**
 * What a kernel takes on a GPU that nobody measured, from what it takes on one that was. The donor's time is its speed
 * of light, which scales with the GPU, and time beyond, part of which is waiting that no faster GPU shortens:
 *
 *     waiting = min(waitingCapMs, waitingShare · max(0, donor − lightThere))
 *     here    = waiting + (donor − waiting) · lightHere / lightThere
 *
 * With waitingShare 0 utilisation is kept, as in method.md §4.2; the shares come from the study in `accuracy/donor-study.ts`.
 */
import {errorRelationOf, relationOf} from "../donor.js";
import type {Relation} from "../donor.js";
import {donorStudy} from "../accuracy/donor-study.js";
import type {DonorFigures} from "../accuracy/donor-study.js";
import type {SystemSpec} from "../system.js";
import {doubt, rank, trace, weaken} from "../trace.js";
import type {Latency, Platform} from "./table.js";

/**
 * `bind` for a platform with a donor: asked on the donor in the platform's own database, and for the speed of light on
 * both. `kind` is of the operator. Where no speed of light is modelled, `bytesPerSec` of the GPU that moves the data
 * scales the whole; without it the donor's time stays.
 */
export function carried(
  platform: Platform & {donor: SystemSpec},
  kind: string,
  bind: (on: Platform) => Latency,
  bytesPerSec?: (of: SystemSpec) => number
): Latency {
  const {system, donor} = platform;
  const figures = donorFigures(kind, relationOf(system, donor));
  const {error} = donorFigures(kind, errorRelationOf(system, donor));
  const there = bind({...platform, system: donor, donor: undefined});
  if (bytesPerSec) {
    const scale = bytesPerSec(donor) / bytesPerSec(system);
    return (a, b, c, d) => {
      const ms = there(a, b, c, d) * scale;
      weaken(rank.xsystem);
      doubt(error);
      return ms;
    };
  }
  const light = (of: SystemSpec) => bind({...platform, system: ownRates(of), donor: undefined, database: "sol"});
  const [lightThere, lightHere] = [light(donor), light(system)];
  return (a, b, c, d) => {
    const ms = there(a, b, c, d);
    const {rank: before, errorP50, errorP90} = trace;
    const [lightThereMs, lightHereMs] = [lightThere(a, b, c, d), lightHere(a, b, c, d)];
    trace.rank = before;
    trace.errorP50 = errorP50;
    trace.errorP90 = errorP90;
    weaken(rank.xsystem);
    doubt(error);
    return scaledMs(ms, lightThereMs, lightHereMs, figures);
  };
}

/** The rule above; `ms` as it is where a speed of light is unknown. */
export function scaledMs(
  ms: number,
  lightThereMs: number,
  lightHereMs: number,
  {waitingShare, waitingCapMs}: Pick<DonorFigures, "waitingShare" | "waitingCapMs">
): number {
  if (lightHereMs === lightThereMs || !(lightThereMs > 0 && lightHereMs > 0)) return ms;
  const waitingMs = Math.min(waitingCapMs, waitingShare * Math.max(0, ms - lightThereMs));
  return waitingMs + ((ms - waitingMs) * lightHereMs) / lightThereMs;
}

/** Every type at its own rate; a type that the GPU lacks computes at the next wider one's. */
export function ownRates(system: SystemSpec): SystemSpec {
  const {bf16FlopsPerSec, fp8FlopsPerSec = bf16FlopsPerSec, fp4FlopsPerSec = fp8FlopsPerSec} = system;
  return {...system, fp8FlopsPerSec, fp4FlopsPerSec, ownRates: true};
}

/** Whether a platform's operators are answered by a donor; the speed of light needs none. */
export function hasDonor(platform: Platform): platform is Platform & {donor: SystemSpec} {
  return platform.donor !== undefined && platform.database !== "sol";
}

/** Operators that stand in the study under another's name, or are built like one that does. */
const studied: Record<string, string> = {
  encoder_attention: "prefill_attention",
  prefill_mla_module: "prefill_mla",
  decode_mla_module: "decode_mla",
  wideep_prefill_mla: "prefill_mla",
  wideep_decode_mla: "decode_mla",
  dsa_prefill_module: "prefill_mla",
  dsa_decode_module: "decode_mla",
  dsv4_prefill_module: "prefill_mla",
  dsv4_decode_module: "decode_mla",
  msa_prefill_module: "prefill_mla",
  msa_decode_module: "decode_mla",
  wideep_moe: "moe",
  deepep_moe: "moe",
  megamoe: "moe",
  deepep: "nccl",
  alltoall: "nccl"
};

/** What the study found for a kind of operator; one that it lacks takes the figures of GEMMs. */
export function donorFigures(kind: string, relation: Relation): DonorFigures {
  return (donorStudy[studied[kind] ?? kind] ?? donorStudy.gemm)[relation];
}
