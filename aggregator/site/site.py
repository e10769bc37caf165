"""The static site: cards, pages, and how they get on disk.

papers ─► card ─┐ (kept by the caller, so that a day's page is a join)
                ├─► list_pages, home, paper_page, shared_pages ─► publish ─► data/site/
listings ───────┘
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aggregator import __version__, normalise
from aggregator.compress import twins
from aggregator.languages import Language
from aggregator.models import (
    Card,
    CategorySummary,
    ChosenList,
    DayLink,
    DayPapers,
    Gathering,
    Listed,
    Listing,
    MonthCount,
    Overview,
    Page,
    Paper,
    PaperRecord,
    Period,
    Published,
    SearchResults,
    Titled,
)
from aggregator.settings import SiteSettings
from aggregator.site import recent, status
from aggregator.site.assets import Assets, digest, files_digest
from aggregator.site.card import Cards
from aggregator.site.chosen import ChosenPages
from aggregator.site.environment import Templates, templates_dir
from aggregator.site.feeds import Feeds, week_feed_path
from aggregator.site.files import DiskFiles
from aggregator.site.fragments import Subjects
from aggregator.site.home import HomePages
from aggregator.site.links import (
    SEARCH,
    Links,
    list_folder,
    paper_folder,
    period_folder,
    picture_path,
    statistics_folder,
)
from aggregator.site.pages import Pages
from aggregator.site.papers import PaperPages
from aggregator.site.periods import PeriodPages
from aggregator.site.publish import Keep, Publisher
from aggregator.site.search import SearchPages
from aggregator.site.shared import SharedPages
from aggregator.site.sitemap import Sitemap, shelf
from aggregator.site.speech import speech_of
from aggregator.site.statistics import StatisticsPages

_DRAUGHTSMAN = Path(__file__).with_name("picture.py")


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page says around its content."""

    title: str
    language: str
    direction: str
    days: int
    home: str
    css: str
    icon: str
    script: str
    early: str
    desk: str
    mine: str
    status: str
    categories: str
    opml: str
    search: str  # empty without a search box
    opensearch: str  # likewise
    counts: bool


