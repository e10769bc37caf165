// Told pairs of scripts as JSON, name → [one, other], prints the names of those that do not mean the same.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const PLACES = new Set(["start", "end", "raw"]);
const meaning = (script) =>
  JSON.stringify(parse(script, { ecmaVersion: "latest", sourceType: "module" }), (name, value) => (PLACES.has(name) ? undefined : value));

const different = Object.entries(JSON.parse(readFileSync(0, "utf8"))).filter(([, [one, other]]) => {
  try {
    return meaning(one) !== meaning(other);
  } catch {
    return true;
  }
});
console.log(JSON.stringify(different.map(([name]) => name)));
