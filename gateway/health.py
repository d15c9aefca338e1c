"""Whether a source is worth asking: a count of failures in a row, and the pause that follows the fifth."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from gateway.clock import Clock
from gateway.errors import CredentialsRefused, SourceError, SourceTimeout, SourceUnavailable, VendorMisbehaved

FAILURES_UNTIL_DOWN = 5
SECONDS_BETWEEN_PROBES = 30.0

_FAILURES = (SourceUnavailable, SourceTimeout, CredentialsRefused, VendorMisbehaved)
"""Errors that say something of the source as a whole; a refusal of one request says nothing."""


class HealthState(StrEnum):
    """UNKNOWN until the first answer; DEGRADED after a failure; DOWN after five in a row."""

    UP = "UP"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"


class Health:
    """One source's state. While DOWN one request in 30 seconds is let through as a probe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._probed_at = 0.0
        self.state = HealthState.UNKNOWN
        self.since: datetime | None = None
        self.last_error: SourceError | None = None

    def admit(self) -> SourceError | None:
        """None where a request may be sent; else the failure that keeps it from being sent."""
        if self.state is not HealthState.DOWN:
            return None
        now = self._clock.monotonic()
        if now - self._probed_at >= SECONDS_BETWEEN_PROBES:
            self._probed_at = now
            return None
        return self.last_error

    def succeeded(self) -> None:
        """The source has answered, be it with a refusal of the one request."""
        self._failures = 0
        self._enter(HealthState.UP)

    def failed(self, error: SourceError) -> None:
        """The source has failed; errors about one request alone count as answers."""
        if not isinstance(error, _FAILURES):
            return self.succeeded()
        self._failures += 1
        self.last_error = error
        if self._failures >= FAILURES_UNTIL_DOWN:
            self._probed_at = self._clock.monotonic()
            return self._enter(HealthState.DOWN)
        return self._enter(HealthState.DEGRADED)

    def _enter(self, state: HealthState) -> None:
        if state is not self.state:
            self.state = state
            self.since = self._clock.now()
