"""Real processes on real ports: the gateway as a user starts it, and a browser that talks to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

READY = "Ctrl-C ends it."
PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A `gateway serve` that listens."""

    process: subprocess.Popen[str]
    greeting: str

    @property
    def url(self) -> str:
        """The gateway's /graphql."""
        return self._url("GraphiQL and API")

    @property
    def sandbox(self) -> str:
        """The sandbox's address."""
        return self._url("Sandbox").removesuffix("/_sandbox")

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The whole answer to an operation."""
        answer = httpx.post(self.url, json={"query": query, "variables": variables}, timeout=PATIENCE)
        return dict(answer.json())

    def _url(self, label: str) -> str:
        found = re.search(rf"^{label} +(\S+)", self.greeting, re.MULTILINE)
        assert found, self.greeting
        return found[1]


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `gateway serve` with more options in an empty folder; what was started ends with the test."""
    with ExitStack() as stack:
        yield lambda *options: _started(stack, tmp_path, options)


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gateway with a small sandbox, for tests that leave it as it is."""
    with ExitStack() as stack:
        yield _started(stack, tmp_path_factory.mktemp("gateway"), ("--size", "60", "--no-rate-limits"))


def _started(stack: ExitStack, folder: Path, options: tuple[str, ...]) -> Running:
    environment = {key: value for key, value in os.environ.items() if key != "GATEWAY_CONFIG"}
    told = stack.enter_context((folder / "stderr.txt").open("w"))
    process = stack.enter_context(
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gateway", "serve", "--port", "0", *options],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    )
    stack.callback(process.terminate)
    lines: list[str] = []
    while not lines or not lines[-1].startswith(READY):
        line = process.stdout.readline() if process.stdout else ""
        assert line, (folder / "stderr.txt").read_text()
        lines.append(line)
    return Running(process=process, greeting="".join(lines))


class Browser:
    """Headless Chromium, driven over its debugging pipe: NUL-ended JSON on file descriptors 3 and 4."""

    def __init__(self, program: str, profile: Path) -> None:
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--disable-background-networking",
            "--window-size=1400,900",
            "about:blank",
        ]
        script = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        self._process = subprocess.Popen(  # noqa: S603
            ["/bin/bash", "-c", script, "bash", program, *options],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        self.requested: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.send("Network.enable")
        self.send("Page.enable")

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """One command's result; requests that the page made meanwhile are noted."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            got = self._message()
            if got.get("method") == "Network.requestWillBeSent":
                self.requested.append(got["params"]["request"]["url"])
            if got.get("id") == self._number:
                assert "error" not in got, got
                return dict(got["result"])

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """The expression's value once it is true; fails after half a minute."""
        ends_at = time.monotonic() + PATIENCE
        while time.monotonic() < ends_at:
            if value := self.evaluate(expression):
                return value
            time.sleep(0.1)
        text = self.evaluate("document.body.innerText")
        raise AssertionError(f"{expression} never came true; the page says: {text}")

    def press(self, label: str) -> None:
        """Press the button whose label, text or title begins so."""
        name = "(one) => (one.ariaLabel || one.textContent || one.title).trim()"
        found = f"[...document.querySelectorAll('button')].find((one) => ({name})(one).startsWith({label!r}))"
        self.wait_for(f"{found} !== undefined")
        self.evaluate(f"{found}.click()")

    def resize(self, width: int, height: int, scheme: str) -> None:
        """Be a screen of that many pixels, whose owner likes a light or a dark scheme."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 700,
        )
        preference = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", features=[preference])

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        os.close(self._in)
        os.close(self._out)

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            chunk = os.read(self._in, 65536)
            assert chunk, "the browser has ended"
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that reaches this machine alone; without one installed, its tests are skipped."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip(f"no browser is installed: {', '.join(names)}")
    browser = Browser(program, tmp_path_factory.mktemp("browser") / "profile")
    yield browser
    browser.close()


@pytest.fixture
def browser(chromium: Browser, gateway: Running) -> Browser:
    """The browser as on a first visit: on no page, with nothing kept."""
    chromium.send("Page.navigate", url="about:blank")
    chromium.send(
        "Storage.clearDataForOrigin", origin=gateway.url.removesuffix("/graphql"), storageTypes="all"
    )
    chromium.send("Emulation.clearDeviceMetricsOverride")
    chromium.requested.clear()
    return chromium
