/** Task configuration: what pages, the command line and the library use of it. */
export {layerKinds, taskServingModes} from "./types.js";
export type * from "./types.js";
