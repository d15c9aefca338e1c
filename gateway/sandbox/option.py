"""What a sandbox can be told before it starts."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

MAX_SIZE = 200_000


class OptionError(ValueError):
    """An option is out of its range; the message names it."""


class TextSearch(StrEnum):
    """What the vendors' text searches treat as equal: ``sensitive`` still folds case, but not accents."""

    FOLDING = "folding"
    SENSITIVE = "sensitive"


class Assumptions(StrEnum):
    """Which reading the emulation takes where a contract is silent or only assumed."""

    USUAL = "usual"
    CONTRARY = "contrary"


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class SandboxOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that shapes a sandbox; raises OptionError for a size outside 1-200,000.

    ``size`` counts records per vendor; without ``path`` the state is lost with the process;
    ``clock`` must give aware times and drives both the rate limits and the times of writes.
    """

    seed: int = 1
    size: int = 3000
    path: Path | None = None
    reset: bool = False
    rate_limits: bool = True
    text_search: TextSearch = TextSearch.FOLDING
    assumptions: Assumptions = Assumptions.USUAL
    clock: Callable[[], datetime] = system_clock

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_SIZE:
            raise OptionError(f"size must be between 1 and {MAX_SIZE}, not {self.size}")
