import {siteConfig} from "./src/build/site.js";

export default siteConfig();
