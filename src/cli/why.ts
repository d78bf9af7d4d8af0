import type {MissesWhy} from "../engine/index.js";
export function missLines(_: MissesWhy): string[] {
  return [];
}
