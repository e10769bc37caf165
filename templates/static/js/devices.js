// The part of the desk's page that joins it to a desk on the server, and shows how that stands.
import { button, element } from "./dom.js";
import { create, desk, join, leave, onSync, picture, remove, sync } from "./sync.js";
import { say } from "./toast.js";
import { t } from "./words.js";

let place, shown;

/** What the section holds; it draws itself anew when something changes. */
export function devices() {
  place = element("div", { className: "devices" });
  const given = /^#key=(.+)/.exec(location.hash)?.[1];
  if (given) history.replaceState(null, "", location.pathname); // a key has no place in a history
  onSync(() => place.isConnected && draw());
  draw(given && decodeURIComponent(given));
  return place;
}

/** Why something did not work, in words. */
function why({ status }) {
  if (status === 401) return t("No desk opens with these words. A key has nine of them, of five letters each.");
  if (status === 429) return t("That was too often. Try again in a minute.");
  if (status === 507) return t("There is no room on this server.");
  if ([404, 405, 501].includes(status)) return t("This site is served as plain files and keeps no desks.");
  return t("The server cannot be reached just now.");
}

/** A button whose work may fail; then the reason is said. */
const trying = (words, work) =>
  button(words, async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      await work();
    } catch (error) {
      say(why(error));
    }
    currentTarget.disabled = false;
    draw();
  });

function draw(given = "") {
  place.replaceChildren(...(desk() ? inStep(desk()) : outside(given)));
}

function outside(given) {
  const key = element("input", { type: "text", value: given, autocomplete: "off", spellcheck: false, autocapitalize: "none", size: 40 });
  const make = trying(t("Make a desk"), async () => (await create(), (shown = await picture())));
  return [
    hint(t("Keep one desk on all your devices. There is no account: a desk opens with a key of nine words, and changes made without a connection are brought together later.")),
    ...(given ? [hint(t("You opened the address of a desk. Join it, and what is here comes along."), { role: "status" })] : []),
    controls(...(given ? [] : [make]), element("label", { className: "choice" }, element("span", { textContent: t("Key") }), key), trying(t("Join"), () => join(key.value))),
  ];
}

const hint = (words, properties) => element("p", { className: "hint", textContent: words, ...properties });
const controls = (...children) => element("p", { className: "controls" }, ...children);
const time = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

function inStep({ key, at, status, error }) {
  const said = error ? (status === 401 ? t("Not in step: the desk was deleted.") : `${t("Not in step.")} ${why({ status })}`) : at ? t("In step, last at {time}.", time(at)) : t("In step.");
  return [
    hint(said, { role: "status" }),
    ...(shown ? secret(key) : []),
    controls(
      trying(t("Bring in step"), sync),
      shown ? button(t("Hide the key"), () => ((shown = ""), draw())) : trying(t("Show the key"), async () => (shown = await picture())),
      trying(t("Leave"), async () => ((shown = ""), await leave(), say(t("Left. What is on this device stays on it.")))),
      button(t("Delete for good"), () => say(t("Delete the desk on the server, for all devices? What is on this device stays."), [t("Delete for good"), end])),
    ),
  ];
}

const secret = (key) => [
  hint(t("Type these words on another device, or point its camera at the picture. Keep them to yourself: who has them has the desk.")),
  element("p", { className: "desk-key", translate: false, dir: "ltr", textContent: key }),
  element("img", { className: "desk-code", src: shown, alt: t("The key as a picture for a camera"), width: 200, height: 200 }),
];

const end = () => remove().then(() => say(t("The desk was deleted.")), (error) => say(why(error)));
