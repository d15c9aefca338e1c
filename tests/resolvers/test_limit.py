"""Limits on documents: each number is held exactly, and none can be walked round with fragments."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OverlappingFieldsCanBeMergedRule, get_introspection_query, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.planner.reader import Gateway
from gateway.server import build_gateway
from gateway.settings import DocumentSettings, LimitSettings
from gateway.transport import Request, Response
from resolvers.cost import default_limit
from resolvers.execution import Answer, Engine, Question
from resolvers.limit import judged
from resolvers.schema import core
from tests.resolvers.conftest import settings_of

LIMITS = LimitSettings(characters=400, tokens=90, depth=4, fields=12, aliases=3, root_fields=5, items=4)


class Refusing:
    """A transport behind which every vendor says no."""

    def __init__(self) -> None:
        self.calls = 0

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        assert (url.startswith("http://sandbox"), bool(request.method), seconds > 0) == (True, True, True)
        self.calls += 1
        return Response(status=403, body=b"{}")

    async def close(self) -> None:
        pass


@pytest.fixture
def transport() -> Refusing:
    return Refusing()


@pytest.fixture
def gateway(transport: Refusing) -> Gateway:
    return build_gateway(settings_of(), transport=transport)


def aliases(count: int) -> str:
    return "{ sources { " + " ".join(f"a{n}: name" for n in range(count)) + " } }"


def spread(count: int) -> str:
    """So many fields, most of them in a fragment that is spread again and again."""
    inner = "health { ...F }" * 3
    return "{ sources { " + inner + " name" * (count - 10) + " } } fragment F on SourceHealth { state since }"


@pytest.mark.parametrize(
    ("legal", "excessive", "told"),
    [
        (aliases(3), aliases(4), "more than 3 aliases"),
        (
            "{ sources { ...A } } fragment A on Source { a: name b: name c: name }",
            "{ sources { ...A } source(name: \"x\") { ...A } } fragment A on Source { a: name b: name c: name }",
            "more than 3 aliases",
        ),
        (
            "{ customers { nodes { ...A } } } fragment A on Customer { taxIds { value } }",
            "{ customers { nodes { ...A } } } fragment A on Customer { records { taxIds { value } } }",
            "more than 4 levels",
        ),
        ("{ sources { " + "name " * 11 + "} }", "{ sources { " + "name " * 12 + "} }", "more than 12 fields"),
        (spread(12), spread(13), "more than 12 fields"),
        ("{ " + "__typename " * 5 + "}", "{ " + "__typename " * 6 + "}", "more than 5 fields at its root"),
        (
            "{ ...R } fragment R on Query { __typename __typename __typename __typename __typename }",
            "{ __typename ...R } fragment R on Query { __typename __typename __typename __typename __typename }",
            "more than 5 fields at its root",
        ),
        (
            '{ nodes(ids: ["a", "b", "c", "d"]) { id } }',
            '{ nodes(ids: ["a", "b", "c", "d", "e"]) { id } }',
            "more than 4 items",
        ),
        ("{ sources { name } }" + " " * 380, "{ sources { name } }" + " " * 381, "more than 400 characters"),
    ],
)  # fmt: skip
async def test_a_limit_is_held_to_the_number(gateway: Gateway, legal: str, excessive: str, told: str) -> None:
    engine = Engine(gateway, limits=LIMITS)
    assert codes(await engine.answer(Question(query=legal))) != ["LIMIT_EXCEEDED"]
    answer = await engine.answer(Question(query=excessive))
    assert (answer.status, codes(answer)) == (400, ["LIMIT_EXCEEDED"])
    assert told in answer.body["errors"][0]["message"]


async def test_lists_in_variables_are_held_to_the_same_number(gateway: Gateway) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    engine = Engine(gateway, limits=LIMITS)
    for count, expected in ((4, "INVALID_INPUT"), (5, "LIMIT_EXCEEDED")):
        answer = await engine.answer(Question(query=query, variables={"ids": ["x"] * count}))
        assert set(codes(answer)) == {expected}


def test_the_usual_introspection_is_within_the_limits() -> None:
    for query in (get_introspection_query(), get_introspection_query(input_value_deprecation=True)):
        assert judged(parse(query), LimitSettings()).excess is None


NAMES = st.sampled_from(["name", "vendor", "n: name", "n: vendor", "health { state }", "health { s: since }"])
SETS = st.lists(NAMES, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=40)
@given(SETS, SETS, SETS)
def test_no_conflict_is_missed_where_the_rule_for_conflicts_is_left_out(
    first: str, second: str, third: str
) -> None:
    text = f"{{ sources {{ {first} ...F }} ... {{ sources {{ {second} }} }} }} fragment F on Source {{ {third} }}"
    document = parse(text)
    verdict = judged(document, LimitSettings())
    assert verdict.excess is None
    if validate(core, document, [OverlappingFieldsCanBeMergedRule]):
        assert verdict.has_pairs


async def test_without_introspection_nothing_tells_the_schema(gateway: Gateway) -> None:
    engine = Engine(gateway, documents=DocumentSettings(introspection=False))
    for query in (
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ _service { sdl } }",
    ):
        answer = await engine.answer(Question(query=query))
        assert (answer.status, set(codes(answer))) == (400, {"GRAPHQL_VALIDATION_FAILED"})
    typo = Question(query="{ custumers { nodes { id } } }")
    order = Question(
        query="query($o: CustomerOrder) { customers(orderBy: $o) { nodes { id } } }",
        variables={"o": {"feld": "NAME", "direction": "ASK"}},
    )
    for question in (typo, order):
        assert "Did you mean" in str((await Engine(gateway).answer(question)).body)
        assert "Did you mean" not in str((await engine.answer(question)).body)
    assert (await engine.answer(Question(query="{ __typename }"))).body == {"data": {"__typename": "Query"}}


PAGE = "query($n: Int) { customers(first: $n) { nodes { name } } }"


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ sources { name } }", {}, 0),
        (PAGE, {"n": 10}, 5 + 10 * 4),
        (PAGE, {"n": 100}, 5 + 100 * 4),
        (PAGE, {}, 5 + 20 * 4),
        (PAGE, {"n": 10**6}, 5 + 100 * 4),
        ("{ customers(last: 10) { nodes { name } totalCount { value } } }", {}, 5 + 5 + 10 * 4),
        ("{ customers(first: 50) { totalCount { value } } }", {}, 5 + 5),
        ("{ customers(first: 10) { nodes { phone } } }", {}, 5 + 10 * (4 + 1)),
        ('{ a: customer(by: {email: "x@example.org"}) { id } b: node(id: "x") { id } }', {}, 10),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 15),
        ("{ tags { nodes { name } } customerGroups { nodes { name } } }", {}, 10),
        ('mutation { customerDelete(input: {id: "x", dryRun: true}) { userErrors { code } } }', {}, 15),
    ],
)
async def test_the_expected_cost_knows_page_sizes_sources_and_what_lists_lack(
    gateway: Gateway, query: str, variables: Any, cost: int
) -> None:
    question = Question(query=query, variables=variables, wants_cost=True)
    told = (await Engine(gateway).answer(question)).body["extensions"]["cost"]
    assert (told["estimated"], told["limit"]) == (cost, default_limit(gateway.sources))


async def test_what_costs_too_much_is_refused_before_any_call(gateway: Gateway, transport: Refusing) -> None:
    engine = Engine(gateway, limits=LimitSettings(cost=44))
    for size, is_refused in ((10, True), (9, False)):
        assert transport.calls == 0
        answer = await engine.answer(Question(query=PAGE, variables={"n": size}))
        assert ("LIMIT_EXCEEDED" in codes(answer)) is is_refused
    assert transport.calls > 0


def codes(answer: Answer) -> list[str]:
    return [error["extensions"]["code"] for error in answer.body.get("errors", [])]
