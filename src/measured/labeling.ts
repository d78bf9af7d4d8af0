/** What labels of measured rows are taken as: what rules say was run, or what they say. */
export const labelings = ["corrected", "given"] as const;
export type Labeling = (typeof labelings)[number];
