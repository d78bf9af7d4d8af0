/** Fills in the templates of shell scripts and text. They hold text only: what varies is computed before. */
import nunjucks from "nunjucks";
import {texts, type TextName} from "./texts.js";

const environment = new nunjucks.Environment(null, {
  autoescape: false,
  throwOnUndefined: true,
  trimBlocks: true,
  lstripBlocks: true
});

const compiled = new Map<TextName, nunjucks.Template>();

/** Throws when the template asks for a value that is not given. */
export function render(name: TextName, values: object): string {
  const template = compiled.get(name) ?? new nunjucks.Template(texts[name], environment, name, true);
  compiled.set(name, template);
  return template.render(values);
}
