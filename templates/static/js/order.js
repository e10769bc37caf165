// The order of a list: arXiv's own, or another one within each section. Papers keep arXiv's numbers.
import { cards } from "./cards.js";
import { year } from "./cite.js";
import { fold } from "./query.js";
import { items, state } from "./state.js";
import { t } from "./words.js";

export const ORDERS = [["arxiv", t("arXiv's order")], ["mine", t("Starred and followed first")], ["title", t("By title")], ["newest", t("Newest id first")]];

/** Order → what of a card decides, the smallest first; null keeps arXiv's. */
const RANKS = {
  arxiv: () => null,
  mine: () => {
    const authors = items("author/").map(fold);
    return ({ id, author }) => (state.marks.get(id)?.star ? -1 : 0) - authors.filter((name) => author.includes(name)).length;
  },
  title: () => ({ title }) => title.replace(/^[^\p{L}\d]+/u, ""),
  newest: () => (card) => -`${year(card)}${card.id.replace(/^.*\/|\./g, "").slice(2).padEnd(7, "0")}`, // math/0309136, 0801.1234
};

let whole; // all cards, and by their place on the page what stands there, in arXiv's order

/** Put the papers, and `cards`, into an order of ORDERS. */
export function reorder(order) {
  if (order === "arxiv" && !whole) return;
  whole ??= [[...cards], new Map([...document.querySelectorAll(".papers")].map((place) => [place, [...place.children]]))];
  const rank = RANKS[order]();
  cards.length = 0;
  for (const [place, children] of whole[1]) {
    const inside = whole[0].filter(({ article }) => article.parentNode === place);
    if (rank) {
      const ranks = new Map(inside.map((card) => [card, rank(card)]));
      inside.sort((one, other) => (ranks.get(one) < ranks.get(other) ? -1 : ranks.get(one) > ranks.get(other) ? 1 : 0));
    }
    cards.push(...inside);
    place.append(...(rank ? inside.map(({ article }) => article) : children));
  }
  document.querySelector(".list").classList.toggle("ordered", Boolean(rank));
}
