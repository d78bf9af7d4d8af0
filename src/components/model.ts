/** Models to choose from. */
export {catalogueModels as modelIds} from "../engine/models/catalogue.js";
