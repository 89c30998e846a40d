// The service worker: the app's own files, kept so that the whole app works with the network cut (P2).
//
// It is no way out of the page (P1). It answers only GETs for this origin, and it asks the network only for paths that
// stand below as constants, the release's files and the lists, and for a tab that still runs another release for files with
// the names that a build gives. Nothing else of a request goes on, neither its body nor its query nor its headers. The
// node's address is never touched. It is served with a policy of its own that allows it no other origin, and it keeps each
// page with the policy that the page was served with.
"use strict";

// Filled in when the app is built: the release's name, and the SHA-256 of each file.
const RELEASE = { release: "", files: {} };

const PREFIX = "countersign-app-";
const HERE = PREFIX + RELEASE.release;
const PAGE = "/index.html";
// What whoever serves the app may change without a new release: asked for first, and kept for when there is no network.
const LISTS = ["/config.json", "/deployments.json", "/engines.json"];
const BESIDE = ["/release.json"];
const WAIT = 5000;

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function hasPolicy(answer) {
  return (answer.headers.get("Content-Security-Policy") ?? "").includes("default-src 'none'");
}

// A file of the release with exactly its bytes, or an error.
async function fetched(path, digest) {
  for (const cache of ["default", "reload"]) {
    const answer = await fetch(path, { cache, credentials: "omit" });
    if (!answer.ok || answer.redirected) throw new Error(path + " was not served");
    if (path === PAGE && !hasPolicy(answer)) throw new Error("the page was served without its policy");
    if ((await sha256(await answer.clone().arrayBuffer())) === digest) return answer;
  }
  throw new Error(path + " is not the file of this release");
}

async function install() {
  const cache = await caches.open(HERE);
  for (const [path, digest] of Object.entries(RELEASE.files)) {
    if ((await cache.match(path)) === undefined) await cache.put(path, await fetched(path, digest));
  }
  for (const path of [...LISTS, ...BESIDE]) {
    const answer = await fetch(path, { cache: "no-cache", credentials: "omit" });
    if (answer.ok) await cache.put(path, answer);
  }
}

// The release before this one stays as long as a tab may still run it.
async function tidy() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== HERE);
  await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
}

async function kept(path) {
  const cache = await caches.open(HERE);
  const found = await cache.match(path);
  if (found !== undefined) return found;
  // The browser dropped it: the same bytes again, or nothing.
  const answer = await fetched(path, RELEASE.files[path]);
  // A full disk costs the copy, not the answer.
  await cache.put(path, answer.clone()).catch(() => undefined);
  return answer;
}

// Whoever serves the app may change its policy without changing a file.
async function renewPolicy() {
  const answer = await fetch(PAGE, { cache: "no-cache", credentials: "omit" }).catch(() => undefined);
  if (answer === undefined || !answer.ok || answer.redirected || !hasPolicy(answer)) return;
  if ((await sha256(await answer.clone().arrayBuffer())) !== RELEASE.files[PAGE]) return;
  const cache = await caches.open(HERE);
  await cache.put(PAGE, answer).catch(() => undefined);
}

async function list(path) {
  const cache = await caches.open(HERE);
  try {
    const answer = await fetch(path, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(WAIT) });
    if (answer.ok) await cache.put(path, answer.clone()).catch(() => undefined);
    return answer;
  } catch (error) {
    const found = await cache.match(path);
    if (found !== undefined) return found;
    throw error;
  }
}

// A file of the release before, for a tab that still runs it.
async function earlier(path) {
  return (await caches.match(path)) ?? fetch(path, { credentials: "omit" });
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

// Only the user's press brings a waiting release in.
self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = url.pathname;
  if (request.mode === "navigate") {
    // What looks like a file is one; every other address is a page of the app.
    if (path !== PAGE && /\.[^/]*$/.test(path)) return;
    event.respondWith(kept(PAGE));
    event.waitUntil(renewPolicy());
  } else if (url.search !== "") {
    return;
  } else if (Object.hasOwn(RELEASE.files, path)) {
    event.respondWith(kept(path));
  } else if (LISTS.includes(path) || BESIDE.includes(path)) {
    event.respondWith(list(path));
  } else if (/^\/(assets\/)?[\w.-]+-[0-9a-f]{16}(_bg)?\.(js|wasm|css)$/.test(path)) {
    event.respondWith(earlier(path));
  }
});
