import type {Data} from "../cli/data.js";
import type {Source} from "./main.js";
export async function check(_data: Data, _sources: readonly Source[], _options: {log: (line: string) => void}): Promise<void> {}
