// What a reader chooses for all pages: language and colours. Part of what is kept, and copied to where early.js reads it
// before anything is shown.
import { choice } from "./dom.js";
import { change, onChange, setting } from "./state.js";
import { t } from "./words.js";

const root = document.documentElement;
const languages = Object.entries(speech.languages).map(([tag, [, name]]) => [tag, name]);
const themes = [["auto", t("As the device")], ["light", t("Light")], ["dark", t("Dark")]];

/** Put a setting where early.js reads it. */
export function copyEarly(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // switched off by the reader: it holds for this page
  }
}

/** Colours change at once, the language of the next page. */
function take() {
  const theme = setting("theme", root.dataset.theme);
  if (theme !== root.dataset.theme) copyEarly("theme", (root.dataset.theme = theme));
  if (Object.hasOwn(speech.languages, setting("language"))) copyEarly("language", setting("language"));
}

async function choose(name, value) {
  copyEarly(name, value);
  await change([["settings", name, value]]).catch(() => {}); // this page knows it all the same
}

export function makeSettings() {
  take();
  const colours = choice(t("Colours"), themes, root.dataset.theme, (theme) => choose("theme", (root.dataset.theme = theme)));
  const language = choice(t("Language"), languages, root.lang, (tag) => choose("language", tag).then(() => location.reload()));
  document.querySelector(".settings")?.append(language, colours);
  onChange(() => {
    take();
    colours.querySelector("select").value = root.dataset.theme;
  });
}
