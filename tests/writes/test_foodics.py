"""Each write to Foodics: exactly what changes there, and nothing else anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.ledger import MemoryLedger
from gateway.sandbox import Sandbox
from gateway.sandbox.foodics_endpoint import BASIC_TOKEN
from tests.writes.conftest import NAMES, Shop, record_id
from tests.writes.effect import effect

SAMPLE = "8d831"
"""The document's customer, with one tag and one address."""
HERE = record_id("foodics", SAMPLE)


async def change(shop: Shop, mutation: str, **given: Any) -> dict[str, Any]:
    return await effect(shop, "foodics", SAMPLE, mutation, unless=frozenset({"updated_at"}), **given)


def tags(shop: Shop) -> list[dict[str, str]]:
    """Tags that the business has, with names."""
    named = {one["id"]: one for row in shop.dump("foodics").values() for one in row["tags"] if "name" in one}
    return [named[key] for key in sorted(named)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "Ann Lee", "firstName": "x"}, {"name": "Ann Lee"}),
        ({"phone": "+39 011-555"}, {"dial_code": 39, "phone": "011555"}),
        ({"phone": "777"}, {"phone": "777"}),
        ({"foodics": {"dialCode": 971}}, {"dial_code": 971}),
        ({"email": "b@x.example", "gender": "FEMALE"}, {"email": "b@x.example", "gender": 2}),
        ({"email": None, "gender": None, "birthDate": None}, {"email": None, "gender": None, "birth_date": None}),
        ({"birthDate": "2000-02-29", "isBlacklisted": True},
         {"birth_date": "2000-02-29", "is_blacklisted": True}),
        ({"note": "n"}, {"notes": "n"}),
        ({"houseAccount": {"limit": "50"}}, {"house_account_limit": 50}),
        ({"houseAccount": None}, {"is_house_account_enabled": False, "house_account_limit": None}),
        ({"loyalty": {"isEnabled": False}}, {"is_loyalty_enabled": 0}),
        ({"tags": []}, {"tags": []}),
        ({"name": "Ann", "loyalty": {"isEnabled": False}, "houseAccount": {"isEnabled": False}},
         {"name": "Ann", "is_loyalty_enabled": 0, "is_house_account_enabled": False}),
    ],
)  # fmt: skip
async def test_an_update_changes_just_its_fields(
    shop: Shop, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert await change(shop, "customerUpdate", customer=fields) == expected


async def test_tags_are_told_by_id_or_by_name_and_written_all_at_once(shop: Shop) -> None:
    one, two, *_ = tags(shop)
    former = shop.dump("foodics")[SAMPLE]["tags"]
    added = await change(shop, "customerTagsAdd", tags=[one["name"], two["id"]])
    assert added == {"tags": [*former, one, two]}
    assert await change(shop, "customerTagsRemove", tags=[one["id"], "of nobody"]) == {"tags": [*former, two]}
    assert await change(shop, "customerTagsReplace", tags=[one["name"]]) == {"tags": [one]}
    unknown = await shop.write("customerTagsAdd", id=HERE, tags=["no such tag"])
    assert unknown.codes == ["NOT_FOUND"]


async def test_tags_are_removed_by_the_beginnings_of_their_names(shop: Shop) -> None:
    one, two, *_ = tags(shop)
    await change(shop, "customerTagsReplace", tags=[one["id"], two["id"]])
    payload = "{ outcomes { status modified } userErrors { code message path sourceName } }"
    prefixes = [two["name"][:3]]
    asked = {"ids": [HERE], "sources": ["matbakh"], "tags": [], "tagPrefixes": prefixes}
    written = await shop.write("customersTagsRemove", payload, **asked)
    assert written.payload["outcomes"] == [{"status": "APPLIED", "modified": 1}]
    assert shop.dump("foodics")[SAMPLE]["tags"] == [one]


async def test_addresses_are_added_changed_and_removed_one_by_one(shop: Shop) -> None:
    place = {"line1": "1 Lane", "latitude": 24.5, "longitude": -3, "deliveryZoneId": "8d86ac81"}
    first, second = (await change(shop, "customerAddressCreate", address=place))["addresses"]
    assert (second["name"], second["description"], second["latitude"], second["longitude"]) == (
        "James Lapda", "1 Lane", "24.5", "-3.0",
    )  # fmt: skip
    assert second["delivery_zone"]["id"] == "8d86ac81"
    changed = await change(
        shop, "customerAddressUpdate", addressId=second["id"], address={"line1": "2 Row", "latitude": None}
    )
    assert [one.get("description") for one in changed["addresses"]] == [first.get("description"), "2 Row"]
    assert changed["addresses"][1]["name"] == "James Lapda"
    removed = await change(shop, "customerAddressDelete", addressId=first["id"])
    assert [one["id"] for one in removed["addresses"] if not one.get("deleted_at")] == [second["id"]]


async def test_addresses_are_replaced_as_a_whole(shop: Shop) -> None:
    addresses = [{"name": "Home", "line1": "1 Lane"}, {"name": "Work", "line1": "2 Row"}]
    changed = await change(shop, "customerUpdate", customer={"addresses": addresses})
    assert [(one["name"], one["description"]) for one in changed["addresses"]] == [
        ("Home", "1 Lane"), ("Work", "2 Row"),
    ]  # fmt: skip


async def test_deleting_is_soft_and_can_be_taken_back(shop: Shop) -> None:
    deleted = await change(shop, "customerDelete")
    assert set(deleted) == {"deleted_at"}
    again = await shop.write("customerDelete", id=HERE)
    assert again.statuses == {"matbakh": "UNCHANGED"}
    assert await change(shop, "customerRestore") == {"deleted_at": None}


@pytest.mark.parametrize(
    ("mutation", "more"),
    [
        ("customerMarketingConsentUpdate", {"acceptsMarketing": True}),
        ("customerGroupAssign", {"groupId": "1"}),
        ("customerCustomFieldsSet", {"customFields": [{"key": "k", "value": "v"}]}),
    ],
)
async def test_what_the_vendor_cannot_do_is_unsupported_and_says_why(
    shop: Shop, mutation: str, more: dict[str, Any]
) -> None:
    written = await shop.write(mutation, id=HERE, **more)
    assert written.codes == ["UNSUPPORTED"]
    assert shop.sent("foodics") == []


async def test_creating_writes_everything_that_was_given(shop: Shop) -> None:
    before = shop.dumps()
    tag = tags(shop)[0]
    customer = {
        "firstName": "Ann", "lastName": "Lee", "email": "new@x.example", "phone": "+966 56 5445254", "gender": "FEMALE",
        "birthDate": "2000-01-01", "note": "n", "isBlacklisted": True, "tags": [tag["name"]], "mobile": "1",
        "houseAccount": {"isEnabled": True, "limit": "100"}, "loyalty": {"isEnabled": True},
        "addresses": [{"line1": "1 Lane", "city": "Riyadh"}],
    }  # fmt: skip
    written = await shop.write("customerCreate", sources=["matbakh"], customer=customer)
    assert written.statuses == {"matbakh": "APPLIED"}, written.payload
    assert written.ignored == {"matbakh": ["mobile", "addresses.city"]}
    ((vendor, key),) = shop.changes(before)
    made = shop.dump(vendor)[key]
    expected = {
        "name": "Ann Lee", "dial_code": 966, "phone": "565445254", "email": "new@x.example", "gender": 2,
        "birth_date": "2000-01-01", "notes": "n", "is_blacklisted": True, "tags": [tag],
        "is_house_account_enabled": True, "house_account_limit": 100, "is_loyalty_enabled": 1,
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    (address,) = made["addresses"]
    assert (address["name"], address["description"]) == ("Ann Lee", "1 Lane")


@pytest.fixture
async def limited(sandbox: Sandbox) -> AsyncIterator[Shop]:
    """A token as a normal integration has it."""
    shop = Shop(sandbox, ledger=MemoryLedger(), keys={"foodics": {"access_token": BASIC_TOKEN}})
    yield shop
    await shop.close()


@pytest.mark.parametrize(
    ("mutation", "more", "scope"),
    [
        ("customerDelete", {}, "admin.write"),
        ("customerRestore", {}, "admin.restore"),
        ("customerUpdate", {"customer": {"loyalty": {"isEnabled": False}}}, "customers.loyalty.write"),
        ("customerUpdate", {"customer": {"houseAccount": {"isEnabled": False}}}, "customers.accounts.write"),
    ],
)
async def test_a_scope_that_is_missing_is_named_even_where_the_vendor_passes_it_over(
    limited: Shop, mutation: str, more: dict[str, Any], scope: str
) -> None:
    if mutation == "customerRestore":
        document = limited.dump("foodics")[SAMPLE]
        limited.sandbox.load("foodics", [{**document, "deleted_at": "2025-01-01 00:00:00"}])
    before = limited.dumps()
    written = await limited.write(mutation, id=HERE, **more)
    assert written.codes == ["FORBIDDEN"], written.payload
    assert scope in written.error(NAMES["foodics"])["message"]
    assert limited.changes(before) == {}
