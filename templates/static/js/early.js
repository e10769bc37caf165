// Runs before anything is shown: the reader's language, colours and density, so that nothing changes a moment later.
(() => {
  const LANGUAGES = {}; // tag → [file, name, direction]; written in by aggregator/site/assets.py
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // switched off by the reader
    }
  };
  const built = root.lang;
  const language = Object.hasOwn(LANGUAGES, kept("language")) ? kept("language") : built;
  const [file, , direction] = LANGUAGES[language] ?? [];
  root.dataset.theme = kept("theme") ?? "auto";
  root.dataset.density = kept("density") ?? "full";
  if (kept("desk")) root.dataset.joined = "";
  globalThis.speech = { built, languages: LANGUAGES };
  if (file) speech.words = fetch(new URL(file, document.currentScript.src)).then((answer) => answer.json()).catch(() => {});
  if (language === built) return;
  root.lang = language;
  root.dir = direction;
  root.dataset.waiting = ""; // base.css hides the page until words.js is done
  setTimeout(() => delete root.dataset.waiting, 3000);
})();
