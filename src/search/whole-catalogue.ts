import type {Catalogue} from "../engine/schema.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {dataUrl} from "./data-url.js";

/** The catalogue with all its slices, which a built site keeps by system. Rejects when one of these cannot be read. */
export async function wholeCatalogue({systems, parts = {}}: CatalogueIndex): Promise<Catalogue> {
  const read = async ([system, path]: [string, string]) => {
    const response = await fetch(new URL(path, dataUrl));
    if (!response.ok) throw new Error(`cannot read ${path}: ${response.status}; run npm run build again`);
    return [system, await response.json()] as const;
  };
  const opened = await Promise.all(Object.entries(parts).map(read));
  return {format: 1, systems: {...systems, ...Object.fromEntries(opened)}} as Catalogue;
}
