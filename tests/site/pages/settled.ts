/** Waits until a page has answered: nothing is loading, nothing says that it is busy, and nothing moves any more. */
import type {Page} from "playwright-core";

/** At most; a sweep may go on for longer. */
const patienceMs = 8000;
const stillMs = 400;

export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  await page.evaluate(
    ([patience, still]) =>
      new Promise<void>((done) => {
        let timer = setTimeout(done, still);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(finish, still);
        });
        // Embeds draw where the page does not see it.
        const isUndrawn = ({shadowRoot}: Element) =>
          shadowRoot?.querySelector(".error[hidden]") && !shadowRoot.querySelector("svg");
        const finish = () => {
          const isBusy =
            document.querySelector("observablehq-loading, main [aria-busy='true']") !== null ||
            [...document.querySelectorAll("main *")].some(isUndrawn);
          if (isBusy) return void (timer = setTimeout(finish, still));
          observer.disconnect();
          done();
        };
        clearTimeout(timer);
        timer = setTimeout(finish, still);
        observer.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
        setTimeout(() => (observer.disconnect(), done()), patience);
      }),
    [patienceMs, stillMs] as const
  );
}
