/** All charts: the functions, and the custom elements. */
export {breakdown} from "./breakdown.js";
export {compare} from "./compare.js";
export {cost} from "./cost.js";
export {frontier} from "./frontier.js";
export {memory} from "./memory.js";
