import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {afterEach, expect, test} from "vitest";
import {checkSite} from "../../src/build/check.js";

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, {recursive: true})));

function site(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "kneepoint-check-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true});
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const cases: [name: string, files: Record<string, string>, problem: RegExp | null][] = [
  ["a good page", {"index.html": `<a href="./a.html">a</a><a href="https://x.test">x</a>`, "a.html": ""}, null],
  [
    "a broken cell",
    {
      "index.html": `<div class="observablehq observablehq--block"><div class="observablehq--inspect observablehq--error">SyntaxError: Unexpected token (2:7)</div></div>`
    },
    /^index\.html: broken cell: SyntaxError: Unexpected token \(2:7\)/
  ],
  ["a dead link", {"p/x.html": `<a href="../gone.html?a=1#b">gone</a>`}, /^p\/x\.html: dead link: \.\.\/gone\.html/],
  [
    "a module that is not there",
    {"x.html": `<script type="module">import {a} from "./_import/a.js"</script>`},
    /dead link/
  ],
  [
    "a script of another host",
    {"x.html": `<script src="https://x.test/a.js"></script>`},
    /^x\.html: loads from another host/
  ],
  ["a style sheet of another host", {"a.css": `@import "https://x.test/a.css";`}, /^a\.css: loads from another host/],
  [
    "a font of another host",
    {"a.css": `@font-face{src:url(https://x.test/a.woff2)}`},
    /^a\.css: loads from another host/
  ],
  ["a module of another host", {"a.js": `import d from "https://x.test/a.js"`}, /^a\.js: loads from another host/]
];

test.each(cases)("the build check tells %s", (_name, files, problem) => {
  const problems = checkSite(site(files));
  if (problem) expect(problems.join("\n")).toMatch(problem);
  else expect(problems).toEqual([]);
});
