"""The totals of a trace."""

from __future__ import annotations

from gateway.explain.call import total_entries
from gateway.operation import TracedCall


def test_totals_tell_calls_from_answers_that_cost_none() -> None:
    trace = [
        TracedCall(source_name="a", method="GET", path="/x", status=503, elapsed=10.04),
        TracedCall(source_name="a", method="GET", path="/x", status=200, elapsed=5.0, attempt=2),
        TracedCall(source_name="b", method="GET", path="/y", status=200, served_by="cache"),
        TracedCall(source_name="a", method="GET", path="/x", served_by="flight"),
    ]
    assert total_entries(trace, {"a": 3}) == [
        {"sourceName": "a", "calls": 2, "cacheHits": 0, "joined": 1, "elapsed": 15.0, "rows": 3},
        {"sourceName": "b", "calls": 0, "cacheHits": 1, "joined": 0, "elapsed": 0.0, "rows": 0},
    ]
