/** GPUs that nobody measured. */
import type {SystemSpec} from "../engine/system.js";
import type {CallOptions} from "./call.js";
import {ownTables} from "./open-tables.js";

/**
 * A GPU from its description, keyed as `systems/*.yaml` are (`kneepoint systems --yaml h200_sxm` prints one). Only
 * bandwidth, capacity and bf16 rate must be given; what is left out comes from the known system nearest to it and is
 * listed in `assumptions`. It is answered from the measured GPU nearest to it, or from `lookUps.donor`.
 *
 * Rejects with InputError that names the key and its unit.
 */
export async function customGpu(
  id: string,
  description: object,
  {tables}: Pick<CallOptions, "tables"> = {}
): Promise<SystemSpec> {
  const [{customSystem}, {systems}] = await Promise.all([import("../engine/custom-system.js"), tables ?? ownTables()]);
  return customSystem(id, description, systems);
}
