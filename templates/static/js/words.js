// What the pages say, in the reader's language. Keys are messages with {} for each hole; see docs/CONTRIBUTING.md.
const { built, words: coming } = globalThis.speech;
const words = (await coming) ?? {};
const root = document.documentElement;
const tag = root.lang === "en" ? "en-GB" : `${root.lang}-u-ca-gregory-nu-latn`;
let rules; // of plurals; both these and the first number that a browser writes cost it some ms
const HOLE = /\{(\w*)\}/g;

export const number = (value) => (value < 1000 ? String(value) : value.toLocaleString(tag));

/** A day ("2024-03-26"), a month ("2024-03") or a moment in words. `form`: "", "plain", "short", "weekday". */
export function day(iso, form) {
  const options =
    iso.length < 8 ? (form ? { month: "short" } : { month: "long", year: "numeric" })
    : form === "weekday" ? { weekday: "narrow" }
    : form === "short" ? { weekday: "short", day: "numeric", month: "short" }
    : { dateStyle: form || iso.length > 10 ? "long" : "full" };
  const at = new Date(iso);
  const said = at.toLocaleDateString(tag, { timeZone: "UTC", ...options });
  return iso.length > 10 ? `${said} ${at.toISOString().slice(11, 16)} UTC` : said;
}

/** The words for `key`; of plural forms the one for `count` of the hole that decides. */
function found(key, count) {
  const entry = words[key];
  if (!Array.isArray(entry)) return entry;
  const [place, ...forms] = entry;
  return forms[words["#"].indexOf((rules ??= new Intl.PluralRules(root.lang)).select(count(place)))] ?? forms.at(-1);
}

/** `message`, or its translation, with `values` in its holes, in the order of the English ones. */
export function t(message, ...values) {
  return filled(found(message.replace(HOLE, "{}"), () => 0) ?? message, values);
}

/** `one` or `many`, as the language counts `count`. Without `values` its only hole is the number. */
export function tn(one, many, count, ...values) {
  const said = found(many.replace(HOLE, "{}"), () => count) ?? (count === 1 ? one : many);
  return filled(said, values.length ? values : [number(count)]);
}

function filled(text, values) {
  let next = 0;
  return text.replace(HOLE, (_, name) => values[/\d/.test(name) ? name : next++]);
}

// ── a page that was built in another language ──

const KEPT = "bdi, math, pre, script, .title, .authors, .summary, .subjects, [translate=no]";
const REPEATED = ".part, .kind, .label, .badge, .resource, .more-authors summary"; // all that a list of papers says of itself

function translate(node) {
  for (const name of ["aria-label", "title", "placeholder"]) {
    if (words[node.getAttribute(name)]) node.setAttribute(name, words[node.getAttribute(name)]);
  }
  if (node.matches(KEPT)) return;
  if (node.matches(".papers")) return node.querySelectorAll(REPEATED).forEach(inside);
  if (node.dateTime ?? node.dataset.iso) redate(node);
  else if (node.localName === "data") node.textContent = number(Number(node.value));
  else refill(node);
}

const inside = (node) => ((node.lang = root.lang), translate(node));

/** An element's texts and holes (its elements) in the order of the other language. */
function refill(node) {
  const holes = [...node.children];
  const parts = [...node.childNodes];
  const key = parts.map((one) => one.data ?? "{}").join("").replace(/\s+/g, " ").trim();
  const said = found(key, (place) => Number(holes[place]?.value));
  if (said) node.replaceChildren(...said.split(HOLE).map((one, place) => (place % 2 ? holes[one] : one)));
  else for (const one of parts) if (words[one.data?.trim()]) one.data = one.data.replace(one.data.trim(), () => words[one.data.trim()]);
  holes.forEach(translate);
}

function redate(node) {
  const before = node.textContent;
  node.textContent = day(node.dateTime ?? node.dataset.iso, node.getAttribute("class"));
  document.title = document.title.replace(before, () => node.textContent);
}

/** Say what came from a page of the built language in the reader's. */
export const speak = (node) => root.lang !== built && translate(node);

if (root.lang !== built) {
  translate(document.body);
  document.title = document.title.split(" · ").map((one) => words[one] ?? one).join(" · ");
  delete root.dataset.waiting;
}
