"""GraphQL over HTTP as its working group audits it: the audits of the npm package graphql-http, all of them."""

from __future__ import annotations

import json
from typing import Any

from tests.support.node import run_node

Running = Any
"""See the fixtures in conftest.py, which cannot be imported from."""

LEVELS = {"MUST": 13, "SHOULD": 23, "MAY": 25}


def test_every_published_audit_passes(gateway: Running) -> None:
    results = [json.loads(line) for line in run_node("tests/http", "audit.mjs", gateway.url).splitlines()]
    assert [one for one in results if one["status"] != "ok"] == []
    levels = [one["name"].split()[0] for one in results]
    assert {level: levels.count(level) for level in levels} == LEVELS
