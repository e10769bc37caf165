"""From the tree of a question to tantivy's queries.

Each question is compiled twice: `scored` ranks, `lean` finds exactly the same papers without what only ranks, for
counting. Unions of single terms stay flat: only those does tantivy cut short (block-max WAND). Elsewhere words must
match the one field `all`, and the other fields only add to the score of what did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import tantivy
from tantivy import Occur, Query

from aggregator.query import (
    All,
    Anyone,
    Category,
    Dates,
    Doi,
    Identifier,
    Node,
    Not,
    Phrase,
    Place,
    Word,
    positive,
    same_title,
    wanted,
)
from aggregator.search import tiers
from aggregator.search.compiled import Compiled
from aggregator.search.parts import (
    Term,
    any_of,
    boolean,
    either,
    every,
    every_paper,
    in_row,
    in_sample,
    one,
    sampled,
    silent,
    terms,
)
from aggregator.search.phrases import (
    EVERYWHERE,
    EXACT_FIELDS,
    ONE_FIELD,
    SILENT,
    TITLE,
    phrase,
    side_by_side,
)
from aggregator.search.schema import FIRST, WORDS, schema, when

TITLE_EXACT, EXACT = 1.0, 0.6  # what a word adds that is so spelt in the title, so spelt at all
AUTHOR, LEAD = 1.0, 0.6  # what an author's name adds; the first author's, or the year's
FIRST_AUTHOR = 3.0  # what a person adds who is the first author
SAME_TITLE = 1000.0
NEAR = 0.3  # a person who goes by initials, when the full name was asked for
FORMS = 400  # commonest words among which those of one stem are found
BEGINNINGS = 60  # commonest words that a beginning stands for

Complete = Callable[[str, str, int], Sequence[str]]  # field, beginning, how many → words of the index
Often = Callable[[str, str], int]  # field, word → papers that have it


class Compiler:
    """`complete` asks the index for words that begin so, `often` how many papers have one. With `within`, phrases look
    at papers of that sample only."""

    def __init__(self, complete: Complete, often: Often, within: Query | None = None) -> None:
        self._complete = complete
        self._often = often
        self._within = within
        self._known: dict[tuple[str, Place], list[Term]] = {}

    def compile(self, node: Node, text: str, filters: Iterable[Node] = ()) -> Compiled:
        """`text` is the question as written, for the paper that is called so."""
        limits = list(filters)
        whole = All((node, *limits)) if limits else node
        lean, dear = self._lean(whole), any(map(_is_dear, positive(node)))
        thin = partial(self._thin, whole) if dear else partial(sampled, lean)
        compiled = Compiled(self._ranked(node, text, limits), lean, thin, dear)
        if limits:
            return compiled
        if isinstance(node, Phrase) and node.place is Place.ANYWHERE:
            return self._phrase_in_tiers(compiled, node, text)
        if isinstance(node, Word):
            found = tiers.of_beginning(self._united(node), _called(text)) if node.prefix else ()
            return replace(compiled, most=self._most(node), united=node.prefix, tiers=found)
        return replace(compiled, most=self._most(node), united=True)

    def _phrase_in_tiers(self, compiled: Compiled, asked: Phrase, text: str) -> Compiled:
        exact = terms(asked.text, WORDS)
        if SILENT.issuperset(exact):
            return compiled
        most = min(self._often("abstract_exact", term) for term in exact)
        found = tiers.of_phrase(compiled.lean, exact, _called(text), most)
        return replace(compiled, scored=found[-1], tiers=found, most=most)

    def _most(self, node: Node) -> int:
        """How many papers a union of words can find, 0 where nobody knows."""
        parts = node.parts if isinstance(node, Anyone) else (node,)
        found = [self._united(part) for part in parts]
        return sum(self._often(*term) for each in found for term in each) if all(found) else 0

    def _united(self, part: Node) -> list[Term]:
        """The terms of which a paper must have one, if that is all."""
        if not isinstance(part, Word) or part.place is not Place.ANYWHERE:
            return []
        if self._is_plain(part):
            return [("all", terms(part.text)[0])]
        exact = terms(part.text, WORDS)
        return self._begun(exact[0], part.place) if part.prefix and len(exact) == 1 else []

    def _ranked(self, node: Node, text: str, limits: Sequence[Node]) -> Query:
        scored = self._scored(node)
        must = [(Occur.Must, scored), *((Occur.Must, silent(self._lean(limit))) for limit in limits)]
        if not isinstance(node, Word | Phrase | All):
            return boolean(must) if limits else scored
        if not limits and isinstance(node, Word):  # stays flat
            return boolean([*self._flat(node), (Occur.Should, _called(text))])
        return boolean([*must, (Occur.Should, _called(text))])

    def _thin(self, whole: Node, rate: int) -> Query:
        """A union is made up before it is cut, and phrases read where each word stands: they are cut themselves."""
        return sampled(Compiler(self._complete, self._often, in_sample(rate))._lean(whole), rate)

    # ── what must hold ──

    def _lean(self, node: Node) -> Query:  # noqa: PLR0911 – one line a kind of node
        match node:
            case Word():
                return self._word(node)
            case Phrase(text, Place.AUTHOR):
                return _person(text)
            case Phrase(text, place):
                return phrase(text, place, self._within)
            case Category(name):
                return one("categories", name)
            case Identifier(arxiv_id):
                return one("id", arxiv_id)
            case Doi(doi):
                return one("doi", doi)
            case Dates(span):
                last = when(span.last) + 10**6 - 1
                return Query.range_query(schema(), "when", tantivy.FieldType.Unsigned, when(span.first), last)
            case Not(inside):
                return boolean([*every_paper(), (Occur.MustNot, self._lean(inside))])
            case Anyone(parts):
                return either(map(self._lean, parts))
            case All(parts):
                return _all([(part, self._lean(part)) for part in _telling(parts)], self._lean)

    def _word(self, word: Word) -> Query:
        if word.prefix:
            return self._beginning(word)
        if word.place is Place.AUTHOR:
            return every("authors", terms(word.text, WORDS))
        if word.place is Place.ABSTRACT:
            return boolean([(Occur.Must, self._forms(term)) for term in terms(word.text)])
        field = {Place.ANYWHERE: "all", Place.TITLE: "title", **ONE_FIELD}[word.place]
        return every(field, terms(word.text))

    def _forms(self, stem: str) -> Query:
        """Words of abstracts that have this stem; they are kept as they are spelt only."""
        begun = self._complete("abstract_exact", stem[:-1] if len(stem) > 3 else stem, FORMS)
        found = [word for word in begun if terms(word) == [stem]]
        return Query.term_set_query(schema(), "abstract_exact", found) if found else Query.empty_query()

    def _beginning(self, word: Word) -> Query:
        """The last of its words may go on; `pre-train*` is two words."""
        *whole, start = terms(word.text, WORDS) or [""]
        last = any_of(self._begun(start, word.place))
        if not whole:
            return last
        return boolean([(Occur.Must, self._word(Word(" ".join(whole), word.place))), (Occur.Must, last)])

    def _begun(self, start: str, place: Place) -> list[Term]:
        """What begins so; looked up once, for what ranks and what must hold."""
        if (start, place) not in self._known:
            self._known[start, place] = self._looked_up(start, place)
        return self._known[start, place]

    def _looked_up(self, start: str, place: Place) -> list[Term]:
        """Anywhere, stems of `all` stand for the words: one field instead of three, fewer terms."""
        fields = (ONE_FIELD[place],) if place in ONE_FIELD else EXACT_FIELDS.get(place, EVERYWHERE)
        found = [(field, word) for field in fields for word in self._complete(field, start, BEGINNINGS)]
        if place is not Place.ANYWHERE:
            return found
        stems = {each: [*terms(each[1]), ""][0] for each in found}
        return list(
            dict.fromkeys(("all", stem) if stem.startswith(start) else each for each, stem in stems.items())
        )

    # ── what ranks ──

    def _scored(self, node: Node) -> Query:
        match node:
            case Word() if self._is_plain(node) or _begins_anywhere(node):
                return boolean(self._flat(node))
            case Word(text, Place.AUTHOR, prefix=False):
                first = Query.boost_query(every("lead", terms(text, WORDS)), LEAD)
                return boolean([(Occur.Must, self._word(node)), (Occur.Should, first)])
            case Anyone(parts):
                return boolean([clause for part in parts for clause in self._flat(part)])
            case All(parts):
                return self._ranked_all(parts)
            case Category() | Identifier() | Doi() | Dates() | Not():
                return silent(self._lean(node))
        return self._lean(node)

    def _flat(self, node: Node) -> list[tuple[Occur, Query]]:
        """As clauses of a union."""
        if isinstance(node, Word) and _begins_anywhere(node):
            return self._flat_beginning(node)
        if isinstance(node, Word) and self._is_plain(node):
            return [(Occur.Should, one("all", terms(node.text)[0])), *self._more(node)]
        return [(Occur.Should, self._scored(node))]

    def _flat_beginning(self, word: Word) -> list[tuple[Occur, Query]]:
        *whole, start = terms(word.text, WORDS) or [""]
        if whole:
            return [(Occur.Should, self._lean(word))]
        begun = self._begun(start, word.place)
        titles = [(Occur.Should, Query.boost_query(one("title", t), TITLE)) for f, t in begun if f == "all"]
        return [*((Occur.Should, one(*each)) for each in begun), *titles]

    def _ranked_all(self, parts: Sequence[Node]) -> Query:
        telling = _telling(parts)
        plain = [part for part in parts if isinstance(part, Word) and _anywhere(part)]
        clauses = [
            (part, self._lean(part) if part in plain or isinstance(part, Not) else self._scored(part))
            for part in telling
        ]
        more = [clause for word in plain if word in telling for clause in self._more(word)]
        return _all(clauses, self._lean, [*more, *side_by_side(plain)])

    def _more(self, word: Word) -> list[tuple[Occur, Query]]:
        """What adds to a word's score: it stands in the title, and it is spelt just so."""
        stems, exact = terms(word.text), terms(word.text, WORDS)
        weighed = [
            *(("title", term, TITLE) for term in stems),
            *(("title_exact", term, TITLE_EXACT) for term in exact),
            *(("abstract_exact", term, EXACT) for term in exact),
            *(("authors", term, AUTHOR) for term in exact),
            *(("lead", term, LEAD) for term in exact),
        ]
        return [(Occur.Should, Query.boost_query(one(f, term), weight)) for f, term, weight in weighed]

    def _is_plain(self, word: Word) -> bool:
        """Whether it is one term of `all`."""
        return _anywhere(word) and len(terms(word.text)) == 1


