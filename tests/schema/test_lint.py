"""The schema, and the operations that GraphiQL opens with, by rules that others have published for theirs."""

from __future__ import annotations

import json
from pathlib import Path

from resolvers.schema import core
from tests.support.node import run_node

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = len(list((ROOT / "gateway/example").glob("*.graphql")))
OF_FEDERATION = {"_entities", "_service", "_Any", "_Entity", "_Service", "_FieldSet"}


def test_the_recommended_and_the_relay_rules_find_nothing() -> None:
    found = json.loads(run_node("tests/schema", "lint.mjs"))
    assert found == {"files": 1 + EXAMPLES, "findings": []}


def test_no_name_of_ours_begins_with_an_underscore() -> None:
    """The linter lets them pass, for Federation's sake."""
    types = {name for name in core.type_map if not name.startswith("__")}
    fields = {field for name in types for field in getattr(core.type_map[name], "fields", ())}
    assert {name for name in types | fields if name.startswith("_")} == OF_FEDERATION
