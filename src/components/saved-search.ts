/** Questions that were saved for comparison, in this browser. */
import {formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

export interface SavedSearch {
  name: string;
  question: Question;
}

const key = "kneepoint.searches";
/** More are not kept; the oldest go. */
const mostSaved = 40;

type Store = Pick<Storage, "getItem" | "setItem">;

/** Keeps nothing where the browser lets a page keep nothing. */
function browserStorage(): Store {
  try {
    return localStorage;
  } catch {
    return {getItem: () => null, setItem: () => {}};
  }
}

/** Newest first; none where the browser keeps nothing, or what it keeps makes no sense. */
export function savedSearches(storage: Pick<Store, "getItem"> = browserStorage()): SavedSearch[] {
  let found: unknown;
  try {
    found = JSON.parse(storage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(found)) return [];
  return found.flatMap((each: unknown): SavedSearch[] => {
    const {name, query} = (each ?? {}) as Record<string, unknown>;
    if (typeof name !== "string" || typeof query !== "string") return [];
    return [{name, question: parseQuestion(query)}];
  });
}

/** Puts a search first; one of the same question takes its new name. False where the browser keeps nothing. */
export function saveSearch(search: SavedSearch, storage: Store = browserStorage()): boolean {
  return write([search, ...without(search, storage)], storage);
}

export function isSaved(question: Question, storage: Pick<Store, "getItem"> = browserStorage()): boolean {
  return savedSearches(storage).some((saved) => isSameSearch(saved.question, question));
}

export function forgetSearch(search: SavedSearch, storage: Store = browserStorage()): boolean {
  return write(without(search, storage), storage);
}

/** Whether two questions are answered alike, whatever is picked of the answers. */
export function isSameSearch(a: Question, b: Question): boolean {
  return queryOf(a) === queryOf(b);
}

function without({question}: SavedSearch, storage: Store): SavedSearch[] {
  return savedSearches(storage).filter((other) => !isSameSearch(other.question, question));
}

/** Tells when another tab saved or forgot one; the function returned ends it. */
export function onSavedSearches(notify: () => void): () => void {
  const listen = (event: StorageEvent) => event.key === key && notify();
  addEventListener("storage", listen);
  return () => removeEventListener("storage", listen);
}

function queryOf(question: Question): string {
  return formatQuestion({...question, pick: ""});
}

function write(searches: readonly SavedSearch[], storage: Pick<Store, "setItem">): boolean {
  const kept = searches.slice(0, mostSaved).map((search) => ({name: search.name, query: queryOf(search.question)}));
  try {
    storage.setItem(key, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}
