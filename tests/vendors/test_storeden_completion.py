"""Storeden: how rows get what their endpoint lacks, driven by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.call import Rows
from gateway.customer import Field, Selection
from gateway.errors import CustomerNotFound, SourceError, SourceUnavailable
from gateway.vendors.storeden import SPEC, StoredenCustomer
from gateway.vendors.storeden.completion import time_in, windows

BIRTH = 1_531_553_444
CREATED = datetime(2018, 7, 14, 7, 28, 52, tzinfo=UTC)
TIMES = Selection(fields=frozenset({Field.CREATED_AT}))
PHONES = Selection(fields=frozenset({Field.PHONE}))


def object_id(seconds: int, number: int = 1) -> str:
    return f"{seconds:08x}deddac755c{number:06x}"


def detail(vendor_id: str) -> StoredenCustomer:
    return StoredenCustomer(id=vendor_id, email="a@b.it", phone="1", address="")


def listed(vendor_id: str) -> StoredenCustomer:
    return StoredenCustomer(id=vendor_id, email="a@b.it", created_at=CREATED, group="g")


Answer = Callable[[str], Any]


def driven(
    rows: Sequence[StoredenCustomer], selection: Selection, answer: Answer
) -> tuple[Sequence[StoredenCustomer], list[list[str]]]:
    """The flow's result, and the calls of each round."""
    assert SPEC.complete is not None
    flow = SPEC.complete(rows, selection)
    rounds: list[list[str]] = []
    try:
        calls = next(flow)
        while True:
            rounds.append([call.request.target for call in calls])
            calls = flow.send([answer(call.request.target) for call in calls])
    except StopIteration as end:
        return end.value, rounds


def nothing(_target: str) -> Rows[StoredenCustomer]:
    return Rows()


def test_a_detail_finds_its_list_row_near_the_time_in_its_id() -> None:
    vendor_id = object_id(BIRTH)
    rows, rounds = driven([detail(vendor_id)], TIMES, lambda _: Rows(rows=[listed(vendor_id)]))
    assert rounds == [[f"/clients/list.json?created_at_from={BIRTH - 901}&created_at_to={BIRTH + 901}"]]
    assert [(row.created_at, row.phone, row.group) for row in rows] == [(CREATED, "1", "g")]


def test_ids_near_each_other_share_a_window() -> None:
    ids = [object_id(BIRTH), object_id(BIRTH + 600, 2), object_id(BIRTH + 9_000_000, 3)]
    _, rounds = driven([detail(one) for one in ids], TIMES, lambda _: Rows(rows=[listed(one) for one in ids]))
    assert [len(calls) for calls in rounds] == [2]


def test_windows_widen_to_all_of_time_where_a_row_is_not_found() -> None:
    rows, rounds = driven([detail(object_id(BIRTH))], TIMES, nothing)
    assert [len(calls) for calls in rounds] == [1, 1, 1, 1, 2]
    assert rounds[-1] == [
        f"/clients/list.json?created_at_from=1&created_at_to={BIRTH + 1}",
        f"/clients/list.json?created_at_from={BIRTH}&created_at_to=2147483647",
    ]
    assert rows == [detail(object_id(BIRTH))]


def test_only_what_was_not_found_is_looked_for_again() -> None:
    near, far = object_id(BIRTH), object_id(BIRTH + 50_000_000, 2)
    _, rounds = driven([detail(near), detail(far)], TIMES, lambda _: Rows(rows=[listed(near)]))
    assert [len(calls) for calls in rounds] == [2, 1, 1, 1, 2]


@pytest.mark.parametrize(
    "vendor_id", ["4711", "00000001deddac755c000001", "ffffffffdeddac755c000001", "z" * 24]
)
def test_an_id_without_a_time_is_looked_for_everywhere_at_once(vendor_id: str) -> None:
    assert time_in(vendor_id) is None
    _, rounds = driven([detail(vendor_id)], TIMES, nothing)
    assert [len(calls) for calls in rounds] == [2]


def test_the_two_halves_of_all_time_leave_no_second_out() -> None:
    (first, last), (following, _end) = windows([object_id(BIRTH)], None)
    assert (first, last, following) == (1, BIRTH, BIRTH + 1)


def test_list_rows_get_details_by_id_only_where_a_detail_is_selected() -> None:
    ids = [object_id(BIRTH), object_id(BIRTH, 2)]
    rows, rounds = driven(
        [listed(one) for one in ids], PHONES, lambda target: Rows(rows=[detail(target[-24:])])
    )
    assert rounds == [[f"/clients/client.json?id={one}" for one in ids]]
    assert [(row.id, row.phone, row.created_at) for row in rows] == [(one, "1", CREATED) for one in ids]
    assert driven([listed(ids[0])], TIMES, nothing) == ([listed(ids[0])], [])


def test_raw_alone_needs_no_second_endpoint_and_details_need_both() -> None:
    vendor_id = object_id(BIRTH)
    assert driven([detail(vendor_id)], Selection(raw=True), nothing)[1] == []
    _, rounds = driven([detail(vendor_id)], Selection(details=True), lambda _: Rows(rows=[listed(vendor_id)]))
    assert len(rounds) == 1
    assert rounds[0][0].endswith("&nodes=custom_fields%2Cfullname%2CaccountType%2Cgroup")


def test_a_customer_that_is_gone_by_now_stays_as_it_was_listed() -> None:
    row = listed(object_id(BIRTH))
    rows, _ = driven([row], PHONES, lambda _: CustomerNotFound("gone", source="negozio"))
    assert rows == [row]


def test_a_failed_call_fails_the_completion() -> None:
    error: SourceError = SourceUnavailable("down", source="negozio")
    with pytest.raises(SourceUnavailable, match="down"):
        driven([listed(object_id(BIRTH))], PHONES, lambda _: error)
