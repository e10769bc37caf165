// "My list": the day pages of chosen categories put together, each paper once. The choice stands in the address:
// of=cs.AI,cs.LG,-cs.CY (none asked for: all) and from=visit, all, or the number of newest days.
import { button, choice, element, threeState } from "./dom.js";
import { lastVisit, recent, root } from "./recent.js";
import { change, setting } from "./state.js";
import { day as inWords, number, speak, t } from "./words.js";

const KINDS = [["new", t("New")], ["cross", t("Cross-lists")], ["replace", t("Replacements")]];
const SPANS = [["visit", t("Since my last visit")], ["1", t("Newest day")], ["3", t("Newest 3 days")], ["5", t("Newest 5 days")], ["all", t("Two weeks")]];
const PAGES = 60; // fetched at most

const given = new URLSearchParams(location.search);
const asked = { include: new Set(), exclude: new Set(), from: SPANS.find(([name]) => name === given.get("from"))?.[0] ?? "visit" };
const place = document.querySelector(".merged");

/** Fill the page. Rejects when not even the days are known. */
export async function makeMine() {
  for (const name of (given.get("of") ?? setting("chosen", "")).split(/[ ,]+/).filter(Boolean)) {
    if (name.startsWith("-")) asked.exclude.add(name.slice(1));
    else asked.include.add(name);
  }
  makeChooser();
  try {
    const wanted = pages(await recent());
    const read = await Promise.all(wanted.slice(0, PAGES).map(readPage));
    draw(read, wanted.length);
  } catch {
    place.replaceChildren(element("p", { className: "nothing", textContent: t("The list of days could not be read. Is there a network?") }));
  }
}

// ── the choice ──

function makeChooser() {
  const chooser = document.querySelector(".chooser");
  for (const link of chooser.querySelectorAll("a")) {
    const code = link.querySelector(".code").textContent;
    const one = threeState(code, code, asked, () => {});
    one.append(" ", link.querySelector(".name"));
    link.replaceWith(one);
  }
  chooser.append(element("p", { className: "controls" }, button(t("Show these"), go, { className: "control main" }), button(t("All of them"), () => (asked.include.clear(), asked.exclude.clear(), go()))),
    element("p", { className: "hint", textContent: t("Once to ask for a category, twice to leave it out with all its cross-lists.") }));
  chooser.open = given.has("choose");
  chooser.after(element("div", { className: "choices" }, choice(t("Days"), SPANS, asked.from, (value) => ((asked.from = value), go()))));
}

function go() {
  const of = [...asked.include, ...[...asked.exclude].map((name) => `-${name}`)].join();
  given.set("of", of);
  given.set("from", asked.from);
  change([["settings", "chosen", of]]).catch(() => {}).then(() => location.assign(`?${given.toString().replaceAll("%2C", ",")}`));
}

// ── which pages ──

/** Newest day first, in each the categories in their order; without a choice the merged days, a page each. */
function pages(announced) {
  const names = Object.keys(announced).filter((name) => !asked.include.size || asked.include.has(name));
  const since = lastVisit(announced);
  const all = [...new Set(names.flatMap((name) => Object.keys(announced[name])))].sort().reverse();
  const days = asked.from !== "visit" ? all.slice(0, Number(asked.from) || undefined) : since ? all.filter((day) => day > since) : all.slice(0, 1);
  return days.flatMap((day) => (asked.include.size ? names.filter((name) => announced[name][day] !== undefined).map((name) => [day, `${name}/`]) : [[day, ""]]));
}

async function readPage([day, folder]) {
  const address = `${root}arxiv/${folder}${day}/`;
  const answer = await fetch(address).catch(() => {});
  return { day, address, page: answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html") };
}

// ── the list ──

function draw(read, wanted) {
  const whole = read.filter(({ page }) => page);
  const taken = new Set();
  const days = [...new Set(read.map(({ day }) => day))];
  const sections = KINDS.map(([kind, words]) => section(kind, words, gathered(whole, kind, taken), days.length > 1));
  place.replaceChildren(...(taken.size ? sections.filter(Boolean) : [element("p", { className: "nothing", textContent: days.length ? t("Nothing is left of these days.") : t("Nothing new since your last visit. Older days are in the choice above.") })]));
  speak(place);
  place.querySelectorAll(".index").forEach((one, number) => (one.textContent = `#${number + 1}`));
  document.querySelector(".mine-info").textContent = [days.length > 1 ? t("{first} to {last}", inWords(days.at(-1), "short"), inWords(days[0], "short")) : days[0] && inWords(days[0]), [...asked.include].join(", ") || t("All categories")].filter(Boolean).join(" · ");
  const old = whole.map(({ page }) => page.querySelector(".offline:not([hidden])")).find(Boolean);
  if (old) document.querySelector(".offline").replaceWith(old);
  const lost = read.filter(({ page }) => !page).map(({ address }) => address);
  if (lost.length) place.prepend(warning(t("Not here, for they could not be read: {lists}", lost.join(", "))));
  if (wanted > PAGES) place.prepend(warning(t("Only the newest {n} lists of {all} are here. Choose fewer days or categories.", number(PAGES), number(wanted))));
}

const warning = (words) => element("p", { className: "evidence trouble", role: "status", textContent: words });

/** The papers of a kind that are not taken yet, with their day. */
function gathered(read, kind, taken) {
  const found = [];
  for (const { day, page } of read) {
    for (const article of page.querySelectorAll(`[aria-labelledby=${kind}] .paper`)) {
      const subjects = [...article.querySelectorAll(".subjects > *")].map((one) => one.textContent);
      if (taken.has(article.id) || subjects.some((name) => asked.exclude.has(name))) continue;
      taken.add(article.id);
      found.push([day, article]);
    }
  }
  return found;
}

function section(kind, words, found, several) {
  if (!found.length) return;
  const papers = element("div", { className: "papers", lang: "en", dir: "ltr" });
  let last;
  for (const [day, article] of found) {
    if (several && day !== last) papers.append(element("p", { className: "part" }, element("time", { dateTime: day, textContent: inWords(day) })));
    last = day;
    papers.append(article);
  }
  document.querySelector(".rail-sections").append(element("li", {}, element("a", { className: "control", href: `#${kind}` }, `${words} `, element("span", { className: "count", textContent: number(found.length) }))));
  const title = element("h2", { className: "section-title", id: kind }, `${words} `, element("span", { className: "count", textContent: number(found.length) }));
  return element("section", { className: "kind-section", "aria-labelledby": kind }, title, papers);
}
