/**
 * Where a latency comes from. `silicon`: measured tables, a miss is an error. `hybrid`: tables, and on a miss the
 * utilisation of other measurements. `empirical`: always that. `sol`: speed of light. `calibrated`: the embedded default,
 * surfaces fitted to tables, looked up as in `hybrid`; where none answers, those of the system's other serving engines,
 * then speed of light times a coefficient. Source: method.md §4.1.
 */
export const databases = ["silicon", "hybrid", "empirical", "sol", "calibrated"] as const;
export type Database = (typeof databases)[number];
