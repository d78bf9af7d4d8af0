/** The configuration of a site for Framework: ours, and any that depends on this package. */
import {mountSources} from "./mount.js";
import {selfHost} from "./self-host.js";
import {head, header, pages} from "./shell.js";

export interface SiteOptions {
  /** Shown in the browser's tab, after the page's own title. */
  title?: string;
}

/** Framework's own options may be spread over what this returns. */
export function siteConfig({title = "Kneepoint"}: SiteOptions = {}) {
  const root = "src";
  mountSources();
  selfHost(root);
  return {
    root,
    title,
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
}
