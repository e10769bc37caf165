// What a reader keeps: stars, hidden papers, notes, tags, papers seen, followed authors, saved filters, settings.
//
// It lives in IndexedDB, in this browser only. Stores: `marks` (paper id → star, hidden, note, tags, and the paper as
// it was), `seen` (paper id → version), `settings` (name → value; "author/NAME" and "filter/QUERY" are items of their
// own), `times` ("store/key" → when it was changed, in ms). A time without a value says that the item was removed: so
// two browsers can be brought together item by item, the later change winning. All other modules go through here.

const STORES = ["marks", "seen", "settings", "times"];
const LISTS = { authors: "author/", filters: "filter/" }; // arrays of version 1
const FORMAT = "arxiv-aggregator-state";

/** What this page knows of it; `seen` holds only the papers that were asked for. */
export const state = { marks: new Map(), seen: new Map(), settings: new Map(), times: new Map() };

const listeners = [];
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(FORMAT) : null;
let opening;

/** Call `listener` with the edits after every change, of this tab and of others. */
export const onChange = (listener) => listeners.push(listener);
export const setting = (name, otherwise) => state.settings.get(name) ?? otherwise;

/** The items of settings whose names begin with `prefix`, without it: "author/" or "filter/". */
export const items = (prefix) => [...state.settings.keys()].filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));

if (channel) channel.onmessage = ({ data }) => take(data);

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("arxiv-aggregator", 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      STORES.slice(oldVersion && 3).forEach((name) => request.result.createObjectStore(name));
      if (oldVersion) divide(request.transaction.objectStore("settings"));
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Version 1 kept the followed authors, and the filters, as one array each. */
function divide(settings) {
  for (const [list, prefix] of Object.entries(LISTS)) {
    settings.get(list).onsuccess = ({ target }) => {
      for (const name of target.result ?? []) settings.put(true, prefix + name);
      settings.delete(list);
    };
  }
}

/** What a request of IndexedDB comes to. */
export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Read all but what was seen, of which only the papers `ids`. A browser that keeps nothing has an empty state. */
export async function load(ids) {
  try {
    const base = await open();
    const reading = base.transaction(STORES);
    const seen = reading.objectStore("seen");
    const all = ids.length > 500 && (await entries(seen)); // one answer instead of thousands
    const versions = ids.map((id) => all ? all.get(id) : done(seen.get(id)));
    for (const name of ["marks", "settings", "times"]) state[name] = await entries(reading.objectStore(name));
    (await Promise.all(versions)).forEach((version, place) => version && state.seen.set(ids[place], version));
  } catch (error) {
    opening = Promise.reject(error);
    opening.catch(() => {});
  }
}

async function entries(store) {
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  return new Map(keys.map((key, place) => [key, values[place]]));
}

/**
 * Carry out `edits`: store, key, value (undefined removes) and, when it was not now, the time of the change. The page
 * shows them at once. Resolves with the edits that undo them; rejects when the browser refused to keep them.
 */
export async function change(edits) {
  const timed = edits.flatMap((one) => [one, ...(one[0] === "seen" ? [] : [["times", `${one[0]}/${one[1]}`, one[3] ?? Date.now()]])]);
  take(timed);
  channel?.postMessage(timed);
  const base = await open();
  const writing = base.transaction(STORES, "readwrite");
  const before = timed.map(([store, key, value]) => edit(writing.objectStore(store), key, value));
  writing.commit(); // begun before the page can be left: what is not is dropped with it
  const values = await Promise.all(before);
  return timed.map(([store, key], place) => [store, key, values[place]]).filter(([store]) => store !== "times").reverse();
}

async function edit(store, key, value) {
  const before = done(store.get(key));
  if (value === undefined) store.delete(key);
  else store.put(value, key);
  return before;
}

function take(edits) {
  for (const [store, key, value] of edits) {
    if (value === undefined) state[store].delete(key);
    else state[store].set(key, value);
  }
  listeners.forEach((listener) => listener(edits));
}

/** The edit that gives the paper `id` the changed mark; a mark that says nothing any more is removed. */
export function marked(id, changes, paper) {
  const mark = { ...state.marks.get(id), ...changes };
  if (paper) mark.paper = paper;
  const says = mark.star || mark.hidden || mark.note || mark.tags?.length;
  return ["marks", id, says ? mark : undefined];
}

/** All of it as edits. */
export const everything = async () => {
  const all = await exported();
  return STORES.flatMap((store) => Object.entries(all[store] ?? {}).map(([key, value]) => [store, key, value]));
};

/** All of it as one value, for a file. */
export async function exported() {
  const reading = (await open()).transaction(STORES);
  const made = { format: FORMAT, version: 2 };
  for (const name of STORES) made[name] = Object.fromEntries(await entries(reading.objectStore(name)));
  return made;
}

/**
 * The edits that bring in what a file holds. What is only here stays; of an item that both have the later change wins,
 * and one without a time; what was removed here comes back. Throws for another file.
 */
export function imported(text) {
  const file = JSON.parse(text);
  if (file?.format !== FORMAT || ![1, 2].includes(file.version)) throw new TypeError("not a file of these pages");
  return [...kept(file), ...removed(file)].flatMap(([store, key, value]) => {
    const name = `${store}/${key}`;
    const at = Number.isFinite(file.times?.[name]) ? file.times[name] : undefined;
    if (!(state.times.get(name) > at)) return [[store, key, value, at]];
    return value === undefined || state[store].has(key) ? [] : [[store, key, value]];
  });
}

function kept(file) {
  const settings = { ...file.settings };
  for (const [list, prefix] of Object.entries(LISTS)) {
    for (const name of words(settings[list]) ? settings[list] : []) settings[prefix + name] = true;
  }
  return Object.entries(FITS).flatMap(([store, fits]) =>
    Object.entries({ ...file, settings }[store] ?? {}).filter(([key, value]) => fits(value, key)).map(([key, value]) => [store, key, value]));
}

function removed({ times, ...file }) {
  return Object.keys(times ?? {})
    .map((name) => [name.slice(0, name.indexOf("/")), name.slice(name.indexOf("/") + 1)])
    .filter(([store, key]) => ["marks", "settings"].includes(store) && !Object.hasOwn(file[store] ?? {}, key))
    .map(([store, key]) => [store, key, undefined]);
}

const isText = (value) => value === undefined || typeof value === "string";
const oneOf = (...names) => (value) => names.includes(value);
const words = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");
const FITS = {
  marks: (mark) => mark && isText(mark.note) && isText(mark.star) && words(mark.tags ?? []) && isPaper(mark.paper),
  seen: Number.isInteger,
  settings: (value, name) => (/^(author|filter)\/./.test(name) ? value === true : /^search\/./.test(name) ? Number.isInteger(value) : Object.hasOwn(SETTINGS, name) && SETTINGS[name](value)),
};
const SETTINGS = {
  density: oneOf("full", "short", "titles"),
  copy: oneOf("text", "markdown", "bibtex", "link"),
  keys: oneOf(true, false),
  theme: oneOf("auto", "light", "dark"),
  language: isText,
  chosen: isText,
  visit: (value) => isText(value?.day) && isText(value?.since),
};
const TEXTS = ["id", "title", "abstract", "comments", "journal", "doi", "page"];
const isPaper = (paper) =>
  Boolean(paper?.id && paper.title) && TEXTS.every((name) => isText(paper[name])) && words(paper.authors) && words(paper.subjects);
