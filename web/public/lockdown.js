// Runs before everything else. No Content-Security-Policy reaches WebRTC, so the page gives it up (PROTOCOL 7.1), and with it
// every other way to send that the app does not use: what is left can be counted.
"use strict";
for (const name of [
  "RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "XMLHttpRequest", "WebSocket", "WebSocketStream",
  "WebTransport", "EventSource", "fetchLater",
]) {
  Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
}
Object.defineProperty(Navigator.prototype, "sendBeacon", { value: undefined, writable: false, configurable: false });

// What this page has sent, for whoever wants to look: when, how, where to, how many bytes in the body, and the question that a
// node was asked. The newest 2,000; `all` counts every one. It never leaves this tab.
{
  const MOST = 2000;
  const list = [];
  let all = 0;
  const changed = () => globalThis.dispatchEvent(new Event("countersign-sent"));
  const note = (method, url) => {
    const entry = { number: ++all, at: performance.now(), method, url, bytes: 0, asked: "" };
    list.push(entry);
    if (list.length > MOST) list.shift();
    changed();
    return entry;
  };
  const real = globalThis.fetch;
  const recorded = function fetch(input, init) {
    const request = new Request(input, init);
    const address = new URL(request.url);
    // Addresses of this tab's own bytes: nothing is sent.
    if (address.protocol === "blob:" || address.protocol === "data:") return real.call(globalThis, request);
    const entry = note(request.method, request.url);
    if (request.method !== "GET" && request.method !== "HEAD") {
      request.clone().arrayBuffer().then((body) => {
        entry.bytes = body.byteLength;
        try {
          entry.asked = String(JSON.parse(new TextDecoder().decode(body)).method ?? "");
        } catch {
          entry.asked = "";
        }
        changed();
      });
    }
    return real.call(globalThis, request);
  };
  Object.defineProperty(globalThis, "fetch", { value: recorded, writable: false, configurable: false });
  // Pictures, styles, scripts: what the browser loads for the page by itself.
  new PerformanceObserver((seen) => {
    for (const { initiatorType, name } of seen.getEntries()) {
      if (initiatorType !== "fetch" && /^https?:/.test(name)) note("GET", name);
    }
  }).observe({ type: "resource", buffered: true });
  const sent = () => list.map((entry) => ({ ...entry }));
  Object.defineProperty(globalThis, "countersignSent", { value: sent, writable: false, configurable: false });
}
