"""Exit codes, as in sysexits.h."""

from __future__ import annotations

OK = 0
USAGE = 64
UNAVAILABLE = 69
INTERNAL = 70
LOCKED = 73
IO_ERROR = 74
TRY_AGAIN = 75
NO_PERMISSION = 77
CONFIGURATION = 78
INTERRUPTED = 130


def code_of(error: Exception) -> int | None:
    """The exit code of an expected error; None for one that nobody expected."""
    from aggregator import errors

    if isinstance(error, errors.StoreError) and isinstance(error.__cause__, PermissionError):
        return NO_PERMISSION
    table: tuple[tuple[type[Exception], int], ...] = (
        (errors.SettingsError, CONFIGURATION),
        (errors.LockHeld, LOCKED),
        (errors.StoreError, IO_ERROR),
        (errors.PublishError, IO_ERROR),
        (errors.SearchError, IO_ERROR),
        (errors.QueryError, USAGE),
        (errors.NoSuchDays, USAGE),
        (errors.SnapshotError, IO_ERROR),
        (errors.FetchError, TRY_AGAIN),
        (errors.BadClock, TRY_AGAIN),
        (errors.FeedError, UNAVAILABLE),
        (errors.Stopped, INTERRUPTED),
        (PermissionError, NO_PERMISSION),
        (OSError, IO_ERROR),
    )
    return next((code for kind, code in table if isinstance(error, kind)), None)
