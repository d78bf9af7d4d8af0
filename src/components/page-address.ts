/** Keeps the address bar and a page's state in step, both ways, whatever the state is. */

/** How long a state must stand before it becomes an entry of the history: a drag makes one, not a hundred. */
const settleMs = 400;

export interface PageAddress<State> {
  /** Notes the newest state. */
  write(state: State): void;
  dispose(): void;
}

/** `apply` takes what the address says, on back and forward and for links that begin with a question mark. */
export function pageAddress<State>({
  format,
  apply
}: {
  format: (state: State) => string;
  apply: (search: string) => void;
}): PageAddress<State> {
  let timer = 0;
  let written: string | undefined;
  const write = (state: State) => {
    clearTimeout(timer);
    const query = format(state);
    // What the reader came with stays as it is: an untouched page keeps its short address.
    if (written === undefined || written === query) return void (written = query);
    timer = window.setTimeout(() => {
      written = query;
      history.pushState(null, "", query);
    }, settleMs);
  };
  const read = (search: string) => {
    clearTimeout(timer);
    // What is applied from the address is no news to it.
    written = undefined;
    apply(search);
  };
  const back = () => read(location.search);
  const follow = (event: MouseEvent) => {
    const link = (event.target as Element).closest?.("a[href^='?']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    apply(link.getAttribute("href")!);
  };
  addEventListener("popstate", back);
  document.addEventListener("click", follow);
  const dispose = () => {
    clearTimeout(timer);
    removeEventListener("popstate", back);
    document.removeEventListener("click", follow);
  };
  return {write, dispose};
}