def _called(text: str) -> Query:
    """The paper whose title is the question."""
    return Query.boost_query(one("same_title", same_title(text)), SAME_TITLE)


def _anywhere(word: Word) -> bool:
    return word.place is Place.ANYWHERE and not word.prefix


def _begins_anywhere(word: Word) -> bool:
    return word.place is Place.ANYWHERE and word.prefix


def _telling(parts: Sequence[Node]) -> Sequence[Node]:
    """What must hold: without the words that say nothing, unless there are no others."""
    found = [part for part in parts if not (isinstance(part, Word) and _anywhere(part) and _is_silent(part))]
    return found if any(not isinstance(part, Not) for part in found) else parts


def _is_silent(word: Word) -> bool:
    return SILENT.issuperset(terms(word.text, WORDS))


def _all(
    parts: Sequence[tuple[Node, Query]],
    lean: Callable[[Node], Query],
    more: Sequence[tuple[Occur, Query]] = (),
) -> Query:
    """Every part; those with a minus are taken away."""
    nots = [(Occur.MustNot, lean(part.inside)) for part, _ in parts if isinstance(part, Not)]
    musts = [(Occur.Must, query) for part, query in parts if not isinstance(part, Not)]
    return boolean([*(musts or every_paper()), *nots, *more])


def _is_dear(part: Word | Phrase) -> bool:
    return isinstance(part, Phrase) and part.place is not Place.AUTHOR


def _person(text: str) -> Query:
    asked = wanted(text)
    if not asked.exact:
        return in_row("authors", list(asked.spelt))
    exact = [(Occur.Should, Query.const_score_query(one("people", key), 3.0)) for key in asked.exact]
    first = [
        (Occur.Should, Query.const_score_query(one("people", FIRST + key), FIRST_AUTHOR))
        for key in asked.exact
    ]
    near = [(Occur.Should, Query.const_score_query(one("people", key), NEAR)) for key in asked.near]
    spelt = [(Occur.Should, in_row("authors", list(asked.spelt)))] if len(asked.spelt[0]) > 1 else []
    return boolean([*exact, *first, *near, *spelt])
