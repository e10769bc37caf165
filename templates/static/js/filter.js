// The box above a list: which papers are shown, which words are marked. Its whole state stands in the address.
import { cards, readAhead, snapshot } from "./cards.js";
import { carried, carry } from "./carry.js";
import { button, choice, element, threeState } from "./dom.js";
import { outlet } from "./files.js";
import { ORDERS, reorder } from "./order.js";
import { fold, matches, parse } from "./query.js";
import { items, onChange, setting, state } from "./state.js";
import { act } from "./toast.js";
import { near, whenNear } from "./toolbar.js";
import { number, t, tn } from "./words.js";

const KINDS = [["new", t("New")], ["cross", t("Cross-lists")], ["replace", t("Replacements")]];
const SHOWN = [
  ["all", t("All papers")],
  ["unread", t("Not seen before")],
  ["starred", t("Starred")],
  ["followed", t("By authors I follow")],
  ["hidden", t("Hidden ones")],
];
const DENSITIES = [["full", t("Full")], ["short", t("Short")], ["titles", t("Titles")]];

const asked = { q: "", kinds: new Set(), include: new Set(), exclude: new Set(), show: "all", order: "arxiv", others: false };
let seenBefore; // papers seen before this visit of the page: the list must not shrink while it is read
let parsed = parse("");
let writing, marking;
let fitting = []; // the papers that are shown and fit
let sizes = []; // of the subjects on offer: name and number of papers
let box, found, saved, subjects, show, order, only, kinds, density;

// ── the address ──

function fromAddress() {
  const given = new URLSearchParams(location.search);
  const set = (name) => new Set(given.get(name)?.split(",").filter(Boolean));
  asked.q = given.get("q") ?? "";
  const one = (name, choices) => (choices.find(([value]) => value === given.get(name)) ?? choices[0])[0];
  asked.show = one("show", SHOWN);
  asked.order = one("order", ORDERS);
  asked.others = given.has("others");
  asked.kinds = set("kind");
  asked.include = set("in");
  asked.exclude = set("not");
}

function address() {
  const given = new URLSearchParams(location.search); // what it says besides is the page's own
  const put = (name, value) => (value ? given.set(name, value) : given.delete(name));
  put("q", asked.q.trim());
  put("kind", [...asked.kinds].join());
  put("in", [...asked.include].join());
  put("not", [...asked.exclude].join());
  put("show", asked.show === "all" ? "" : asked.show);
  put("order", asked.order === "arxiv" ? "" : asked.order);
  put("others", asked.others && "1");
  return given.toString().replaceAll("%2C", ",");
}

// ── which papers ──

const PASSES = {
  all: () => true,
  unread: (card) => !(seenBefore.get(card.id) >= card.version),
  starred: (card) => state.marks.get(card.id)?.star,
  followed: (card, authors) => authors.some((name) => card.author.includes(name)),
  hidden: () => true,
};

function passes(card, authors) {
  const { kinds, include, exclude, show } = asked;
  return (
    (!kinds.size || kinds.has(card.kind)) &&
    (!include.size || card.subjects.some((name) => include.has(name))) &&
    !(exclude.size && card.subjects.some((name) => exclude.has(name))) &&
    Boolean(state.marks.get(card.id)?.hidden) === (show === "hidden") &&
    PASSES[show](card, authors)
  );
}

/** Show what is asked for. */
function apply() {
  const authors = items("author/").map(fold);
  const sections = new Map();
  fitting = [];
  for (const card of cards) {
    const fits = matches(parsed, card);
    const visible = Boolean(passes(card, authors) && (fits || asked.others));
    if (card.article.hidden === visible) card.article.hidden = !visible;
    if (asked.others) card.article.classList.toggle("other", !fits);
    const told = sections.get(card.section) ?? sections.set(card.section, { shown: 0, fit: 0, all: 0 }).get(card.section);
    told.all++;
    told.shown += visible;
    told.fit += visible && fits;
    if (visible && fits) fitting.push(card);
  }
  tell(fitting.length, sections);
  clearTimeout(marking);
  marking = setTimeout(highlight, 50); // first the list, then the words marked in it
}

const said = new Map(); // the count of a section, in its title and beside the list → what it says of all

