/** Dropped files, kept in this tab while it is open: reloading it brings them back, a link does not. */
import type {SavedFile} from "./comparison-entry.js";

const key = "kneepoint.dropped";

export function keptFiles(): SavedFile[] {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "[]") as unknown;
    return Array.isArray(found) ? (found as SavedFile[]) : [];
  } catch {
    return [];
  }
}

/** Too large a file is not kept; it stays while the page does. */
export function keepFiles(files: readonly SavedFile[]): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(files));
  } catch {
    return;
  }
}
