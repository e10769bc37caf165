// One key, one step. Never while somebody types, never with Ctrl, Alt or the command key, and only if not switched off.
import { cardOf, cards } from "./cards.js";
import { button, dialog, element } from "./dom.js";
import { focusFilter, showOnly } from "./filter.js";
import { setting } from "./state.js";
import { act, undo } from "./toast.js";
import { copy, hide, note, star } from "./toolbar.js";
import { t } from "./words.js";

const isList = document.querySelector(".tools") !== null;
const home = document.querySelector(".site-name").href;
const shown = () => cards.filter(({ article }) => !article.hidden).map(({ article }) => article);
const follow = (from, selector) => from?.querySelector(selector)?.click();

let last; // the paper that was focused or touched last

const isInSight = (one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return bottom > 1 && top < innerHeight;
};

/** The paper that holds the focus, else the one that held it or was touched last if it is in sight. */
const current = () => document.activeElement?.closest(".paper") ?? (last && !last.hidden && isInSight(last) ? last : null);

/** What to do with that paper, else with the first one in sight; on a paper's own page with that paper. */
function onPaper(step) {
  return () => {
    const article = current() ?? (isList ? shown().find(isInSight) : cards[0]?.article);
    if (article) step(cardOf(article), article);
  };
}

function move(step) {
  const all = shown();
  const at = all.indexOf(current());
  const from = at >= 0 ? at + step : all.findIndex((one) => one.getBoundingClientRect().bottom > 1);
  reach(all[Math.min(Math.max(from, 0), all.length - 1)]);
}

function reach(article) {
  if (!article) return;
  article.tabIndex = -1;
  article.scrollIntoView({ block: "start" });
  article.focus({ preventScroll: true });
}

/** Hide the paper and go on with the next one. */
function hideAndMove(card, article) {
  const all = shown();
  const next = all[all.indexOf(article) + 1] ?? all[all.indexOf(article) - 1];
  hide(card);
  if (article.hidden) reach(next);
}

const KEYS = {
  j: [t("Next paper"), () => move(1)],
  k: [t("Paper before"), () => move(-1)],
  o: [t("Open the paper’s page"), onPaper((_, article) => follow(article, ".title-link"))],
  p: [t("Open its PDF"), onPaper((_, article) => follow(article, ".title-pdf"))],
  s: [t("Star"), onPaper(star)],
  x: [t("Hide"), onPaper(hideAndMove)],
  c: [t("Copy"), onPaper((card) => copy(card))],
  n: [t("Note, tags, follow authors"), onPaper(note)],
  u: [t("Undo"), undo],
  "/": [t("Filter"), () => isList && focusFilter()],
  "[": [t("Previous listing day"), () => follow(document, "[rel=prev].control")],
  "]": [t("Next listing day"), () => follow(document, "[rel=next].control")],
  "g h": [t("Go to the front page"), () => location.assign(home)],
  "g m": [t("Go to my list"), () => location.assign(`${home}list/`)],
  "g d": [t("Go to the desk"), () => location.assign(`${home}desk/`)],
  "g s": [t("Starred papers of this list"), () => (isList ? showOnly("starred") : location.assign(`${home}desk/`))],
  "?": [t("This help"), () => help()],
};

let before = ""; // "g" for a second after it

/** As it is engraved on an English keyboard where the reader's has other letters there; Caps Lock is not asked for capitals. */
function keyOf({ key, code, shiftKey }) {
  if (/^[ -~]$/.test(key)) return shiftKey ? key : key.toLowerCase();
  return /^Key.$/.test(code) ? code[3].toLowerCase() : ({ BracketLeft: "[", BracketRight: "]" }[code] ?? key);
}

function pressed(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (event.key === "Escape" && event.target.id === "filter") event.target.blur();
  if (typing || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
  const key = keyOf(event);
  if (event.altKey && key !== "[" && key !== "]") return; // with Option a Mac types brackets
  if (key !== "?" && setting("keys", true) === false) return;
  const step = KEYS[before + key] ?? KEYS[key];
  before = key === "g" && !before ? "g " : "";
  if (before) setTimeout(() => (before = ""), 1000);
  if (!step) return;
  event.preventDefault();
  step[1]();
}

function help() {
  const rows = Object.entries(KEYS).flatMap(([key, [words]]) => [
    element("dt", {}, element("kbd", { textContent: key })),
    element("dd", { textContent: words }),
  ]);
  const on = element("input", { type: "checkbox", checked: setting("keys", true), onchange: () => act(on.checked ? t("Keys on") : t("Keys off"), [["settings", "keys", on.checked]]) });
  const shown = dialog(
    t("Keys"),
    element("p", { className: "dialog-title", textContent: t("Keys") }),
    element("dl", { className: "keys" }, ...rows),
    element("label", { className: "control" }, on, t("Single keys are on")),
    element("div", { className: "controls" }, button(t("Close"), () => shown.close(), { autofocus: true })),
  );
}

export function makeKeys() {
  addEventListener("keydown", pressed);
  for (const touched of ["focusin", "pointerdown"]) addEventListener(touched, ({ target }) => (last = target.closest?.(".paper") ?? last));
  document.querySelector(".show-keys").onclick = help;
}
