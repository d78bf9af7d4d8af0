/** The half of Nunjucks that runs templates, without the half that compiles them. */
declare module "nunjucks/browser/nunjucks-slim.js" {
  export {default} from "nunjucks";
}
