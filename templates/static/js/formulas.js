// The TeX of formulas: shown when one rests on a formula or focuses it, and in what is copied.
import { element } from "./dom.js";

const RESTS = 400; // ms, so that nothing blinks while the pointer passes
const written = (maths) => (maths.matches("[display]") ? ["$$", "$$"] : ["$", "$"]).join(maths.getAttribute("alttext"));
/** A lone letter or number is its own source. */
const saysMore = (maths) => maths.getAttribute("alttext").trim() !== maths.textContent;

export function makeFormulas() {
  const shown = document.body.appendChild(element("div", { className: "formula-source", hidden: true, "aria-hidden": "true" })); // read aloud from alttext
  let timer;
  const hide = () => {
    clearTimeout(timer);
    shown.hidden = true;
  };
  const show = (maths) => {
    const { left, bottom } = maths.getBoundingClientRect();
    shown.textContent = written(maths);
    shown.hidden = false;
    const { width, height } = shown.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    shown.style.left = `${Math.max(0, Math.min(left, clientWidth - width))}px`;
    shown.style.top = `${bottom + height < clientHeight ? bottom : maths.getBoundingClientRect().top - height}px`;
  };
  const near = (wait) => ({ target }) => {
    if (shown.contains(target)) return;
    hide();
    const maths = target.closest?.("math[alttext]");
    if (maths && saysMore(maths)) timer = setTimeout(show, wait, maths);
  };
  addEventListener("pointerover", near(RESTS));
  addEventListener("focusin", near(0));
  addEventListener("focusout", hide);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("copy", copied);
}

/** A selection with formulas leaves as text with their TeX, and as the HTML that it is. */
function copied(event) {
  const chosen = getSelection();
  if (!chosen.rangeCount || event.target.matches?.("input, textarea")) return;
  const piece = element("div", { className: "sr" }, chosen.getRangeAt(0).cloneContents());
  const formulas = piece.querySelectorAll("math[alttext]");
  if (!formulas.length) return;
  event.clipboardData.setData("text/html", piece.innerHTML);
  for (const one of formulas) one.replaceWith(written(one));
  document.body.append(piece); // only what is laid out has lines
  event.clipboardData.setData("text/plain", piece.innerText);
  piece.remove();
  event.preventDefault();
}