/** `sections` → how many papers are shown, how many fit, how many there are. */
function tell(count, sections) {
  document.querySelector(".list").classList.toggle("narrowed", count < cards.length);
  const all = cards.length;
  const words = count === all ? tn("{n} paper", "{n} papers", all) : tn("{shown} of {n} paper", "{shown} of {n} papers", all, number(count), number(all));
  if (found.textContent !== words) found.textContent = words;
  for (const section of document.querySelectorAll(".kind-section")) {
    const told = sections.get(section) ?? { shown: 0, fit: 0, all: 0 };
    section.classList.toggle("empty", !told.shown);
    const id = section.getAttribute("aria-labelledby");
    for (const one of document.querySelectorAll(`[id="${id}"] .count, .rail-sections [href$="#${id}"] .count`)) {
      if (!said.has(one)) said.set(one, one.textContent);
      const counts = told.fit < told.all ? `${number(told.fit)}/${said.get(one)}` : said.get(one);
      if (one.textContent !== counts) one.textContent = counts;
    }
  }
  tellSubjects();
}

function asking() {
  parsed = parse(asked.q);
  apply();
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 100); // costs 20 ms on a long page: not at every key
}

function writeAddress() {
  const query = address();
  history.replaceState(history.state, "", `${location.pathname}${query && "?"}${query}${location.hash}`);
  if (carried) carry(query);
}

// ── words marked, without touching the page's text (CSS Custom Highlight API) ──

function highlight() {
  if (!CSS.highlights) return;
  const terms = parsed.any.flat().map((term) => term.text);
  const ranges = terms.length ? [...near].filter((one) => !one.hidden).flatMap((one) => rangesIn(one, terms)) : [];
  CSS.highlights.set("filter", new Highlight(...ranges));
}

function rangesIn(article, terms) {
  const made = [];
  for (const part of article.querySelectorAll(".title bdi, .authors, .more-authors p, .summary, .comments bdi")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = fold(walker.currentNode.data);
      for (const term of terms) {
        for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
          made.push(new StaticRange({ startContainer: walker.currentNode, startOffset: at, endContainer: walker.currentNode, endOffset: at + term.length }));
        }
      }
    }
  }
  return made;
}

// ── the box ──

/** Put the box into its place and show what the address asks for. After the state is there. */
export function makeFilter() {
  seenBefore = new Map(state.seen);
  fromAddress();
  parsed = parse(asked.q);
  box = element("textarea", {
    id: "filter", rows: 1, value: asked.q, spellcheck: false, autocomplete: "off", placeholder: t("Filter: words, -without, OR"),
    oninput: () => ((asked.q = box.value), asking()), onfocus: () => readAhead(),
  });
  found = element("p", { className: "found", role: "status" });
  show = choice(t("Show"), SHOWN, asked.show, (value) => ((asked.show = value), asking()));
  order = choice(t("Order"), ORDERS, asked.order, (value) => (reorder((asked.order = value)), asking()));
  const line = element("div", { className: "filter-line" }, element("label", { for: "filter", className: "sr", textContent: t("Filter") }), box, found);
  density = choice(t("Density"), DENSITIES, setting("density", "full"), setDensity);
  const choices = element("div", { className: "choices" }, show, density, ...(carried ? [order] : []), more(), leaving());
  document.querySelector(".tools").append(element("search", { className: "filter" }, line, choices));
  whenNear(() => parsed.any.length && highlight());
  onChange((edits) => {
    for (const [store, id, version] of edits) if (store === "seen" && !version) seenBefore.delete(id); // undone
    if (edits.some(([store, , value]) => store !== "seen" || !value)) apply();
    if (edits.some(([, key]) => key.startsWith("filter/"))) listSaved();
    density.querySelector("select").value = setting("density", "full");
  });
  addEventListener("popstate", renew);
  listSaved();
  reorder(asked.order);
  apply();
}

