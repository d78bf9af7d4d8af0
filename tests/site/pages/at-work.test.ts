/** Pages whose workers never start: each says all the same what it is doing, in the place of its answer. */
import type {Page} from "playwright-core";
import {pages} from "../../../src/build/shell.js";
import {describeSites, workers} from "./site.js";

const all = pages().map(({path}) => (path === "/" ? "index.html" : `${path.slice(1)}.html`));
/** For a built page to say its first words, on a busy machine. */
const patienceMs = 10_000;
/** In which what a page says must not be gone again. */
const laterMs = 1000;

/** Words of an answer, or of what is under way, that can be seen. */
async function said(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("main :is(.kp-answer, .kp-lede, [aria-busy='true'])")]
      .filter((each) => each.getClientRects().length > 0 && getComputedStyle(each).visibility === "visible")
      .map((each) => each.innerText.trim())
      .filter((words) => words.length > 10)
  );
}

describeSites("a page at work", ({test, measured}) => {
  for (const path of measured ? all : [])
    for (const query of ["", "?isl=2000&osl=300&gpus=16"])
      test.concurrent(`${path}${query} is never silent`, {timeout: 60_000}, async ({visit, expect}) => {
        const page = await visit(path + query, {hold: workers});
        await expect.poll(() => said(page), {timeout: patienceMs}).not.toEqual([]);
        await page.waitForTimeout(laterMs);
        expect(await said(page)).not.toEqual([]);
      });
});
