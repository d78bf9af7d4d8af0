/** What a target is: a file of this folder that turns a plan into files, and nothing else. */
import type {DeploymentPlan} from "../plan.js";

export interface TargetFile {
  /** Below the folder of the mode, with forward slashes. */
  path: string;
  text: string;
  /** Set on what is run by its name. */
  executable?: true;
}

/** One step of the README: a command and what it is for. */
export interface Step {
  text: string;
  command?: string;
}

export interface Target {
  /** As typed after `--target`. */
  name: string;
  /** Heading of its part of the README. */
  title: string;
  /** Throws InputError for a value that nothing can make safe in its language. */
  files(plan: DeploymentPlan): TargetFile[];
  /** Commands in order, of the folder that the files are in. */
  steps(plan: DeploymentPlan): Step[];
  /** What is unproved about these files, a sentence each. */
  doubts?(plan: DeploymentPlan): string[];
  /** Why the plan cannot be written this way; undefined when it can. */
  excludes?(plan: DeploymentPlan): string | undefined;
}
