// The papers of the page: what each one says, read from its element.
import { plain } from "./dom.js";
import { fold } from "./query.js";
import { t } from "./words.js";

const text = (article, selector) => article.querySelector(selector)?.textContent ?? "";
const all = (article, selector) => [...article.querySelectorAll(selector)].map((one) => one.textContent);

/** Every paper with its folded texts, in the order of the page. */
export const cards = [];
const byId = new Map();
export const cardOf = (article) => byId.get(article?.id);

/** Find them, when all are there. What they say is read when it is asked for: most readers never filter. */
export function readCards() {
  cards.push(...[...document.querySelectorAll(".paper")].map((article) => new Card(article)));
  for (const card of cards) byId.set(card.id, card);
}

class Card {
  constructor(article) {
    this.article = article;
    this.id = article.id;
    this.version = Number(text(article, ".version").slice(1)) || 1;
    this.kind = article.querySelector(".kind")?.className.match(/kind-([a-z]+)/)?.[1] ?? "";
    this.section = article.closest(".kind-section");
  }
}

function lazy(name, make) {
  const get = function () {
    const value = make(this);
    Object.defineProperty(this, name, { value });
    return value;
  };
  Object.defineProperty(Card.prototype, name, { get });
}

const PLACES = { title: ".title bdi", author: ".authors, .more-authors p", abstract: ".summary", comments: ".comments bdi" };
lazy("all", ({ article }) => Object.values(PLACES).map((selector) => fold(all(article, selector).join(", "))).join("\n"));
Object.keys(PLACES).forEach((name, place) => lazy(name, (card) => card.all.split("\n")[place])); // slices: no copies
lazy("subjects", ({ article }) => all(article, ".subjects > *"));
lazy("cat", ({ subjects }) => fold(subjects.join(" ")));

let ahead = 0;

/** Somebody is about to filter: read what the papers say while the browser is idle. */
export function readAhead(idle) {
  while (ahead < cards.length && idle?.timeRemaining() > 2) cards[ahead++].all;
  if (ahead < cards.length) globalThis.requestIdleCallback?.(readAhead);
}

/** What is kept of a paper when a reader marks it: enough to cite it without the site. */
export function snapshot({ article, id, version }) {
  const fact = (name, label) =>
    plain(article.querySelector(`.${name} bdi`) ?? described(article, label)) || undefined;
  const subjects = all(article, ".subjects > *, dd [class^=subject-]");
  return {
    id,
    version,
    title: plain(article.querySelector(".title bdi")),
    authors: all(article, ".authors bdi, .more-authors bdi"),
    abstract: [...article.querySelectorAll(".summary")].map((one) => plain(one, true)).join("\n\n"),
    subjects: subjects.map((name) => name.match(/\(([^()]+)\)$/)?.[1] ?? name),
    comments: fact("comments", "Comments"),
    journal: fact("journal-ref", "Journal"),
    doi: fact("doi", "DOI"),
    page: new URL(article.querySelector(".title-link")?.href ?? location.pathname, location).pathname,
  };
}

function described(article, label) {
  return [...article.querySelectorAll("dt")].find((one) => one.textContent === t(label))?.nextElementSibling;
}
