/** Constants fitted to a user's own runs. */
import {calibratedFor, constantNames, product, sharedConstants} from "../engine/simulate/calibration.js";
import type {CalibrationTable, FamilyFit, ServingConstants} from "../engine/simulate/calibration.js";
import {dayOf} from "../measured/read.js";
import {fitBeside} from "./beside.js";
import {constantsOf, logsOf} from "./joint-fit.js";
import {byKey, predictObserved, withoutCopies} from "./observation.js";
import type {Observation} from "./observation.js";
import {ownSpread} from "./priors.js";
import {counted, digits, errorOf, errorsOf} from "./table.js";

/**
 * A table of a user's own runs: the shipped classes and shapes, and families that are fitted to these runs alone, near
 * what the shipped table says of them. About ten runs of a family move it; with fewer it stays near where it was.
 */
export function fitOwn(
  observations: readonly Observation[],
  shipped: CalibrationTable,
  name: string
): CalibrationTable {
  const families: FamilyFit[] = [];
  for (const members of byKey(withoutCopies(observations), (each) => `${each.backend}|${each.family}`).values()) {
    const [first] = members;
    const worker = "decode" in first.prepared ? first.prepared.decode.worker : first.prepared.worker;
    const known = calibratedFor(worker, shipped);
    const beneath = sharedConstants(first, shipped).constants;
    const fit = fitBeside(
      members,
      () => logsOf(known.constants),
      ({family}) => [family],
      [ownSpread]
    );
    const constants = product(known.constants, constantsOf(fit.factors.get(first.family)!));
    const quotient = constantNames.map((each) => [each, digits(constants[each] / beneath[each])]);
    const factors = Object.fromEntries(quotient) as unknown as ServingConstants;
    const errors = members.map(({prepared, deployment}, i) => {
      // Each run as if the others were all there are.
      const without = fit.without((_, other) => other === i).get(first.family);
      const held = without ? product(known.constants, constantsOf(without)) : known.constants;
      return errorsOf(predictObserved(prepared, held), deployment.row.measured);
    });
    const {backend, shape, system, gemm, moe, drafts, attentionDp} = first;
    const keys = {backend, shape, system, gemm, moe, drafts, attentionDp};
    families.push({...keys, factors, ...counted(members), error: errorOf(errors)});
  }
  const days = observations.map(({deployment}) => dayOf(deployment.row)).filter((day) => day !== "");
  days.sort();
  const source = {name, rows: observations.length, from: days[0] ?? "", to: days.at(-1) ?? ""};
  return {...shipped, source, families, disaggregated: undefined};
}
