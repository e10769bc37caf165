// Papers as others read them: plain text, Markdown, BibTeX, RIS, CSL-JSON, CSV.
import { t } from "./words.js";

export function year({ id }) {
  const two = Number(id.match(/(?:^|\/)(\d\d)/)?.[1] ?? 0); // YYMM.NNNNN, or archive/YYMMNNN since 1991
  return two > 90 ? 1900 + two : 2000 + two;
}
const month = ({ id }) => Number(id.match(/(?:^|\/)\d\d(\d\d)/)?.[1] ?? 0);
const link = ({ id }) => `https://arxiv.org/abs/${id}`;
const doi = (paper) => paper.doi?.split(/\s+/).find((word) => word.match(/^10\..*\//));
/** Given name, family name, suffix: the last word is the family's, unless it is a "Jr" or "II" behind two others. */
const parts = (name) =>
  name.trim().replace(/\s+/g, " ").match(/^(?:(.+?) )?(\S+?|)(?:,? ((?:[JjSs][Rr]|III?|IV|V)\.?))?$/).slice(1);
const ascii = (said) => said.normalize("NFD").replace(/[^A-Za-z0-9]/g, "");

// ── BibTeX ──

const ESCAPED = {
  "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
  "{": "\\textbraceleft{}", "}": "\\textbraceright{}", // BibTeX counts braces even behind a backslash
};
const tex = (said) => said.replace(/[\\{}%&_#$~^]/g, (one) => ESCAPED[one] ?? `\\${one}`);

function someone(name) {
  const [given, family, suffix] = parts(name);
  if (/,|\band\b/i.test(`${given} ${family}`)) return `{${tex(name)}}`;
  return tex(suffix ? `${family}, ${suffix}, ${given}` : name);
}

function key(paper) {
  const word = paper.title.split(/\s+/).map(ascii).find((one) => one.length > 3) ?? "";
  return `${ascii(parts(paper.authors[0] ?? "arxiv")[1])}${year(paper)}${word}`.toLowerCase() || "arxiv";
}

function bibtex(paper, name) {
  const fields = {
    title: `{${tex(paper.title)}}`,
    author: paper.authors.map(someone).join(" and "),
    year: year(paper),
    journal: paper.journal && tex(paper.journal),
    eprint: paper.id,
    archivePrefix: "arXiv",
    primaryClass: tex(paper.subjects[0] ?? ""),
    doi: doi(paper)?.replace(/[{}]/g, ""),
    url: link(paper),
  };
  const lines = Object.entries(fields).filter(([, value]) => value).map(([field, value]) => `  ${field} = {${value}}`);
  return `@${paper.journal ? "article" : "misc"}{${name},\n${lines.join(",\n")}\n}`;
}

/** Keys are told apart with a, b, c … */
function bibliography(papers) {
  const used = new Map();
  return papers.map((paper) => {
    const name = key(paper);
    const times = used.get(name) ?? 0;
    used.set(name, times + 1);
    return bibtex(paper, times ? name + String.fromCharCode(96 + times) : name);
  });
}

// ── the others ──

function turned(name) {
  const [given, family, suffix] = parts(name);
  return [family, given, suffix].filter(Boolean).join(", ");
}

function person(name) {
  const [given, family, suffix] = parts(name);
  return given ? { family, given, suffix } : { literal: name };
}

function ris(paper) {
  const line = (tag, value) => (value ? [`${tag}  - ${String(value).replace(/\s+/g, " ")}`] : []);
  return [
    `TY  - ${paper.journal ? "JOUR" : "UNPB"}`,
    ...line("TI", paper.title),
    ...paper.authors.flatMap((name) => line("AU", turned(name))),
    ...line("PY", year(paper)),
    ...line("AB", paper.abstract),
    ...line("JO", paper.journal),
    ...line("DO", doi(paper)),
    ...line("UR", link(paper)),
    ...line("N1", paper.comments),
    ...paper.subjects.flatMap((name) => line("KW", name)),
    "ER  - ",
  ].join("\r\n");
}

const csl = (paper) => ({
  id: key(paper) + paper.id,
  type: paper.journal ? "article-journal" : "article",
  title: paper.title,
  author: paper.authors.map(person),
  issued: { "date-parts": [[year(paper), ...(month(paper) ? [month(paper)] : [])]] },
  abstract: paper.abstract,
  "container-title": paper.journal,
  DOI: doi(paper),
  URL: link(paper),
  number: `arXiv:${paper.id}`,
  publisher: "arXiv",
});

const marked = (said) => said.replace(/[\\`*_[\]<>#]/g, "\\$&");
const notes = (mark) => [mark?.tags?.map((tag) => `#${tag}`).join(" "), mark?.note].filter(Boolean).join(" — ");

const markdown = (paper, mark) =>
  `- [${marked(paper.title)}](${link(paper)}). ${marked(paper.authors.join(", "))} (${year(paper)}).` +
  (notes(mark) ? `\n  ${marked(notes(mark))}` : "");

// A field that a spreadsheet would take for a formula is led by an apostrophe.
const field = (value) => `"${String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
const COLUMNS = ["arxiv", "version", "title", "authors", "year", "subjects", "doi", "journal", "comments", "link", "starred", "tags", "note", "abstract"];
const row = (paper, mark = {}) =>
  [paper.id, paper.version, paper.title, paper.authors.join("; "), year(paper), paper.subjects.join(" "), doi(paper), paper.journal,
    paper.comments, link(paper), mark.star, mark.tags?.join(", "), mark.note, paper.abstract].map(field).join();

const prose = (paper) => `${paper.title}\n${paper.authors.join(", ")}\n${link(paper)}\n\n${paper.abstract}`;

/** Name → words, ending and media type of the file, and how papers (with their marks) are written. `copied`: offered on a card. */
export const FORMATS = {
  text: { words: t("Text"), ending: "txt", type: "text/plain", copied: true, write: (papers) => papers.map(prose).join("\n\n\n") },
  markdown: { words: "Markdown", ending: "md", type: "text/markdown", copied: true, write: (papers, marks) => papers.map((one, place) => markdown(one, marks[place])).join("\n") },
  bibtex: { words: "BibTeX", ending: "bib", type: "application/x-bibtex", copied: true, write: (papers) => bibliography(papers).join("\n\n") },
  link: { words: t("Link"), ending: "txt", type: "text/plain", copied: true, write: (papers) => papers.map(link).join("\n") },
  ris: { words: "RIS", ending: "ris", type: "application/x-research-info-systems", write: (papers) => papers.map(ris).join("\r\n\r\n") },
  csl: { words: "CSL-JSON", ending: "json", type: "application/vnd.citationstyles.csl+json", write: (papers) => JSON.stringify(papers.map(csl), null, 1) },
  csv: { words: "CSV", ending: "csv", type: "text/csv", write: (papers, marks) => [COLUMNS.join(), ...papers.map((one, place) => row(one, marks[place]))].join("\r\n") },
};

/** `papers` in a format, with what the reader noted where the format has a place for it. */
export const text = (format, papers, marks = []) => FORMATS[format].write(papers, marks) + (papers.length > 1 || !FORMATS[format].copied ? "\n" : "");
