// What a reader types, read as a question about a paper; and papers asked.
//
//   graph neural          both words            "graph neural"   the phrase
//   graph OR neural       one of them; a new line says OR as well, AND says nothing new
//   -survey, NOT survey   papers with it are left out, whatever else they hold
//   title: author: abstract: comments: cat:     look in one place

const TERM = /(-?)(?:(title|author|abstract|comments|cat):\s*)?(?:["“”„]([^"“”]*)["“”]?|([^\s"“”„]\S*))/gi; // phones type curly quotes

/** Lower case, no accents, white space as blanks; as long as `text`, so that places in both agree. */
export function fold(text) {
  return text
    .replace(/[^\x20-\x7e]/g, (one) => (/\s/.test(one) ? " " : one.normalize("NFD")[0]))
    .toLowerCase();
}

/** `any`: groups of terms of which one must hold in full; `none`: terms that must not be there. */
export function parse(text) {
  const any = [];
  const none = [];
  for (const line of text.split("\n")) {
    let group = [];
    let not = false;
    any.push(group);
    for (const [whole, minus, field, phrase, word] of line.matchAll(TERM)) {
      const term = { field: field?.toLowerCase() ?? "all", text: fold(phrase ?? word) };
      if (whole === "OR") any.push((group = []));
      else if (whole === "NOT") not = true;
      else if (whole !== "AND" && whole !== "-" && term.text.trim()) {
        (minus || not ? none : group).push(term);
        not = false;
      }
    }
  }
  return { any: any.filter((group) => group.length), none };
}

export function matches(query, paper) {
  const has = (term) => paper[term.field].includes(term.text);
  return !query.none.some(has) && (!query.any.length || query.any.some((group) => group.every(has)));
}
