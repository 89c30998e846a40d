import type { LaunchOptions } from "@playwright/test";

/** Chromium as installed, with WebGPU on a software adapter. COUNTERSIGN_CHROMIUM names another binary. */
export const launchOptions: LaunchOptions = {
  executablePath: process.env["COUNTERSIGN_CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ],
};

/** The same Chromium as on a machine without WebGPU. */
export const withoutWebGpu: LaunchOptions = {
  ...launchOptions,
  args: [
    ...(launchOptions.args ?? []).filter((flag) => !/webgpu/.test(flag)),
    "--disable-features=WebGPU,WebGPUService",
  ],
};
