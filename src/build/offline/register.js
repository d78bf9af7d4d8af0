/** Of built sites alone: has what the page loads kept, for when there is no network. */
const worker = "serviceWorker" in navigator ? navigator.serviceWorker : undefined;
const channel = new BroadcastChannel("kneepoint-loaded");
/** Milliseconds after the page is loaded: what the reader waits for comes first, and slow tables come at all. */
const moments = [3000, 15_000];

async function keep(urls) {
  const {active} = await worker.ready;
  active.postMessage({keep: urls});
}

function keepLoaded() {
  const loaded = performance.getEntriesByType("resource").map(({name}) => name);
  keep([location.href.replace(/[?#].*/, ""), ...loaded]);
  channel.postMessage({ask: true});
}

function start() {
  channel.onmessage = ({data}) => data.loaded && keep(data.loaded);
  worker.addEventListener("message", ({data}) => data?.stale && location.reload());
  // Refused where the site is not served securely: then there is nothing to keep.
  const registered = worker.register(new URL("../service-worker.js", import.meta.url), {updateViaCache: "none"});
  registered.then(keepLoaded, () => {});
  document.addEventListener("visibilitychange", () => document.hidden && keepLoaded());
}

if (worker) {
  const [first, ...later] = moments;
  addEventListener("load", () => {
    setTimeout(start, first);
    for (const ms of later) setTimeout(keepLoaded, ms);
  });
}
