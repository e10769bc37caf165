// What every page loads. Pages are whole without it; it only adds.
import { cards } from "./cards.ed1a75c1f1ed.js";
import { makeDesk } from "./desk.8cede3a21dc5.js";
import { makeFilter } from "./filter.ec6e402dca6e.js";
import { makeKeys } from "./keys.3ef333d72daa.js";
import { load, onChange, setting } from "./state.bb5b0e031386.js";
import { makeToolbars } from "./toolbar.72aa1780d64a.js";

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
