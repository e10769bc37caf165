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

  // Named functions of Zotero's own utilities.js; the rest of that file is not for pages.
  const own = (name) => new RegExp(`\\n\\t${name}: ?(function ?\\([^]*?\\n\\t\\})`).exec(files.utilities)[1].replace(/^function ?/, "function ");
  const Utilities = { XRegExp: (pattern) => new RegExp(pattern.replace("\\pL", "\\p{L}"), "u") };
  for (const name of ["cleanAuthor", "cleanDOI"]) Utilities[name] = new Function("Utilities", `return ${own(name)}`)(Utilities);

  const TYPES = ["preprint", "journalArticle", "webpage", "book", "report", "thesis", "conferencePaper"];
  const itemTypeExists = (name) => TYPES.includes(name);
  const trimInternal = (said) => said.replace(/\s+/g, " ").trim();
  const xpath = (node, path, spaces) => {
    const found = document.evaluate(path, node, (prefix) => spaces?.[prefix] ?? null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
    return Array.from({ length: found.snapshotLength }, (_, place) => found.snapshotItem(place));
  };
  Object.assign(Utilities, {
    trimInternal, xpath, itemTypeExists,
    xpathText: (...asked) => xpath(...asked).map((one) => one.textContent).join(", ") || null,
    capitalizeTitle: (said) => said.toLowerCase().replace(/(^|[^\p{L}])\p{L}/gu, (one) => one.toUpperCase()),
    fieldIsValidForType: (field, type) => ["preprint", "journalArticle", "conferencePaper"].includes(type),
    strToISO: (said) => said,
  });

  const OpenURL = new Function("Zotero", "Utilities", "Utilities_Item", `${files.openurl.replace(/^(import|export) .*$/gm, "")}\nreturn OpenURL;`);

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
  const Zotero = {
    Item, Utilities, loadTranslator, debug() {}, wait() {}, done: (type) => (detected = type),
    selectItems: (names, take) => take({ ...names }),
  };
  Utilities.parseContextObject = OpenURL(Zotero, Utilities, { itemTypeExists }).parseContextObject;
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
