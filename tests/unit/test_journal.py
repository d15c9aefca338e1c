"""The log's lines, as a process writes them to standard error."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from gateway.journal import open_journal
open_journal({options})
structlog.stdlib.get_logger("gateway").info("configured", sources=["shop"])
logging.getLogger("elsewhere").warning("odd %s", "thing")
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
    first, second, third = map(json.loads, logged("").splitlines())
    assert (first["event"], first["sources"], first["level"]) == ("configured", ["shop"], "info")
    assert (second["event"], second["level"]) == ("odd thing", "warning")
    assert "KeyError" in third["exception"]


def test_a_traceback_holds_no_values_of_variables() -> None:
    assert "ann@example.com" not in logged("").replace('address = "ann@example.com"', "")
    people = logged("is_terminal=True")
    assert "KeyError" in people
    assert "ann@example.com" not in people.replace('address = "ann@example.com"', "")
