// The search box: completions below it, and searches kept on the desk. Without a program that serves there is no box.
//
// A combobox as https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ has it: the input keeps the focus.
import { button, element } from "./dom.js";
import { change, onChange, setting } from "./state.js";
import { act } from "./toast.js";
import { number, t } from "./words.js";

const form = document.querySelector(".site-search, .search-form");
const get = async (path) => (await fetch(form.action + path)).json();

export function makeSearch() {
  if (!form) return;
  complete(form.elements.query);
  const total = document.querySelector(".page-search .total");
  if (total) keep(Number(total.querySelector("data").value));
}

// ── completions ──

function complete(input) {
  const list = element("ul", { className: "suggestions", id: "suggestions", role: "listbox", hidden: true, "aria-label": t("Suggestions") });
  let chosen = -1, typed = "", timer;
  const options = () => [...list.children];
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id })) input.setAttribute(name, value);

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", open);
    if (!open) choose(-1);
  };
  const choose = (place) => {
    chosen = place;
    options().forEach((option, number) => option.setAttribute("aria-selected", number === place));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options()[place].id);
  };
  const go = ({ query, page }) => {
    if (page) return (location.href = page);
    input.value = query;
    form.submit();
  };
  const ask = async () => {
    typed = input.value;
    const found = typed.trim().length > 1 ? await get(`/suggest?q=${encodeURIComponent(typed)}`).catch(() => []) : [];
    if (typed !== input.value || document.activeElement !== input) return;
    list.replaceChildren(
      ...found.map((one, number) =>
        element("li", { id: `suggestion-${number}`, role: "option", "aria-selected": false, textContent: one.text, onpointerdown: (event) => (event.preventDefault(), go(one)), choose: () => go(one) }),
      ),
    );
    show(found.length > 0);
  };

  show(false);
  input.addEventListener("input", () => (clearTimeout(timer), (timer = setTimeout(ask, 80))));
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const { key } = event, last = options().length - 1;
    if (list.hidden || event.isComposing) return;
    if (key === "ArrowDown") choose(chosen < last ? chosen + 1 : -1);
    else if (key === "ArrowUp") choose(chosen < 0 ? last : chosen - 1);
    else if (key === "Enter" && chosen >= 0) options()[chosen].choose();
    else if (key === "Escape") show(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// ── kept searches ──

/** A kept search is worth how many papers it found when it was last looked at, on whichever device. */
function keep(total) {
  const words = new URLSearchParams(location.search);
  for (const [name, value] of [...words]) if (!value || !/^(query|cat|from|to)$/.test(name)) words.delete(name);
  const key = `search/${words}`;
  const kept = () => setting(key) !== undefined;
  const toggle = button("", () => act(kept() ? t("Search removed") : t("Search kept on the desk"), [["settings", key, kept() ? undefined : total]]));
  const draw = () => {
    toggle.textContent = kept() ? t("Kept on the desk") : t("Keep this search");
    toggle.setAttribute("aria-pressed", kept());
  };
  draw();
  onChange(draw);
  document.querySelector(".page-search .info").append(toggle);
  if (kept() && setting(key) !== total) change([["settings", key, total]]).catch(() => {}); // a browser that keeps nothing
}

/** A kept search as a link, with how many papers came since it was last looked at. */
export function savedSearch(query) {
  const words = new URLSearchParams(query);
  const more = element("span", { className: "count" });
  const link = element("a", { href: `${form?.action ?? ""}?${query}`, textContent: [...words.values()].join(" · ") });
  const seen = setting(`search/${query}`);
  const told = ([total]) => total > seen && (more.textContent = t("{n} new", number(total - seen)));
  if (form) get(`/count?s=${encodeURIComponent(query)}`).then(told, () => {});
  return element("span", {}, link, " ", more);
}
