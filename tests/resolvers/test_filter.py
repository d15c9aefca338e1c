"""Filters as conditions: every field and operator, and what is refused by its path."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLInputObjectType
from graphql.utilities import coerce_input_value
from strawberry.types.arguments import convert_argument

from gateway.errors import InvalidInput
from gateway.query import FALSE, OPERATORS, TRUE, And, Comparison, FilterField, Not, Operator, Or, comparisons
from resolvers.inputs.filter import condition_of
from resolvers.inputs.query import CustomerFilter
from resolvers.schema import core, schema


def read(given: Any) -> Any:
    """The condition of a filter as a client writes it in its variables."""
    kind = core.type_map["CustomerFilter"]
    assert isinstance(kind, GraphQLInputObjectType)
    coerced = coerce_input_value(given, kind)
    filter_ = convert_argument(
        coerced, CustomerFilter, scalar_registry=schema.schema_converter.scalar_registry, config=schema.config
    )
    return condition_of(filter_)  # type: ignore[arg-type]  # converted to it


def test_no_filter_and_an_empty_one_are_no_condition() -> None:
    assert (
        condition_of(None) == read({}) == read({"name": {}}) == read({"and": []}) == read({"has": []}) == TRUE
    )


def test_an_or_of_nothing_matches_nobody() -> None:
    assert read({"or": []}) == FALSE


def test_several_fields_and_operators_must_all_hold() -> None:
    assert read({"name": {"contains": "a", "startsWith": "b"}, "search": "x y", "isDeleted": False}) == And(
        (
            Comparison(FilterField.SEARCH, Operator.MATCHES, "x y"),
            Comparison(FilterField.NAME, Operator.CONTAINS, "a"),
            Comparison(FilterField.NAME, Operator.STARTS_WITH, "b"),
            Comparison(FilterField.IS_DELETED, Operator.EQ, value=False),
        )
    )


def test_and_or_not_nest() -> None:
    email = Comparison(FilterField.EMAIL, Operator.EQ, "a@b.example")
    city = Comparison(FilterField.CITY, Operator.IN, ("Rome", "Milan"))
    given = {"not": {"or": [{"email": {"eq": "a@b.example"}}, {"city": {"in": ["Rome", "Milan"]}}]}}
    assert read(given) == Not(Or((email, city)))


def test_values_are_the_domains() -> None:
    time = {"gte": "2026-01-01T02:00:00+02:00"}
    [created] = comparisons(read({"createdAt": time}))
    assert created.value == datetime(2026, 1, 1, tzinfo=UTC)
    [spent] = comparisons(read({"totalSpent": {"gt": "12.50"}}))
    assert spent.value == Decimal("12.50")
    [state] = comparisons(read({"accountState": {"eq": "ENABLED"}}))
    assert state.value == "ENABLED"
    assert [one.value for one in comparisons(read({"has": ["EMAIL", "TAX_ID"]}))] == ["email", "tax_id"]


def test_every_comparison_of_the_domain_can_be_asked_for() -> None:
    """The other way round: nothing that the input offers is unknown to the domain."""
    kind = core.type_map["CustomerFilter"]
    assert isinstance(kind, GraphQLInputObjectType)
    offered = set()
    for name, field in kind.fields.items():
        if name in {"and", "or", "not"}:
            continue
        inner = getattr(field.type, "fields", None)
        operators = inner or ({"matches"} if name == "search" else {"eq"})
        offered |= {(name, operator) for operator in operators}
    domain = {(_camel(field), _camel(operator)) for field, all_ in OPERATORS.items() for operator in all_}
    assert offered == domain


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": None}, "`filter.name`"),
        ({"name": {"eq": None}}, "`filter.name.eq`"),
        ({"or": [{}, {"taxId": {"startsWith": None}}]}, "`filter.or[1].taxId.startsWith`"),
        ({"not": None}, "`filter.not`"),
        ({"isDeleted": None}, "`filter.isDeleted`"),
        ({"email": {"eq": "a\0b"}}, "`filter.email.eq`"),
        ({"search": "\ud800"}, "`filter.search`"),
        ({"vendorId": {"in": ["1"] * 1001}}, "`filter.vendorId.in`"),
        ({"name": {"contains": "x" * 1025}}, "`filter.name.contains`"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_path(given: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(given)
    assert path in refused.value.message


def nest(depth: int) -> Any:
    return {"not": nest(depth - 1)} if depth > 1 else {"search": "x"}


def test_filters_nest_ten_deep_and_no_deeper() -> None:
    read(nest(10))
    with pytest.raises(InvalidInput, match="10"):
        read(nest(11))


def test_a_filter_has_two_hundred_parts_and_no_more() -> None:
    read({"or": [{"search": str(at)} for at in range(199)]})
    with pytest.raises(InvalidInput, match="200"):
        read({"or": [{"search": str(at)} for at in range(200)]})


async def test_a_refused_filter_costs_no_call(execute: Any) -> None:
    result = await execute(
        "query($n: String) { customers(filter: {name: {eq: $n}}) { nodes { id } } }", n=None
    )
    assert (result.codes, result.calls) == (["INVALID_INPUT"], 0)
    assert "filter.name.eq" in result.errors[0]["message"]


@pytest.mark.parametrize("depth", [100, 400, 900])
async def test_a_filter_nested_without_end_is_an_error_and_no_crash(execute: Any, depth: int) -> None:
    given: Any = {}
    for _ in range(depth):
        given = {"not": given}
    result = await execute("query($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }", f=given)
    assert result.codes == ["INVALID_INPUT"]
