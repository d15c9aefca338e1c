"""Each write to Tiendanube: exactly what changes there, and nothing else anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.ledger import MemoryLedger
from gateway.sandbox import Sandbox
from tests.writes.conftest import Shop, record_id

SAMPLE = "101"
"""The document's first customer, with one address, whose id is 1234."""


async def change(shop: Shop, mutation: str, **given: Any) -> dict[str, Any]:
    """What a write to the sample changed in it, after the write has said that it was applied."""
    before = shop.dumps()
    written = await shop.write(mutation, id=record_id("tiendanube", SAMPLE), **given)
    assert written.statuses == {"loja": "APPLIED"}, written.payload
    assert written.codes == []
    changes = shop.changes(before)
    assert set(changes) == {("tiendanube", SAMPLE)}
    changed = changes["tiendanube", SAMPLE]
    changed.pop("updated_at", None)
    changed.pop("default_address", None)
    return {name: after for name, (_, after) in changed.items()}


@pytest.fixture
async def dated(sandbox: Sandbox) -> AsyncIterator[Shop]:
    """A source of the version that can delete."""
    shop = Shop(sandbox, ledger=MemoryLedger(), tiendanube="2025-03")
    yield shop
    await shop.close()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "Ann Lee", "email": "ann@x.example"}, {"name": "Ann Lee", "email": "ann@x.example"}),
        ({"phone": "1", "note": "n"}, {"phone": "1", "note": "n"}),
        ({"note": None}, {}),
        ({"taxIds": [{"kind": "PERSONAL", "value": "T"}]}, {"identification": "T"}),
        ({"taxIds": [], "phone": "1"}, {"identification": None, "phone": "1"}),
        ({"tiendanube": {"identification": "I"}}, {"identification": "I"}),
        ({"tiendanube": {"extra": {"a": 1}}}, {"extra": {"a": "1"}}),
        ({"billingAddress": {"street": "Rua A", "number": "7", "countryCode": "br"}},
         {"billing_address": "Rua A", "billing_number": "7", "billing_country": "BR"}),
    ],
)  # fmt: skip
async def test_an_update_changes_just_its_fields(
    shop: Shop, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    if expected:
        changed = await change(shop, "customerUpdate", customer=fields)
        assert {name: changed[name] for name in expected} == expected
        assert set(changed) == set(expected)
    else:
        written = await shop.write("customerUpdate", id=record_id("tiendanube", SAMPLE), customer=fields)
        assert written.statuses == {"loja": "UNCHANGED"}


async def test_custom_fields_are_merged_by_key(shop: Shop) -> None:
    before = shop.dump("tiendanube")[SAMPLE]["extra"]
    assert before
    key = next(iter(before))
    fields = [{"key": "new", "value": True}, {"key": key, "value": None}]
    changed = await change(shop, "customerCustomFieldsSet", customFields=fields)
    rest = {name: value for name, value in before.items() if name != key}
    assert changed == {"extra": {**rest, "new": "true"}}


async def test_an_address_is_added_and_changed_but_never_removed(shop: Shop) -> None:
    target = record_id("tiendanube", SAMPLE)
    changed = await change(shop, "customerAddressUpdate", addressId="1234", address={"city": "Lima"})
    assert [address["city"] for address in changed["addresses"]] == ["Lima"]
    added = await change(shop, "customerAddressCreate", address={"line1": "Rua B 9", "countryCode": "BR"})
    assert [address["address"] for address in added["addresses"]][1:] == ["Rua B 9"]
    removed = await shop.write("customerAddressDelete", id=target, addressId="1234")
    assert removed.codes == ["UNSUPPORTED"]
    fewer = await shop.write("customerUpdate", id=target, customer={"addresses": [{"city": "x"}]})
    assert fewer.codes == ["UNSUPPORTED"]
    unknown = await shop.write("customerAddressUpdate", id=target, addressId="9", address={"city": "x"})
    assert unknown.codes == ["NOT_FOUND"]


async def test_the_billing_texts_are_the_address_without_an_id(shop: Shop) -> None:
    changed = await change(shop, "customerAddressUpdate", address={"city": "Lima", "phone": "1"})
    assert changed == {"billing_city": "Lima", "billing_phone": "1"}


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        ("customerDelete", {}),
        ("customerRestore", {}),
        ("customerTagsAdd", {"tags": ["a"]}),
        ("customerTagsRemove", {"tags": ["a"]}),
        ("customerTagsReplace", {"tags": ["a"]}),
        ("customerGroupAssign", {"groupId": "1"}),
        ("customerGroupUnassign", {}),
        ("customerMarketingConsentUpdate", {"acceptsMarketing": True}),
    ],
)
async def test_what_the_vendor_cannot_do_is_unsupported(
    shop: Shop, mutation: str, given: dict[str, Any]
) -> None:
    written = await shop.write(mutation, id=record_id("tiendanube", SAMPLE), **given)
    assert written.codes == ["UNSUPPORTED"]
    assert shop.sent("tiendanube") == []


