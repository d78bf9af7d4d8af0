/** Bundling sources that import from folders beside `src`, whether or not the site has linked these into it. */
import {join, resolve} from "node:path";
import type {Plugin} from "esbuild";

/** `../engine/…` below src means the folder beside src, whether or not the site has linked it there. */
export function siblings(repo: string): Plugin {
  const setup: Plugin["setup"] = ({onResolve}) =>
    onResolve({filter: /^\.\.\/(engine|data-loaders|templates)\/.*\.js$/}, ({path, resolveDir}) => {
      if (!resolveDir.startsWith(join(repo, "src"))) return undefined;
      return {path: resolve(resolveDir, path).replace(join(repo, "src"), repo).replace(/\.js$/, ".ts")};
    });
  return {name: "siblings", setup};
}
