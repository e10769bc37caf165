// What a reader does with a paper: star, note, copy, hide. Buttons come when a paper comes near the window.
import { FORMATS, text } from "./cite.js";
import { cardOf, cards, snapshot } from "./cards.js";
import { button, dialog, element } from "./dom.js";
import { toClipboard } from "./files.js";
import { change, items, marked, onChange, setting, state } from "./state.js";
import { act, say } from "./toast.js";
import { t } from "./words.js";

const today = () => new Date().toISOString();
const words = (card) => card.article.querySelector(".title bdi").textContent.trim().slice(0, 60);

export function star(card) {
  const starred = state.marks.get(card.id)?.star;
  const said = starred ? t("Star taken off: {title}", words(card)) : t("Starred: {title}", words(card));
  act(said, [marked(card.id, { star: starred ? undefined : today() }, snapshot(card))]);
}

export function hide(card) {
  const hidden = state.marks.get(card.id)?.hidden;
  act(hidden ? t("Shown again: {title}", words(card)) : t("Hidden: {title}", words(card)), [marked(card.id, { hidden: !hidden }, snapshot(card))]);
}

// ── copying ──

/** Copy in the format chosen last, and offer the others. */
export async function copy(card, format = setting("copy", "text")) {
  if (format !== setting("copy", "text")) change([["settings", "copy", format]]).catch(() => {});
  const others = Object.entries(FORMATS).filter(([name, { copied }]) => copied && name !== format);
  const copied = await toClipboard(text(format, [snapshot(card)]));
  const done = copied ? t("Copied as {format}", FORMATS[format].words) : t("This browser does not let pages copy");
  say(done, ...others.map(([name, { words }]) => [words, () => copy(card, name)]));
}

// ── note, tags, authors ──

const list = (said) => [...new Set(said.split(",").map((one) => one.trim()).filter(Boolean))];

export const note = (card) => editNote(snapshot(card));

/** The dialog of a paper: its note, its tags, which of its authors are followed. */
export function editNote(paper) {
  const mark = state.marks.get(paper.id) ?? {};
  const area = element("textarea", { rows: 5, value: mark.note ?? "" });
  const enter = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // or it presses the button that gets the focus back
    shown.close();
  };
  const tags = element("input", { value: mark.tags?.join(", ") ?? "", autocomplete: "off", onkeydown: enter });
  const followed = items("author/");
  const boxes = paper.authors.map((name) => element("input", { type: "checkbox", value: name, checked: followed.includes(name) }));
  const follow = element("fieldset", {}, element("legend", { textContent: t("Follow") }), ...boxes.map((one) => element("label", { className: "control" }, one, one.value)));
  const cancel = () => {
    shown.removeEventListener("close", keep);
    shown.close();
  };
  const said = () => JSON.stringify([area.value.trim(), list(tags.value)]);
  const before = said();
  const keep = () => {
    const turned = boxes.filter((one) => one.checked !== followed.includes(one.value));
    const edits = turned.map((one) => ["settings", `author/${one.value}`, one.checked || undefined]);
    if (said() !== before) edits.push(marked(paper.id, { note: area.value.trim(), tags: list(tags.value) }, paper));
    if (edits.length) act(t("Note kept"), edits);
  };
  const shown = dialog(
    t("Note"),
    element("p", { className: "dialog-title", textContent: paper.title }),
    element("label", {}, t("Note"), area),
    element("label", {}, t("Tags, with commas between"), tags),
    follow,
    element("div", { className: "controls" }, button(t("Keep"), () => shown.close()), button(t("Cancel"), cancel)),
  );
  shown.addEventListener("close", keep); // also by Escape or a tap beside it, which puts a phone's keyboard away
  area.focus();
}

// ── the buttons of a paper ──

const BUTTONS = [["star", t("Star"), star], ["note", t("Note"), note], ["copy", t("Copy"), copy], ["hide", t("Hide"), hide]];

function equip(article) {
  if (article.querySelector(".toolbar")) return;
  const buttons = BUTTONS.map(([name, words, act]) => button(words, () => act(cardOf(article)), { className: `control act-${name}` }));
  article.querySelector(".links")?.after(element("div", { className: "toolbar", role: "group", "aria-label": t("Marks") }, ...buttons));
  show(article);
}

