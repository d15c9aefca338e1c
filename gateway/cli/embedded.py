"""The embedded sandbox: a child process that lives as long as the pipe between it and the gateway."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from gateway.sandbox import SandboxOptions

FOLDER = Path(".sandbox")
"""Where the state is kept, relative to the working directory."""

PORT = 8001
"""The preferred port; where it is taken, any free one."""

_PATIENCE = 5.0
"""Seconds that the child has to end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """Which sandbox is wanted; `size` counts customers at each vendor."""

    size: int = SandboxOptions().size
    reset: bool = False
    no_rate_limits: bool = False

    def options(self, path: Path) -> list[str]:
        """The child's command line."""
        flags = {"--reset": self.reset, "--no-rate-limits": self.no_rate_limits}
        given = [flag for flag, is_given in flags.items() if is_given]
        return ["--port", str(PORT), "--path", str(path), "--size", str(self.size), "--attached", *given]


def state_file(size: int) -> Path:
    """The file of a sandbox of that size; its folder is made, and ignores itself in git."""
    try:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(
            f"The sandbox keeps its state in {FOLDER.absolute()}, which cannot be written: {error.strerror}."
        ) from None
    return FOLDER / f"customers-{size}.db"


@contextmanager
def embedded(wanted: Embedding) -> Iterator[str]:
    """The address of a sandbox that runs beside this process and ends with it, however it ends."""
    path = state_file(wanted.size)
    if wanted.reset or not path.exists():
        click.echo(f"Making the sandbox's customers, {wanted.size} at each vendor, in {path} ...", err=True)
    command = [sys.executable, "-P", "-m", "gateway", "sandbox", *wanted.options(path)]
    with subprocess.Popen(  # noqa: S603  # the command is written above
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # a terminal's Ctrl-C is for the gateway, which ends the sandbox last
    ) as child:
        try:
            yield _announced(child)
        finally:
            _end(child)


def _announced(child: subprocess.Popen[bytes]) -> str:
    line = child.stdout.readline() if child.stdout else b""
    if not line:
        raise click.ClickException("The sandbox did not start; its own words are above.")
    return str(json.loads(line)["address"])


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()


def announce(address: str) -> None:
    """The child's one line to its parent."""
    click.echo(json.dumps({"address": address}))


def end_with_parent() -> None:
    """Make this process end when the pipe of its standard input closes, in the midst of anything."""

    def watch() -> None:
        # Not sys.stdin: its lock must be free when the interpreter ends.
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
