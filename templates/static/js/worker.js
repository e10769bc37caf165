// Keeps the shell and the pages visited last, for when there is no network. Never a page in place of a newer one: the
// network is asked first, and a page from here says so, with its date. A classic script at the root of the site.

const SHELL = []; // what each page needs; written in by aggregator/site/assets.py
const BUILD = "shell-"; // and the hash of it
const PAGES = "pages";
const KEPT = 40; // pages
const SHELLS = 3; // of this version of the site and of those before it, which kept pages still name
const PATIENCE = 4000; // ms until a kept page is shown
const STAMP = "x-kept";

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(BUILD).then((shell) => shell.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })))));
});

addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), tidy()])));

async function tidy() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  await Promise.all(shells.slice(0, -SHELLS).map((name) => caches.delete(name)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.includes("/assets/")) event.respondWith(asset(request));
  else if (/(\/|\.json)$/.test(pathname)) event.respondWith(page(event));
});

/** Named by its content: what is kept is right. */
async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(BUILD)).put(request, answer.clone());
  return answer;
}

async function page(event) {
  const { request } = event;
  const coming = fetch(new Request(request, { cache: "no-cache" }));
  const stored = coming.then((answer) => keep(request, answer.clone())).catch(() => {});
  event.waitUntil(stored);
  const waited = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  try {
    return await Promise.race([coming, waited]);
  } catch {
    return (await fromHere(request)) ?? (request.mode === "navigate" ? fromShell(coming) : coming);
  }
}

/** The list is the same whatever the filter in its address asks for. */
const keyOf = (request) => request.url.replace(/[?#].*/, "");

async function keep(request, answer) {
  if (!answer.ok || answer.redirected || /no-store|private/.test(answer.headers.get("cache-control"))) return;
  const headers = new Headers(answer.headers);
  headers.set(STAMP, new Date().toISOString());
  const pages = await caches.open(PAGES);
  await pages.delete(keyOf(request)); // the newest last
  await pages.put(keyOf(request), new Response(await answer.blob(), { headers }));
  const keys = await pages.keys();
  await Promise.all(keys.slice(0, -KEPT).map((key) => pages.delete(key)));
}

/** The kept page, with the line that tells its date shown. */
async function fromHere(request) {
  const own = await (await caches.open(BUILD)).match(keyOf(request)); // the desk, "My list": nothing in them is old
  const kept = own ?? (await (await caches.open(PAGES)).match(keyOf(request)));
  if (own || !/html/.test(kept?.headers.get("content-type"))) return kept;
  return spoken(await kept.text(), kept.headers.get(STAMP));
}

function spoken(html, at) {
  const language = html.match(/<html lang="([\w-]+)"/)?.[1] ?? "en";
  const words = new Date(at).toLocaleString(language === "en" ? "en-GB" : language, { dateStyle: "full", timeStyle: "short" });
  const said = html.replace(/(<p class="offline") hidden>([^]*?)<span><\/span>/, `$1>$2<time datetime="${at}">${words}</time>`);
  return new Response(said, { headers: { "content-type": "text/html; charset=utf-8" } });
}

/** For a page that was not kept: what was. A network that is only slow still gets its turn. */
async function fromShell(coming) {
  const lost = await caches.match(SHELL[0]);
  if (!lost || navigator.onLine) return coming.catch(() => lost ?? Response.error());
  const pages = await caches.open(PAGES);
  const links = await Promise.all((await pages.keys()).reverse().map((key) => link(pages, key)));
  return new Response((await lost.text()).replace('<ul class="kept">', `$&${links.join("")}`), { headers: lost.headers });
}

async function link(pages, key) {
  const title = (await (await pages.match(key)).text()).match(/<title>([^<]*)/)?.[1]; // text of a page: escaped already
  return title ? `<li><a href="${encodeURI(decodeURI(key.url))}">${title}</a></li>` : "";
}
