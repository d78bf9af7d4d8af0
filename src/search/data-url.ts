/** Where slices lie: beside the site’s modules, the same in preview, in a build, and under any sub-path. */
export const dataUrl = new URL("../../_file/data/", import.meta.url).href;

/** Where the embedded surfaces lie. */
export const calibrationUrl = new URL("../../_file/systems/calibration/", import.meta.url).href;
