"""One source: look-ups in batches, failures that stay with their ids, completion, listings, secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

import msgspec
import pytest

from gateway.adapter import WIDEST_OFFSET, Found, Source, without
from gateway.auth import HeaderAuth
from gateway.call import Call, Flow, Named
from gateway.capabilities import Arguments, Range
from gateway.customer import CustomerRecord, Field, Selection
from gateway.errors import (
    BudgetExceeded,
    CustomerNotFound,
    SourceError,
    SourceUnavailable,
    Unsupported,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.paging import PageNumber
from gateway.query import FilterField
from gateway.spec import Connection, Listing
from gateway.transport import Request, Response
from tests.unit.toy import NAMED, TABLE, Row, Wire, by_ids, ok, operation, status, toy

PEOPLE = {str(number): {"id": str(number), "name": f"Person {number}"} for number in range(1, 8)}
BATCHED = {"by_ids": by_ids}


def vendor(request: Request) -> Response:
    """Everybody of `PEOPLE`, by id, in batches and in pages of three."""
    query = dict(request.query)
    if request.path == "/many":
        return ok([PEOPLE[one] for one in query["ids"].split(",") if one in PEOPLE])
    if request.path == "/list":
        start = (int(query["page"]) - 1) * 3
        return ok(list(PEOPLE.values())[start : start + 3])
    if request.path.startswith("/one/"):
        one = PEOPLE.get(request.path.removeprefix("/one/"))
        return status(404) if one is None else ok(one)
    return ok([])


async def found(source: Source, *ids: str) -> dict[str, Found]:
    return await source.by_ids(ids, NAMED, operation(source))


def names(answer: dict[str, Found]) -> dict[str, str | None]:
    return {key: one.name if isinstance(one, CustomerRecord) else None for key, one in answer.items()}


async def test_a_batch_is_cut_to_the_vendors_size() -> None:
    wire = Wire(vendor)
    assert names(await found(toy(wire, changes=BATCHED), "1", "2", "3")) == {
        "1": "Person 1",
        "2": "Person 2",
        "3": "Person 3",
    }
    assert sorted(request.target for request in wire.sent) == ["/many?ids=1%2C2", "/many?ids=3"]


async def test_one_id_goes_by_its_own_endpoint() -> None:
    wire = Wire(vendor)
    assert names(await found(toy(wire, changes=BATCHED), "1", "1")) == {"1": "Person 1"}
    assert [request.path for request in wire.sent] == ["/one/1"]


async def test_ids_that_cannot_be_one_are_not_asked_for() -> None:
    wire = Wire(vendor)
    assert await found(toy(wire), "x", "", "1.5", "-1", "٣", "9" * 30) == dict.fromkeys(
        ["x", "", "1.5", "-1", "٣", "9" * 30]
    )
    assert wire.sent == []


async def test_no_ids_cost_nothing() -> None:
    wire = Wire(vendor)
    assert await found(toy(wire, changes=BATCHED)) == {}
    assert wire.sent == []


async def test_a_failure_stays_with_its_own_ids() -> None:
    def some(request: Request) -> Response:
        return status(400) if "2" in request.path else vendor(request)

    answer = await found(toy(Wire(some)), "1", "2", "3", "99")
    assert names(answer) == {"1": "Person 1", "2": None, "3": "Person 3", "99": None}
    assert isinstance(answer["2"], VendorRejected)
    assert answer["99"] is None, "whom the vendor does not know is no failure"


async def test_a_failed_batch_is_the_failure_of_each_of_its_ids() -> None:
    def some(request: Request) -> Response:
        return status(503) if "3" in request.target else vendor(request)

    answer = await found(toy(Wire(some), changes=BATCHED), "1", "2", "3", "4", "5")
    assert [type(one) for one in answer.values()] == [
        CustomerRecord,
        CustomerRecord,
        SourceUnavailable,
        SourceUnavailable,
        CustomerRecord,
    ]


async def test_a_spent_budget_is_no_answer_about_any_id() -> None:
    source = toy(Wire(vendor))
    with pytest.raises(BudgetExceeded):
        await source.by_ids(["1", "2"], NAMED, operation(source, calls=1))


async def test_a_row_that_cannot_be_read_fails_the_look_up_without_its_value() -> None:
    answer = await found(toy(Wire(ok({"id": "1", "name": "unreadable"}))), "1", "x")
    assert isinstance(answer["1"], VendorMisbehaved)
    assert answer["x"] is None


@pytest.mark.parametrize(
    "batch", [ok([PEOPLE["7"], PEOPLE["1"]]), ok(list(PEOPLE.values())[3:]), ok([]), status(400)]
)
async def test_a_vendor_that_may_pass_over_the_ids_is_asked_for_each(batch: Response) -> None:
    """Others than were asked for are left out, and whoever is missing is looked for alone."""

    def wayward(request: Request) -> Response:
        return batch if request.path == "/many" else vendor(request)

    source = toy(Wire(wayward), changes={**BATCHED, "distrusts_by_ids": True})
    assert names(await found(source, "1", "2")) == {"1": "Person 1", "2": "Person 2"}


async def test_a_vendor_that_is_down_is_not_asked_again_for_each() -> None:
    wire = Wire(lambda request: status(503) if request.path == "/many" else vendor(request))
    source = toy(wire, changes={**BATCHED, "distrusts_by_ids": True})
    answer = await found(source, "1", "2")
    assert all(isinstance(one, SourceUnavailable) for one in answer.values())
    assert {request.path for request in wire.sent} == {"/many"}


async def test_a_record_that_was_not_asked_for_is_not_given() -> None:
    assert await found(toy(Wire(ok(PEOPLE["7"]))), "1") == {"1": None}


async def test_an_address_that_the_vendor_does_not_know_is_nobody() -> None:
    for line in (ok([]), status(404), status(404, b"nothing")):
        source = toy(Wire(line))
        assert await source.by_spelling("ada@example.com", NAMED, operation(source)) == ()


async def test_a_look_up_by_address_is_remembered_even_where_nobody_was_found() -> None:
    for line in (ok([]), ok([PEOPLE["1"]]), status(404, b"nothing")):
        wire = Wire(line)
        source = toy(wire, cache_ttl=5)
        for _ in range(2):
            await source.by_spelling("ada@example.com", NAMED, operation(source))
        assert len(wire.sent) == 1


async def test_a_page_says_where_the_next_one_begins() -> None:
    source = toy(Wire(vendor))
    positions: list[int | None] = [1]
    while (position := positions[-1]) is not None:
        page = await source.page(
            {}, NAMED, operation(source), pager=source.spec.pager, position=position, limit=3
        )
        positions.append(page.following)
    assert positions == [1, 2, 3, None]


def completing(rows: Sequence[Row], selection: Selection) -> Flow[Sequence[Row]]:
    """An e-mail that list rows lack, from each one's own endpoint."""
    if Field.EMAIL not in selection.fields:
        return rows
    calls = [
        Call(
            request=Request(path=f"/email/{row.id}"),
            read=lambda response: str(msgspec.json.decode(response.body)),
        )
        for row in rows
    ]
    answers = yield calls
    return [
        row if isinstance(answer, CustomerNotFound) else msgspec.structs.replace(row, email=_raised(answer))
        for row, answer in zip(rows, answers, strict=True)
    ]


