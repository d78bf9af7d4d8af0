/** The folders of the repository and who imports whom. */
import * as Plot from "npm:@observablehq/plot";
import {h} from "./dom.js";

interface Folder {
  name: string;
  what: string;
  x: number;
  y: number;
}

const folders: Folder[] = [
  {name: "notebooks", what: "one question per page", x: 0, y: 3},
  {name: "src/components", what: "data in, element out", x: 0, y: 2},
  {name: "src/search, audit", what: "workers and clients", x: 1, y: 2},
  {name: "src/cli", what: "the command line", x: 1.9, y: 2},
  {name: "src/calibrate", what: "tables → surfaces", x: 2.75, y: 2},
  {name: "src/perf", what: "reads slices", x: 1.5, y: 1},
  {name: "data-loaders", what: "source tables → slices", x: 2.6, y: 1},
  {name: "engine", what: "models, operators, sessions, search", x: 1, y: 0}
];

const imports = [
  ["notebooks", "src/components"],
  ["notebooks", "src/search, audit"],
  ["src/components", "engine"],
  ["src/search, audit", "src/perf"],
  ["src/search, audit", "engine"],
  ["src/cli", "src/perf"],
  ["src/cli", "data-loaders"],
  ["src/calibrate", "src/perf"],
  ["src/calibrate", "data-loaders"],
  ["src/perf", "engine"],
  ["data-loaders", "engine"]
];

export function moduleMap(): HTMLElement {
  return h("div", {class: "kp-module-map", role: "group", tabindex: 0, "aria-label": "Who imports whom"}, drawn());
}

function drawn(): Element {
  const find = (name: string) => folders.find((folder) => folder.name === name)!;
  const arrows = imports.map(([from, to]) => ({from: find(from), to: find(to)}));
  const label = {stroke: "var(--kp-paper)", strokeWidth: 8};
  return Plot.plot({
    width: 720,
    height: 380,
    marginTop: 28,
    marginBottom: 36,
    style: {fontSize: "13px", fontFamily: "inherit", overflow: "visible"},
    x: {axis: null, domain: [-0.35, 3]},
    y: {axis: null, domain: [0, 3]},
    ariaLabel: imports.map(([from, to]) => `${from} imports ${to}`).join(", "),
    marks: [
      Plot.arrow(arrows, {
        x1: (d) => d.from.x,
        y1: (d) => d.from.y,
        x2: (d) => d.to.x,
        y2: (d) => d.to.y,
        inset: 26,
        stroke: "var(--kp-ink-faint)",
        headLength: 7,
        bend: false
      }),
      Plot.text(folders, {
        x: "x",
        y: "y",
        text: "name",
        fontWeight: 650,
        fontSize: 15,
        fill: "var(--kp-ink)",
        dy: -7,
        ...label
      }),
      Plot.text(folders, {x: "x", y: "y", text: "what", fill: "var(--kp-ink-muted)", dy: 11, ...label})
    ]
  });
}
