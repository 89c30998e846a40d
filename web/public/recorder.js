// Runs in the sound thread: hands the microphone's samples to the page as they come, unchanged and uncompressed.
"use strict";
class Recorder extends AudioWorkletProcessor {
  process(inputs) {
    const channel = inputs[0]?.[0];
    if (channel !== undefined) this.port.postMessage(channel.slice());
    return true;
  }
}
registerProcessor("recorder", Recorder);
