// Papers leave the page: to the clipboard, or as a file.
import { FORMATS, text } from "./cite.js";
import { button, choice, element } from "./dom.js";
import { say } from "./toast.js";
import { number, t } from "./words.js";

/** The clipboard's own way needs https or this machine; the old way serves the rest. */
export async function toClipboard(said) {
  try {
    await navigator.clipboard.writeText(said);
    return true;
  } catch {
    const area = document.body.appendChild(element("textarea", { value: said, className: "sr" }));
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

export function save(name, type, said) {
  const address = URL.createObjectURL(new Blob([said], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** What the page shows, for a file: cs.CL-2024-03-26. */
const listName = () => new URL(document.querySelector("[rel=canonical]")?.href ?? location).pathname.match(/[^/]+/g)?.slice(-2).join("-") ?? "papers";

/** A choice of formats and what saves or copies the papers that `wanted` gives, pairs of paper and mark. */
export function outlet(wanted) {
  let format = "bibtex";
  const made = () => {
    const pairs = wanted();
    return [pairs.length, text(format, pairs.map(([paper]) => paper), pairs.map(([, mark]) => mark))];
  };
  const copy = async () => {
    const [count, said] = made();
    say((await toClipboard(said)) ? t("{n} copied as {format}", number(count), FORMATS[format].words) : t("This browser does not let pages copy"));
  };
  return [
    choice(t("Format"), Object.entries(FORMATS).map(([name, { words }]) => [name, words]), format, (value) => (format = value)),
    button(t("Save list"), () => save(`${listName()}.${FORMATS[format].ending}`, FORMATS[format].type, made()[1])),
    button(t("Copy list"), copy),
  ];
}
