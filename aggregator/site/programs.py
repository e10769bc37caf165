"""What programs that read papers.cool's pages look for, on the lists that a program makes.

`div.paper` with `keywords`, `a.title-pdf` with `data`, and `p.date`. Static lists go without: these attributes are not
of HTML, and such programs ask with `?show=`, which never is a file.
"""

from __future__ import annotations

import re
from datetime import date

from aggregator.site.links import ARXIV

_SUBJECTS, _SUBJECT = '<p class="subjects">', re.compile(r'class="subject-\d+"[^>]*>([^<]*)<')
_PDF = '<a class="title-pdf" '


def opening(paper_id: str, html: str) -> str:
    """The start of a paper's element. `paper_id` is escaped; the categories in `html`, its inside, are the keywords."""
    line = html.rpartition(_SUBJECTS)[2].replace("<mark>", "").replace("</mark>", "")
    names = ",".join(_SUBJECT.findall(line))
    return f'<div role="article" class="panel paper" id="{paper_id}" keywords="{names}">\n'


def inside(paper_id: str, html: str) -> str:
    """The inside, with the address of the PDF where they look for it."""
    return html.replace(_PDF, f'{_PDF}data="{ARXIV}/pdf/{paper_id}" ', 1)


def closing(day: date) -> str:
    """The end, with the day."""
    return f'<p class="date" hidden><span class="date-data">{day} 00:00:00 UTC</span></p>\n</div>\n'
