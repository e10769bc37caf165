"""tantivy's complaints as ours. A damaged file makes it panic, which Python sees as a BaseException."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aggregator.errors import SearchError


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Raise SearchError for what tantivy raises while `doing` something."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchError(f"{doing}: {str(error)[:300]}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SearchError(f"{doing}: the index is damaged; `aggregator index` makes it anew") from error
