// What a reader chooses for all pages, kept where early.js reads it before anything is shown: language and colours.
import { choice } from "./dom.js";
import { t } from "./words.js";

const root = document.documentElement;

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // switched off by the reader: it holds for this page
  }
}

const languages = Object.entries(speech.languages).map(([tag, [, name]]) => [tag, name]);
const themes = [["auto", t("As the device")], ["light", t("Light")], ["dark", t("Dark")]];

export function makeSettings() {
  document.querySelector(".settings")?.append(
    choice(t("Language"), languages, root.lang, (tag) => (keep("language", tag), location.reload())),
    choice(t("Colours"), themes, root.dataset.theme, (theme) => keep("theme", (root.dataset.theme = theme))),
  );
}
