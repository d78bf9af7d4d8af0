/** Keeps the address bar in step with what a page shows, both ways, for pages with a state of their own. */

/** How long a state must stand before it becomes an entry of the history: a drag makes one, not a hundred. */
const settleMs = 400;

export interface SettledAddress {
  /** Notes the newest state, as a query. */
  write(query: string): void;
  dispose(): void;
}

/** `apply` puts back the state of a query: the reader went back or forward. */
export function settledAddress(apply: (search: string) => void): SettledAddress {
  let timer = 0;
  let written: string | undefined;
  const back = () => {
    clearTimeout(timer);
    written = undefined;
    apply(location.search);
  };
  addEventListener("popstate", back);
  return {
    write(query) {
      clearTimeout(timer);
      // What the reader came with stays as it is: an untouched page keeps its short address.
      if (written === undefined || written === query) return void (written = query);
      timer = window.setTimeout(() => {
        written = query;
        history.pushState(null, "", query);
      }, settleMs);
    },
    dispose() {
      clearTimeout(timer);
      removeEventListener("popstate", back);
    }
  };
}
