// The reader's own page: starred papers by day and tag, notes, what is followed and saved, files out and in.
import { devices } from "./devices.js";
import { button, choice, element } from "./dom.js";
import { outlet, save } from "./files.js";
import { filterWords } from "./filter.js";
import { savedSearch } from "./search.js";
import { exported, imported, items, marked, onChange, setting, state } from "./state.js";
import { act, say } from "./toast.js";
import { editNote } from "./toolbar.js";
import { day, number, t, tn } from "./words.js";

const home = document.querySelector(".site-name").pathname;
const chosen = new Set(); // ids of papers with a tick
let joining, place, rail, status;
let order = "day";

const starred = () =>
  [...state.marks.entries()].filter(([, mark]) => mark.paper && (mark.star || mark.note || mark.tags?.length)).map(([id, mark]) => ({ id, ...mark }))
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
  const tick = element("input", { type: "checkbox", checked: chosen.has(id), "aria-label": t("Choose {title}", paper.title), value: id, onchange: () => choose([id], tick.checked) });
  const tags = (mark.tags ?? []).map((tag) => element("span", { className: "tag", textContent: `#${tag}` }));
  const controls = [...links(paper), button(t("Note"), () => editNote(paper)), button(t("Take off the desk"), () => act(t("Taken off the desk"), [marked(id, { star: undefined, note: "", tags: [] })]))];
  return element(
    "li",
    { className: "desk-item" },
    element("label", { className: "tick" }, tick),
    element(
      "div",
      { className: "desk-paper" },
      element("h3", {}, element("a", { className: "title-link", href: pageOf(paper), textContent: paper.title })),
      element("p", { className: "authors", textContent: paper.authors.length > 12 ? `${paper.authors.slice(0, 12).join(", ")}, …` : paper.authors.join(", ") }),
      element("p", { className: "subjects", textContent: [`arXiv:${id}`, ...paper.subjects].join(" · ") }),
      ...(mark.note ? [element("p", { className: "own-note", textContent: mark.note })] : []),
      ...(tags.length ? [element("p", { className: "tags" }, ...tags)] : []),
      element("p", { className: "controls" }, ...controls),
    ),
  );
}

/** A paper with several tags stands in several groups; its ticks agree. */
function choose(ids, checked) {
  for (const id of ids) checked ? chosen.add(id) : chosen.delete(id);
  for (const tick of place.querySelectorAll(".tick input")) tick.checked = chosen.has(tick.value);
  tell();
}

const links = ({ id }) => [["arXiv", "abs"], ["PDF", "pdf"]].map(([words, kind]) => element("a", { className: "control", href: `https://arxiv.org/${kind}/${encodeURI(id)}`, textContent: words }));

function section(title, count, ...children) {
  const heading = element("h2", { className: "section-title", textContent: title });
  const link = element("a", { className: "control", textContent: title });
  if (count) [heading, link].forEach((one) => one.append(" ", element("span", { className: "count", textContent: count })));
  heading.id = `part-${rail.childElementCount}`;
  link.href = `#${heading.id}`;
  rail.append(element("li", {}, link));
  return element("section", { "aria-labelledby": heading.id }, heading, ...children);
}

function group([name, marks]) {
  const ids = marks.map(({ id }) => id);
  const all = button(t("Choose all"), () => choose(ids, !ids.every((id) => chosen.has(id))), { "aria-label": t("Choose all of {name}", name) });
  const made = section(name, marks.length, element("ul", { className: "desk-list", lang: "en", dir: "ltr" }, ...marks.map(item)));
  if (marks.length > 1) made.firstChild.after(all);
  return made;
}

function named(title, names, remove, shown = (name) => name) {
  const rows = names.map((name) => element("li", {}, shown(name), " ", button(t("Remove"), () => remove(name), { "aria-label": t("Remove {name}", name) })));
  return names.length ? [section(title, names.length, element("ul", { className: "saved" }, ...rows))] : [];
}

/** Where a saved filter leads: to t("My list") when it names categories. */
const filterLink = (query) => element("a", { href: `${home}${/(^|&)of=/.test(query) ? "list/" : ""}?${query}`, textContent: filterWords(query) });

function draw() {
  const marks = starred();
  const hidden = [...state.marks].filter(([, mark]) => mark.paper && mark.hidden).map(([id]) => id);
  rail.replaceChildren();
  place.replaceChildren(
    ...grouped(marks).map(group),
    ...(marks.length ? [] : [element("p", { className: "nothing", textContent: t("Nothing is starred yet. Star a paper in a list, with its button or the key s.") })]),
    ...named(t("Authors I follow"), items("author/"), (name) => act(t("No longer followed: {name}", name), [["settings", `author/${name}`]])),
    ...named(t("Saved filters"), items("filter/"), (query) => act(t("Filter removed"), [["settings", `filter/${query}`]]), filterLink),
    ...named(t("Saved searches"), items("search/"), (query) => act(t("Search removed"), [["settings", `search/${query}`]]), savedSearch),
    ...(setting("chosen") ? [section(t("My list"), 0, element("p", { className: "saved" }, filterLink(`of=${setting("chosen")}`)))] : []),
    ...named(t("Hidden papers"), hidden, (id) => act(t("Shown again"), [marked(id, { hidden: false })]), (id) => state.marks.get(id).paper.title),
    ...(document.querySelector(".site-search") ? [section(t("On every device"), 0, joining)] : []), // plain files keep no desks
    section(t("Everything in one file"), 0, ...fileSection()),
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

function fileSection() {
  const file = element("input", { type: "file", accept: ".json,application/json", onchange: readState });
  return [
    element("p", { className: "hint", textContent: t("Stars, notes, tags, what was seen, followed authors, filters and settings live in this browser. Take them to another one with a file.") }),
    element("p", { className: "controls" }, button(t("Save the file"), saveState), element("label", { className: "choice" }, element("span", { textContent: t("Read a file") }), file)),
  ];
}

export function makeDesk() {
  place = element("div", { className: "desk-groups" });
  joining = devices();
  status = element("p", { className: "found", role: "status" });
  rail = document.querySelector(".desk-rail");
  document.querySelector(".desk").replaceChildren(
    element(
      "div",
      { className: "choices" },
      choice(t("By"), [["day", t("Day starred")], ["tag", t("Tag")]], order, (value) => ((order = value), draw())),
      ...outlet(() => wanted().map((mark) => [mark.paper, mark])),
      status,
    ),
    place,
  );
  onChange((edits) => edits.some(([store]) => !["seen", "times"].includes(store)) && draw());
  draw();
}
