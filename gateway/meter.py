"""What is counted for operators, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.adapter import Source
from gateway.health import HealthState
from gateway.observation import Observation

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Meter:
    """The counts of one process. Their labels are few: kinds, outcomes, sources and statuses, never a caller."""

    def __init__(self, sources: Iterable[Source]) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._sources = tuple(sources)
        self._requests = Counter(
            "gateway_requests", "Answered requests.", ["kind", "status"], registry=registry
        )
        self._errors = Counter("gateway_errors", "Errors in answers.", ["code"], registry=registry)
        self._seconds = Histogram(
            "gateway_operation_seconds", "Time to answer.", ["kind"], buckets=_SECONDS, registry=registry
        )
        self._calls = Counter(
            "gateway_vendor_calls",
            "Calls to vendors, by the first digit of their status; 0: no answer.",
            ["source", "status", "served_by"],
            registry=registry,
        )
        self._call_seconds = Histogram(
            "gateway_vendor_call_seconds",
            "Time that vendors take.",
            ["source"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._health = Gauge(
            "gateway_source_up", "1: answers; 0: is left alone.", ["source"], registry=registry
        )

    def count(self, observation: Observation) -> None:
        """One answered request, with the calls that it took."""
        self._requests.labels(observation.kind, str(observation.status)).inc()
        self._seconds.labels(observation.kind).observe(observation.seconds)
        for code in observation.codes:
            self._errors.labels(code).inc()
        for call in observation.calls:
            digit = "0" if call.status is None else str(call.status // 100)
            self._calls.labels(call.source_name, digit, call.served_by).inc()
            if call.served_by == "vendor":
                self._call_seconds.labels(call.source_name).observe(call.elapsed / 1000)

    def text(self) -> bytes:
        """All counts as they are now."""
        for source in self._sources:
            self._health.labels(source.name).set(source.exchange.health.state is not HealthState.DOWN)
        return generate_latest(self._registry)
