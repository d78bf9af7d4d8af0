/** What a worker has loaded, told to whoever keeps files for when there is no network (src/build/offline/register.js). */
export function tellLoadedFiles(): void {
  const channel = new BroadcastChannel("kneepoint-loaded");
  channel.onmessage = ({data}: MessageEvent<{ask?: boolean}>) => {
    if (data.ask) channel.postMessage({loaded: performance.getEntriesByType("resource").map(({name}) => name)});
  };
}
