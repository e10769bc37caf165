"""Invented papers: what each version of a paper says, from a seed and an id alone.

They are plausible and pleasant to read, full of the mathematics, accents and long author lists that make real
listings hard; and every one says that it is a sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from aggregator.simulator.people import Person, credits, invented, usual_size
from aggregator.simulator.phrases import Topic, Words, capitalised, fill, pick, words
from aggregator.simulator.words import computing, general, living, mathematics, names, nature
from aggregator.taxonomy import CATEGORIES

SAMPLE_ABSTRACT = "(Sample abstract, invented for the demonstration of this software.)"
SAMPLE_COMMENT = "sample paper, not real"
SHORTEST = 80  # words in an abstract

LICENSES = (
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "http://creativecommons.org/licenses/by/4.0/",
    "http://creativecommons.org/licenses/by-nc-nd/4.0/",
    "http://creativecommons.org/licenses/by-sa/4.0/",
    "http://creativecommons.org/publicdomain/zero/1.0/",
)
_VARIETY = {
    "things": 2,
    "thing": 2,
    "method": 2,
    "tool": 2,
    "quantity": 2,
    "count": 4,
    "percent": 4,
    "many": 4,
    "few": 3,
    "simple": 3,
    "strange": 3,
    "surely": 3,
}
_SMALL_WORDS = frozenset(
    words(
        "a / an / and / at / by / for / from / in / into / not / of / on / or / the / to / under / via / with / without"
    )
)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The texts of one version, as its authors typed them."""

    title: str
    abstract: str
    people: tuple[Person, ...]
    comments: str
    license: str
    journal_ref: str | None = None
    doi: str | None = None

    @property
    def authors(self) -> str:
        """The authors in one string, as RSS gives them."""
        return credits(self.people)


def manuscript(
    seed: int, paper_id: str, primary: str, *, version: int = 1, size: int | None = None
) -> Manuscript:
    """What `version` of `paper_id` says. `size` is the number of authors, when it must be unusual."""
    rng = Random(f"{seed}/{paper_id}")  # noqa: S311 (repeatable, not secret)
    temper, vocabulary = _field(primary)
    topic = Topic(vocabulary, _VARIETY, rng)
    title = _title(temper, topic, rng)
    people = invented(rng, size or usual_size(rng))
    license = LICENSES[0] if rng.random() < 0.5 else pick(LICENSES, rng)
    sentences = _sentences(temper, vocabulary["claim"], topic, rng)
    comments = _comments(paper_id, rng)
    published = rng.random() < (0.12 if version == 1 else 0.6)
    if version >= 3 and rng.random() < 0.06:
        return Manuscript(
            title, _withdrawal(), people, f"This paper has been withdrawn; {SAMPLE_COMMENT}", license
        )
    if version > 1:
        comments = f"v{version}: {pick(_REVISIONS, rng)}; {comments}"
    return Manuscript(
        title,
        " ".join([*sentences, SAMPLE_ABSTRACT]),
        people,
        comments,
        license,
        _journal(paper_id, rng) if published else None,
        f"10.5555/sample.{paper_id.replace('/', '.')}" if published else None,
    )


_REVISIONS = (
    "typos corrected",
    "new Section 5 on limitations",
    "a gap in the proof of Lemma 3.2 is filled",
    "matches the published version",
    r"constants improved from $2e^{\pi}$ to $\sqrt{2}$",
    "additional experiments, references & acknowledgements added",
)


def _sentences(temper: Words, claims: tuple[str, ...], topic: Topic, rng: Random) -> list[str]:
    templates = [
        pick(temper["opening"], rng),
        *rng.sample(temper["gap"], rng.random() < 0.6),
        pick(temper["contribution"], rng),
        *rng.sample(temper["approach"], 1 + (rng.random() < 0.4)),
        *rng.sample(claims, 1 + (rng.random() < 0.45)),
        *rng.sample(temper["result"], 3),
        pick(temper["outlook"], rng),
    ]
    sentences = [fill(template, topic) for template in templates]
    if rng.random() < 0.6:
        _shorten(sentences, rng)
    return sentences


def _shorten(sentences: list[str], rng: Random) -> None:
    """Drop some of the last sentences but keep a readable length."""
    for _ in range(1 + int(rng.random() * 3)):
        dropped = sentences.pop(-2)
        if sum(sentence.count(" ") + 1 for sentence in sentences) < SHORTEST:
            sentences.insert(-1, dropped)
            return


