// One line at the foot of the window that says what was done and takes it back.
import { button, element } from "./dom.js";
import { change } from "./state.js";
import { t } from "./words.js";

const KEPT = 8_000; // ms on the screen, longer while it is pointed at or holds the focus
const undos = [];
let region;
let timer;

/** Say `words`, with buttons for `actions` (pairs of words and function). */
export function say(words, ...actions) {
  region ??= document.body.appendChild(element("div", PROPERTIES));
  const buttons = actions.map(([name, act]) => button(name, () => (hush(), act())));
  region.replaceChildren(element("span", { textContent: words }), ...buttons);
  leave();
}

const stay = () => clearTimeout(timer);
const hush = () => region.replaceChildren();

function leave() {
  stay();
  timer = setTimeout(() => (region.contains(document.activeElement) ? leave() : hush()), KEPT);
}

const PROPERTIES = { className: "toast", role: "status", onmouseenter: stay, onmouseleave: leave };

/** Carry out `edits`, say so, and offer to undo them. */
export async function act(words, edits) {
  try {
    undos.push([words, await change(edits)]);
    say(words, [t("Undo"), undo]);
  } catch {
    say(t("{done}. This browser does not keep it.", words));
  }
}

/** Take back the last action that was not taken back yet. */
export async function undo() {
  const [words, edits] = undos.pop() ?? [];
  if (!edits) return say(t("Nothing to undo"));
  await change(edits);
  say(t("Undone: {done}", words));
}
