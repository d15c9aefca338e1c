"""The sandbox as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

PROGRAM = """
import sys
from gateway.sandbox import *
run(SandboxOptions(size=5), port=int(sys.argv[1]), faults={"storeden": (Fault(kind=FaultKind.STATUS, status=418),)})
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> httpx.Response:
    for _ in range(200):
        try:
            return httpx.get(url)
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def test_it_runs_with_faults_from_the_first_request_and_ends_when_told() -> None:
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], env=environment) as server:  # noqa: S603
        try:
            overview = wait_for(f"http://127.0.0.1:{port}/_sandbox").json()
            assert overview["vendors"]["storeden"]["customers"] == 7
            assert httpx.get(f"http://127.0.0.1:{port}/storeden/v1.1/clients/list.json").status_code == 418
        finally:
            server.send_signal(signal.SIGINT)
        server.wait(10)
