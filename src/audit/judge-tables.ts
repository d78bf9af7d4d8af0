/** Judges the tables of a catalogue, for the command line and for the site's build. */
import {addQuality, emptyQuality} from "../engine/quality.js";
import type {SliceQuality} from "../engine/quality.js";
import type {Catalogue, SliceEntry, TableName} from "../engine/schema.js";

/** A whole table of one version. */
export interface TableQuality extends SliceQuality {
  system: string;
  backend: string;
  version: string;
  table: TableName;
}

export type TableWish = Partial<Record<"system" | "backend" | "version" | "table", string>>;

/** Versions with measurements of their own, or the one wished for, in the catalogue's order; a file that several share is judged once. */
export async function judgeTables(
  {systems}: Catalogue,
  judge: (system: string, slice: SliceEntry) => Promise<SliceQuality>,
  wish: TableWish = {}
): Promise<TableQuality[]> {
  const judged: TableQuality[] = [];
  for (const [system, libraries] of Object.entries(systems)) {
    if ((wish.system ?? system) !== system) continue;
    const known = new Map<string, SliceQuality>();
    for (const [backend, versions] of Object.entries(libraries)) {
      if ((wish.backend ?? backend) !== backend) continue;
      for (const [version, {measured, slices}] of Object.entries(versions)) {
        if (wish.version === undefined ? !measured : wish.version !== version) continue;
        const names = [...new Set(slices.map(({table}) => table))];
        for (const table of names.filter((name) => (wish.table ?? name) === name)) {
          let sum = emptyQuality();
          for (const slice of slices) {
            if (slice.table !== table) continue;
            const quality = known.get(slice.path) ?? (await judge(system, slice));
            known.set(slice.path, quality);
            sum = addQuality(sum, quality);
          }
          judged.push({system, backend, version, table, ...sum});
        }
      }
    }
  }
  return judged;
}
