"""Each write to Spiffy: exactly what changes there, and nothing else anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.writes.conftest import Shop, record_id
from tests.writes.effect import effect

SAMPLE = "6"
"""The document's customer, with one address."""
HOME = "1969"
HERE = record_id("spiffy", SAMPLE)


async def change(shop: Shop, mutation: str, **given: Any) -> dict[str, Any]:
    return await effect(shop, "spiffy", SAMPLE, mutation, unless=frozenset({"updated_at"}), **given)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"firstName": "Frodo"}, {"first_name": "Frodo", "name": "Mr Frodo Baggins"}),
        ({"title": None}, {"title": None, "name": "Bilbo Baggins"}),
        ({"company": "Ring"}, {"company": "Ring"}),
        ({"email": "b@x.example"}, {"email": "b@x.example"}),
        ({"note": None}, {"note": None}),
        ({"acceptsMarketing": False, "isWholesale": True}, {"accepts_marketing": False, "wholesale": True}),
        ({"tags": ["a", "b"]}, {"tags": "a,b"}),
        ({"tags": None}, {"tags": ""}),
        ({"spiffy": {"accountingId": "A", "posId": None}}, {"accounting_id": "A", "pos_id": None}),
    ],
)
async def test_an_update_changes_just_its_fields(
    shop: Shop, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert await change(shop, "customerUpdate", customer=fields) == expected


async def test_the_phone_number_changes_in_the_default_address_alone(shop: Shop) -> None:
    changed = await change(shop, "customerUpdate", customer={"phone": "+64 1"})
    assert changed.pop("default_address")["phone"] == "+64 1"
    (address,) = changed.pop("addresses")
    assert (address["phone"], address["city"]) == ("+64 1", "Hobbiton")
    assert changed == {}


async def test_addresses_are_added_changed_and_removed_one_by_one(shop: Shop) -> None:
    added = await change(shop, "customerAddressCreate", address={"line1": "1 Lane", "countryCode": "AU"})
    first, second = added["addresses"]
    assert (first["address1"], second["address1"], second["country"]) == ("2 Bag End", "1 Lane", "Australia")
    new = str(second["id"])
    changed = await change(shop, "customerAddressUpdate", addressId=new, address={"city": "Sydney"})
    assert [one["city"] for one in changed["addresses"]] == ["Hobbiton", "Sydney"]
    default = await change(shop, "customerAddressUpdate", addressId=new, address={"kinds": ["DEFAULT"]})
    assert [one["default"] for one in default["addresses"]] == [False, True]
    assert default["default_address"]["city"] == "Sydney"
    removed = await change(shop, "customerAddressDelete", addressId=HOME)
    assert [one["city"] for one in removed["addresses"]] == ["Sydney"]


async def test_addresses_are_replaced_as_a_whole(shop: Shop) -> None:
    addresses = [{"line1": "1 Lane", "countryCode": "AU"}, {"line1": "2 Row", "kinds": ["DEFAULT"]}]
    changed = await change(shop, "customerUpdate", customer={"addresses": addresses, "phone": "5"})
    first, second = changed["addresses"]
    assert (first["address1"], first["city"], first["country_code"], first["phone"]) == (
        "1 Lane",
        "",
        "AU",
        "",
    )
    assert (second["address1"], second["phone"], second["default"]) == ("2 Row", "5", True)
    assert (await change(shop, "customerUpdate", customer={"addresses": []}))["addresses"] == []


async def test_tags_are_added_removed_and_replaced(shop: Shop) -> None:
    assert await change(shop, "customerTagsAdd", tags=["a", "wholesaler"]) == {"tags": "wholesaler,a"}
    assert await change(shop, "customerTagsRemove", tags=["wholesaler"]) == {"tags": "a"}
    assert await change(shop, "customerTagsReplace", tags=["c"]) == {"tags": "c"}
    again = await shop.write("customerTagsAdd", id=HERE, tags=["c"])
    assert again.statuses == {"shop": "UNCHANGED"}


async def test_consent_is_a_field_of_the_customer(shop: Shop) -> None:
    changed = await change(shop, "customerMarketingConsentUpdate", acceptsMarketing=False)
    assert changed == {"accepts_marketing": False}


async def test_a_delete_is_permanent_and_touches_nobody_else(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write("customerDelete", id=HERE)
    assert written.statuses == {"shop": "APPLIED"}
    assert set(shop.changes(before)) == {("spiffy", SAMPLE)}
    assert SAMPLE not in shop.dump("spiffy")


@pytest.mark.parametrize(
    ("mutation", "more"),
    [
        ("customerRestore", {}),
        ("customerGroupAssign", {"groupId": "1"}),
        ("customerCustomFieldsSet", {"customFields": [{"key": "k", "value": "v"}]}),
    ],
)
async def test_what_the_vendor_cannot_do_is_unsupported_and_says_why(
    shop: Shop, mutation: str, more: dict[str, Any]
) -> None:
    written = await shop.write(mutation, id=HERE, **more)
    assert written.codes == ["UNSUPPORTED"]
    assert shop.sent("spiffy") == []


async def test_creating_writes_everything_that_was_given(shop: Shop) -> None:
    before = shop.dumps()
    customer = {
        "email": "new@x.example", "title": "Ms", "firstName": "Ann", "lastName": "Lee", "name": "Ann Lee",
        "company": "C", "phone": "1", "note": "n", "acceptsMarketing": True, "isWholesale": True, "tags": ["t", "u"],
        "spiffy": {"accountingId": "A", "posId": "P"}, "birthDate": "2000-01-01",
        "addresses": [{"line1": "1 Lane", "city": "Sydney", "postalCode": "2000", "countryCode": "AU",
                       "kinds": ["SHIPPING"], "floor": "3"}],
    }  # fmt: skip
    written = await shop.write("customerCreate", sources=["shop"], customer=customer)
    assert written.statuses == {"shop": "APPLIED"}, written.payload
    assert written.ignored == {"shop": ["name", "birthDate", "addresses.floor", "addresses.kinds"]}
    ((vendor, key),) = shop.changes(before)
    made = shop.dump(vendor)[key]
    expected = {
        "title": "Ms", "first_name": "Ann", "last_name": "Lee", "email": "new@x.example", "company": "C", "note": "n",
        "accepts_marketing": True, "wholesale": True, "tags": "t,u", "accounting_id": "A", "pos_id": "P",
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    (address,) = made["addresses"]
    assert (address["address1"], address["zip"], address["phone"], address["default"]) == (
        "1 Lane", "2000", "1", True,
    )  # fmt: skip


async def test_an_address_that_is_taken_is_told_before_anything_is_sent(shop: Shop) -> None:
    written = await shop.write(
        "customerCreate", sources=["shop"], customer={"email": "bilbo@lordoftherings.com"}
    )
    assert written.codes == ["ALREADY_EXISTS"]
    assert shop.sent("spiffy") == []


async def test_an_address_of_another_customer_is_refused_in_the_vendors_words(shop: Shop) -> None:
    other = next(row["email"] for key, row in shop.dump("spiffy").items() if key != SAMPLE and row["email"])
    written = await shop.write("customerUpdate", id=HERE, customer={"email": other})
    assert written.codes == ["ALREADY_EXISTS"]
    (error,) = written.payload["userErrors"]
    assert error["path"] == ["customer", "email"]
    assert "taken" in error["message"]
