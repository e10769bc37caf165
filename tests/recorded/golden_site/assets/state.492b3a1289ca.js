// What a reader keeps: stars, hidden papers, notes, tags, papers seen, followed authors, saved filters, settings.
//
// It lives in IndexedDB, in this browser only. Three stores: `marks` (paper id → star, hidden, note, tags, and the
// paper as it was), `seen` (paper id → version), `settings` (name → value). Every other module goes through here.

const STORES = ["marks", "seen", "settings"];
const FORMAT = "arxiv-aggregator-state";

/** What this page knows of it; `seen` holds only the papers of the page. */
export const state = { marks: new Map(), seen: new Map(), settings: new Map() };

const listeners = [];
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(FORMAT) : null;
let opening;

/** Call `listener` with the edits after every change, of this tab and of others. */
export const onChange = (listener) => listeners.push(listener);
export const setting = (name, otherwise) => state.settings.get(name) ?? otherwise;

if (channel) channel.onmessage = ({ data }) => take(data);

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("arxiv-aggregator", 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Read marks and settings, and what was seen of the papers `ids`. A browser that keeps nothing has an empty state. */
export async function load(ids) {
  try {
    const base = await open();
    const reading = base.transaction(STORES);
    const seen = reading.objectStore("seen");
    const versions = ids.map((id) => done(seen.get(id)));
    state.marks = await entries(reading.objectStore("marks"));
    state.settings = await entries(reading.objectStore("settings"));
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
 * Carry out `edits`, triples of store, key and value (undefined removes). The page shows them at once. Resolves with
 * the edits that undo them; rejects when the browser refused to keep them.
 */
export async function change(edits) {
  take(edits);
  channel?.postMessage(edits);
  const base = await open();
  const writing = base.transaction(STORES, "readwrite");
  const before = edits.map(([store, key, value]) => edit(writing.objectStore(store), key, value));
  const values = await Promise.all(before);
  return edits.map(([store, key], place) => [store, key, values[place]]).reverse();
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

/** All of it as one value, for a file. */
export async function exported() {
  const reading = (await open()).transaction(STORES);
  const made = { format: FORMAT, version: 1 };
  for (const [name, map] of await Promise.all(
    STORES.map(async (name) => [name, await entries(reading.objectStore(name))]),
  )) {
    made[name] = Object.fromEntries(map);
  }
  return made;
}

/** The edits that bring in what a file holds; what is here already and not in it stays. Throws for another file. */
export function imported(text) {
  const file = JSON.parse(text);
  if (file?.format !== FORMAT || file.version !== 1) throw new TypeError("not a file of these pages");
  return STORES.flatMap((name) =>
    Object.entries(file[name] ?? {})
      .filter(([key, value]) => FITS[name](value, key))
      .map(([key, value]) => [name, key, value]),
  );
}

const isText = (value) => value === undefined || typeof value === "string";
const oneOf = (...names) => (value) => names.includes(value);
const words = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");
const FITS = {
  marks: (mark) => mark && isText(mark.note) && isText(mark.star) && words(mark.tags ?? []) && isPaper(mark.paper),
  seen: Number.isInteger,
  settings: (value, name) => Object.hasOwn(SETTINGS, name) && SETTINGS[name](value),
};
const SETTINGS = {
  authors: words,
  filters: words,
  density: oneOf("full", "short", "titles"),
  copy: oneOf("text", "markdown", "bibtex", "link"),
  keys: oneOf(true, false),
};
const TEXTS = ["id", "title", "abstract", "comments", "journal", "doi", "page"];
const isPaper = (paper) =>
  Boolean(paper?.id && paper.title) && TEXTS.every((name) => isText(paper[name])) && words(paper.authors) && words(paper.subjects);
