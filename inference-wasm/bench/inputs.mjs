// The models that are timed, by their names in the packages of models.json (Magika's by the package's), each with an input of the size that its program feeds.

/** Numbers in [0, 1) that are the same everywhere. */
export function noise(length, seed = 1) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 16777216;
  });
}

const floats = (dims, scale = 1, shift = 0) => {
  const data = noise(dims.reduce((a, b) => a * b, 1)).map((x) => x * scale + shift);
  return { type: "float32", dims, data };
};
const zeros = (dims) => floats(dims, 0);
const rate = { type: "int64", dims: [], data: BigInt64Array.of(16000n) };
const bytes = { type: "int32", dims: [1, 2048], data: Int32Array.from(noise(2048), (x) => Math.floor(x * 256)) };
const speech = { input: floats([1, 576], 2, -1), state: zeros([2, 1, 128]) };

/** File name: inputs by name. */
export const MODELS = {
  "magika.onnx": { bytes },
  "open-nsfw.onnx": { "input:0": floats([1, 224, 224, 3], 255, -110) },
  "PP-OCRv6_det_small.onnx": { x: floats([1, 3, 480, 640], 2, -1) },
  "PP-OCRv6_rec_small.onnx": { x: floats([1, 3, 48, 320], 2, -1) },
  "ch_ppocr_mobile_v2.0_cls_mobile.onnx": { x: floats([1, 3, 48, 192], 2, -1) },
  "silero_vad_16k_op15.onnx": { ...speech, sr: rate },
  "silero_vad_half.onnx": speech,
  "silero_vad_op18_ifless.onnx": { ...speech, sr: rate },
  "silero_vad_openvino_16k.onnx": speech,
  "silero_vad_16k_sequence.onnx": { input: floats([64, 576], 2, -1), h: zeros([1, 1, 128]), c: zeros([1, 1, 128]) },
  "smart-turn-v3.2-cpu.onnx": { input_features: floats([1, 80, 800], 2, -1) },
  "melspectrogram.onnx": { input: floats([1, 16000], 20000, -10000) },
  "embedding_model.onnx": { input_1: floats([1, 76, 32, 1], 20, -10) },
  "alexa_v0.1.onnx": { "onnx::Flatten_0": floats([1, 16, 96], 20, -10) },
  "hey_jarvis_v0.1.onnx": { "x.1": floats([1, 16, 96], 20, -10) },
  "hey_mycroft_v0.1.onnx": { "onnx::Flatten_0": floats([1, 16, 96], 20, -10) },
  "timer_v0.1.onnx": { "onnx::Flatten_0": floats([1, 34, 96], 20, -10) },
};
