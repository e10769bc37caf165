// The papers of the page: what each one says, read from its element.
import { plain } from "./dom.js";
import { fold } from "./query.js";
import { t } from "./words.js";

const text = (article, selector) => article.querySelector(selector)?.textContent ?? "";
const all = (article, selector) => [...article.querySelectorAll(selector)].map((one) => one.textContent);

/** Every paper with its folded texts, once a page. */
export const cards = [];
const byId = new Map();
export const cardOf = (article) => byId.get(article?.id);

/** Read them, when all are there. A thousand take some 30 ms. */
export function readCards() {
  cards.push(...[...document.querySelectorAll(".paper")].map(read));
  for (const card of cards) byId.set(card.id, card);
}

function read(article) {
  const title = fold(text(article, ".title bdi"));
  const author = fold(all(article, ".authors, .more-authors p").join(", "));
  const abstract = fold(all(article, ".summary").join(" "));
  const comments = fold(text(article, ".comments bdi"));
  const subjects = all(article, ".subjects > *");
  return {
    article,
    id: article.id,
    version: Number(text(article, ".version").slice(1)) || 1,
    kind: article.querySelector(".kind")?.className.match(/kind-([a-z]+)/)?.[1] ?? "",
    section: article.closest(".kind-section"),
    subjects,
    title,
    author,
    abstract,
    comments,
    cat: fold(subjects.join(" ")),
    all: [title, author, abstract, comments].join(" \n "),
  };
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
    abstract: [...article.querySelectorAll(".summary")].map(plain).join("\n\n"),
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
