"""The gate to arXiv, remembered: when the last request went out, and until when none may."""

from __future__ import annotations

from aggregator.models import GateState
from aggregator.store import status
from aggregator.store.moments import text_or_none
from aggregator.store.session import Room


class GateMemory(Room):
    """One row."""

    def load_gate(self) -> GateState:
        """The gate as it was last saved; open where none was."""
        with self._session.reading() as conn:
            return status.gate(conn)

    def save_gate(self, state: GateState) -> None:
        """On disk when this returns, so that a crash cannot make the next request come early."""
        row = {
            "id": 1,
            "last_request_at": text_or_none(state.last_request_at),
            "closed_until": text_or_none(state.closed_until),
            "reason": state.reason,
            "strikes": state.strikes,
            "needs_operator": int(state.needs_operator),
        }
        with self._session.writing() as db:
            db.table("gate").upsert(row, pk="id")