class Site:
    """The site below `folder`. `renderer` names all that decides how pages look, apart from their content.

    `categories` are the followed ones: subjects link to our page of these and to arXiv's of the others. A card or
    page that another `renderer` made is stale.
    """

    def __init__(
        self,
        settings: SiteSettings,
        folder: Path,
        *,
        categories: Iterable[str] = (),
        cache: Path | None = None,
    ) -> None:
        followed = tuple(categories)
        source = templates_dir()
        speech = speech_of(settings.language, source)
        links = Links(settings.base_url, followed, search=settings.search)
        assets = Assets(source, speech.language)
        self.draughtsman = digest([_DRAUGHTSMAN.read_bytes(), settings.title.encode()])[:16]
        self._title = settings.title
        self.renderer = _renderer(settings, followed, source)
        shell = _shell(settings, links, assets, speech.language)
        templates = Templates(source, {"shell": shell}, speech, cache)
        subjects = Subjects(links)
        self._templates, self._links, self._speech = templates, links, speech
        self._cards = Cards(templates, links, subjects, speech, self.renderer)
        self._periods = PeriodPages(templates, links, speech)
        self._feeds = Feeds(templates, links, settings.title, speech)
        self._pages = Pages(templates, links, self._periods, self._feeds, speech)
        self._home = HomePages(templates, links, self._periods, self._pages, speech)
        self._papers = PaperPages(templates, links, subjects, speech)
        self._chosen = ChosenPages(templates, links, speech)
        self._statistics = StatisticsPages(templates, links, speech)
        self._search = SearchPages(templates, links, speech, counts=settings.counts)
        self._sitemap = Sitemap(templates, links)
        self._shared = SharedPages(templates, links, assets, followed, self.renderer)
        self.assets = {page.path: page.body for page in assets.pages}
        self._followed = followed
        self._publisher = Publisher(folder, DiskFiles(), twins if settings.compress else None)

    def card(self, paper: Paper, *, entry: bool = True) -> Card:
        """The paper's ready pieces, for `Listed` and `PaperRecord`; without `entry` for one page."""
        return self._cards.make(paper, entry=entry)

    def list_pages(self, listing: Listing, *, newest: bool) -> list[Page]:
        """The page and feed of a day, and of its category when the day is the newest."""
        return self._pages.lists(listing, newest=newest)

    def period_path(self, category: str | None, period: Period, number: int = 1) -> str:
        """The path of a period's page, or of a later part of it."""
        return f"{period_folder(category, period, number)}index.html"

    def week_page(self, week: Gathering, number: int, papers: Sequence[DayPapers]) -> Page:
        """A part of a week: all papers of its days."""
        return self._periods.week(week, number, papers)

    def month_page(self, month: Gathering, number: int, titles: Mapping[date, Sequence[Titled]]) -> Page:
        """A part of a month: its days and the titles of new papers; the first part has the calendar."""
        return self._periods.month(month, number, titles)

    def year_page(self, year: Gathering, volume: Mapping[date, int]) -> Page:
        """A year: new papers a day."""
        return self._periods.year(year, volume)

    def statistics_path(self, category: str) -> str:
        """The path of a category's statistics."""
        return f"{statistics_folder(category)}index.html"

    def statistics_page(self, category: str, months: Sequence[MonthCount]) -> Page:
        """How many papers a category has, by month and by year."""
        return self._statistics.page(category, months)

    def home(
        self, summaries: Sequence[CategorySummary], newest: Listing | None, days: Sequence[DayLink] = ()
    ) -> list[Page]:
        """The front page, its feed, and a page for each category that has no listing day yet. `days` are the merged
        days that have pages, of the newest year."""
        return self._home.make(summaries, newest, days)

    def paper_page(self, record: PaperRecord) -> Page:
        """A paper's own page."""
        return self._papers.page(record)

    def chosen_page(self, chosen: ChosenList) -> bytes:
        """A page of a list on demand."""
        return self._chosen.page(chosen)

    def chosen_feed(self, chosen: ChosenList) -> bytes:
        """The Atom feed of such a page."""
        return self._chosen.feed(chosen)

    def chosen_papers(self, papers: Sequence[Listed], days: Mapping[str, date]) -> bytes:
        """Papers by their ids on one page."""
        return self._chosen.papers(papers, days)

    def chosen_papers_feed(self, papers: Sequence[Listed], days: Mapping[str, date]) -> bytes:
        """Their Atom feed."""
        return self._chosen.papers_feed(papers, days)

    def search_page(self, results: SearchResults) -> bytes:
        """A page of a search's results."""
        return self._search.page(results)

    def search_feed(self, results: SearchResults) -> bytes:
        """The Atom feed of the same."""
        return self._search.feed(results)

    def status_page(self, overview: Overview) -> Page:
        """How far each day of each category can be trusted."""
        return status.page(overview, self._templates, self._links, self._speech)

    def recent_page(self, announced: recent.Announced) -> Page:
        """What the newest days announced, for scripts."""
        return recent.page(announced, self._followed)

    def shared_pages(self, paths: Iterable[str]) -> list[Page]:
        """What is the same on every site, and the whole sitemap of `paths`."""
        fixed = self.fixed_pages()
        return [*fixed, *self._sitemap.make([*paths, *(page.path for page in fixed)])]

    def fixed_pages(self) -> list[Page]:
        """404, the desk, the reader's own list, the worker, the chooser, OPML, robots.txt, hashed assets: made by the
        renderer alone."""
        return [*self._shared.make(), self._feeds.opml()]

    def shelf(self, path: str) -> str | None:
        """Where the sitemap names this page: all paths of a shelf begin with its name. None for what is no page."""
        return shelf(path)

    def sitemap(self, shelf: str, paths: Iterable[str]) -> list[Page]:
        """The parts of the sitemap that name the pages of one shelf."""
        return self._sitemap.parts(shelf, paths)

    def sitemap_index(self, parts: Iterable[str]) -> Page:
        """The sitemap that names its parts."""
        return self._sitemap.index(parts)

    def list_paths(self, category: str | None, day: date, *, newest: bool) -> tuple[str, ...]:
        """The paths that `list_pages` gives for such a listing."""
        day_folder = list_folder(category, day)
        paths = (f"{day_folder}index.html", f"{day_folder}feed.xml")
        if not newest or not category:
            return paths
        folder = list_folder(category)
        return (*paths, f"{folder}index.html", f"{folder}feed.xml", f"{folder}feed.json")

    def picture_path(self, category: str | None, day: date) -> str:
        """The path of the picture that stands for a day where its link is shared."""
        return picture_path(category, day)

    def picture(self, listing: Listing, link: DayLink) -> Page:
        """The picture of a day; its `draughtsman` names all that decides how it looks, apart from the day."""
        from aggregator.site import picture  # noqa: PLC0415 – Pillow takes 50 ms to import

        return Page(picture_path(listing.category, listing.day), picture.of_day(self._title, listing, link))

    def week_feed_path(self, category: str | None) -> str:
        """The path of a list's feed of its newest days."""
        return week_feed_path(category)

    def week_feed(self, category: str | None, days: Sequence[DayPapers]) -> Page:
        """New papers and cross-lists of several days."""
        return self._feeds.week(category, days)

    def paper_path(self, paper_id: str) -> str:
        """The path that `paper_page` gives for a paper."""
        return f"{paper_folder(paper_id)}index.html"

    def publish(self, pages: Iterable[Page], keep: Keep) -> Published:
        """Write `pages`, remove every file that is neither given nor kept. PublishError: the old site stands.

        `keep` is a set of paths, or a question about one; it is asked after the last page was taken.
        """
        return self._publisher.publish(pages, keep)

    def patch(self, pages: Iterable[Page], gone: Iterable[str]) -> Published:
        """Write `pages` and remove the files `gone` without a look at the others. Raises as `publish`."""
        return self._publisher.patch(pages, gone)

    def has(self, path: str) -> bool:
        """Whether this file is published."""
        return self._publisher.has(path)

    def present(self) -> set[str]:
        """The paths of all published files."""
        return self._publisher.present()

    def recover(self) -> None:
        """Finish a publish that was interrupted after its point of no return, discard one that was before it."""
        self._publisher.recover()


def _shell(settings: SiteSettings, links: Links, assets: Assets, language: Language) -> Shell:
    return Shell(
        title=settings.title,
        language=language.tag,
        direction="rtl" if language.rtl else "ltr",
        days=settings.days,
        home=links.to(""),
        css=links.to(assets.css.path),
        icon=links.to(assets.icon.path),
        script=links.to(assets.script.path),
        early=links.to(assets.early.path),
        desk=links.to("desk/"),
        mine=links.to("list/"),
        status=links.to("status/"),
        categories=links.to("categories/"),
        opml=links.to("feeds.opml"),
        search=links.to(SEARCH) if settings.search else "",
        opensearch=links.to("opensearch.xml") if settings.search else "",
        counts=settings.counts,
    )


def _renderer(settings: SiteSettings, categories: Iterable[str], templates: Path) -> str:
    said = (
        __version__,
        str(normalise.VERSION),
        settings.title,
        settings.base_url,
        settings.language,
        str(settings.days),
        str(settings.compress),
        str(settings.search),
        str(settings.counts),
        *categories,
    )
    code = files_digest(Path(__file__).parent, templates)
    return digest([code.encode(), *(word.encode() for word in said)])[:16]
