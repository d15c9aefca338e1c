"""The log: one line an event on standard error, for people at a terminal and as JSON everywhere else."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec
import structlog
from structlog.types import Processor

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


_journal = structlog.stdlib.get_logger("gateway")
_is_written_at_once = False


def note(lines: Iterable[Mapping[str, object]]) -> None:
    """Write many lines, each with an `event`. As JSON in one piece: they are most of what is logged."""
    if not _is_written_at_once:
        for line in lines:
            _journal.info(
                str(line["event"]), **{name: fact for name, fact in line.items() if name != "event"}
            )
        return
    told = {
        **structlog.contextvars.get_contextvars(),
        "level": "info",
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    sys.stderr.write("".join(f"{msgspec.json.encode({**line, **told}).decode()}\n" for line in lines))


def open_journal(*, is_terminal: bool | None = None) -> None:
    """Send every library's log through one form; None looks whether standard error is a terminal."""
    global _is_written_at_once  # noqa: PLW0603  # a process has one log
    people = sys.stderr.isatty() if is_terminal is None else is_terminal
    _is_written_at_once = not people
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_form(is_terminal=people),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _form(*, is_terminal: bool) -> list[Processor]:
    # Tracebacks without the values of variables: those can be personal data.
    if is_terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
