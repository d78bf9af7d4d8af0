/** What hands and eyes do in page flows. */
import type {Page} from "playwright-core";

/** Drags a slider to a share of its way, in steps, as a hand does. */
export async function drag(page: Page, name: RegExp, share: number): Promise<void> {
  const slider = page.getByRole("slider", {name});
  await slider.scrollIntoViewIfNeeded();
  const box = (await slider.boundingBox())!;
  const [y, from] = [box.y + box.height / 2, box.x + box.width * 0.6];
  await page.mouse.move(from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * share, y, {steps: 20});
  await page.mouse.up();
}

/** What a text says once it has stood for a second: answers may still be on their way after a drag. */
export async function settled(read: () => Promise<string>): Promise<string> {
  for (let last = await read(); ;) {
    await new Promise((later) => setTimeout(later, 1000));
    const now = await read();
    if (now === last) return now;
    last = now;
  }
}

/** By how many pixels a page scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** From now on, tasks over 50 ms are noted; `longTasks` tells them. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const longTasks: string[] = [];
    Object.assign(window, {longTasks});
    new PerformanceObserver((list) =>
      longTasks.push(...list.getEntries().map((e) => `${Math.round(e.duration)} ms`))
    ).observe({
      type: "longtask"
    });
  });
}

export function longTasks(page: Page): Promise<string> {
  return page.evaluate("longTasks.join(', ') || 'none'");
}
