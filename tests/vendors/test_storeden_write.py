"""Storeden's writes: what is sent, in which order, how it is taken back, and which inputs are refused before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest

from gateway.change import (
    AddressDraft,
    BulkTags,
    BulkVerb,
    Change,
    Create,
    Draft,
    TagsAdd,
    TaxIdDraft,
    Update,
)
from gateway.customer import TaxIdKind
from gateway.errors import Unsupported
from gateway.transport import Request
from gateway.vendors.storeden.bulk import WRITES
from gateway.vendors.storeden.row import StoredenCustomer
from gateway.write import Plan, Step

ROW = StoredenCustomer(
    id="a1", fullname="Ann Lee", first_name="Ann", last_name="Lee", email="ann@x.example", phone="1",
    address="Via Po 1", city="Torino", zip="10100", accept_marketing=False, group="g1", custom_fields={"k": "v"},
)  # fmt: skip
NAME = [("fullname", "Ann Lee"), ("first_name", "Ann"), ("last_name", "Lee")]


def plan(steps: Plan[StoredenCustomer]) -> Sequence[Step[StoredenCustomer]]:
    assert isinstance(steps, Sequence), "Storeden needs no further reading"
    return steps


def update(**values: Any) -> Sequence[Step[StoredenCustomer]]:
    assert WRITES.update is not None
    return plan(WRITES.update(Draft(**values), ROW))


def sent(request: Request) -> tuple[str, str, list[tuple[str, str]]]:
    assert not request.is_repeatable
    return request.method, request.path, parse_qsl(request.body.decode(), keep_blank_values=True)


def test_an_update_carries_the_whole_name_and_only_what_changes() -> None:
    (step,) = update(phone=None)
    expected = [("id", "a1"), *NAME, ("phone", "")]
    assert sent(step.write("a1").request) == ("PUT", "/clients/client.json", expected)


def test_one_part_of_a_name_is_sent_with_the_other_part() -> None:
    (step,) = update(first_name="Zoe")
    assert sent(step.write("a1").request)[2] == [("id", "a1"), ("first_name", "Zoe"), ("last_name", "Lee")]


def test_an_update_is_taken_back_by_the_former_texts() -> None:
    (step,) = update(phone="2", name="Zoe Lee")
    assert step.undo is not None
    assert sent(step.undo("a1", None).request)[2] == [("id", "a1"), *NAME, ("phone", "1")]


def test_what_no_answer_tells_cannot_be_taken_back_nor_seen() -> None:
    (step,) = update(note="new")
    assert step.undo is None
    assert step.holds is None


def test_a_row_shows_what_a_step_has_written() -> None:
    (step,) = update(phone="2")
    assert step.holds is not None
    assert not step.holds(ROW)
    assert step.holds(msgspec.structs.replace(ROW, phone="2"))


def test_each_part_has_its_own_endpoint_and_tags_come_last() -> None:
    steps = update(
        accepts_marketing=True, group_id=None, tags=("a", "b"), custom_fields={"k": None, "n": 3}, phone="2"
    )
    assert [sent(step.write("a1").request)[:2] for step in steps] == [
        ("PUT", "/clients/client.json"),
        ("DELETE", "/clients/client2group.json"),
        ("PUT", "/clients/custom_fields.json"),
        ("PUT", "/clients/accept_marketing.json"),
        ("POST", "/clients/tags.json"),
    ]
    assert sent(steps[2].write("a1").request)[2] == [
        ("id", "a1"), ("custom_fields[k]", ""), ("custom_fields[n]", "3"),
    ]  # fmt: skip
    assert steps[4].undo is None


def test_creating_sends_numbers_of_places_and_never_their_legacy_names() -> None:
    draft = Draft(
        email="a@x.example",
        name="Ann",
        mobile="3",
        tax_ids=(TaxIdDraft(kind=TaxIdKind.COMPANY, value="T1"),),
        addresses=(AddressDraft(line1="Via Po 1", city="Torino"),),
        own={"country_uid": 119, "sdi": "S"},
    )
    assert WRITES.create is not None
    (step,) = plan(WRITES.create(draft))
    method, path, pairs = sent(step.write("").request)
    assert (method, path, step.creates) == ("POST", "/clients/client.json", True)
    assert dict(pairs) == {
        "email": "a@x.example", "fullname": "Ann", "mobile": "3", "tax_number": "T1", "address": "Via Po 1",
        "city": "Torino", "zip": "", "countryUID": "119", "metadata[sdi]": "S",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (Create(draft=Draft(name="Ann")), "email"),
        (Create(draft=Draft(email="a@x.example", first_name="Ann")), "name"),
        (Update(draft=Draft(name=None)), "name"),
        (Update(draft=Draft(tags=("a,b",))), "0"),
        (Update(draft=Draft(custom_fields={"a]": "b"})), "key"),
        (Update(draft=Draft(custom_fields={"a": {"b": 1}})), "value"),
        (TagsAdd(tags=("ok", "a,b")), "1"),
    ],
)
def test_a_broken_rule_is_told_by_its_place(change: Change, path: str) -> None:
    assert [fault.path[-1] for fault in WRITES.check(change)] == [path]


def test_a_customer_without_a_name_cannot_be_changed_without_one() -> None:
    assert WRITES.update is not None
    with pytest.raises(Unsupported, match="name"):
        WRITES.update(Draft(phone="2"), StoredenCustomer(id="a1"))


def test_a_star_in_the_place_of_an_address_never_reaches_a_batch() -> None:
    rows = [
        StoredenCustomer(id=str(at), email=email)
        for at, email in enumerate(["*", "", None, "**", "a@x.example"])
    ]
    assert WRITES.bulk is not None
    (call,) = WRITES.bulk(BulkTags(verb=BulkVerb.ADD, tags=("t",)), rows)
    assert sent(call.request)[2] == [("email[]", "a@x.example"), ("tags", "t")]


def test_a_star_at_a_tags_end_is_no_wildcard_and_a_prefix_is_one() -> None:
    tags = BulkTags(verb=BulkVerb.REMOVE, tags=("sale*", "old"), prefixes=("tmp",))
    assert WRITES.bulk is not None
    calls = WRITES.bulk(tags, [StoredenCustomer(id="a1", email="a@x.example")])
    assert [sent(call.request) for call in calls] == [
        ("DELETE", "/clients/tags.json", [("id", "a1"), ("tags", "sale*")]),
        ("DELETE", "/clients/batchTags.json", [("email[]", "a@x.example"), ("tag", "old")]),
        ("DELETE", "/clients/batchTags.json", [("email[]", "a@x.example"), ("tag", "tmp*")]),
    ]
