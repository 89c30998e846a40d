// Runs before everything else. No Content-Security-Policy reaches WebRTC, so the page gives it up (PROTOCOL 7.1).
"use strict";
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) {
  delete globalThis[name];
}