async def test_the_dated_version_deletes_whom_no_order_holds(dated: Shop) -> None:
    made = await dated.write(
        "customerCreate", sources=["loja"], customer={"email": "a@x.example", "name": "A"}
    )
    assert made.statuses == {"loja": "APPLIED"}
    before = dated.dumps()
    gone = await dated.write("customerDelete", id=made.payload["customer"]["id"])
    assert gone.statuses == {"loja": "APPLIED"}
    assert len(dated.changes(before)) == 1
    refused = await dated.write("customerDelete", id=record_id("tiendanube", SAMPLE))
    assert refused.codes == ["VENDOR_REJECTED"]
    assert "orders" in refused.payload["userErrors"][0]["message"]


async def test_creating_writes_everything_that_was_given(shop: Shop) -> None:
    before = shop.dumps()
    customer = {
        "email": "new@x.example", "name": "Ann", "phone": "1", "note": "n", "password": " secret ", "sendInvite": True,
        "taxIds": [{"kind": "OTHER", "value": "T"}, {"kind": "OTHER", "value": "U"}], "tags": ["t"],
        "customFields": [{"key": "k", "value": 2}], "billingAddress": {"line1": "Rua A 7"},
        "addresses": [{"street": "Rua B", "number": "9", "postalCode": "1", "fax": "f"}],
    }  # fmt: skip
    written = await shop.write("customerCreate", sources=["loja"], customer=customer)
    assert written.statuses == {"loja": "APPLIED"}, written.payload
    assert written.ignored == {"loja": ["tags", "addresses.fax", "taxIds[1]"]}
    ((vendor, key),) = shop.changes(before)
    made = shop.dump(vendor)[key]
    expected = {
        "email": "new@x.example", "name": "Ann", "phone": "1", "note": "n", "password": " secret ",
        "send_email_invite": True, "identification": "T", "extra": {"k": "2"}, "billing_address": "Rua A 7",
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    assert [(one["address"], one["number"], one["zipcode"]) for one in made["addresses"]] == [
        ("Rua B", "9", "1")
    ]


async def test_an_address_that_is_taken_is_told_with_the_vendors_words(shop: Shop) -> None:
    mine = shop.dump("tiendanube")[SAMPLE]["email"]
    email = next(one["email"] for one in shop.dump("tiendanube").values() if one["email"] not in {None, mine})
    written = await shop.write(
        "customerUpdate", id=record_id("tiendanube", SAMPLE), customer={"email": email}
    )
    assert written.codes == ["ALREADY_EXISTS"]
    assert written.payload["userErrors"][0]["path"] == ["customer", "email"]
    assert "has already been taken" in written.payload["userErrors"][0]["message"]


async def test_a_name_cannot_be_cleared_and_nothing_is_asked(shop: Shop) -> None:
    written = await shop.write("customerUpdate", id=record_id("tiendanube", SAMPLE), customer={"name": None})
    assert [(error["code"], error["path"]) for error in written.payload["userErrors"]] == [
        ("INVALID_INPUT", ["customer", "name"])
    ]
    assert shop.sandbox.calls("tiendanube").count == 0
