// Making elements, and the text of what a page shows.
import { t } from "./words.js";

/** An element with properties, attributes (names with a dash or "role", "for") and children. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/** A button of our own; `pressed` makes it one that stays down. */
export function button(words, onclick, properties = {}) {
  return element("button", { type: "button", className: "control", textContent: words, onclick, ...properties });
}

/** A labelled choice; `choices` are pairs of value and words. */
export function choice(label, choices, value, changed) {
  const options = choices.map(([name, words]) => element("option", { value: name, textContent: words }));
  const select = element("select", { onchange: () => changed(select.value) }, ...options);
  select.value = value;
  return element("label", { className: "choice" }, element("span", { textContent: label }), select);
}

/** A button of three states: blank, `name` in `include`, `name` in `exclude`. */
export function threeState(words, name, { include, exclude }, changed) {
  const label = new Text();
  const one = button("", () => {
    if (include.delete(name)) exclude.add(name);
    else if (!exclude.delete(name)) include.add(name);
    show();
    changed();
  });
  const show = () => {
    label.data = `${exclude.has(name) ? "− " : include.has(name) ? "+ " : ""}${words}`;
    one.className = `control ${include.has(name) ? "included" : exclude.has(name) ? "excluded" : ""}`;
    one.title = include.has(name) ? t("Asked for") : exclude.has(name) ? t("Left out") : "";
  };
  show();
  one.append(label);
  return one;
}

/** Something above the page, until it is closed; the rest waits. */
export function dialog(label, ...children) {
  const outside = ({ target }) => void (target === shown && shown.close());
  const shown = element("dialog", { className: "dialog", "aria-label": label, onclose: () => shown.remove(), onclick: outside }, ...children);
  document.body.append(shown);
  shown.showModal();
  return shown;
}

const BETWEEN = { mfrac: "/", msup: "^", msub: "_", munder: "_", mover: "^" };
const SCRIPTS = { msubsup: ["_", "^"], munderover: ["_", "^"] };

/** The text of a node in one line, formulas as a reader would type them, √(n), a/b, x_i^2, or as TeX. */
export function plain(node, tex = false) {
  const text = node ? written(node, tex) : "";
  return text.replace(/[\s\u2061]+/g, " ").replace(/[\u2062-\u2064\ufe00]/g, "").trim(); // signs of MathML that nobody sees
}

function written(node, tex) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeType === Node.TEXT_NODE ? node.data : "";
  const name = node.localName;
  if (tex && name === "math" && node.hasAttribute("alttext")) return `$${node.getAttribute("alttext")}$`;
  const parts = [...node.childNodes].map((one) => written(one, tex));
  if (name === "msqrt") return `√(${parts.join("")})`;
  if (name === "annotation") return "";
  if (BETWEEN[name] && parts.length === 2) return parts.map(grouped).join(BETWEEN[name]);
  if (SCRIPTS[name] && parts.length === 3) {
    return parts[0] + SCRIPTS[name][0] + grouped(parts[1]) + SCRIPTS[name][1] + grouped(parts[2]);
  }
  return parts.join("");
}

const grouped = (text) => ([...text].length > 1 && !/^\w+$/.test(text) ? `(${text})` : text);