function more() {
  kinds = element("p", { className: "switches", role: "group", "aria-label": t("Kinds") }, ...KINDS.map(kindButton));
  subjects = element("p", { className: "switches", role: "group", "aria-label": t("Subjects: once to ask for, twice to leave out") });
  saved = element("ul", { className: "saved" });
  only = element("input", { type: "checkbox", checked: !asked.others, onchange: () => ((asked.others = !only.checked), asking()) });
  return element(
    "details",
    { className: "more-choices", ontoggle: () => subjects.hasChildNodes() || listSubjects() },
    element("summary", { className: "control", textContent: t("More") }),
    kinds,
    subjects,
    element("label", { className: "control" }, only, t("Only what matches")),
    button(t("Save this filter"), save),
    button(t("Clear"), clear),
    button(t("Mark all as seen"), seeAll),
    saved,
    element("p", { className: "hint", textContent: t("Words beside each other must all be there. OR or a new line: one of them. “A phrase” in quotes. -word leaves out. title: author: abstract: comments: cat: look in one place.") }),
  );
}

function leaving() {
  const listed = element("p", { className: "outlet" }, ...outlet(() => inSight().map((card) => [snapshot(card), state.marks.get(card.id)])));
  return element("details", { className: "more-choices" }, element("summary", { className: "control", textContent: t("Export") }), listed);
}

const flip = (set, name) => (set.has(name) ? set.delete(name) : set.add(name));
const pressed = (one, on) => one.setAttribute("aria-pressed", String(on));

function kindButton([kind, words]) {
  const one = button(words, () => (flip(asked.kinds, kind), pressed(one, asked.kinds.has(kind)), asking()));
  pressed(one, asked.kinds.has(kind));
  return one;
}

function listSubjects() {
  sizes = [...tally(cards)].sort(([, one], [, other]) => other - one).slice(0, 40);
  subjects.replaceChildren(...sizes.map(([name]) => threeState(name, name, asked, asking)));
  for (const one of subjects.children) one.append(""); // for its numbers
  tellSubjects();
}

function tally(some) {
  const counts = new Map();
  for (const name of some.flatMap((card) => card.subjects)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function tellSubjects() {
  if (!subjects.hasChildNodes()) return;
  const counts = tally(fitting);
  sizes.forEach(([name, all], place) => {
    const fit = counts.get(name) ?? 0;
    subjects.children[place].lastChild.data = " " + (fit < all ? number(fit) + "/" : "") + number(all);
  });
}

/** The papers that are shown. */
const inSight = () => cards.filter(({ article }) => !article.hidden);

function seeAll() {
  const fresh = inSight().filter(({ id, version }) => !(state.seen.get(id) >= version));
  act(t("Marked as seen: {n}", number(fresh.length)), fresh.map(({ id, version }) => ["seen", id, version]));
  seenBefore = new Map(state.seen);
  apply();
}

const setDensity = (value) => act(t("Density changed"), [["settings", "density", value]]);

function renew() {
  fromAddress();
  box.value = asked.q;
  show.querySelector("select").value = asked.show;
  order.querySelector("select").value = asked.order;
  reorder(asked.order);
  only.checked = !asked.others;
  kinds.replaceChildren(...KINDS.map(kindButton));
  if (subjects.hasChildNodes()) listSubjects();
  asking();
}

/** Show `value` of the choice t("Show"), as if it had been chosen. */
export function showOnly(value) {
  show.querySelector("select").value = asked.show = value;
  asking();
}

export const focusFilter = () => (box.focus(), box.select());

/** Ask for more: what a click on an author or a subject means. */
export function addWords(words) {
  box.value = asked.q = `${asked.q} ${words}`.trim();
  asking();
}

function clear() {
  box.value = asked.q = "";
  for (const set of [asked.kinds, asked.include, asked.exclude]) set.clear();
  asked.show = "all";
  asked.order = "arxiv";
  asked.others = false;
  writeAddress();
  renew();
}

// ── saved filters ──

function save() {
  const query = address();
  if (query) act(t("Filter saved"), [["settings", `filter/${query}`, true]]);
}

function listSaved() {
  saved.replaceChildren(...items("filter/").map(savedItem));
}

function savedItem(query) {
  const use = () => (history.pushState(null, "", `?${query}`), renew());
  return element("li", {}, button(filterWords(query), use), button(t("Remove"), () => act(t("Filter removed"), [["settings", `filter/${query}`]]), { "aria-label": t("Remove {name}", filterWords(query)) }));
}

/** A saved filter as its reader would say it. */
export function filterWords(query) {
  return [...new URLSearchParams(query)].map(([name, value]) => (name === "q" ? value : `${name}: ${value}`)).join(", ");
}
