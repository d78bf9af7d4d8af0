import {mountSources} from "./src/build/mount.js";
import {selfHost} from "./src/build/self-host.js";
import {head, header, pages} from "./src/build/shell.js";

const root = "src";
mountSources();
selfHost(root);

export default {
  root,
  title: "Kneepoint",
  head,
  header,
  footer: "",
  pages: pages().slice(1),
  sidebar: false,
  pager: false,
  toc: false,
  output: process.env.KNEEPOINT_DIST || "dist",
  style: "styles/kneepoint.css",
  globalStylesheets: [],
  preserveIndex: true,
  preserveExtension: true,
  interpreters: {".ts": ["node", "--import", "tsx"]},
  duckdb: {extensions: {json: null, parquet: null}}
};