def _withdrawal() -> str:
    return (
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1. "
        + SAMPLE_ABSTRACT
    )


def _title(temper: Words, topic: Topic, rng: Random) -> str:
    text = capitalised(fill(pick(temper["title"], rng), topic))
    return _headline(text) if temper is not general.THEORY and rng.random() < 0.6 else text


def _headline(text: str) -> str:
    """`text` With Its Words Raised, formulas untouched."""
    parts = text.split("$")
    parts[::2] = (
        " ".join(w if w in _SMALL_WORDS or "\\" in w or not w else capitalised(w) for w in part.split(" "))
        for part in parts[::2]
    )
    return capitalised("$".join(parts))


def _comments(paper_id: str, rng: Random) -> str:
    said = [f"{4 + int(rng.random() * 60)} pages, {2 + int(rng.random() * 13)} figures"]
    if rng.random() < 0.3:
        said.append(f"Accepted at {pick(names.CONFERENCES, rng)}")
    if rng.random() < 0.25:
        said.append(f"code: https://example.org/code/{paper_id}?tab=readme&lang=en")
    return "; ".join([*said, SAMPLE_COMMENT])


def _journal(paper_id: str, rng: Random) -> str:
    year = 2000 + int(paper_id[:2]) if paper_id[0].isdigit() else 2005
    page = 10 + int(rng.random() * 900)
    return f"{pick(names.JOURNALS, rng)} {10 + int(rng.random() * 90)} ({year}), {page}--{page + 17}"


# ── what a paper of a category is about ──

_EMPIRICAL_FIELDS = {
    "cs.LG cs.AI cs.NE cs.MA stat.ML": computing.LEARNING,
    "cs.CL cs.IR cs.DL": computing.LANGUAGE,
    "cs.CV cs.GR cs.MM eess.IV": computing.VISION,
    "cs.CR": computing.SECURITY,
    "cs": computing.SYSTEMS,
    "cs.RO eess.SY": living.ROBOTS,
    "cs.CY cs.SI cs.HC cs.GL physics.soc-ph physics.ed-ph physics.hist-ph physics.pop-ph": living.SOCIETY,
    "eess cs.IT cs.SD": living.SIGNALS,
    "q-bio physics.bio-ph physics.med-ph": living.LIFE,
    "econ q-fin": living.MONEY,
    "stat.ME stat.AP stat.CO stat.OT": mathematics.CHANCE,
}
_THEORY_FIELDS = {
    "math": mathematics.ALGEBRA,
    "math.AP math.CA math.CV math.DS math.FA math.OA math.SP math-ph nlin": mathematics.ANALYSIS,
    "math.AT math.DG math.GN math.GT math.MG math.SG": mathematics.GEOMETRY,
    "math.PR math.ST stat": mathematics.CHANCE,
    "math.NA math.OC cs.CE cs.MS": mathematics.NUMERICS,
    "math.CO cs.CC cs.CG cs.DM cs.DS cs.FL cs.GT cs.LO": computing.ALGORITHMS,
    "gr-qc hep-lat hep-th": nature.FIELDS_AND_STRINGS,
}
_EXPERIMENT_FIELDS = {
    "hep-ex hep-ph nucl-ex nucl-th physics.acc-ph physics.ins-det": nature.COLLIDER,
    "quant-ph physics.atom-ph": nature.QUANTUM,
    "cond-mat physics": nature.MATTER,
    "astro-ph physics.space-ph": nature.COSMOS,
}


@cache
def _field(category: str) -> tuple[Words, Words]:
    """The temper and the whole vocabulary of `category`, of its archive, or of computing at large."""
    archive = CATEGORIES[category].archive if category in CATEGORIES else "cs"
    fields = _fields()
    temper, field = fields.get(category) or fields.get(archive) or fields["cs"]
    return temper, {**general.SHARED, **field}


@cache
def _fields() -> dict[str, tuple[Words, Words]]:
    tempers = (
        (general.EMPIRICAL, _EMPIRICAL_FIELDS),
        (general.THEORY, _THEORY_FIELDS),
        (general.EXPERIMENT, _EXPERIMENT_FIELDS),
    )
    return {
        name: (temper, field)
        for temper, fields in tempers
        for key, field in fields.items()
        for name in key.split()
    }
