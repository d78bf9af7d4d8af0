/** What every file says about itself at its top: whose it is, for which releases, by which rules. */
import type {DeploymentPlan} from "../plan.js";
import {oneLine} from "../quote.js";

/** Lines without comment signs. The release of the measurements is named where it is another than the files'. */
export function headerLines(plan: DeploymentPlan, title: string): string[] {
  const {engine, dynamo, model} = plan;
  const row = engine.row === engine.version ? "" : ` (by the rules of ${engine.row})`;
  const other = engine.dataVersions.filter((version) => version !== engine.version);
  return [
    `${title}, by Kneepoint`,
    `model: ${model.id}`,
    `files for: ${engine.label} ${engine.version}${row}, Dynamo ${dynamo.release}`,
    ...(other.length > 0 ? [`figures from measurements of: ${engine.label} ${other.join(", ")}`] : []),
    `rules: ${plan.rules}`
  ].map(oneLine);
}

/** The header as comments of shell, YAML and Python. */
export function comments(plan: DeploymentPlan, title: string): string {
  return headerLines(plan, title)
    .map((line) => `# ${line}\n`)
    .join("");
}
