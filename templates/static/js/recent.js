// What the newest days announced, and how much of it the reader has not seen.
import { element } from "./dom.js";
import { change, load, setting, state } from "./state.js";
import { number, t } from "./words.js";

export const root = document.querySelector(".site-name").pathname;

/** Category → day → the papers announced, as `aggregator/site/recent.py` writes them. */
export const recent = async () => (await fetch(`${root}recent.json`)).json();

const papers = (text) =>
  text.split(" ").filter(Boolean).map((one) => one.match(/^(.*?)(?:v(\d+))?$/)).map(([, id, version]) => [id, Number(version ?? 1)]);

/** The newest day there was at the visit before this one, "" at the first. A visit lasts until a newer day is there. */
export function lastVisit(announced) {
  const day = Object.values(announced).flatMap(Object.keys).sort().at(-1) ?? "";
  const kept = setting("visit");
  if (kept?.day !== day) change([["settings", "visit", { day, since: kept?.day ?? "" }]]).catch(() => {});
  return setting("visit").since;
}

/** Tell beside each category how many papers of its recent days were not seen, with a link to them. */
export async function countUnread() {
  const announced = await recent();
  const ids = Object.values(announced).flatMap(Object.values).flatMap(papers).map(([id]) => id);
  await load([...new Set(ids)]);
  lastVisit(announced);
  for (const place of document.querySelectorAll(".unread[data-category]")) {
    const code = place.dataset.category;
    const all = new Map(Object.values(announced[code] ?? {}).reverse().flatMap(papers));
    const count = [...all].filter(([id, version]) => !(state.seen.get(id) >= version)).length;
    place.hidden = !count;
    place.replaceChildren(element("a", { href: `${root}list/?of=${code}&from=all&show=unread`, textContent: t("{n} not seen", number(count)) }));
  }
}
