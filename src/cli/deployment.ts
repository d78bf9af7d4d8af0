/** Plans of searches as deployments: what `--save-dir` and `generate` write of them. */
import {InputError} from "../engine/errors.js";
import {inferNextn, withImages, type ModelConfig, type SearchProblem} from "../engine/index.js";
import {servingChoices} from "../engine/models/serving.js";
import type {Plan} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";
import {makePlan} from "../templates/make-plan.js";
import type {ChosenPoint, PlanOptions} from "../templates/options.js";
import {deploymentFiles, type TargetFile} from "../templates/tree.js";
import type {TaskConfig} from "../task/index.js";

/** A plan with the question that it answers; images of a prompt count among its tokens. */
export function searchedPoint(problem: SearchProblem, plan: Plan): ChosenPoint {
  const {model, platform, workload, decodeServing, freeMemoryFraction} = problem;
  return {
    plan,
    model,
    system: platform.system,
    workload: withImages(model, workload),
    nextn: problem.nextn ?? inferNextn(model),
    serving: servingChoices(problem),
    decodeServing,
    freeMemoryFraction
  };
}

/** The same for a plan out of a file, with the configuration that lies beside it. */
export function savedPoint(
  {workload, nextn, serving, decodeServing, freeMemoryFraction}: TaskConfig,
  {model, system, plan}: {model: ModelConfig; system: SystemSpec; plan: Plan}
): ChosenPoint {
  return {
    plan,
    model,
    system,
    workload: withImages(model, workload),
    nextn: nextn ?? inferNextn(model),
    serving,
    decodeServing,
    freeMemoryFraction
  };
}

/** Files of a plan; where no engine or cluster would take it, a README that says why. */
export function filesOrReason(point: ChosenPoint, options: PlanOptions = {}): TargetFile[] {
  try {
    return deploymentFiles(makePlan(point, options));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const text = `# No deployment was written\n\n${error.message}\n\nThe plan itself is in plan.json; \`kneepoint generate\` takes it with other settings.\n`;
    return [{path: "README.md", text}];
  }
}
