"""`gateway serve`: the gateway, and the sandbox beside it where nothing is configured."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import click
import structlog

from gateway.cli.configuration import (
    config_option,
    loaded,
    located,
    rates_option,
    reset_option,
    sandboxed,
    size_option,
)
from gateway.cli.embedded import Embedding, embedded
from gateway.cli.listener import address, bind, listen
from gateway.journal import open_journal
from gateway.server import build_gateway, create_app
from gateway.settings import Settings, serving

_journal = structlog.stdlib.get_logger("gateway")


@click.command()
@config_option
@click.option("--host", metavar="HOST", help="The address to listen on, instead of the configured one.")
@click.option("--port", type=int, metavar="N", help="The port to listen on; 0 takes a free one.")
@size_option
@reset_option
@rates_option
def serve(config: Path | None, host: str | None, port: int | None, **embedding: Any) -> None:  # noqa: ANN401  # click's
    """Serve GraphQL, and GraphiQL for browsers, at /graphql."""
    open_journal()
    path = located(config)
    wanted = Embedding(**{key: value for key, value in embedding.items() if value is not None})
    if path is not None and wanted != Embedding():
        raise click.UsageError(
            f"--size, --reset and --no-rate-limits are the sandbox's, but {path} is configured."
        )
    settings = serving(sandboxed("http://127.0.0.1") if path is None else loaded(path), host=host, port=port)
    # Ctrl-C ends this quietly at any point, while the sandbox is being made too.
    with suppress(KeyboardInterrupt), bind(settings.server.host, settings.server.port) as listening:
        _run(settings, path, wanted, listening)


def _run(settings: Settings, path: Path | None, wanted: Embedding, listening: socket.socket) -> None:
    with ExitStack() as stack:
        sandbox = None if path else stack.enter_context(embedded(wanted))
        if sandbox:
            sources = sandboxed(sandbox, is_paced=not wanted.no_rate_limits).sources
            settings = settings.model_copy(update={"sources": sources})
        _summarise(settings, path)
        app = create_app(build_gateway(settings), settings)
        vendor = settings.sources[-1].vendor
        listen(app, listening, lambda: click.echo(_greeting(address(listening), sandbox, vendor)))


def _summarise(settings: Settings, path: Path | None) -> None:
    if path is None:
        return
    names = [source.name for source in settings.sources]
    _journal.info("configured", file=str(path), sources=names, match=list(settings.identity.match))
    if settings.server.cursor_secret is None:
        _journal.warning(
            "no cursor_secret is configured: cursors end with this process, and no replica reads them"
        )


def _greeting(gateway: str, sandbox: str | None, vendor: str) -> str:
    """What a person needs to go on, once it is true."""
    lines = [f"GraphiQL and API   {gateway}/graphql"]
    if sandbox:
        lines += [
            f"Sandbox            {sandbox}/_sandbox   five emulated vendors, since nothing is configured",
            f"Break a vendor     {_program()} fault {sandbox} {vendor} outage",
            f"Mend it            {_program()} fault {sandbox} --clear",
        ]
    return "\n".join([*lines, "Ctrl-C ends it."])


def _program() -> str:
    """How this program was called, as a shell in this folder takes it."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m gateway"
    if shutil.which(called.name) == str(called):
        return called.name
    return os.path.relpath(called) if called.is_relative_to(Path.cwd()) else str(called)
