"""The log's lines, as a process writes them to standard error."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from gateway.journal import note, open_journal
open_journal({options})
structlog.stdlib.get_logger("gateway").info("configured", sources=["shop"])
logging.getLogger("elsewhere").warning("odd %s", "thing")
with structlog.contextvars.bound_contextvars(request_id="seven"):
    note([{{"event": "call", "ms": 1.5}}, {{"event": "operation"}}])
try:
    address = "ann@example.com"
    raise KeyError
except KeyError:
    logging.getLogger("gateway").exception("internal error")
"""


def logged(options: str) -> str:
    command = [sys.executable, "-c", PROGRAM.format(options=options)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr  # noqa: S603


def test_away_from_a_terminal_every_librarys_line_is_json() -> None:
    first, second, call, operation, third = map(json.loads, logged("").splitlines())
    assert (call["event"], call["ms"], operation["event"]) == ("call", 1.5, "operation")
    assert {(line["request_id"], line["level"]) for line in (call, operation)} == {("seven", "info")}
    assert len({line["timestamp"][-1] for line in (first, call)}) == 1
    assert (first["event"], first["sources"], first["level"]) == ("configured", ["shop"], "info")
    assert (second["event"], second["level"]) == ("odd thing", "warning")
    assert "KeyError" in third["exception"]


def test_a_traceback_holds_no_values_of_variables() -> None:
    assert "ann@example.com" not in logged("").replace('address = "ann@example.com"', "")
    people = logged("is_terminal=True")
    assert "KeyError" in people
    assert "ann@example.com" not in people.replace('address = "ann@example.com"', "")
