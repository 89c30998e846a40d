import { existsSync } from "node:fs";
import type { LaunchOptions } from "@playwright/test";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Chromium as installed, with WebGPU on a software adapter. COUNTERSIGN_CHROMIUM names a binary elsewhere. */
export const launchOptions: LaunchOptions = {
  executablePath: process.env["COUNTERSIGN_CHROMIUM"] ?? PLACES.find((place) => existsSync(place)) ?? "chromium",
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