def _raised(answer: Any) -> str:
    if isinstance(answer, SourceError):
        raise answer
    return str(answer)


def deep(wire: Wire) -> Source:
    table = msgspec.structs.replace(TABLE, listed=frozenset({Field.NAME}))
    return toy(wire, changes={"complete": completing, "table": table})


MAILED = Selection(fields=frozenset({Field.NAME, Field.EMAIL}))


def mailing(request: Request) -> Response:
    if request.path.startswith("/email/"):
        number = request.path.removeprefix("/email/")
        return status(404) if number == "2" else ok(f"{number}@example.com")
    return vendor(request)


async def test_list_rows_are_completed_only_where_that_is_asked_for() -> None:
    wire = Wire(mailing)
    source = deep(wire)
    pager = source.spec.pager
    page = await source.page({}, MAILED, operation(source), pager=pager, position=1, limit=3)
    assert [record.email for record in page.records] == [None, None, None]
    assert len(wire.sent) == 1
    records = await source.completed(page.records, MAILED, operation(source))
    assert [record.email for record in records] == ["1@example.com", None, "3@example.com"]
    assert len(wire.sent) == 4
    assert await source.completed(page.records, NAMED, operation(source)) == page.records
    assert len(wire.sent) == 4, "nothing is missing that was selected"


async def test_a_failed_completion_is_the_failure_of_all_its_ids() -> None:
    def failing(request: Request) -> Response:
        return status(400) if request.path == "/email/3" else mailing(request)

    source = deep(Wire(failing))
    answer = await source.by_ids(["1", "3", "x"], MAILED, operation(source))
    assert isinstance(answer["1"], VendorRejected)
    assert isinstance(answer["3"], VendorRejected)
    assert answer["x"] is None


async def test_what_the_credentials_may_not_read_is_not_asked_for() -> None:
    wire = Wire(mailing)
    lacking = Connection(base_url="https://toy.example", auth=HeaderAuth(), lacks=frozenset({Field.EMAIL}))
    source = toy(wire, changes={"complete": completing, "connect": lambda _: lacking})
    assert names(await source.by_ids(["1"], MAILED, operation(source))) == {"1": "Person 1"}
    assert len(wire.sent) == 1
    assert Field.EMAIL not in source.reach.known


