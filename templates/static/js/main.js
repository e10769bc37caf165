// What every page loads. Pages are whole without it; it only adds.
import { carried, carry } from "./carry.js";
import { cards, readCards } from "./cards.js";
import { makeFilter } from "./filter.js";
import { makeFormulas } from "./formulas.js";
import { makeKeys } from "./keys.js";
import { makeMenus } from "./menu.js";
import { copyEarly, makeSettings } from "./settings.js";
import { load, onChange, setting } from "./state.js";
import { makeToolbars } from "./toolbar.js";

const has = (selector) => document.querySelector(selector) !== null;

if (has(".merged")) {
  await load([]);
  await (await import("./mine.js")).makeMine();
}
readCards();
await load(cards.map((card) => card.id));
showDensity();
onChange((edits) => edits.some(([, key]) => key === "density") && showDensity());
if (has(".page-desk") || "joined" in document.documentElement.dataset) await (await import("./sync.js")).makeSync();
if (has(".tools")) makeFilter();
if (carried && location.search) carry(location.search);
makeToolbars();
makeMenus();
makeFormulas();
makeKeys();
makeSettings();
if (has(".desk")) (await import("./desk.js")).makeDesk();
if (has("[role=search]")) (await import("./search.js")).makeSearch();
document.documentElement.dataset.ready = "";
if ("counts" in document.documentElement.dataset && has(".paper")) (await import("./counts.js")).makeCounts().catch(() => {}); // plain files count nothing
if (has(".unread")) (await import("./recent.js")).countUnread().catch(() => {}); // without the network not told
navigator.serviceWorker?.register(new URL("../worker.js", import.meta.url)).catch(() => {}); // pages do without

/** Also kept where early.js reads it, so that the list does not change its shape a moment later. */
function showDensity() {
  const density = setting("density", "full");
  copyEarly("density", (document.documentElement.dataset.density = density));
}
