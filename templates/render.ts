/** Fills in the templates of shell scripts and text. They hold text only: what varies is computed before. */
import nunjucks from "nunjucks/browser/nunjucks-slim.js";
import {templates, type TemplateName} from "./compiled.js";

const environment = new nunjucks.Environment(null, {autoescape: false, throwOnUndefined: true});

const opened = new Map<TemplateName, nunjucks.Template>();

/** Throws when the template asks for a value that is not given. */
export function render(name: TemplateName, values: object): string {
  const template = opened.get(name) ?? openTemplate(name);
  opened.set(name, template);
  return template.render(values);
}

function openTemplate(name: TemplateName): nunjucks.Template {
  // Nunjucks' types do not know of templates that are compiled beforehand.
  const source = {type: "code", obj: templates[name]} as unknown as string;
  return new nunjucks.Template(source, environment, name, true);
}
