// What every page loads. Pages are whole without it; it only adds.
import { cards } from "./cards.ed1a75c1f1ed.js";
import { makeDesk } from "./desk.f772b1d143b8.js";
import { makeFilter } from "./filter.e670aebeb9cc.js";
import { makeKeys } from "./keys.9bce608cb357.js";
import { load, onChange, setting } from "./state.492b3a1289ca.js";
import { makeToolbars } from "./toolbar.aebe2921a2a4.js";

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
