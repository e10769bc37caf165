// What every page loads. Pages are whole without it; it only adds.
import { cards } from "./cards.ed1a75c1f1ed.js";
import { makeDesk } from "./desk.c5755b591127.js";
import { makeFilter } from "./filter.1d85c0e37b78.js";
import { makeKeys } from "./keys.2777371de0f1.js";
import { load, onChange, setting } from "./state.bb5b0e031386.js";
import { makeToolbars } from "./toolbar.1bf5c0e1fe69.js";

// Also kept where it can be read at once, so that the list does not change its shape a moment later.
document.documentElement.dataset.density = remembered() ?? "full";

await load(cards.map((card) => card.id));
showDensity();
onChange((edits) => edits.some(([, key]) => key === "density") && showDensity());
if (document.querySelector(".tools")) makeFilter();
makeToolbars();
makeKeys();
if (document.querySelector(".desk")) makeDesk();
document.documentElement.dataset.ready = "";

function remembered() {
  try {
    return localStorage.getItem("density");
  } catch {
    return null; // switched off by the reader
  }
}

function showDensity() {
  const density = setting("density", "full");
  document.documentElement.dataset.density = density;
  try {
    localStorage.setItem("density", density);
  } catch {
    // switched off by the reader: the list takes its shape a moment later
  }
}
