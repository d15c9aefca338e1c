"""The explanation of one operation as JSON: the value of `extensions.explain`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from gateway.customer import Json
from gateway.explain.call import call_entry, total_entries
from gateway.explain.wording import condition_words, order_words
from gateway.planner.evaluation import Part, Way
from gateway.planner.outline import Inquiry, SourceOutline
from gateway.planner.reader import Reader
from gateway.planner.sought import Notes

HEADER = "gateway-explain"
"""The request's header that asks for an explanation."""
UNKNOWN = "unknown"
"""An estimate that nothing is known for."""


class Mode(StrEnum):
    """What is explained."""

    PLAN = "plan"
    """What would be asked; no vendor is."""
    TRACE = "trace"
    """What was asked, beside the answer."""


def mode_of(value: str) -> Mode | None:
    """What the header's value asks for; None where it is neither."""
    return next((mode for mode in Mode if mode == value.strip().lower()), None)


def report(mode: Mode, reader: Reader, notes: Notes) -> Json:
    """All that was noted, and under TRACE all that was called."""
    told: dict[str, Json] = {
        "mode": mode,
        "lists": [_list_entry(*noted) for noted in notes.inquiries],
        "lookUps": [_outline_entry(one) for one in notes.sought(reader.lookup)],
    }
    if mode is Mode.PLAN:
        return told
    operation = reader.operation
    calls = [
        call_entry(call, operation.kinds or {}, reader.lookup.sources[call.source_name])
        for call in operation.trace
    ]
    budget = {"spent": operation.calls_made, "left": operation.calls_left}
    return {
        **told,
        "calls": calls,
        "totals": total_entries(operation.trace, operation.rows),
        "budget": budget,
    }


def _list_entry(field: str, inquiry: Inquiry, outlines: Sequence[SourceOutline]) -> Json:
    return {
        "field": field,
        "filter": condition_words(inquiry.condition),
        "order": order_words(inquiry.order),
        "size": inquiry.piece.size,
        "sources": [_listing_entry(outline) for outline in outlines],
    }


def _listing_entry(outline: SourceOutline) -> Json:
    pushed = [part for part in outline.parts if part.way is not Way.RESIDUAL]
    residual = [part for part in outline.parts if part.way is Way.RESIDUAL]
    return {
        **_outline_entry(outline),
        "ordered": outline.arrangement,
        "pushed": [_pushed_entry(part) for part in pushed],
        "residual": [condition_words(part.condition) for part in residual],
        "rows": _estimate(outline.rows),
    }


def _outline_entry(outline: SourceOutline) -> dict[str, Json]:
    return {
        "sourceName": outline.source_name,
        "vendor": outline.vendor,
        "expected": [{"kind": kind, "calls": _estimate(count)} for kind, count in outline.expected.items()],
    }


def _pushed_entry(part: Part) -> Json:
    entry: dict[str, Json] = {"condition": condition_words(part.condition), "grade": part.way}
    return {**entry, "note": "; ".join(part.notes)} if part.notes else entry


def _estimate(count: int | None) -> int | str:
    return UNKNOWN if count is None else count
