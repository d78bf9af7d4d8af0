/** What the build knows of a site, see src/build/embeds.ts. */
declare module "kneepoint:site" {
  import type {SystemJson} from "../engine/system.js";
  export const version: string;
  export const systems: SystemJson[];
  /** Where tables lie below the site, as they are and rounded, with a slash at the end; a preview has them once. */
  export const tables: string;
  export const roundedTables: string;
}
