"""A data folder with sixty invented papers, pages and a search index, for the tests of search over HTTP."""

from __future__ import annotations

from pathlib import Path

from store_samples import announcement, paper, poll

from aggregator.app import App
from aggregator.models import Author
from aggregator.settings import Settings, SiteSettings
from aggregator.store.database import Store

MANY = 60


def searchable_site(data: Path, *, base_url: str = "http://127.0.0.1:8000/", search: bool = True) -> Settings:
    """The settings of the folder, which is filled and built."""
    papers = [
        paper(
            1,
            title='=Graphs & <b>"lattices"</b>',
            title_html="Graphs &amp; &lt;b&gt;",
            title_text="=Graphs & <b>lattices</b>",
        ),
        paper(
            2,
            title_html="Waves on graphs",
            title_text="Waves on graphs",
            authors=(Author("Émile Österreich"),),
            categories=("hep-th",),
        ),
        *(paper(number) for number in range(3, MANY + 1)),
    ]
    said = [announcement(n, position=n) for n in range(1, MANY + 1)]
    with Store.open(data / "papers.db") as store:
        store.save_poll(poll(*said, papers=papers))
    made = Settings(data=data, categories=("cs.AI",), site=SiteSettings(base_url=base_url, search=search))
    App(made).build()
    return made
