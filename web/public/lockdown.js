// Runs before everything else. No Content-Security-Policy reaches WebRTC, so the page gives it up (PROTOCOL 7.1).
"use strict";
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) {
  Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
}
