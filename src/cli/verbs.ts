/** What the command can do, one line each; every verb's module starts from its line here. */
export const summaries = {
  default: "find the best way to serve a model on some GPUs: aggregated and disaggregated, with both frontiers",
  estimate: "predict one configuration, operator by operator",
  support: "say what the imported tables can answer, and where",
  quality: "say how far the imported tables can be trusted",
  batch: "answer JSON lines: operators, estimates and searches",
  import: "take over measured tables from a folder",
  version: "print the version"
} as const;

export type VerbName = keyof typeof summaries;
export const verbNames = Object.keys(summaries) as VerbName[];
