/** Sizes of a worker, of which not all were given. Shared by the command line and the library. */
import {InputError} from "../engine/errors.js";
import type {Parallel} from "../engine/result.js";

/**
 * Fills in sizes that were not given: 1; for a MoE model the expert sizes that use every GPU of a worker, or, with both
 * of those given, the context parallelism that makes as many GPUs.
 */
export function parallelOf(given: Partial<Parallel>, isMoe: boolean): Parallel {
  const {tp = 1, pp = 1, dp = 1} = given;
  if (!isMoe) return {tp, pp, dp, cp: given.cp ?? 1, moeTp: given.moeTp ?? 1, moeEp: given.moeEp ?? 1};
  const bothGiven = given.moeTp !== undefined && given.moeEp !== undefined;
  const cp = given.cp ?? (bothGiven ? Math.max(1, (given.moeTp! * given.moeEp!) / (tp * dp)) : 1);
  const ranks = tp * dp * cp;
  const moeTp = given.moeTp ?? (given.moeEp ? ranks / given.moeEp : 1);
  const moeEp = given.moeEp ?? ranks / moeTp;
  if (moeTp * moeEp !== ranks || ![cp, moeTp, moeEp].every(Number.isInteger))
    throw new InputError(`invalid expert sizes: moe-tp ${moeTp} · moe-ep ${moeEp}; must equal tp · dp · cp = ${ranks}`);
  return {tp, pp, dp, cp, moeTp, moeEp};
}
