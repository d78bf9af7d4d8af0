/** What `observable build` lets pass: broken cells, dead links and references to other hosts. */
import {existsSync, readFileSync, readdirSync, statSync} from "node:fs";
import {dirname, join, relative} from "node:path";

/** One line per problem, naming page and error; empty for a good site. */
export function checkSite(output: string): string[] {
  const files = readdirSync(output, {recursive: true, encoding: "utf8"}).map((name) => join(output, name));
  return files.filter((path) => statSync(path).isFile()).flatMap((path) => checkFile(output, path));
}

function checkFile(output: string, path: string): string[] {
  const name = relative(output, path);
  if (path.endsWith(".html")) return checkPage(output, path).map((problem) => `${name}: ${problem}`);
  if (path.endsWith(".css")) return hosts(read(path), /(?:url\(\s*["']?|@import\s+["'])(https?:\/\/[^"')]+)/g, name);
  if (path.endsWith(".js")) return hosts(read(path), /(?:\bfrom|\bimport)\s*\(?\s*["'](https?:\/\/[^"']+)/g, name);
  return [];
}

function checkPage(output: string, path: string): string[] {
  const html = read(path);
  const markup = html.replace(/(<script[^>]*>)[^]*?(<\/script>)/g, "$1$2");
  const broken = [...markup.matchAll(/<[^>]*class="[^"]*observablehq--error[^>]*>([^]*?)<\/div>/g)].map(
    ([, text]) => text
  );
  if (broken.length === 0 && /\bSyntaxError: /.test(html)) broken.push(/SyntaxError: [^<\n]*/.exec(html)![0]);
  return [
    ...broken.map((text) => `broken cell: ${text.replace(/<[^>]+>/g, "").trim()}`),
    ...tags(markup, "link|script|img|iframe|source")
      .filter(isExternal)
      .map((url) => `loads from another host: ${url}`),
    ...[...new Set([...tags(markup, "a|link|script|img"), ...scripts(html)])]
      .filter((url) => isDead(output, path, url))
      .map((url) => `dead link: ${url}`)
  ];
}

/** Values of href and src in these elements. */
function tags(html: string, names: string): string[] {
  const open = html.matchAll(new RegExp(`<(?:${names})\\b[^>]*?\\b(?:href|src)="([^"]*)"`, "g"));
  return [...open].map(([, url]) => url.replaceAll("&amp;", "&"));
}

/** Modules that the page’s own script imports. */
function scripts(html: string): string[] {
  return [...html.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, url]) => url);
}

function isDead(output: string, page: string, url: string): boolean {
  if (isExternal(url) || /^(data|mailto):/.test(url)) return false;
  const [path] = decodeURI(url).split(/[?#]/);
  if (path === "") return false;
  const target = path.startsWith("/") ? join(output, path) : join(dirname(page), path);
  return !existsSync(target) || (statSync(target).isDirectory() && !existsSync(join(target, "index.html")));
}

function isExternal(url: string): boolean {
  return /^(https?:)?\/\//.test(url);
}

function hosts(text: string, pattern: RegExp, name: string): string[] {
  return [...text.matchAll(pattern)].map(([, url]) => `${name}: loads from another host: ${url}`);
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
