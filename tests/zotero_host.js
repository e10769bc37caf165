// What Zotero gives its translators, as far as COinS and Embedded Metadata need it to read one page. Called with the
// texts of their files; gives the items that would be saved. RDF is told only what Open Graph says of a page.
(files) => {
  const saved = [];
  class Item {
    constructor(itemType) {
      Object.assign(this, { itemType, creators: [], attachments: [], tags: [], notes: [], seeAlso: [] });
    }
    complete() {
      const links = this.attachments.map(({ title, url }) => ({ title, url }));
      saved.push({ ...this, attachments: links, complete: undefined });
    }
  }

  // Zotero's own two files whole, be they modules or scripts that hang what they make on `Zotero`.
  const load = (text, name, given) =>
    new Function(...Object.keys(given), `${text.replace(/^(import|export) .*$/gm, "")}\nreturn typeof ${name} === "undefined" ? Zotero.${name} : ${name};`)(...Object.values(given));
  const TYPES = ["preprint", "journalArticle", "webpage", "book", "report", "thesis", "conferencePaper"];
  const OF_TYPES = { itemTypeExists: (name) => TYPES.includes(name) };
  const XRegExp = (pattern, flags = "") => new RegExp(pattern.replaceAll("\\pL", "\\p{L}"), `${flags}u`);
  const Zotero = { Item, Translate: {}, debug() {}, wait() {} };
  const Utilities = load(files.utilities, "Utilities", { Zotero, XRegExp });
  Zotero.Utilities = Object.assign(Utilities, {
    Item: OF_TYPES,
    fieldIsValidForType: (field, type) => ["preprint", "journalArticle", "conferencePaper"].includes(type),
    strToISO: (said) => said,
  });
  const OpenURL = load(files.openurl, "OpenURL", { Zotero, Utilities, Utilities_Item: OF_TYPES });
  Utilities.parseContextObject = OpenURL.parseContextObject;

  const GUESS = { article: "journalArticle", website: "webpage" };
  const OPEN_GRAPH = { title: "title", url: "url", description: "abstractNote" };
  function rdf(handlers) {
    const said = {};
    const addStatement = (_, name, value) => (said[name.split("#")[1]] ??= value);
    const detectType = () => GUESS[said.type] ?? made.defaultUnknownType;
    const made = {
      Zotero: { RDF: { addStatement } },
      getNodes: () => Object.keys(said).slice(0, 1),
      detectType,
      doImport() {
        if (!said.title) return;
        const item = new Item(detectType());
        for (const [name, field] of Object.entries(OPEN_GRAPH)) if (said[name]) item[field] = said[name];
        handlers.itemDone(null, item);
      },
    };
    return made;
  }

  // An "import" is RDF; a "search" asks a catalogue, which must never be needed.
  const loadTranslator = (kind) => {
    const handlers = {};
    if (kind !== "import") throw new Error("a paper would be looked up elsewhere");
    return { setTranslator() {}, setHandler: (name, run) => (handlers[name] = run), getTranslatorObject: (take) => take(rdf(handlers)) };
  };

  let detected;
  Object.assign(Zotero, { loadTranslator, done: (type) => (detected = type), selectItems: (names, take) => take({ ...names }) });
  const attr = (node, selector, name) => node.querySelector(selector)?.getAttribute(name) ?? "";

  function run(text) {
    const code = text.replace(/^\{[^]*?\n\}\n/, ""); // its description
    const inside = new Function("Zotero", "Z", "ZU", "attr", `${code}\nreturn { detectWeb, doWeb };`);
    const { detectWeb, doWeb } = inside(Zotero, Zotero, Utilities, attr);
    detected = detectWeb(document, location.href) ?? detected;
    if (detected) doWeb(document, location.href);
    return { detected, saved: saved.splice(0) };
  }

  return { coins: run(files.coins), embedded: run(files.embedded) };
}
