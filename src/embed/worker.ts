/** Runs embeds' questions off the page's thread, one after the other. */
import {serve} from "./service.js";
import type {FromWorker, ToWorker} from "./protocol.js";

const service = serve((message: FromWorker) => self.postMessage(message));
self.onmessage = ({data}: MessageEvent<ToWorker>) => service(data);
self.postMessage({type: "ready"} satisfies FromWorker);
