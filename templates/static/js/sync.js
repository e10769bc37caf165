// Joins what this browser keeps to a desk on the server, so that another device has it too.
//
// Beside the state itself stands one item for each thing on the desk: its value when it was changed last, a stamp (a
// hybrid clock: milliseconds, counter, this browser's name) and whether the server has it. Changes are stamped when
// they are made, also without a connection; what the server sends back stands. See aggregator/desk.py.
import { change, done, everything, marked, onChange, state } from "./state.js";

const FIELDS = ["paper", "star", "hidden", "note", "tags"]; // what is said of a paper comes after the paper
const OWN = ["visit"]; // settings of this browser alone
const SENT = 300_000; // characters of one request, about
const API = new URL("../api/desk", import.meta.url).pathname; // scripts lie in assets/

let base, joined, timer;
const told = [];
/** Call `listener` when the desk was joined, left, or is in step. */
export const onSync = (listener) => told.push(listener);
/** What is known of the desk: its key, when it was in step last, what went wrong. Undefined when none was joined. */
export const desk = () => joined;

// ── what this browser remembers of it ──

function open() {
  base ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("arxiv-aggregator-desk", 1);
    request.onupgradeneeded = () => ["items", "desk"].forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return base;
}

/** A transaction over both stores; `work` gets them and must not wait for anything else. */
async function within(work) {
  const transaction = (await open()).transaction(["items", "desk"], "readwrite");
  return work(transaction.objectStore("items"), transaction.objectStore("desk"));
}

const remember = (changes) => {
  Object.assign(joined, changes);
  return within((_, kept) => done(kept.put(joined, "desk")));
};

const tell = () => told.forEach((listener) => listener(joined));

// ── items ──

const text = (value) => (value == null || value === false || value.length === 0 ? null : JSON.stringify(value));

/** The items that an edit of the state sets, pairs of key and value; a removed thing has the value undefined. */
function items([store, key, value]) {
  if (store === "seen") return [[`seen/${key}`, value]];
  if (store === "settings") return OWN.includes(key) ? [] : [[key.includes("/") ? key : `setting/${key}`, value]];
  if (store !== "marks") return [];
  // A paper stays: another device may have a note on it of which this one does not know.
  return FIELDS.map((field) => [`mark/${key}/${field}`, value?.[field]]).filter(([, said], place) => place || said);
}

function stamp() {
  const now = Math.max(Date.now() + (joined.ahead ?? 0), joined.ms ?? 0);
  joined.count = now === joined.ms ? joined.count + 1 : 0;
  joined.ms = now + Math.floor(joined.count / 10_000);
  joined.count %= 10_000;
  return stampOf(joined.ms, joined.count);
}

const stampOf = (ms, count) => `${String(ms).padStart(13, "0")}-${String(count).padStart(4, "0")}-${joined.node}`;

/** Stamp what `edits` changed: now, or when the state says that it was changed (`at`). An edit that tells its own time
 * gives way to an item that was changed since. */
const record = (edits, at) =>
  within(async (kept, desks) => {
    for (const edit of edits) {
      for (const [key, value] of items(edit)) {
        const before = await done(kept.get(key));
        if ((before?.value ?? null) === text(value) || edit[3] + joined.ahead < +before?.stamp.slice(0, 13)) continue;
        kept.put({ key, value: text(value), stamp: at ? stampOf(at(edit), 0) : stamp(), waits: 1 }, key);
      }
    }
    await done(desks.put(joined, "desk"));
  });

// ── in step ──

async function ask(method, path, key, body) {
  const headers = { ...(key && { Authorization: `Bearer ${key}` }), ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  if (answer.ok) return answer.headers.get("Content-Type") === "application/json" ? answer.json() : answer.text();
  const said = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(said.error ?? `${answer.status}`), { status: answer.status });
}

/** Send what waits, take what came. One tab at a time does it; resolves when the desk is in step, or joined.error is set. */
export async function sync() {
  if (!joined) return;
  try {
    await (navigator.locks?.request("desk", turns) ?? turns());
    await remember({ at: Date.now(), error: "", status: 0 });
  } catch (error) {
    joined && Object.assign(joined, { error: error.message, status: error.status });
  }
  tell();
}

async function turns() {
  for (let more = true; more && joined; ) {
    const waiting = (await within((kept) => done(kept.getAll()))).filter(({ waits }) => waits);
    const sent = first(waiting);
    const answer = await ask("POST", "/sync", joined.key, { since: joined.seq, items: sent.map(({ key, stamp, value }) => [key, stamp, JSON.parse(value)]) });
    await take(answer, sent);
    more = answer.more || answer.reset || waiting.length > sent.length;
  }
}

