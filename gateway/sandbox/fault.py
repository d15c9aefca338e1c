"""Faults that a vendor's emulation can be told to have while it runs."""

import random
from enum import StrEnum

import msgspec


class ConnectionDropped(ConnectionError):
    """The emulation closed the connection without an answer; seen only by in-process clients."""


class FaultKind(StrEnum):
    """What goes wrong.

    ``drop_before`` closes the connection before the request was carried out, ``drop_after`` after it;
    ``hang`` carries out nothing and answers after ``seconds`` (for ever where None) by closing; ``outage``
    drops everything at once.
    """

    LATENCY = "latency"
    STATUS = "status"
    THROTTLE = "throttle"
    BROKEN_JSON = "broken_json"
    WRONG_CONTENT = "wrong_content"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG = "hang"
    OUTAGE = "outage"


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault and the requests it applies to.

    ``seconds`` and ``jitter`` shape latency (seconds ± a seeded random part of jitter) and hang; ``status``
    is for ``status``; ``retry_after`` (seconds, None sends none) is for ``throttle`` and ``status``;
    ``body`` replaces the answer of ``status``, ``throttle`` and ``wrong_content``. ``method`` and ``path``
    (a part of the path) narrow the fault; the first ``after`` fitting requests are spared, then ``times``
    (None: all) are hit, each with ``probability``.
    """

    kind: FaultKind
    seconds: float | None = None
    jitter: float = 0.0
    status: int = 503
    retry_after: float | None = None
    body: str | None = None
    method: str | None = None
    path: str | None = None
    after: int = 0
    times: int | None = None
    probability: float = 1.0

    def __post_init__(self) -> None:
        if not 100 <= self.status <= 599:
            raise ValueError("status must be between 100 and 599")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be between 0 and 1")
        for name in ("seconds", "jitter", "retry_after", "after", "times"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative")

    def fits(self, method: str, path: str) -> bool:
        """Whether the request is among those that the fault speaks of."""
        return (self.method is None or self.method.upper() == method) and (
            self.path is None or self.path in path
        )


class Faults:
    """One vendor's faults in force, in order; deterministic for one seed and one order of requests."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.set(())

    @property
    def active(self) -> tuple[Fault, ...]:
        """All faults, the spent ones included."""
        return self._faults

    def set(self, faults: tuple[Fault, ...]) -> None:
        """Replace all faults and begin counting anew."""
        self._faults = faults
        self._seen = [0] * len(faults)
        self._hit = [0] * len(faults)
        self._random = random.Random(self._seed).random

    def add(self, fault: Fault) -> None:
        """Add one to those in force, whose counts go on."""
        self._faults += (fault,)
        self._seen.append(0)
        self._hit.append(0)

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults that hit this request, which is counted by each that fits it."""
        return [
            fault for number, fault in enumerate(self._faults) if self._strikes(number, fault, method, path)
        ]

    def delay(self, fault: Fault) -> float:
        """Seconds to wait for a latency fault."""
        return max(0.0, (fault.seconds or 0.0) + fault.jitter * (2 * self._random() - 1))

    def _strikes(self, number: int, fault: Fault, method: str, path: str) -> bool:
        if not fault.fits(method, path):
            return False
        self._seen[number] += 1
        spent = fault.times is not None and self._hit[number] >= fault.times
        if self._seen[number] <= fault.after or spent or self._random() >= fault.probability:
            return False
        self._hit[number] += 1
        return True
