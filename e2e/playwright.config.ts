import { defineConfig } from "@playwright/test";
import { launchOptions } from "./lib/browser.ts";

/**
 * Three kinds of tests: `vectors` need nothing, `node` needs the node's binary and the contracts' bundles,
 * `app` needs the served app, its chain and the command line program. See README.md for the variables.
 */
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // The few pictures that must not change. After a change that is meant: npx playwright test fixed --update-snapshots
  snapshotPathTemplate: "snapshots/{arg}{ext}",
  forbidOnly: true,
  retries: 0,
  workers: 1,
  fullyParallel: false,
  reporter: [["list"]],
  // No test is about speed: these end what hangs, on a busy machine too.
  timeout: 120_000,
  expect: {
    timeout: 60_000,
    // Room for the edges of letters, none for a moved line, another word or another colour.
    toHaveScreenshot: { animations: "disabled", scale: "css", maxDiffPixelRatio: 0.01 },
  },
  use: { launchOptions },
  projects: [
    { name: "vectors", testDir: "tests/vectors" },
    { name: "node", testDir: "tests/node", timeout: 300_000 },
    {
      name: "app",
      testDir: "tests/app",
      timeout: 300_000,
      use: { baseURL: process.env["COUNTERSIGN_APP_URL"] ?? "" },
    },
    // Measures, and asserts nothing: `cargo xtask bench` runs it.
    {
      name: "bench",
      testDir: "bench",
      timeout: 600_000,
      use: { baseURL: process.env["COUNTERSIGN_APP_URL"] ?? "" },
    },
  ],
});
