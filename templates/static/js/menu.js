// A click on an author or a subject asks what is meant. With Ctrl, the command key or Shift it is a plain link.
import { button, dialog, element } from "./dom.js";
import { addWords } from "./filter.js";
import { setting } from "./state.js";
import { act } from "./toast.js";
import { t } from "./words.js";

export function makeMenus() {
  addEventListener("click", (event) => {
    const link = event.target.closest?.(".paper :is(.author, .subjects > *)");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.matches(".author")) author(link);
    else subject(link);
  });
}

const isList = document.querySelector(".tools") !== null;
const quoted = (name) => `"${name.replaceAll('"', "")}"`;

function author(link) {
  const name = link.textContent;
  const key = `author/${name}`;
  const followed = setting(key);
  menu(name, [
    [followed ? t("Follow no longer") : t("Follow"), () => act(followed ? t("No longer followed: {name}", name) : t("Followed: {name}", name), [["settings", key, followed ? undefined : true]])],
    ...(isList ? [[t("In this list"), () => addWords(`author:${quoted(name)}`)]] : []),
  ], [t("All their papers"), link.href]);
}

function subject(link) {
  const name = link.textContent;
  menu(link.title || name, [
    [t("Only {name}", name), () => addWords(`cat:${name}`)],
    [t("Without {name}", name), () => addWords(`-cat:${name}`)],
  ].filter(() => isList), link.href && [t("List of {name}", name), link.href]);
}

function menu(title, choices, link) {
  const items = choices.map(([words, step]) => button(words, () => (shown.close(), step())));
  if (link) items.push(element("a", { className: "control", href: link[1], textContent: link[0] }));
  const shown = dialog(title, element("p", { className: "dialog-title", textContent: title }), element("div", { className: "controls stacked" }, ...items, button(t("Cancel"), () => shown.close())));
}
