/** Keeps the address bar and a page's state in step, both ways, whatever the state is. */

/** How long a state must stand before it becomes an entry of the history: a drag makes one, not a hundred. */
const settleMs = 400;

export interface PageAddress<State> {
  /** Notes the newest state. The first one, and the first after back and forward, is what the address says already. */
  write(state: State): void;
  dispose(): void;
}

export interface AddressOptions<State> {
  format: (state: State) => string;
  /** Takes what the address says after back and forward. */
  apply: (search: string) => void;
  /** Takes what a link says that begins with a question mark; false: such links load the page anew. As `apply` unless given. */
  follow?: ((search: string) => void) | false;
}

export function pageAddress<State>({format, apply, follow = apply}: AddressOptions<State>): PageAddress<State> {
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
  const back = () => {
    clearTimeout(timer);
    // What is applied from the address is no news to it.
    written = undefined;
    apply(location.search);
  };
  const click = (event: MouseEvent) => {
    const link = (event.target as Element).closest?.("a[href^='?']");
    if (!link || !follow || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    follow(link.getAttribute("href")!);
  };
  addEventListener("popstate", back);
  document.addEventListener("click", click);
  const dispose = () => {
    clearTimeout(timer);
    removeEventListener("popstate", back);
    document.removeEventListener("click", click);
  };
  return {write, dispose};
}
