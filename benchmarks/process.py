"""The servers under measurement, each a process of its own, and the CPU seconds they have used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(*arguments: str, folder: Path) -> Iterator[tuple[int, int]]:
    """`gateway ARGUMENTS` in a folder, for as long; its process id and port, once it says that it listens."""
    command = [sys.executable, "-m", "gateway", *arguments, "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  # our own command
        try:
            yield server.pid, _port(server)
        finally:
            server.terminate()


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None  # noqa: S101  # asked for above
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    raise SystemExit("A server did not start; its own words are above.")


def cpu_seconds(pid: int) -> float:
    """User and system time of a running process so far (Linux: /proc)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except FileNotFoundError:
        raise SystemExit("CPU time is read from /proc, which only Linux has.") from None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Resident megabytes of a running process (Linux: /proc)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0
