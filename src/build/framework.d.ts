/** The parts of Framework that the build calls; it has no types of its own. */
declare module "@observablehq/framework/dist/preview.js" {
  import type {Server} from "node:http";
  export function preview(options: {
    hostname: string;
    port?: number;
    verbose?: boolean;
    open?: boolean;
  }): Promise<{server: Server}>;
}
declare module "@observablehq/framework/dist/config.js" {
  export function readConfig(): Promise<{root: string; output: string}>;
}
declare module "@observablehq/framework/dist/build.js" {
  export function build(options: {config: unknown}): Promise<void>;
}
