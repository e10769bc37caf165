"""arXiv's clock against ours: each answer says when it was made (`Date`, RFC 9110 §6.6.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aggregator.errors import BadClock
from aggregator.models import Answer, Validators
from aggregator.sources.gate import UNCONDITIONAL, Transport

FAR = 86_400.0  # seconds between two clocks of which one is wrong


class OverheardTransport:
    """Any transport, with a listener that is given each whole answer as it comes."""

    def __init__(self, transport: Transport, heard: Callable[[Answer], object]) -> None:
        self._transport = transport
        self._heard = heard

    def get(
        self,
        url: str,
        *,
        deadline: float,
        validators: Validators = UNCONDITIONAL,
        before_hop: Callable[[str], None] | None = None,
        **options: str,
    ) -> Answer:
        """As the transport's own."""
        answer = self._transport.get(
            url, deadline=deadline, validators=validators, before_hop=before_hop, **options
        )
        self._heard(answer)
        return answer


def refuse_wrong_clock(answer: Answer) -> None:
    """Raises BadClock when our clock is a day or more from arXiv's: a listing day would be another one."""
    seconds = skew_of(answer)
    if seconds is not None and abs(seconds) >= FAR:
        made = answer.headers.get("date", "")
        raise BadClock(
            f"this machine's clock says {answer.received_at:%Y-%m-%d %H:%M} UTC, arXiv's {made}: set it"
        )


def skew_of(answer: Answer) -> float | None:
    """Seconds by which this machine's clock is ahead of arXiv's; None where the answer does not say.

    An answer that lay in a cache (`Age`, RFC 9111 §5.1) was made that much earlier. Reading the body takes
    time too, so that some seconds mean nothing.
    """
    made = _moment(answer.headers.get("date", ""))
    if made is None:
        return None
    age = answer.headers.get("age", "").strip()
    seconds = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return (answer.received_at - made).total_seconds() - seconds


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if len(text) <= 64 else None
    except (ValueError, TypeError, IndexError, OverflowError):  # what it raises differs by Python version
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
