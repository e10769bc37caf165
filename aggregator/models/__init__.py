"""One frozen dataclass for each stage of a paper: answer → batch → paper and announcement → listing.

No dict crosses a module boundary, and no field list is written twice. Texts named `…_html` are safe to print
as they are; everything else is text as the source gave it (byte-exact) or plain text, and must be escaped.

A room is loaded when one of its names is first asked for: making a dataclass takes Python half a millisecond, and
`aggregator status` needs a third of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.models.history import Imported, PastAnnouncement, PastPaper, StoredPaper
    from aggregator.models.ledger import Evidence, LedgerRow, State, Trust
    from aggregator.models.message import HOLE, NOTHING, Filling, Message, listed, say, say_many, together
    from aggregator.models.page import (
        Card,
        CategorySummary,
        DayLink,
        DayStamp,
        Listed,
        Listing,
        Overview,
        Page,
        PaperRecord,
        Published,
    )
    from aggregator.models.paper import Announcement, Author, Kind, Paper, SeenVersion, Version
    from aggregator.models.period import DayPapers, Gathering, Period, Span, Titled, period_of
    from aggregator.models.query import ChosenDay, ChosenList, ListOrder, ListQuery, Picked, PickedList
    from aggregator.models.run import CategoryReport, Poll, Report, Verdict
    from aggregator.models.search import (
        Asked,
        Found,
        Hit,
        Order,
        Searchable,
        SearchResults,
        Shares,
        Suggestion,
        Wrong,
    )
    from aggregator.models.source import Answer, Batch, ListPage, RawEntry, Record, Refusal, Validators
    from aggregator.models.standing import GateState, Outcome, PollState
    from aggregator.models.statistics import MonthCount

__all__ = [
    "HOLE",
    "NOTHING",
    "Announcement",
    "Answer",
    "Asked",
    "Author",
    "Batch",
    "Card",
    "CategoryReport",
    "CategorySummary",
    "ChosenDay",
    "ChosenList",
    "DayLink",
    "DayPapers",
    "DayStamp",
    "Evidence",
    "Filling",
    "Found",
    "GateState",
    "Gathering",
    "Hit",
    "Imported",
    "Kind",
    "LedgerRow",
    "ListOrder",
    "ListPage",
    "ListQuery",
    "Listed",
    "Listing",
    "Message",
    "MonthCount",
    "Order",
    "Outcome",
    "Overview",
    "Page",
    "Paper",
    "PaperRecord",
    "PastAnnouncement",
    "PastPaper",
    "Period",
    "Picked",
    "PickedList",
    "Poll",
    "PollState",
    "Published",
    "RawEntry",
    "Record",
    "Refusal",
    "Report",
    "SearchResults",
    "Searchable",
    "SeenVersion",
    "Shares",
    "Span",
    "State",
    "StoredPaper",
    "Suggestion",
    "Titled",
    "Trust",
    "Validators",
    "Verdict",
    "Version",
    "Wrong",
    "listed",
    "period_of",
    "say",
    "say_many",
    "together",
]
# Each builds on some before it, so that those in front of the wanted one are mostly needed anyway.
_ROOMS = (
    *("message", "paper", "ledger", "standing", "source", "run"),
    *("history", "page", "period", "query", "search", "statistics"),
)

if not TYPE_CHECKING:  # a checker shall still refuse a name that is not there

    def __getattr__(name: str) -> object:
        for room in _ROOMS if name in __all__ else ():
            module = import_module(f"{__name__}.{room}")
            if hasattr(module, name):
                globals()[name] = found = getattr(module, name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
