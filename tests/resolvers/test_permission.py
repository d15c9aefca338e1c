"""Scopes: every guarded field and input tried with and without its scope, and callers for whom some sources exist."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputType,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

from gateway.access import Caller, Scope
from gateway.planner.reader import Gateway
from resolvers.execution import Answer, Engine, Question
from resolvers.permission import needed
from resolvers.schema import core, permissions

ROOTS = {"Query", "Mutation"}
PAYLOADS = {"CustomerMutationPayload", "SourceOutcome", "CustomerAuthenticatePayload"}
"""What only a write that was carried out shows; `test_guards_stand_on_what_writes_read_back` holds those."""
RECORDS = '{{ customers(first: 1, filter: {{sourceName: {{eq: "matbakh"}}}}) {{ nodes {{ {} }} }} }}'
INSIDE = {
    ("Query", "customer"): '{ customer(by: {email: "nobody@example.org"}) { id } }',
    ("Customer", "houseAccount"): RECORDS.format("houseAccount { isEnabled }"),
    ("Customer", "loyalty"): RECORDS.format("loyalty { isEnabled }"),
    ("CustomerRecord", "houseAccount"): RECORDS.format("records { houseAccount { isEnabled } }"),
    ("CustomerRecord", "loyalty"): RECORDS.format("records { loyalty { isEnabled } }"),
    ("CustomerRecord", "raw"): RECORDS.format("records { raw }"),
}
INPUTS = {
    Scope.ACCOUNTS: [
        "{ customers(first: 1, filter: {hasHouseAccount: true}) { nodes { id } } }",
        "{ customers(first: 1, filter: {or: [{not: {hasHouseAccount: false}}]}) { nodes { id } } }",
    ],
    Scope.LOYALTY: ["{ customers(first: 1, filter: {and: [{hasLoyalty: false}]}) { nodes { id } } }"],
    Scope.BULK: [
        'mutation { customersTagsAdd(input: {allCustomers: true, tags: ["x"], dryRun: true}) { userErrors { code } } }'
    ],
}


def literal(kind: GraphQLInputType) -> str:
    """The shortest value of a type."""
    if is_non_null_type(kind):
        return literal(kind.of_type)
    if is_list_type(kind):
        return "[]"
    if is_enum_type(kind):
        return str(next(iter(kind.values)))
    if is_input_object_type(kind):
        return f"{{{arguments_of(kind.fields)}}}"
    return {"Int": "1", "Boolean": "true"}.get(str(kind), '"x"')


def arguments_of(fields: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {literal(one.type)}" for name, one in fields.items() if is_needed(one))


def is_needed(one: GraphQLArgument | GraphQLInputField) -> bool:
    if isinstance(one, GraphQLArgument):
        return is_required_argument(one)
    return is_required_input_field(one)


def document_for(place: tuple[str, str]) -> str:
    """The shortest operation that asks for the field."""
    type_name, name = place
    if place in INSIDE:
        return INSIDE[place]
    if type_name not in ROOTS:
        vendor = f"records {{ details {{ ... on {type_name} {{ {name} }} }} }}"
        return RECORDS.format(vendor)
    kind = core.type_map[type_name]
    assert is_object_type(kind)
    field = kind.fields[name]
    given = arguments_of(field.args)
    return f"{type_name.lower()} {{ {name}{f'({given})' if given else ''} {{ __typename }} }}"


TRIED = {place: scope for place, scope in permissions.fields.items() if place[0] not in PAYLOADS}


async def ask(gateway: Gateway, query: str, *scopes: Scope, sources: frozenset[str] | None = None) -> Answer:
    caller = Caller(name="a caller", scopes=frozenset(scopes), sources=sources)
    return await Engine(gateway).answer(Question(query=query), caller)


def refusals(answer: Answer) -> list[str]:
    errors = answer.body.get("errors", [])
    return [one["message"] for one in errors if one["extensions"]["code"] == "FORBIDDEN"]


def test_every_root_field_but_those_of_sources_needs_a_scope() -> None:
    for name in ("Query", "Mutation"):
        kind = core.type_map[name]
        assert is_object_type(kind)
        free = {field for field in kind.fields if needed((name, field)) is None}
        assert free == ({"sources", "source", "_service"} if name == "Query" else set())


async def test_every_field_is_answered_exactly_to_those_who_hold_its_scope(
    gateway: Gateway, transport: Any
) -> None:
    assert len(TRIED) > 30
    for place, scope in TRIED.items():
        is_root = place[0] in ROOTS
        query, around = document_for(place), () if is_root else (Scope.READ,)
        assert refusals(await ask(gateway, query, *around, scope)) == [], place
        others = [one for one in Scope if one is not scope]
        calls = transport.calls
        for scopes in ((), *((one,) for one in others), others):
            told = refusals(await ask(gateway, query, *around, *scopes))
            assert told == [f"`{place[0]}.{place[1]}` needs the scope {scope}."], (place, scopes)
        assert not is_root or transport.calls == calls, place


@pytest.mark.parametrize(("scope", "query"), [(scope, one) for scope in INPUTS for one in INPUTS[scope]])
async def test_an_input_that_asks_for_what_is_guarded_needs_the_scope_of_that(
    gateway: Gateway, transport: Any, scope: Scope, query: str
) -> None:
    others = {one for one in Scope if one is not scope}
    answer = await ask(gateway, query, *others)
    assert [str(scope) in told for told in refusals(answer)] == [True]
    assert answer.body["data"] is None
    assert transport.calls == 0
    assert refusals(await ask(gateway, query, *Scope)) == []


async def test_nothing_of_an_operation_is_carried_out_of_which_a_part_is_forbidden(
    gateway: Gateway, transport: Any
) -> None:
    query = """mutation { a: customerCreate(input: {sources: ["shop"], customer: {email: "x@example.org"}})
        { userErrors { code } } b: customerDelete(input: {id: "x"}) { userErrors { code } } }"""
    answer = await ask(gateway, query, Scope.WRITE, Scope.READ)
    assert [one["path"] for one in answer.body["errors"]] == [["b"]]
    assert answer.body["data"] is None
    assert transport.calls == 0


async def test_a_forbidden_field_is_null_beside_the_rest_and_told_once(
    gateway: Gateway, transport: Any
) -> None:
    page = "{ customers(first: 5) { nodes { name records { sourceName raw } } } }"
    marks = []
    for _ in range(2):
        await ask(gateway, page.replace(" raw", ""), Scope.READ)
        marks.append(transport.calls)
    answer = await ask(gateway, page, Scope.READ)
    marks.append(transport.calls)
    assert marks[2] - marks[1] == marks[1] - marks[0]
    records = [record for node in answer.body["data"]["customers"]["nodes"] for record in node["records"]]
    assert {record["raw"] for record in records} == {None}
    [error] = answer.body["errors"]
    assert error["path"][-1] == "raw"


async def test_provenance_tells_no_value_that_its_field_would_not(gateway: Gateway) -> None:
    query = RECORDS.format("provenance { field }")
    nodes = (await ask(gateway, query, Scope.READ)).body["data"]["customers"]["nodes"]
    assert nodes
    for node in nodes:
        assert not {"loyalty", "houseAccount"} & {one["field"] for one in node["provenance"]}
    named = RECORDS.format('provenance(fields: ["loyalty"]) { field }')
    assert refusals(await ask(gateway, named, Scope.READ))
    assert refusals(await ask(gateway, named, Scope.READ, Scope.LOYALTY)) == []


async def test_sources_that_a_caller_may_not_see_do_not_exist_for_it(gateway: Gateway) -> None:
    query = """{ sources { name priority } hidden: source(name: "negozio") { name }
        customer(by: {email: "sean.name6@example.org"}) {
            id records { sourceName } completeness { sources { source { name } } } }
        customers(first: 100) { nodes { records { sourceName } }
            totalCount { value } completeness { sources { source { name } } } } }"""
    seen = frozenset({"shop", "matbakh"})
    answer = await ask(gateway, query, *Scope, sources=seen)
    data = answer.body["data"]
    assert data["sources"] == [{"name": "shop", "priority": 1}, {"name": "matbakh", "priority": 2}]
    assert data["hidden"] is None
    assert {one["sourceName"] for one in data["customer"]["records"]} == seen
    told = str(answer.body)
    assert not [name for name in ("negozio", "loja", "bottega") if name in told]
    whole = (await ask(gateway, query, *Scope)).body["data"]
    assert whole["customer"]["id"] != data["customer"]["id"]
    hidden = await ask(gateway, f'{{ node(id: "{whole["customer"]["id"]}") {{ id }} }}', *Scope, sources=seen)
    assert hidden.body == {"data": {"node": None}}


async def test_a_cursor_of_more_sources_is_refused(gateway: Gateway) -> None:
    query = "{{ customers(first: 2{}) {{ pageInfo {{ endCursor }} }} }}"
    first = await ask(gateway, query.format(""), *Scope)
    cursor = first.body["data"]["customers"]["pageInfo"]["endCursor"]
    again = query.format(f', after: "{cursor}"')
    answer = await ask(gateway, again, *Scope, sources=frozenset({"shop"}))
    assert [one["extensions"]["code"] for one in answer.body["errors"]] == ["INVALID_INPUT"]
