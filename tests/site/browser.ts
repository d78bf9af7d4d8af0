/** A Chromium to test with: the system’s, else the one that @sparticuz/chromium carries. */
import {existsSync} from "node:fs";
import {chromium} from "playwright-core";
import type {Browser} from "playwright-core";

const candidates = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
];

const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
];

export async function openBrowser(): Promise<Browser> {
  const installed = candidates.find((path) => path && existsSync(path));
  if (installed) return chromium.launch({executablePath: installed, args: quiet});
  const {default: bundled} = await import("@sparticuz/chromium");
  const executablePath = await bundled.executablePath();
  // In a single process the whole browser ends with the first context that is closed.
  const args = bundled.args.filter((arg) => arg !== "--single-process");
  return chromium.launch({executablePath, args: [...args, ...quiet]});
}
