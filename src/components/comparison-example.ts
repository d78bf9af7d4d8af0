/** What is compared until the reader says what: the question's own GPU and others that people weigh against it. */
import type {SiteData} from "../search/site.js";
import {plainVariant} from "./comparison.js";
import type {Variant} from "./comparison.js";
import type {Question} from "./question.js";
import {measuredVersions} from "./version.js";

/** In the order in which they are weighed. */
const usual = ["h200_sxm", "b200_sxm", "h100_sxm", "gb200", "a100_sxm", "l40s"];
const exampleSearches = 3;

/** Of GPUs with tables of the backend, or else with surfaces that were fitted to such. */
export function exampleVariants({catalogue, calibrations}: SiteData): (base: Question) => Variant[] {
  return ({system, backend}) => {
    const hasTables = (id: string) => measuredVersions(catalogue, id, backend).length > 0;
    const hasSurfaces = (id: string) => calibrations.some((entry) => entry.system === id && entry.backend === backend);
    const isAnswered = usual.some(hasTables) ? hasTables : hasSurfaces;
    const others = usual.filter((id) => id !== system && isAnswered(id)).slice(0, exampleSearches - 1);
    return [plainVariant, ...others.map((id) => ({...plainVariant, part: {system: id}}))];
  };
}
