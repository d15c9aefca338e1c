"""The audit log: one structured line for each write to a vendor, with the names of fields and never their values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import structlog

from gateway.errors import GatewayError
from gateway.spelling import camel
from gateway.write import Step
from gateway.writes.track import Track

_journal = structlog.stdlib.get_logger("gateway.audit")


class Deed(StrEnum):
    """How one request ended."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    STUCK = "not undone"


class Audit:
    """Who writes, and by which mutation."""

    def __init__(self, *, caller: str, mutation: str) -> None:
        self._who = {"caller": caller, "mutation": mutation}

    def wrote(self, track: Track, step: Step[Any], deed: Deed, error: GatewayError | None = None) -> None:
        """One line; when is the log's own to say."""
        self._line(track.source.name, track.vendor_id, [camel(name) for name in step.fields], deed, error)

    def tagged(self, source_name: str, verb: str, deed: Deed, error: GatewayError | None = None) -> None:
        """One line of a bulk write, which names no record."""
        self._line(source_name, None, [f"tags ({verb})"], deed, error)

    def _line(
        self, source_name: str, record: str | None, fields: list[str], deed: Deed, error: GatewayError | None
    ) -> None:
        code = {} if error is None else {"code": str(error.code)}
        _journal.info(
            "vendor write",
            **self._who,
            source=source_name,
            record=record,
            fields=fields,
            outcome=str(deed),
            **code,
        )
