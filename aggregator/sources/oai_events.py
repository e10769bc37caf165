"""What an OAI-PMH answer says, told by expat one element at a time: the envelope, and records of any spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aggregator.models import Record, Refusal
from aggregator.sources.oai_record import credit, record_of
from aggregator.sources.strict import printable

DEPTH = 32
FORMATS = ("arXiv", "arXivRaw")
LISTS = ("ListRecords", "GetRecord")
# The elements that hold elements; within any other, everything is its text.
CONTAINERS = frozenset(
    ("OAI-PMH", "record", "header", "metadata", "authors", "author", "version", *LISTS, *FORMATS)
)


@dataclass(slots=True)
class Person:
    """One `<author>`: the parts of a name, as arXiv split it."""

    keyname: str = ""
    forenames: str = ""
    suffix: str = ""
    affiliations: list[str] = field(default_factory=list)


# Elements that arXiv's schemas know; what else comes is counted.
HEADER = frozenset(("identifier", "datestamp", "setSpec"))
CLASSES = frozenset(("proxy", "report-no", "msc-class", "acm-class"))
PAPER = frozenset(("id", "created", "updated", "authors", "title", "categories", "comments", "abstract"))
KNOWN = HEADER | CLASSES | PAPER | {"journal-ref", "doi", "license", "submitter", "version"}


class Odd(Exception):
    """A document of another kind; the text says which."""


class Events:
    """Collects what counts; `take` gets each record. `texts` is for expat to append to."""

    def __init__(self, take: Callable[[Record | Refusal], None]) -> None:
        self.texts: list[str] = []
        self.response_date: datetime | None = None
        self.errors: list[tuple[str, str]] = []
        self.listed = False
        self.token = ""
        self.token_attributes: Mapping[str, str] = {}
        self.warnings: Counter[str] = Counter()
        self._take = take
        self._path: list[str] = []
        self._attributes: Mapping[str, str] = {}
        self._begin_record()

    @property
    def in_list(self) -> bool:
        """Whether the next element would be a record of the list."""
        return len(self._path) == 2 and self._path[1] in LISTS

    def start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        if not path and name != "OAI-PMH":
            raise Odd(f"a document with the root {printable(name)!r}")
        if len(path) == DEPTH:
            raise Odd(f"{DEPTH} elements within each other")
        if not path or path[-1] in CONTAINERS:
            self.texts.clear()
            self._begin(path[-1] if path else "", name, attributes)
        path.append(name)

    def end(self, name: str) -> None:
        path = self._path
        path.pop()
        if path and path[-1] in CONTAINERS:
            self._finish(path[-1], name, "".join(self.texts))
            self.texts.clear()

    def _begin(self, parent: str, name: str, attributes: dict[str, str]) -> None:
        match parent, name:
            case "OAI-PMH", "ListRecords" | "GetRecord":
                self.listed = True
            case "ListRecords" | "GetRecord", "record":
                self._begin_record()
            case "record", "header":
                self._deleted = attributes.get("status") == "deleted"
            case "authors", "author":
                self._person = Person()
            case "arXivRaw", "version":
                self._versions.append((attributes.get("version", ""), ""))
            case ("OAI-PMH", "error") | ("ListRecords", "resumptionToken"):
                self._attributes = attributes

    def _begin_record(self) -> None:
        self._fields: dict[str, str] = {}
        self._person = Person()
        self._authors: list[str] = []
        self._versions: list[tuple[str, str]] = []
        self._deleted = False

    def _finish(self, parent: str, name: str, text: str) -> None:
        match parent, name:
            case "header" | "arXiv" | "arXivRaw", _:
                self._field(name, text)
            case "author", _:
                self._part(name, text)
            case "authors", "author":
                person = self._person
                self._authors.append(
                    credit(person.keyname, person.forenames, person.suffix, person.affiliations)
                )
            case "version", "date":
                self._versions[-1] = (self._versions[-1][0], text)
            case "ListRecords" | "GetRecord", "record":
                self._take(self._record())
            case "ListRecords", "resumptionToken":
                self.token, self.token_attributes = text, self._attributes
            case "OAI-PMH", "responseDate":
                self.response_date = moment(text)
            case "OAI-PMH", "error":
                self.errors.append((self._attributes.get("code", ""), text))

    def _field(self, name: str, text: str) -> None:
        """The first of each counts."""
        self._fields.setdefault(name, text)
        if name not in KNOWN:
            self.warnings["unknown_element"] += 1

    def _part(self, name: str, text: str) -> None:
        match name:
            case "keyname":
                self._person.keyname = text
            case "forenames":
                self._person.forenames = text
            case "suffix":
                self._person.suffix = text
            case "affiliation":
                self._person.affiliations.append(text)
            case _:
                self.warnings["unknown_element"] += 1

    def _record(self) -> Record | Refusal:
        get = self._fields.get
        return record_of(
            get("identifier", ""),
            get("datestamp", ""),
            get("created"),
            get("updated"),
            ", ".join(self._authors) if self._authors else get("authors", ""),
            get("title", ""),
            get("categories", ""),
            get("comments"),
            get("journal-ref"),
            get("doi"),
            get("license"),
            get("abstract"),
            get("submitter"),
            self._versions,
            deleted=self._deleted,
        )


def moment(text: str | None) -> datetime | None:
    """A moment like "2016-03-09T00:35:38Z"; None for anything else."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
