/** The charts that there are on their own: as embeds, and as files of the command line. */
export const charts = {
  frontier: "throughput against speed per user, both serving modes",
  breakdown: "where the time of a plan's steps goes, operator by operator",
  memory: "what fills the memory of a plan's GPUs",
  compare: "fronts of several systems, serving engines or models",
  cost: "what a million output tokens cost against speed per user"
} as const;

export type ChartName = keyof typeof charts;
export const chartNames = Object.keys(charts) as ChartName[];