/** As many as one request takes. */
function first(waiting) {
  let size = 0;
  const end = waiting.findIndex(({ value }) => (size += 80 + (value?.length ?? 0)) > SENT);
  return waiting.slice(0, Math.min(2000, end < 0 ? waiting.length : end || 1));
}

/** What came back stands, unless it was changed here since it was sent. */
async function take({ seq, now, reset, items: came }, sent) {
  const stamps = new Map(sent.map(({ key, stamp }) => [key, stamp]));
  const fresh = [];
  await within(async (kept, desks) => {
    for (const { key, stamp } of sent) {
      const mine = await done(kept.get(key));
      if (mine?.stamp === stamp) kept.put({ ...mine, waits: 0 }, key);
    }
    for (const [key, stamp, value] of came) {
      const mine = await done(kept.get(key));
      if (mine?.waits && mine.stamp !== stamps.get(key) && mine.stamp > stamp) continue;
      fresh.push([key, value, +stamp.slice(0, 13)]);
      const paper = key.startsWith("mark/") && (await done(kept.get(key.replace(/[^/]+$/, "paper"))));
      if (paper?.value) fresh.push([paper.key, JSON.parse(paper.value), 0]);
      kept.put({ key, stamp, value: text(value), waits: 0 }, key);
      joined.ms = Math.max(joined.ms ?? 0, Math.min(+stamp.slice(0, 13), now));
    }
    if (reset) (await done(kept.getAll())).forEach((item) => kept.put({ ...item, waits: 1 }, item.key));
    Object.assign(joined, { seq, ahead: now - Date.now() });
    await done(desks.put(joined, "desk"));
  });
  if (fresh.length) await change(edits(fresh));
}

/** The edits of the state that set these items. */
function edits(fresh) {
  const marks = new Map(), made = [];
  for (const [key, value, at] of fresh) {
    const kind = key.slice(0, key.indexOf("/"));
    const name = key.slice(kind.length + 1);
    if (kind === "mark") {
      const id = name.slice(0, name.lastIndexOf("/"));
      const [changes, before] = marks.get(id) ?? [{}, 0];
      marks.set(id, [{ ...changes, [name.slice(id.length + 1)]: value ?? undefined }, Math.max(at, before)]);
    } else made.push([kind === "seen" ? "seen" : "settings", kind === "setting" || kind === "seen" ? name : key, value ?? undefined, at]);
  }
  for (const [id, [changes, at]] of marks) made.push([...marked(id, changes), at]);
  return made;
}

// ── joining and leaving ──

/** A new desk on the server, with all that is here. Rejects with words that say why not. */
export const create = async () => join((await ask("POST", "", null, {})).key);

/** Join the desk that `key` opens: both sides keep all they have. Rejects when it opens none. */
export async function join(key) {
  const node = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => (byte % 36).toString(36)).join("");
  const { now } = await ask("POST", "/sync", key, { since: 0 });
  joined = { key: key.trim(), seq: 0, node, ahead: now - Date.now() };
  await within((kept, desks) => (kept.clear(), done(desks.put(joined, "desk"))));
  flag(true);
  await record(await everything(), ([store, key]) => state.times.get(`${store}/${key}`) ?? 1);
  await sync();
}

/** Told to early.js, so that other pages begin as well. */
function flag(on) {
  try {
    on ? localStorage.setItem("desk", "1") : localStorage.removeItem("desk");
  } catch {
    // switched off by the reader: this browser is in step on the desk's page only
  }
}

/** Forget the desk here; what is kept here stays, and so does the desk. */
export async function leave() {
  joined = undefined;
  flag(false);
  await within((kept, desks) => (kept.clear(), done(desks.delete("desk"))));
  tell();
}

/** Delete the desk on the server, for all devices; what is kept here stays. */
export async function remove() {
  await ask("DELETE", "", joined.key);
  await leave();
}

/** The key's picture, for another device's camera: an address of an image. */
export const picture = async () => `data:image/svg+xml,${encodeURIComponent(await ask("GET", "/qr", joined.key))}`;

const soon = (wait = 1500) => {
  clearTimeout(timer);
  timer = setTimeout(sync, wait);
};

/** Begin: a browser that joined a desk stamps its changes, and asks now and then. */
export async function makeSync() {
  joined = await within((_, kept) => done(kept.get("desk"))).catch(() => undefined);
  onChange(async (edits) => joined && (await record(edits), soon()));
  if (!joined) return;
  await record([...state.times].map(([name, at]) => { // what was changed as a page was left is not stamped yet
    const [, store, key] = name.match(/(.*?)\/(.*)/);
    return [store, key, state[store].get(key), at];
  }));
  addEventListener("online", () => soon(0));
  document.addEventListener("visibilitychange", () => document.hidden || soon(0));
  soon(500);
}
