"""What is noted of a request: one line of the log, and one for each vendor call; no personal data in either."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from gateway.journal import note
from gateway.operation import TracedCall

_ID = re.compile(r"(?<=/)(?:\d+(?=[./]|$)|[^/]*[@%][^/]*|(?<=/customers/)(?!(?:count|search)\.json$)[^/.]+)")
"""A part of a path that can be a customer's id or address."""
_LONGEST_NAME = 64


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One answered request.

    `kind` is the operation's type, "refused" where none was found out. `digest` is the document's.
    `codes` are those of the answer's errors. `cost` is the estimate in vendor calls.
    """

    kind: str
    status: int
    seconds: float
    caller: str | None = None
    name: str | None = None
    digest: str | None = None
    codes: Sequence[str] = ()
    cost: int | None = None
    calls: Sequence[TracedCall] = ()


def tell(observation: Observation) -> None:
    """Write the lines. The request's id is in each of them by the log's context."""
    note([*map(_call, observation.calls), _operation(observation)])


def _call(call: TracedCall) -> Mapping[str, object]:
    return {
        "event": "vendor call",
        "source": call.source_name,
        "method": call.method,
        "path": masked(call.path),
        "status": call.status,
        "ms": round(call.elapsed, 1),
        "attempt": call.attempt,
        "served_by": call.served_by,
    }


def _operation(observation: Observation) -> Mapping[str, object]:
    name = observation.name
    return {
        "event": "operation",
        "kind": observation.kind,
        "name": None if name is None else name[:_LONGEST_NAME],
        "document": observation.digest,
        "caller": observation.caller,
        "status": observation.status,
        "codes": list(dict.fromkeys(observation.codes)),
        "ms": round(observation.seconds * 1000, 1),
        "cost": observation.cost,
        "calls": sum(call.served_by == "vendor" for call in observation.calls),
    }


def masked(path: str) -> str:
    """A vendor's path without the ids and addresses in it."""
    return _ID.sub("*", path)
