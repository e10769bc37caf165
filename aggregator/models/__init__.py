"""One frozen dataclass for each stage of a paper: answer → batch → paper and announcement → listing.

No dict crosses a module boundary, and no field list is written twice. Texts named `…_html` are safe to print
as they are; everything else is text as the source gave it (byte-exact) or plain text, and must be escaped.
"""

from aggregator.models.history import Imported, PastAnnouncement, PastPaper, StoredPaper
from aggregator.models.ledger import Evidence, LedgerRow, State
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
from aggregator.models.run import CategoryReport, GateState, Outcome, Poll, PollState, Report, Verdict
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
