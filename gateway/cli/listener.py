"""A server on a port of its own: bound before anything else begins, and announced once it listens."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import click
import uvicorn
from starlette.types import ASGIApp

GRACE = 1
"""Seconds that requests under way have left when the server is told to end."""


class PortTaken(click.ClickException):
    """Something else listens there already."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `PortTaken`, or what else keeps it from listening."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} of {host} is taken; choose another with --port N (0: any free one)."
            ) from None
        raise click.ClickException(f"Cannot listen on port {port} of {host}: {error.strerror}.") from None


def bind_near(host: str, port: int) -> socket.socket:
    """A listening socket on the port, or on a free one where that is taken."""
    try:
        return bind(host, port)
    except PortTaken:
        return bind(host, 0)


def address(listening: socket.socket) -> str:
    """The URL of a listening socket, without a slash at its end."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """A request that was cut short because the server ends is no error, and its traceback tells nothing."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if not self.should_exit:
            self._announce()


def listen(app: ASGIApp, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until interrupted or terminated; `announce` is called once requests are answered."""
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_worth_telling)
    # uvicorn raises the signal again after an orderly end; a user's Ctrl-C is no failure.
    with suppress(KeyboardInterrupt), listening:
        _Server(config, announce).run(sockets=[listening])