function show(article) {
  const mark = state.marks.get(article.id) ?? {};
  const press = (name, on) => article.querySelector(`.act-${name}`)?.setAttribute("aria-pressed", String(Boolean(on)));
  press("star", mark.star);
  press("hide", mark.hidden);
  article.classList.toggle("starred", Boolean(mark.star));
  const said = [mark.tags?.map((tag) => `#${tag}`).join(" "), mark.note].filter(Boolean).join("\n");
  article.querySelector(".own-note")?.remove();
  if (said) article.append(element("p", { className: "own-note", textContent: said }));
  showAuthors(article);
}

function showAuthors(article) {
  const followed = new Set(items("author/"));
  for (const one of article.querySelectorAll(".authors bdi, .more-authors bdi")) {
    one.classList.toggle("followed", followed.has(one.textContent));
  }
}

// ── what was seen ──

function showSeen(id) {
  const card = cardOf(document.getElementById(id));
  card?.article.classList.toggle("seen", state.seen.get(id) >= card.version);
}

const visible = new Set();
let fresh = [];
let timer, ending;

function seen(article) {
  const { id, version } = cardOf(article);
  if (state.seen.get(id) >= version) return;
  fresh.push(["seen", id, version]);
  timer ||= setTimeout(keepSeen, 500); // not put off by the next one: a thousand at once would stop the page
}

function keepSeen() {
  timer = 0;
  if (fresh.length) change(fresh.splice(0)).catch(() => {});
}

/** A paper was seen when it left over the upper edge, or stood in the window when the list ended. */
function watch(changes) {
  for (const { target, isIntersecting, boundingClientRect: box } of changes) {
    if (isIntersecting) visible.add(target);
    else if (visible.delete(target) && !target.hidden && box.bottom <= 0) seen(target);
  }
}

/** A formula that scrolls within its line takes the focus, so that keys scroll it. Only of papers that are laid out: it would lay out others. */
function reachable(article) {
  for (const one of article.querySelectorAll("math")) if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
}

/** Asked when it stands still: while it scrolls, the question would lay the page out once more a frame. */
function atEnd() {
  if (scrollY + innerHeight >= root.scrollHeight - 8) visible.forEach(seen);
}

const root = document.documentElement;

const BATCH = 20;
const passing = new IntersectionObserver(watch);
const far = new Set();
const listeners = [];

/** The papers within two windows of the one that is read: all that is done paper by paper is done to these. */
export const near = new Set();
export const whenNear = (listener) => listeners.push(listener);

function come(changes) {
  for (const { target, isIntersecting } of changes) {
    if (!isIntersecting) {
      if (near.delete(target)) far.add(target);
    } else if (near.add(target) && !far.delete(target)) {
      equip(target);
      if (target.firstElementChild.checkVisibility({ contentVisibilityAuto: true })) reachable(target);
      passing.observe(target);
    }
  }
  listeners.forEach((listener) => listener());
  if (far.size >= BATCH) leave([...far].filter((one) => !one.hidden && !one.contains(document.activeElement))); // each time all papers find their places anew
}

/** What a browser laid out it keeps, 0.3 MB a paper with mathematics. Papers far away lose their box for a moment, so that it lets go. */
function leave(gone) {
  far.clear();
  for (const one of gone) {
    passing.unobserve(one);
    one.querySelector(".toolbar").remove();
    one.style.display = "none";
  }
  if (!gone.length) return;
  getComputedStyle(gone[0]).display; // takes the boxes away
  for (const one of gone) one.style.display = "";
  collect();
}

/** What was let go waits for Chromium's garbage collector, which counts scripts' memory and hardly boxes. This is never touched, so it costs none. */
function collect() {
  if (!performance.memory) return; // another browser
  try {
    new ArrayBuffer(2 ** 27);
  } catch {
    // so little is left that it will come by itself
  }
}

/** Equip the papers of the page, now and as they come near. */
export function makeToolbars() {
  const coming = new IntersectionObserver(come, { rootMargin: "200%" }); // Chromium renders papers within 150 %
  for (const { article, id } of cards) {
    showSeen(id);
    coming.observe(article);
  }
  addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => skipped || reachable(target), true);
  const stand = () => (clearTimeout(ending), (ending = setTimeout(atEnd, 200)));
  addEventListener("scroll", stand, { passive: true });
  addEventListener("pagehide", keepSeen);
  onChange((edits) => {
    for (const [store, id] of edits) if (store === "seen") showSeen(id);
    const ids = new Set(edits.filter(([store]) => store === "marks").map(([, id]) => id));
    const authors = edits.some(([, key]) => key.startsWith("author/"));
    for (const { article, id } of cards) if (article.querySelector(".toolbar") && (authors || ids.has(id))) show(article);
  });
}