@pytest.mark.parametrize(
    ("countable", "arguments", "expected"),
    [
        (None, {"anything": 1}, 7),
        (frozenset({"state"}), {"state": 1}, 7),
        (frozenset({"state"}), {}, 7),
        (frozenset({"state"}), {"state": 1, "q": "x"}, None),
        (frozenset(), {}, 7),
        (frozenset(), {"state": 1}, None),
    ],
)
async def test_a_count_is_asked_for_only_under_what_the_vendor_counts(
    countable: frozenset[str] | None, arguments: Arguments, expected: int | None
) -> None:
    def counting(_: Arguments) -> Call[int]:
        return Call(
            request=Request(path="/count"), read=lambda response: int(msgspec.json.decode(response.body))
        )

    wire = Wire(ok(7))
    table = msgspec.structs.replace(TABLE, countable=countable)
    source = toy(wire, changes={"table": table, "count": counting})
    assert await source.count(arguments, operation(source)) == expected
    assert len(wire.sent) == (0 if expected is None else 1)


async def test_a_vendor_without_counts_tells_none() -> None:
    source = toy(Wire(ok(7)))
    assert await source.count({}, operation(source)) is None


def groups_page(arguments: Arguments) -> Call[Sequence[Named]]:
    query = tuple((name, str(value)) for name, value in arguments.items())
    return Call(
        request=Request(path="/groups", query=query),
        read=lambda response: msgspec.json.decode(response.body, type=list[Named]),
    )


GROUPS = {"groups": Listing(page=groups_page, pager=PageNumber(maximum=2), page_size=2)}


async def test_a_listing_is_read_to_its_end_and_remembered() -> None:
    def listing(request: Request) -> Response:
        page = int(dict(request.query)["page"])
        rows = [
            {"vendor_id": str(number), "name": None if number == 3 else f"G{number}"} for number in (1, 2, 3)
        ]
        return ok(rows[(page - 1) * 2 : page * 2])

    wire = Wire(listing)
    source = toy(wire, cache_ttl=5, changes=GROUPS)
    for _ in range(2):
        found = await source.groups(operation(source))
        assert [(group.vendor_id, group.name) for group in found] == [("1", "G1"), ("2", "G2"), ("3", None)]
    assert len(wire.sent) == 2


async def test_what_a_vendor_cannot_list_is_unsupported() -> None:
    source = toy(Wire(ok([])))
    with pytest.raises(Unsupported, match="cannot list tags"):
        await source.tags(operation(source))
    with pytest.raises(Unsupported, match="cannot list customer groups"):
        await source.groups(operation(source))


async def test_group_names_that_cannot_be_had_are_reported_and_unknown() -> None:
    def half(request: Request) -> Response:
        return status(400) if request.path == "/groups" else vendor(request)

    source = toy(Wire(half), changes={**GROUPS, "group_names": True})
    spent = operation(source)
    grouped = Selection(fields=frozenset({Field.NAME, Field.GROUPS}))
    assert names(await source.by_ids(["1"], grouped, spent)) == {"1": "Person 1"}
    assert [type(problem) for problem in spent.problems] == [VendorRejected]


async def test_raw_is_the_vendors_own_answer_less_its_secrets() -> None:
    row = {"id": "1", "name": "Ada", "password": "x", "more": [{"password": "y", "unknown": 1}]}
    source = toy(Wire(ok([row])), changes={"secrets": frozenset({"password"})})
    (record,) = await source.by_spelling("a", Selection(raw=True), operation(source))
    assert record.raw == {"id": "1", "name": "Ada", "more": [{"unknown": 1}]}


def test_secrets_are_taken_out_at_any_depth() -> None:
    raw = [{"a": {"b": [1, {"secret": 2, "c": None}]}, "secret": []}, "secret"]
    assert without(raw, frozenset({"secret"})) == [{"a": {"b": [1, {"c": None}]}}, "secret"]


def test_a_range_brings_too_much_only_while_its_zone_is_unknown() -> None:
    ranges = {
        FilterField.CREATED_AT: Range(render=lambda _, __, ___: {}, is_zone_unknown=True),
        FilterField.UPDATED_AT: Range(render=lambda _, __, ___: {}),
    }
    source = toy(Wire(ok([])), changes={"table": msgspec.structs.replace(TABLE, ranges=ranges)})
    assert source.overfetch(FilterField.CREATED_AT) == 2 * WIDEST_OFFSET
    assert source.overfetch(FilterField.UPDATED_AT) == timedelta()
    source.filter_zone = UTC
    assert source.overfetch(FilterField.CREATED_AT) == timedelta()


async def test_a_probe_raises_what_stands_between_us_and_the_vendor() -> None:
    source = toy(Wire(ok(1)))
    await source.probe(operation(source))
    refused = toy(Wire(status(401)))
    with pytest.raises(SourceError, match="check this source's keys"):
        await refused.probe(operation(refused))
