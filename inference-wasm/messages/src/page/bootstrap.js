"use strict";
// The first thing that runs in the worker takes the network away, for good (P1, PROTOCOL 7.1): every name by which a script
// can reach it is deleted from the global object and from all its prototypes, then taken by an undefined that can be neither
// deleted nor replaced. No other realm can be reached from here to get them back: nested workers go too.
(function () {
  const gone = [
    "fetch", "fetchLater", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "RTCPeerConnection",
    "RTCDataChannel", "caches", "Cache", "CacheStorage", "importScripts", "FontFace", "fonts", "Worker", "SharedWorker",
    "BroadcastChannel", "ServiceWorkerContainer", "ServiceWorkerRegistration", "PushManager", "BackgroundFetchManager",
  ];
  const remove = function (target, names) {
    for (const name of names) {
      for (let holder = target; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
        if (Object.prototype.hasOwnProperty.call(holder, name)) delete holder[name];
      }
      Object.defineProperty(target, name, { value: undefined, writable: false, configurable: false, enumerable: false });
      if (target[name] !== undefined) throw new Error("the worker could not give up " + name);
    }
  };
  remove(self, gone);
  remove(navigator, ["sendBeacon", "serviceWorker"]);
})();

// A failure nobody caught ends this worker; the page starts another one. `part` says whose it was.
self.countersignCrash = function (part, detail) {
  self.postMessage({ crash: String(detail), part: part });
};
self.addEventListener("unhandledrejection", function (event) {
  const reason = event.reason;
  self.countersignCrash("worker", reason && reason.message ? reason.message : reason);
});

// The first message brings the worker's module; all others go to it.
self.countersignStart = function (worker, gpu) {
  self.onmessage = async function (event) {
    self.onmessage = null;
    const queue = [];
    self.onmessage = function (later) {
      queue.push(later);
    };
    const bytes = await event.data.arrayBuffer();
    await worker({ module_or_path: bytes });
    worker.serve(gpu);
    for (const waiting of queue) self.onmessage(waiting);
  };
};
