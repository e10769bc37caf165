// What is asked of a list is asked of its other parts and of its neighbours too.
const LINKS = ".control[rel], .parts a, .calendar a, .rail-periods a, .section-title a, .rail-sections a:not([href^='#'])";

/** Whether the page's links say nothing in their queries themselves, as those of a search do. */
export const carried = !document.querySelector(".page-search, .page-chosen");

/** Let the links of a list, a week, a month carry `query`. */
export function carry(query) {
  for (const link of document.querySelectorAll(LINKS)) link.search = query;
}
