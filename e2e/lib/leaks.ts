/**
 * Ways in which a script could send something, as source text, so that a page and a worker can run them unchanged.
 * Each is the body of an async function of `url` (an address that tells the way by its path) and ends when the attempt
 * has either been made or been refused.
 */
type Ways = Readonly<Record<string, string>>;

const BOTH: Ways = {
  fetch: "await fetch(url, { mode: 'no-cors' })",
  xhr: `await new Promise((done) => {
    const request = new XMLHttpRequest();
    request.onloadend = done;
    request.open('GET', url);
    request.send();
  })`,
  websocket: `await new Promise((done) => {
    const socket = new WebSocket(url.replace('http', 'ws'));
    socket.onerror = socket.onclose = socket.onopen = done;
  })`,
  eventsource: `await new Promise((done) => {
    const source = new EventSource(url);
    source.onerror = source.onopen = () => { source.close(); done(); };
  })`,
  import: "await import(url)",
  "blob-worker": `await new Promise((done) => {
    const text = "fetch('" + url + "', { mode: 'no-cors' }).then(() => postMessage(0), () => postMessage(0))";
    const worker = new Worker(URL.createObjectURL(new Blob([text])));
    worker.onmessage = worker.onerror = done;
  })`,
};

/** Ways that a dedicated worker has. */
export const WORKER_WAYS: Ways = { ...BOTH, "import-scripts": "importScripts(url)" };

const element = (make: string): string => `await new Promise((done) => {
  ${make}
  element.onload = element.onerror = done;
  document.addEventListener('securitypolicyviolation', done, { once: true });
  document.body.append(element);
})`;

/** Ways that a page has. */
export const PAGE_WAYS: Ways = {
  ...BOTH,
  beacon: "if (!navigator.sendBeacon(url, 'x')) throw new Error('refused')",
  image: element("const element = new Image(); element.src = url;"),
  script: element("const element = document.createElement('script'); element.src = url;"),
  style: element("const element = document.createElement('link'); element.rel = 'stylesheet'; element.href = url;"),
  frame: element("const element = document.createElement('iframe'); element.src = url;"),
  form: `const form = document.createElement('form');
    form.action = url;
    form.method = 'post';
    const target = document.createElement('iframe');
    target.name = 'elsewhere';
    form.target = 'elsewhere';
    await new Promise((done) => {
      document.addEventListener('securitypolicyviolation', done, { once: true });
      target.onload = () => { target.onload = done; form.submit(); };
      document.body.append(target, form);
    })`,
};

/** The source of an expression that tries one way and gives what stopped it, or "sent". */
export const attempt = (body: string, url: string): string =>
  `(async (url) => { try { ${body}; return "sent"; } catch (error) { return String(error); } })(${JSON.stringify(url)})`;
