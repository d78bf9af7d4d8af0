/** A picture as PNG, with the letters of the page: no browser, no fonts of the machine. */
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {initWasm, Resvg} from "@resvg/resvg-wasm";

const {resolve} = createRequire(import.meta.url);
/** Pixels of the file per pixel of the picture. */
const zoom = 2;

let drawer: Promise<Uint8Array[]> | undefined;

export async function pngOf(svg: string): Promise<Uint8Array> {
  const fontBuffers = await (drawer ??= openDrawer());
  const picture = new Resvg(svg, {
    font: {fontBuffers, defaultFontFamily: "Inter", sansSerifFamily: "Inter"},
    fitTo: {mode: "zoom", value: zoom}
  });
  const rendered = picture.render();
  const bytes = rendered.asPng();
  rendered.free();
  picture.free();
  return bytes;
}

async function openDrawer(): Promise<Uint8Array[]> {
  await initWasm(readFileSync(resolve("@resvg/resvg-wasm/index_bg.wasm")));
  return [400, 600].map((weight) =>
    readFileSync(resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`))
  );
}
