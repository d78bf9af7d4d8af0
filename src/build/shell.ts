/** What surrounds every page: icon, fonts and the bar with links. */
import {existsSync, readFileSync, readdirSync} from "node:fs";
import {join} from "node:path";

/** A knee: steep, then flat. Both colours of the two serving modes. */
const icon =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><path d='M4 7h9c7 0 9 4 10 19' fill='none' stroke='#ff725c' stroke-width='4' stroke-linecap='round'/><path d='M4 16h4c5 0 7 3 8 10' fill='none' stroke='#4269d0' stroke-width='4' stroke-linecap='round'/></svg>";

interface Fragment {
  path: string;
}

/** `../` as often as the page is deep. */
function toRoot(path: string): string {
  return "../".repeat(path.split("/").length - 2) || "./";
}

export function head({path}: Fragment): string {
  const font = (family: string, file: string) =>
    `@font-face{font-family:"${family}";src:url("${toRoot(path)}_file/styles/fonts/${file}") format("woff2");font-weight:100 900;font-display:swap}`;
  return [
    `<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,${encodeURIComponent(icon)}">`,
    `<meta name="color-scheme" content="light dark">`,
    `<style>${font("Inter Variable", "inter.woff2")}${font("JetBrains Mono Variable", "jetbrains-mono.woff2")}</style>`
  ].join("\n");
}

export function header({path}: Fragment): string {
  const link = ({path: to, name}: Page) =>
    `<a href="${to}"${to === (path === "/index" ? "/" : path) ? ` aria-current="page"` : ""}>${name}</a>`;
  return `<a class="kp-brand" href="/">${icon}<span>Kneepoint</span></a>
<nav class="kp-nav" aria-label="Pages">${pages().map(link).join("")}</nav>`;
}

export interface Page {
  path: string;
  name: string;
}

/** The home page, then each notebook under the name in its front matter, in the order of `order`. */
export function pages(): Page[] {
  const notebooks = existsSync("notebooks") ? readdirSync("notebooks").filter((name) => /^[^[]+\.md$/.test(name)) : [];
  const found = notebooks.map((file) => {
    const text = readFileSync(join("notebooks", file), "utf8");
    const name = /^nav: *(.+)$/m.exec(text)?.[1] ?? /^# (.+)$/m.exec(text)?.[1] ?? file;
    return {
      path: `/notebooks/${file.replace(/\.md$/, "")}`,
      name,
      order: Number(/^order: *(\d+)$/m.exec(text)?.[1] ?? 50)
    };
  });
  return [
    {path: "/", name: "Find the knee"},
    ...found.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
  ];
}
