"""The sandbox as a server of its own."""

from collections.abc import Mapping

import uvicorn

from gateway.sandbox.app import create_app
from gateway.sandbox.fault import Fault
from gateway.sandbox.option import SandboxOptions


def run(
    options: SandboxOptions,
    host: str = "127.0.0.1",
    port: int = 8900,
    faults: Mapping[str, tuple[Fault, ...]] | None = None,
) -> None:
    """Serve until interrupted; ``faults`` (by vendor) are in force from the first request on."""
    with create_app(options) as sandbox:
        for vendor, some in (faults or {}).items():
            sandbox.fault(vendor, *some)
        uvicorn.run(
            sandbox.app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
