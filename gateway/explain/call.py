"""Vendor calls as a trace shows them, and their totals for each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.adapter import Source
from gateway.customer import Json
from gateway.explain.mask import shown_body, shown_parameters, shown_path
from gateway.operation import CallKey, CallKind, TracedCall

_PLACES = 1
"""Decimals of milliseconds."""


def kind_of(call: TracedCall, kinds: Mapping[CallKey, CallKind]) -> CallKind | None:
    """What the call was for; None where nobody said. A renewal of a token is asked for by no load."""
    return kinds.get(call.key, CallKind.RENEWAL if "://" in call.path else None)


def call_entry(call: TracedCall, kinds: Mapping[CallKey, CallKind], source: Source) -> Json:
    """One call; parameters and body are there where it had any, values that may be personal masked."""
    harmless = source.spec.harmless
    entry: dict[str, Json] = {
        "sourceName": call.source_name,
        "kind": kind_of(call, kinds),
        "method": call.method,
        "path": shown_path(call.path),
    }
    if call.parameters:
        entry["parameters"] = shown_parameters(call.parameters, harmless)
    if call.body:
        entry["body"] = shown_body(call.body, harmless)
    return {
        **entry,
        "status": call.status,
        "elapsed": round(call.elapsed, _PLACES),
        "attempt": call.attempt,
        "servedBy": call.served_by,
    }


def total_entries(trace: Iterable[TracedCall], rows: Mapping[str, int]) -> list[Json]:
    """For each source that was asked: calls that reached the vendor, answers that cost none, rows, milliseconds."""
    totals: dict[str, dict[str, Json]] = {}
    for call in trace:
        zero = {"sourceName": call.source_name, "calls": 0, "cacheHits": 0, "joined": 0, "elapsed": 0.0}
        total = totals.setdefault(call.source_name, zero)
        total[_COUNTED[call.served_by]] += 1
        total["elapsed"] = round(total["elapsed"] + call.elapsed, _PLACES)
    for name, total in totals.items():
        total["rows"] = rows.get(name, 0)
    return list(totals.values())


_COUNTED = {"vendor": "calls", "cache": "cacheHits", "flight": "joined"}
