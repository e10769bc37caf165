// What every page loads. Pages are whole without it; it only adds.
import { cards } from "./cards.js";
import { makeDesk } from "./desk.js";
import { makeFilter } from "./filter.js";
import { makeKeys } from "./keys.js";
import { load, onChange, setting } from "./state.js";
import { makeToolbars } from "./toolbar.js";

await load(cards.map((card) => card.id));
showDensity();
onChange((edits) => edits.some(([, key]) => key === "density") && showDensity());
if (document.querySelector(".tools")) makeFilter();
makeToolbars();
makeKeys();
if (document.querySelector(".desk")) makeDesk();
document.documentElement.dataset.ready = "";

/** Also kept where early.js reads it, so that the list does not change its shape a moment later. */
function showDensity() {
  const density = setting("density", "full");
  document.documentElement.dataset.density = density;
  try {
    localStorage.setItem("density", density);
  } catch {
    // switched off by the reader: the list takes its shape a moment later
  }
}
