// The reader's own page: starred papers by day and tag, notes, what is followed and saved, files out and in.
import { FORMATS, text } from "./cite.js";
import { button, choice, element } from "./dom.js";
import { filterWords } from "./filter.js";
import { exported, imported, marked, onChange, setting, state } from "./state.js";
import { act, say } from "./toast.js";
import { toClipboard } from "./toolbar.js";
import { day, number, t, tn } from "./words.js";

const chosen = new Set(); // ids of papers with a tick
let place, status, format = "bibtex", order = "day";

const starred = () =>
  [...state.marks.entries()].filter(([, mark]) => mark.star || mark.note || mark.tags?.length).map(([id, mark]) => ({ id, ...mark }))
    .sort((one, other) => (other.star ?? "").localeCompare(one.star ?? "") || one.id.localeCompare(other.id));

// ── groups ──

const dayOf = ({ star = "" }) => {
  const at = new Date(star);
  return Number.isNaN(at.valueOf()) ? t("Not starred, with a note or tag") : day(star.slice(0, 10));
};
const GROUPS = {
  day: (mark) => [dayOf(mark)],
  tag: (mark) => (mark.tags?.length ? mark.tags.map((tag) => `#${tag}`) : [t("No tag")]),
};

function grouped(marks) {
  const groups = new Map();
  for (const mark of marks) for (const name of GROUPS[order](mark)) groups.set(name, [...(groups.get(name) ?? []), mark]);
  return [...groups];
}

// ── drawing ──

/** A path of this site, or nothing: what a file brought in must not lead elsewhere. */
function pageOf({ page = "", id }) {
  const url = new URL(page, location);
  return page.startsWith("/") && url.origin === location.origin ? url.pathname : `https://arxiv.org/abs/${encodeURI(id)}`;
}

function item(mark) {
  const { id, paper } = mark;
  const tick = element("input", { type: "checkbox", checked: chosen.has(id), "aria-label": t("Choose {title}", paper.title), value: id, onchange: () => choose(tick) });
  const own = [mark.tags?.map((tag) => `#${tag}`).join(" "), mark.note].filter(Boolean).join("\n");
  return element(
    "li",
    { className: "desk-item" },
    element("label", { className: "tick" }, tick),
    element(
      "div",
      {},
      element("h3", {}, element("a", { href: pageOf(paper), textContent: paper.title })),
      element("p", { className: "authors", textContent: paper.authors.join(", ") }),
      element("p", { className: "subjects", textContent: [`arXiv:${id}`, ...paper.subjects].join(" · ") }),
      ...(own ? [element("p", { className: "own-note", textContent: own })] : []),
      element("p", { className: "controls" }, ...links(paper), button(t("Take off the desk"), () => act(t("Taken off the desk"), [marked(id, { star: undefined, note: "", tags: [] })]))),
    ),
  );
}

/** A paper with several tags stands in several groups; its ticks agree. */
function choose({ value, checked }) {
  if (checked) chosen.add(value);
  else chosen.delete(value);
  for (const tick of place.querySelectorAll(".tick input")) if (tick.value === value) tick.checked = checked;
  tell();
}

const links = ({ id }) => [["arXiv", "abs"], ["PDF", "pdf"]].map(([words, kind]) => element("a", { className: "control", href: `https://arxiv.org/${kind}/${encodeURI(id)}`, textContent: words }));

function section(title, ...children) {
  return element("section", {}, element("h2", { className: "section-title", textContent: title }), ...children);
}

function named(title, names, remove, shown = (name) => name) {
  const items = names.map((name) => element("li", {}, shown(name), " ", button(t("Remove"), () => remove(name), { "aria-label": t("Remove {name}", name) })));
  return names.length ? [section(title, element("ul", { className: "saved" }, ...items))] : [];
}

const without = (key, name) => setting(key, []).filter((one) => one !== name);

function draw() {
  const marks = starred();
  const hidden = [...state.marks].filter(([, mark]) => mark.hidden).map(([id]) => id);
  place.replaceChildren(
    ...grouped(marks).map(([name, group]) => section(name, element("ul", { className: "desk-list", lang: "en" }, ...group.map(item)))),
    ...(marks.length ? [] : [element("p", { className: "nothing", textContent: t("Nothing is starred yet. Star a paper in a list, with its button or the key s.") })]),
    ...named(t("Authors I follow"), setting("authors", []), (name) => act(t("No longer followed: {name}", name), [["settings", "authors", without("authors", name)]])),
    ...named(t("Saved filters"), setting("filters", []), (name) => act(t("Filter removed"), [["settings", "filters", without("filters", name)]]), (name) => element("a", { href: `${document.querySelector(".site-name").pathname}?${name}`, textContent: filterWords(name) })),
    ...named(t("Hidden papers"), hidden, (id) => act(t("Shown again"), [marked(id, { hidden: false })]), (id) => state.marks.get(id).paper.title),
  );
  tell();
}

function tell() {
  const marks = starred();
  const ticked = marks.filter(({ id }) => chosen.has(id)).length;
  const count = tn("{n} paper", "{n} papers", marks.length);
  status.textContent = ticked ? t("{papers}, {n} chosen", count, number(ticked)) : count;
}

// ── files ──

function wanted() {
  const marks = starred();
  const ticked = marks.filter(({ id }) => chosen.has(id));
  return ticked.length ? ticked : marks;
}

function written() {
  const marks = wanted();
  return text(format, marks.map(({ paper }) => paper), marks);
}

function save(name, type, said) {
  const address = URL.createObjectURL(new Blob([said], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const saveList = () => save(`papers.${FORMATS[format].ending}`, FORMATS[format].type, written());
const copyList = async () => say((await toClipboard(written())) ? t("{n} copied as {format}", number(wanted().length), FORMATS[format].words) : t("This browser does not let pages copy"));

async function saveState() {
  try {
    save("desk.json", "application/json", JSON.stringify(await exported(), null, 1));
  } catch {
    say(t("This browser keeps nothing that could be saved"));
  }
}

async function readState({ target }) {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  try {
    const edits = imported(await file.text());
    await act(t("Brought in {file}", file.name), edits);
  } catch {
    say(t("{file} is not a file that this page wrote. Nothing was changed.", file.name));
  }
}

export function makeDesk() {
  place = element("div", { className: "desk-groups" });
  status = element("p", { className: "found", role: "status" });
  const file = element("input", { type: "file", accept: ".json,application/json", onchange: readState });
  const formats = Object.entries(FORMATS).map(([name, { words }]) => [name, words]);
  document.querySelector(".desk").replaceChildren(
    element(
      "div",
      { className: "choices" },
      choice(t("By"), [["day", t("Day starred")], ["tag", t("Tag")]], order, (value) => ((order = value), draw())),
      choice(t("Format"), formats, format, (value) => (format = value)),
      button(t("Save list"), saveList),
      button(t("Copy list"), copyList),
      status,
    ),
    place,
    section(
      t("Everything in one file"),
      element("p", { className: "hint", textContent: t("Stars, notes, tags, what was seen, followed authors, filters and settings live in this browser. Take them to another one with a file.") }),
      element("p", { className: "controls" }, button(t("Save the file"), saveState), element("label", { className: "choice" }, element("span", { textContent: t("Read a file") }), file)),
    ),
  );
  onChange((edits) => edits.some(([store]) => store !== "seen") && draw());
  draw();
}
