/** The site that an embed comes from: one above the folder of embeds, whichever page runs it. */
export const root = new URL("../", import.meta.url);
