"""Writes: what all of them have in common at the API's edge."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_non_null_type, is_object_type

from resolvers.schema import core

MUTATIONS = sorted(core.mutation_type.fields) if core.mutation_type else []
SAMPLES = {"ID": "x", "String": "x", "Boolean": True, "CustomerFieldsInput": {}, "AddressInput": {}}


def smallest(kind: GraphQLInputObjectType) -> dict[str, Any]:
    """An input with nothing but what it needs."""
    needed = {
        name: get_named_type(field.type).name
        for name, field in kind.fields.items()
        if is_non_null_type(field.type) and field.default_value is not None and not has_default(field)
    }
    return {
        name: [] if "[" in str(kind.fields[name].type) else SAMPLES[type_] for name, type_ in needed.items()
    }


def has_default(field: Any) -> bool:
    return not field.default_value.__class__.__name__.startswith("Undefined")


@pytest.mark.parametrize("name", MUTATIONS)
async def test_an_input_of_which_nothing_is_right_is_refused_and_calls_nobody(
    execute: Any, name: str
) -> None:
    assert core.mutation_type is not None
    field = core.mutation_type.fields[name]
    kind = get_named_type(field.args["input"].type)
    payload = get_named_type(field.type)
    assert isinstance(kind, GraphQLInputObjectType)
    assert is_object_type(payload)
    outcomes = " outcomes { status }" if "outcomes" in payload.fields else ""
    query = f"mutation($i: {kind.name}!) {{ {name}(input: $i) {{ userErrors {{ code message path }}{outcomes} }} }}"
    result = await execute(query, i=smallest(kind))
    told = result.data[name]["userErrors"]
    assert {error["code"] for error in told} == {"INVALID_INPUT"}
    assert result.data[name].get("outcomes", []) == []
    assert result.calls == 0


def test_there_are_eighteen_writes() -> None:
    assert len(MUTATIONS) == 18
