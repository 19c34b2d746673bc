// Keeps the files of the pages, and the last seen board for reading without a network.
// VERSION and FILES are set by the server above this line.
const SHELL = `shell-${VERSION}`;
const DATA = "data";
const READ_OFFLINE = ["/v1/applications", "/v1/applications/next-actions"];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll([...FILES, "/offline"]);
    await self.skipWaiting();
  })());
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const key of await caches.keys()) if (key !== SHELL && key !== DATA) await caches.delete(key);
    await self.clients.claim();
  })());
});
// From the network, and kept; without it, what was kept.
const fresh = async (request, name, fallback) => {
  const cache = await caches.open(name);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    if (answer.status === 401 || answer.status === 403) await caches.delete(DATA);
    return answer;
  } catch (error) {
    const kept = (await cache.match(request)) ?? (fallback && (await caches.match(fallback)));
    if (kept) return kept;
    throw error;
  }
};
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  else if (READ_OFFLINE.includes(url.pathname) || (event.request.mode === "navigate" && url.pathname === "/applications")) event.respondWith(fresh(event.request, DATA, "/offline"));
  else if (event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(() => caches.match("/offline")));
});
