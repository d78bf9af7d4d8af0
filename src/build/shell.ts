/** What surrounds every page: icon, fonts and the bar with links. */
import {existsSync, readFileSync, readdirSync} from "node:fs";
import {join} from "node:path";

/** A knee: steep, then flat. Both colours of the two serving modes. */
const icon = readFileSync(join(import.meta.dirname, "../styles/icon.svg"), "utf8").replace(/\n\s*/g, "");

interface Fragment {
  path: string;
}

/** `../` as often as the page is deep. */
function toRoot(path: string): string {
  return "../".repeat(path.split("/").length - 2) || "./";
}

/** Takes the room that Inter will take, until that has come: 5.6 % wider than Arial, and as high. */
const fallback = `@font-face{font-family:"Inter Fallback";src:local("Arial"),local("Liberation Sans"),local("Helvetica");size-adjust:106%;ascent-override:91%;descent-override:22.8%;line-gap-override:0%}`;

export function head({path}: Fragment): string {
  const font = (family: string, file: string, weight: string) =>
    `@font-face{font-family:"${family}";src:url("${toRoot(path)}_file/styles/fonts/${file}") format("woff2");font-weight:${weight};font-display:swap}`;
  return [
    `<link rel="icon" type="image/svg+xml" href="/styles/icon.svg">`,
    `<meta name="color-scheme" content="light dark">`,
    `<style>${font("Inter Variable", "inter.woff2", "100 900")}${fallback}${font("JetBrains Mono", "jetbrains-mono.woff2", "400")}</style>`
  ].join("\n");
}

/** Menus close as menus do: on a press elsewhere, on Escape, and when another opens. */
const closeMenus = `addEventListener("click",(event)=>{for(const menu of document.querySelectorAll(".kp-menu[open]"))if(!menu.contains(event.target))menu.open=false});addEventListener("keydown",(event)=>{if(event.key!=="Escape")return;const menu=document.querySelector(".kp-menu[open]");if(!menu)return;menu.open=false;menu.querySelector("summary").focus()})`;

export function header({path}: Fragment): string {
  const here = path === "/index" ? "/" : path;
  const link = ({path: to, name, question}: Page) =>
    `<a href="${to}"${to === here ? ` aria-current="page"` : ""}><b>${name}</b>${question ? `<span>${question}</span>` : ""}</a>`;
  const menu = (group: Group) => {
    const inside = pages().filter((page) => page.group === group);
    if (inside.length === 0) return "";
    const current = inside.some(({path: to}) => to === here) ? ` data-current` : "";
    return `<details class="kp-menu" name="kp-menu"${current}><summary>${groupNames[group]}</summary><div>${inside.map(link).join("")}</div></details>`;
  };
  return `<a class="kp-brand" href="/">${icon}<span>Kneepoint</span></a>
<nav class="kp-nav" aria-label="Pages">${groups.map(menu).join("")}</nav>
<script>${closeMenus}</script>`;
}

/** What pages are for, in the order of the bar. */
const groups = ["decide", "trust", "data", "use", "yours"] as const;
type Group = (typeof groups)[number];
const groupNames: Record<Group, string> = {
  decide: "Decide",
  trust: "Trust",
  data: "Data",
  use: "Use it",
  yours: "Your notebooks"
};

export interface Page {
  path: string;
  name: string;
  /** The page’s title, where it says more than its name. */
  question: string;
  group: Group;
  /** What it does until it has its answer; empty where it has it at once. */
  busy: string;
}

/** The home page, then each notebook under the name in its front matter, in the order of `order`; those of a reader’s own come last. */
export function pages(): Page[] {
  const notebooks = existsSync("notebooks") ? readdirSync("notebooks").filter((name) => /^[^[]+\.md$/.test(name)) : [];
  const read = (path: string) => {
    const text = readFileSync(path, "utf8");
    return {text, matter: (key: string) => new RegExp(`^${key}: *(.+)$`, "m").exec(text)?.[1]};
  };
  const found = notebooks.map((file) => {
    const {text, matter} = read(join("notebooks", file));
    const title = matter("title") ?? /^# (.+)$/m.exec(text)?.[1] ?? file;
    const name = matter("nav") ?? title;
    return {
      path: `/notebooks/${file.replace(/\.md$/, "")}`,
      name,
      question: title === name ? "" : title,
      group: groups.find((group) => group === matter("group")) ?? ("yours" as const),
      order: Number(matter("order") ?? 50),
      busy: matter("busy") ?? ""
    };
  });
  const home = {path: "/", name: "Find the knee", question: "How should you serve a model on your GPUs?"};
  const isHere = existsSync("src/index.md");
  return [
    {...home, group: "decide", busy: (isHere && read("src/index.md").matter("busy")) || ""},
    ...found.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
  ];
}
