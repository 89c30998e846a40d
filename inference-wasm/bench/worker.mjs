// One model on one runtime. Messages: `{ lane, model, inputs, engine, prepared }` opens it and is answered with the times of
// loading and of the first run, and with the outputs; `{ again: N }` runs it N more times and is answered with the time of one; with `beside`, only what is
// beside the model.
import { Engine } from "./engine.mjs";

const get = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};
const timed = async (what) => {
  const start = performance.now();
  const value = await what();
  return [performance.now() - start, value];
};

/** Each gives `{ load, run, read }`: `load` is timed, `run` is timed and repeated, `read` turns its answer into outputs. */
const LANES = {
  async engine({ model, inputs, engine }) {
    const bytes = await get(model);
    const request = Engine.encode(inputs);
    let loaded, finishing;
    return {
      load: async () => {
        const { instance } = await WebAssembly.instantiateStreaming(fetch(engine), {});
        loaded = new Engine(instance);
        loaded.load(bytes);
      },
      run: () => loaded.run(request),
      beside: () => loaded.finish((finishing ??= loaded.finishing(request))),
      read: (outputs) => outputs.map(({ name, code, dims, data }) => ({ name, code, dims, data })),
    };
  },
  async gpu({ prepared }) {
    const [model, inputs] = [await get(`${prepared}.model`), await get(`${prepared}.0.inputs`)];
    let crashed = "";
    self.countersignCrash = (part, detail) => (crashed = `${part}: ${detail}`);
    const whole = (answer) => {
      if (answer[0] !== 0) throw new Error(crashed || new TextDecoder().decode(answer).replace(/[^ -~]+/g, " "));
    };
    (0, eval)(`${await (await fetch("/module/countersign_gpu.js")).text()}; self.countersign_gpu = countersign_gpu;`);
    const module = self.countersign_gpu;
    return {
      load: async () => {
        await module({ module_or_path: "/module/countersign_gpu_bg.wasm" });
        whole(await module.open());
        whole(await module.load(model, inputs));
      },
      run: async () => whole(await module.run(inputs)),
      read: () => [],
    };
  },
  ort: (job) => onnxruntime(job, "/ort/ort.wasm.min.mjs", "wasm"),
  ortgpu: (job) => onnxruntime(job, "/ort/ort.webgpu.min.mjs", "webgpu"),
};

async function onnxruntime({ model, inputs }, script, provider) {
  const bytes = await get(model);
  const ort = await import(script);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.logLevel = "error";
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, t]) => [name, new ort.Tensor(t.type, t.data, t.dims)]));
  let session;
  return {
    load: async () => {
      session = await ort.InferenceSession.create(bytes, { executionProviders: [provider], graphOptimizationLevel: "all" });
    },
    run: () => session.run(feeds),
    read: (outputs) => Object.entries(outputs).map(([name, { data, dims }]) => ({ name, dims, data })),
  };
}

let lane;
self.onmessage = async ({ data }) => {
  try {
    if (data.again) {
      const [run] = await timed(async () => {
        const what = data.beside ? lane.beside : lane.run;
        for (let count = 0; count < data.again; count++) await what();
      });
      return postMessage({ run: run / data.again });
    }
    lane = await LANES[data.lane](data);
    const [load] = await timed(lane.load);
    const [first, answer] = await timed(lane.run);
    postMessage({ load, first, outputs: lane.read(answer) });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
postMessage({});
