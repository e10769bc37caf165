"""The simulated arXiv's OAI-PMH 2.0: every record by the day (UTC) of its last change, `arXiv` and `arXivRaw`.

Records change when a release becomes ready here, at 22:30 New York. Resumption tokens are plain offsets into the
list as it stands when the next page is asked for, and expire at midnight UTC: a record that changes during a
harvest makes another one slip through, as at arXiv. Errors come with status 200, as the protocol wants it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from textwrap import fill
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

from aggregator.simulator.faults import Reply
from aggregator.simulator.papers import Manuscript, manuscript
from aggregator.simulator.preprint import Preprint
from aggregator.simulator.truth import Truth
from aggregator.taxonomy import ARCHIVES, CATEGORIES

READY_AFTER = timedelta(hours=2.5)  # from the announcement to 22:30 New York
PAGE = 2000  # records
FORMATS = ("arXiv", "arXivRaw")
_ADDRESS = "https://oaipmh.arxiv.org/oai"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A record as it stands, and when it last changed (UTC)."""

    paper: Preprint
    moment: datetime


@dataclass(frozen=True, slots=True)
class _Asked:
    """The arguments of ListRecords; `skip` records are on earlier pages."""

    prefix: str
    since: date | None = None
    until: date | None = None
    set_spec: str | None = None
    skip: int = 0

    def token(self, skip: int, today: date) -> str:
        named = {
            "metadataPrefix": self.prefix,
            "from": self.since,
            "until": self.until,
            "set": self.set_spec,
            "skip": skip,
            "issued": today,
        }
        return urlencode({name: value for name, value in named.items() if value is not None})


