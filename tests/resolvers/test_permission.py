"""Scopes: every guarded field and input tried with and without its scope, and callers for whom some sources exist."""

from __future__ import annotations

from collections.abc import Iterable
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
from tests.support.indexed import synced

ROOTS = {"Query", "Mutation"}
PAYLOADS = {"CustomerMutationPayload", "SourceOutcome", "CustomerAuthenticatePayload"}
"""What only a write that was carried out shows: a test of its own holds them."""
RECORDS = '{{ customers(first: 1, filter: {{sourceName: {{eq: "matbakh"}}}}) {{ nodes {{ {} }} }} }}'
BY_EMAIL = '{ customer(by: {email: "nobody@example.org"}) { id } }'
PROFILE = "houseAccount { isEnabled } loyalty { isEnabled }"
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


def document_for(type_name: str, name: str) -> str:
    """The shortest operation that asks for the root field."""
    if (type_name, name) == ("Query", "customer"):
        return BY_EMAIL
    kind = core.type_map[type_name]
    assert is_object_type(kind)
    field = kind.fields[name]
    given = arguments_of(field.args)
    return f"{type_name.lower()} {{ {name}{f'({given})' if given else ''} {{ __typename }} }}"


def document_within(places: Iterable[tuple[str, str]]) -> str:
    """One operation that asks for all of these fields, which are a customer's, a record's or a vendor's."""
    vendors = [
        f"... on {kind} {{ {name} }}" for kind, name in places if kind not in {"Customer", "CustomerRecord"}
    ]
    return RECORDS.format(f"{PROFILE} records {{ {PROFILE} raw details {{ {' '.join(vendors)} }} }}")


CALLERS = (
    (),
    *((scope,) for scope in Scope),
    *(tuple(set(Scope) - {scope}) for scope in Scope),
    tuple(Scope),
)
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


async def test_every_root_field_is_answered_exactly_to_those_who_hold_its_scope(
    gateway: Gateway, transport: Any
) -> None:
    roots = {place: scope for place, scope in TRIED.items() if place[0] in ROOTS}
    assert len(roots) > 20
    for place, scope in roots.items():
        query = document_for(*place)
        for scopes in CALLERS:
            calls = transport.calls
            told = refusals(await ask(gateway, query, *scopes))
            expected = [] if scope in scopes else [f"`{'.'.join(place)}` needs the scope {scope}."]
            assert told == expected, (place, scopes)
            assert scope in scopes or transport.calls == calls, place


async def test_every_field_within_is_answered_exactly_to_those_who_hold_its_scope(gateway: Gateway) -> None:
    fields = {place: scope for place, scope in TRIED.items() if place[0] not in ROOTS}
    assert len(fields) > 8
    query = document_within(fields)
    for scopes in CALLERS:
        told = refusals(await ask(gateway, query, Scope.READ, *scopes))
        missing = {place: scope for place, scope in fields.items() if scope not in scopes}
        assert set(told) == {
            f"`{'.'.join(place)}` needs the scope {scope}." for place, scope in missing.items()
        }
        assert len(told) == len(missing)


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


async def test_what_the_index_knows_of_hidden_sources_is_counted_and_shown_to_nobody_else(
    gateway: Gateway,
) -> None:
    assert gateway.index is not None
    query = """{ customers(first: 100) { nodes { id records { sourceName } } totalCount { value } } }"""
    seen = frozenset({"shop", "matbakh"})
    live = (await ask(gateway, query, *Scope, sources=seen)).body["data"]["customers"]
    async with gateway.index:
        await synced(gateway.index)
        known = (await ask(gateway, query, *Scope, sources=seen)).body["data"]["customers"]
        everybody = (await ask(gateway, query, *Scope)).body["data"]["customers"]
    assert known["nodes"] == live["nodes"]
    assert {record["sourceName"] for node in known["nodes"] for record in node["records"]} == seen
    assert known["totalCount"]["value"] < everybody["totalCount"]["value"]


CREATE = """mutation { customerCreate(input: {
    sources: ["shop"], customer: {email: "new@example.org", lastName: "New"} }) {
    customer { id } outcomes { status record { vendorId } } userErrors { code } } }"""


async def test_who_may_write_but_not_read_learns_what_became_of_it_and_nothing_of_the_customer(
    gateway: Gateway,
) -> None:
    answer = await ask(gateway, CREATE, Scope.WRITE)
    assert answer.body["data"]["customerCreate"] == {
        "customer": None,
        "outcomes": [{"status": "APPLIED", "record": None}],
        "userErrors": [],
    }
    assert refusals(answer) == [
        "`CustomerMutationPayload.customer` needs the scope customers:read.",
        "`SourceOutcome.record` needs the scope customers:read.",
    ]


async def test_a_write_reaches_no_source_that_its_caller_may_not_see(
    gateway: Gateway, transport: Any
) -> None:
    hidden = await ask(gateway, CREATE, *Scope, sources=frozenset({"matbakh"}))
    created = hidden.body["data"]["customerCreate"]
    assert (created["customer"], created["userErrors"] != []) == (None, True)
    assert transport.calls == 0
    found = await ask(gateway, '{ customer(by: {email: "sean.name6@example.org"}) { id } }', *Scope)
    delete = f"""mutation {{ customerDelete(input: {{id: "{found.body["data"]["customer"]["id"]}", dryRun: true}}) {{
        outcomes {{ source {{ name }} }} userErrors {{ code }} }} }}"""
    everywhere = (await ask(gateway, delete, *Scope)).body["data"]["customerDelete"]
    assert len(everywhere["outcomes"]) == 5
    limited = await ask(gateway, delete, *Scope, sources=frozenset({"matbakh"}))
    assert limited.body["data"]["customerDelete"]["outcomes"] == []


async def test_a_cursor_of_more_sources_is_refused(gateway: Gateway) -> None:
    query = "{{ customers(first: 2{}) {{ pageInfo {{ endCursor }} }} }}"
    first = await ask(gateway, query.format(""), *Scope)
    cursor = first.body["data"]["customers"]["pageInfo"]["endCursor"]
    again = query.format(f', after: "{cursor}"')
    answer = await ask(gateway, again, *Scope, sources=frozenset({"shop"}))
    assert [one["extensions"]["code"] for one in answer.body["errors"]] == ["INVALID_INPUT"]
