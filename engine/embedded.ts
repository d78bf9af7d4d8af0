import type {Platform} from "./ops/table.js";
import {PerfDatabase} from "./perf.js";

/**
 * The same platform on its embedded surfaces, whatever tables it has: those of its own serving engine, then those of
 * the system's others, and at last coefficients.
 */
export function embeddedDefault(platform: Platform): Platform {
  const {system, backend, version, embedded} = platform;
  const fitted = () => embedded?.() ?? [];
  const own = fitted().find((perf) => perf.backend === backend);
  return {
    ...platform,
    database: "calibrated",
    version: own?.version ?? version,
    perf: own ?? new PerfDatabase(system.id, backend, ""),
    embedded: () => fitted().filter((perf) => perf !== own)
  };
}
