/** How far what stood on a page moved, without being asked to: layout shift, from its first paint on. */
import type {Page} from "playwright-core";

export interface Shift {
  /** Of all moves; 1 is a whole screen by its whole height. */
  score: number;
  /** The largest first, each with what moved. */
  moves: string[];
}

interface Entry extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: {node: Node | null; previousRect: DOMRect; currentRect: DOMRect}[];
}

export async function shift(page: Page): Promise<Shift> {
  return page.evaluate(async () => {
    const entries: Entry[] = [];
    const observer = new PerformanceObserver((list) => void entries.push(...(list.getEntries() as Entry[])));
    observer.observe({type: "layout-shift", buffered: true});
    // Those of before come in a task of their own.
    await new Promise((done) => setTimeout(done, 300));
    observer.disconnect();
    const moved = entries.filter(({hadRecentInput}) => !hadRecentInput).sort((a, b) => b.value - a.value);
    const words = ({value, startTime, sources}: Entry) => {
      const nodes = sources.map(({node, previousRect: from, currentRect: to}) => {
        const element = node instanceof Element ? node : node?.parentElement;
        return `${element?.getAttribute("class") || element?.tagName || "what is gone"} ${from.y}+${from.height} to ${to.y}+${to.height}`;
      });
      return `${value.toFixed(3)} at ${Math.round(startTime)} ms: ${nodes.join(", ")}`;
    };
    return {score: moved.reduce((sum, {value}) => sum + value, 0), moves: moved.slice(0, 5).map(words)};
  });
}