class _OaiError(Exception):
    """What the protocol calls an error: a code and a sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Oai:
    """Answers OAI-PMH requests over `truth`, `page` records at a time."""

    def __init__(self, truth: Truth, *, page: int = PAGE) -> None:
        self._truth = truth
        self._page = page
        self._changes: tuple[int, list[Changed]] = (0, [])  # the same until the next release is ready

    def __call__(self, rest: str, moment: datetime) -> Reply:
        """The answer to the query string in `rest` at `moment`."""
        asked = dict(parse_qsl(urlsplit(rest).query))
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in asked.items())
        try:
            body = self._verb(asked, moment)
        except _OaiError as error:
            attributes = "" if error.code in ("badVerb", "badArgument") else attributes
            body = f'<error code="{error.code}">{escape(str(error))}</error>\n'
        document = (
            f"{_HEAD}<responseDate>{moment:%Y-%m-%dT%H:%M:%SZ}</responseDate>\n"
            f"<request{attributes}>{_ADDRESS}</request>\n{body}</OAI-PMH>\n"
        )
        return Reply(200, document.encode(), {"Content-Type": "text/xml; charset=utf-8"})

    def changes(self, moment: datetime) -> list[Changed]:
        """Every record that has changed by `moment`, in its newest state, the oldest change first."""
        ready = [r for r in self._truth.releases if r.announced_at + READY_AFTER <= moment]
        if len(ready) != self._changes[0]:
            newest = {p.id: Changed(p, r.announced_at + READY_AFTER) for r in ready for p in r.papers}
            order = sorted(newest.values(), key=lambda c: (c.moment.date(), c.paper.age, c.paper.id))
            self._changes = (len(ready), order)
        return self._changes[1]

    # verbs

    def _verb(self, asked: Mapping[str, str], moment: datetime) -> str:
        match asked.get("verb"):
            case "ListRecords":
                return self._list(_arguments(asked, moment), moment)
            case "GetRecord":
                return self._get(asked, moment)
        raise _OaiError("badVerb", "The verb must be ListRecords or GetRecord.")

    def _list(self, asked: _Asked, moment: datetime) -> str:
        found = [change for change in self.changes(moment) if _wanted(change, asked)]
        shown = found[asked.skip : asked.skip + self._page]
        if not shown:
            raise _OaiError("noRecordsMatch", "There are no records for these arguments.")
        records = "".join(self._record(change, asked.prefix) for change in shown)
        return f"<ListRecords>\n{records}{self._token(asked, len(found), moment)}</ListRecords>\n"

    def _token(self, asked: _Asked, size: int, moment: datetime) -> str:
        """The token for the next page; empty on the last one, absent when one page holds all."""
        if size <= self._page:
            return ""
        after = asked.skip + self._page
        token = escape(asked.token(after, moment.date())) if after < size else ""
        expires = datetime.combine(moment.date(), datetime.min.time(), UTC) + timedelta(days=1)
        return (
            f'<resumptionToken cursor="{asked.skip}" completeListSize="{size}"'
            f' expirationDate="{expires:%Y-%m-%dT%H:%M:%SZ}">{token}</resumptionToken>\n'
        )

    def _get(self, asked: Mapping[str, str], moment: datetime) -> str:
        prefix = _prefix(asked.get("metadataPrefix"))
        identifier = asked.get("identifier", "")
        for change in self.changes(moment):
            if identifier == f"oai:arXiv.org:{change.paper.id}":
                return f"<GetRecord>\n{self._record(change, prefix)}</GetRecord>\n"
        raise _OaiError("idDoesNotExist", f"There is no record {identifier}.")

    # records

    def _record(self, change: Changed, prefix: str) -> str:
        paper = change.paper
        said = manuscript(
            self._truth.script.seed, paper.id, paper.primary, version=paper.version, size=paper.size
        )
        sets = "".join(f" <setSpec>{spec}</setSpec>\n" for spec in sets_of(paper))
        own = _arxiv(paper, said) if prefix == "arXiv" else _arxiv_raw(paper, said)
        return (
            f"<record>\n<header>\n <identifier>oai:arXiv.org:{paper.id}</identifier>\n"
            f" <datestamp>{change.moment:%Y-%m-%d}</datestamp>\n{sets}</header>\n<metadata>\n"
            f' <{prefix} xmlns="http://arxiv.org/OAI/{prefix}/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            f' xsi:schemaLocation="http://arxiv.org/OAI/{prefix}/ http://arxiv.org/OAI/{prefix}.xsd">\n'
            f" <id>{paper.id}</id>{own}</{prefix}>\n</metadata>\n</record>\n"
        )


def sets_of(paper: Preprint) -> tuple[str, ...]:
    """The sets that hold `paper`, one a list: `cs:cs:CL`, `physics:hep-th`, `physics:astro-ph:GA`."""
    return tuple(_set_of(category) for category in paper.listed_in)


def _set_of(category: str) -> str:
    archive = CATEGORIES[category].archive
    group = "physics" if ARCHIVES[archive].group == "Physics" else archive
    return ":".join([group, archive, *category.split(".")[1:]])


def _wanted(change: Changed, asked: _Asked) -> bool:
    day = change.moment.date()
    if (asked.since and day < asked.since) or (asked.until and day > asked.until):
        return False
    wanted = asked.set_spec
    return wanted is None or any(f"{spec}:".startswith(f"{wanted}:") for spec in sets_of(change.paper))


def _arguments(asked: Mapping[str, str], moment: datetime) -> _Asked:
    token = asked.get("resumptionToken")
    if token is None:
        known = {"verb", "metadataPrefix", "from", "until", "set"}
        if surplus := sorted(set(asked) - known):
            raise _OaiError("badArgument", f"Unknown argument {surplus[0]}.")
        prefix = _prefix(asked.get("metadataPrefix"))
        return _Asked(prefix, _day(asked.get("from")), _day(asked.get("until")), asked.get("set"))
    if set(asked) != {"verb", "resumptionToken"}:
        raise _OaiError("badArgument", "resumptionToken takes no other arguments.")
    named = dict(parse_qsl(token))
    if named.get("issued") != moment.date().isoformat() or not named.get("skip", "").isdecimal():
        raise _OaiError("badResumptionToken", "The resumption token is invalid or has expired.")
    since, until = _day(named.get("from")), _day(named.get("until"))
    return _Asked(named["metadataPrefix"], since, until, named.get("set"), int(named["skip"]))


def _prefix(prefix: str | None) -> str:
    if prefix is None:
        raise _OaiError("badArgument", "metadataPrefix is required.")
    if prefix not in FORMATS:
        raise _OaiError("cannotDisseminateFormat", f"The format must be one of {', '.join(FORMATS)}.")
    return prefix


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise _OaiError("badArgument", "Dates are days, as in 2026-11-23.") from error


def _arxiv(paper: Preprint, said: Manuscript) -> str:
    updated = f"<updated>{paper.submitted[-1]:%Y-%m-%d}</updated>" if paper.version > 1 else ""
    authors = "".join(
        "<author>"
        + _element("keyname", person.keyname)
        + _element("forenames", person.forenames)
        + _element("suffix", person.suffix)
        + _element("affiliation", person.affiliation)
        + "</author>"
        for person in said.people
    )
    return f"<created>{paper.submitted[0]:%Y-%m-%d}</created>{updated}<authors>{authors}</authors>" + _texts(
        paper, said
    )


def _arxiv_raw(paper: Preprint, said: Manuscript) -> str:
    versions = "".join(
        f'<version version="v{number}"><date>{format_datetime(moment, usegmt=True)}</date>'
        f"<size>{40 + 7 * number}kb</size></version>"
        for number, moment in enumerate(paper.submitted, 1)
    )
    submitter = f"{said.people[-1].forenames} {said.people[-1].keyname}"
    texts = _texts(paper, said).replace("<categories>", _element("authors", said.authors) + "<categories>", 1)
    return _element("submitter", submitter) + versions + texts


def _texts(paper: Preprint, said: Manuscript) -> str:
    """The elements that both formats share. arXiv sets abstracts in lines, indented by two spaces."""
    lines = fill(said.abstract, 79, initial_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "".join(
        [
            _element("title", said.title),
            _element("categories", " ".join(paper.categories)),
            _element("comments", said.comments),
            _element("journal-ref", said.journal_ref),
            _element("doi", said.doi),
            _element("license", said.license),
            _element("abstract", lines + "\n"),
        ]
    )


def _element(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
