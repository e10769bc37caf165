// How often readers of this server starred the papers of the page and opened their PDFs, where its operator counts.
import { cards } from "./cards.js";
import { element } from "./dom.js";
import { t } from "./words.js";

const API = new URL("../api/counts", import.meta.url);

/** Show what is known, and tell of what is opened from here. */
export async function makeCounts() {
  addEventListener("click", told, true);
  addEventListener("auxclick", told, true);
  for (let start = 0; start < cards.length; start += 200) {
    const part = cards.slice(start, start + 200);
    const counts = await (await fetch(`${API}?ids=${part.map(({ id }) => id)}`)).json();
    for (const { id, article } of part) if (counts[id]) article.querySelector(".links").append(shown(...counts[id]));
  }
}

const shown = (stars, opened) => element("span", { className: "opened", textContent: t("starred {stars}, opened {opened}", stars, opened) });

function told({ target, button }) {
  const id = button < 2 && target.closest?.(".title-pdf")?.closest(".paper")?.id;
  if (id) navigator.sendBeacon(API, new Blob([JSON.stringify({ paper: id })], { type: "application/json" }));
}
