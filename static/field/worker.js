/**
 * Keeps the app's files, so that it opens with no network. FILES and VERSION are written above by
 * the server in front of this. What the page has just fetched is asked for again, but not sent
 * again: the server compares its tag. A new version waits until the app was closed; `/api` is never kept.
 */

/** @type {string[]} */
const FILES = /** @type {any} */ (self).FIELD_FILES;
/** @type {string} */
const VERSION = /** @type {any} */ (self).FIELD_VERSION;
/** @type {any} */
const scope = self;
const CACHE = `uxo-field-${VERSION}`;

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })))),
  );
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith("uxo-field-") && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (!url.pathname.startsWith("/field/")) return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(event.request, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
