/** What the build knows of a site, see src/build/embeds.ts. */
declare module "kneepoint:site" {
  import type {SystemJson} from "../engine/system.js";
  export const version: string;
  export const systems: SystemJson[];
}
