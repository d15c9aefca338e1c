"""Writing to Spiffy's emulation over HTTP, against the vendor's document and the marked assumptions."""

from collections.abc import Callable
from typing import Any, Protocol

import httpx
import pytest

from gateway.sandbox import CREDENTIALS, Sandbox
from gateway.sandbox.spiffy_write import REFRESH_TOKEN, TOKEN_LIFE

Reach = Callable[..., httpx.AsyncClient]
KEYS = CREDENTIALS["spiffy"]
HEADERS = {"Authorization": f"Bearer {KEYS['access_token']}", "Accept": "application/json"}
LIST = "/api/customers.json"
BILBO = "/api/customers/6.json"
ADDRESSES = "/api/customers/6/addresses"
NOW = "2026-07-01T22:00:00.000+10:00"
"""The test clock's time as the vendor shows it."""
GANDALF = {
    "title": "Mr",
    "first_name": "Gandalf",
    "last_name": "Wizard",
    "email": "gandalf@lordoftherings.com",
}
Body = dict[str, Any]


class Movable(Protocol):
    def move(self, seconds: float) -> None: ...


@pytest.fixture
def shop(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, "/spiffy", HEADERS)


@pytest.fixture
def other_shop(reach: Reach, contrary: Sandbox) -> httpx.AsyncClient:
    return reach(contrary, "/spiffy", HEADERS)


async def customer(shop: httpx.AsyncClient, path: str = BILBO) -> Body:
    content: Body = (await shop.get(path)).json()["customer"]
    return content


async def test_the_create_sample_is_answered_with_the_customer(shop: httpx.AsyncClient) -> None:
    response = await shop.post(LIST, json={"customer": GANDALF})
    assert response.status_code == 201
    created = response.json()["customer"]
    assert {name: created[name] for name in GANDALF} == GANDALF
    assert (created["name"], created["state"], created["created_at"]) == (
        "Mr Gandalf Wizard",
        "disabled",
        NOW,
    )
    assert (created["addresses"], "default_address" in created) == ([], False)
    assert await customer(shop, f"/api/customers/{created['id']}.json") == created


async def test_the_update_sample_changes_the_note_alone(shop: httpx.AsyncClient) -> None:
    former = await customer(shop)
    note = "The ring has been found."
    response = await shop.put(BILBO, json={"customer": {"id": 6, "note": note}})
    assert (response.status_code, response.json()["customer"]) == (200, await customer(shop))
    assert await customer(shop) == former | {"note": note, "updated_at": NOW}


async def test_the_delete_sample_is_answered_with_an_empty_object(shop: httpx.AsyncClient) -> None:
    response = await shop.delete(BILBO)
    assert (response.status_code, response.json()) == (200, {})
    assert (await shop.get(BILBO)).status_code == (await shop.delete(BILBO)).status_code == 404


async def test_an_id_is_never_given_again(shop: httpx.AsyncClient) -> None:
    first = (await shop.post(LIST, json={"customer": GANDALF})).json()["customer"]["id"]
    await shop.delete(f"/api/customers/{first}.json")
    assert (await shop.post(LIST, json={"customer": GANDALF})).json()["customer"]["id"] > first


async def test_an_email_belongs_to_one_customer(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    draft = {"customer": {"email": "BILBO@lordoftherings.com"}}
    refused = await shop.post(LIST, json=draft)
    assert (refused.status_code, refused.json()) == (422, {"errors": {"email": ["has already been taken"]}})
    assert (await other_shop.post(LIST, json=draft)).json() == {"errors": "Email has already been taken"}
    assert (await shop.put(BILBO, json=draft)).status_code == 200
    created = (await shop.post(LIST, json={"customer": GANDALF})).json()["customer"]["id"]
    assert (await shop.put(f"/api/customers/{created}.json", json=draft)).status_code == 422


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        ({"email": "gandalf"}, {"email"}),
        ({"accepts_marketing": "yes"}, {"accepts_marketing"}),
        ({"tags": ["a"], "wholesale": None}, {"tags", "wholesale"}),
    ],
)
async def test_bad_values_are_refused_by_field(
    shop: httpx.AsyncClient, draft: Body, fields: set[str]
) -> None:
    former = await customer(shop)
    response = await shop.put(BILBO, json={"customer": draft})
    assert (response.status_code, set(response.json()["errors"])) == (422, fields)
    assert await customer(shop) == former


async def test_read_only_fields_are_ignored(shop: httpx.AsyncClient) -> None:
    former = await customer(shop)
    draft = {
        "state": "declined",
        "name": "X",
        "credit": 5,
        "orders_count": 1,
        "total_spent": "1",
        "addresses": [],
    }
    await shop.put(BILBO, json={"customer": draft})
    assert await customer(shop) == former | {"updated_at": NOW}


async def test_bodies_need_their_content_type_and_their_root(shop: httpx.AsyncClient) -> None:
    assert (await shop.post(LIST, content=b"{}")).status_code == 415
    for body in (b"{", b"[]", b"{}", b'{"customer": 5}'):
        response = await shop.post(LIST, content=body, headers={"Content-Type": "application/json"})
        assert (response.status_code, type(response.json()["errors"])) == (400, str)


async def test_contrary_replies_are_emptier_and_rules_stricter(other_shop: httpx.AsyncClient) -> None:
    response = await other_shop.put(BILBO, json={"customer": {"note": "New"}})
    assert (response.status_code, response.content) == (200, b"")
    assert (await customer(other_shop))["note"] == "New"
    assert (await other_shop.delete(BILBO)).status_code == 422
    assert (await other_shop.post(LIST, json={"customer": {"first_name": "A"}})).status_code == 422


async def test_addresses_inside_a_customer_count_only_where_contrary(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    draft = {"customer": GANDALF | {"addresses": [{"city": "Valinor"}]}}
    created = (await shop.post(LIST, json=draft)).json()["customer"]
    assert created["addresses"] == []
    created = (await other_shop.post(LIST, json=draft)).json()["customer"]
    assert (created["state"], created["default_address"]["city"]) == ("guest", "Valinor")


async def test_an_address_is_added_changed_and_removed(shop: httpx.AsyncClient) -> None:
    draft = {"first_name": "Bilbo", "city": "Rivendell", "country": "New Zealand", "phone": "5"}
    added = await shop.post(f"{ADDRESSES}.json", json={"address": draft})
    assert added.status_code == 201
    address = added.json()["address"]
    assert draft | {"name": "Bilbo", "country_code": "NZ", "default": False} == {
        name: address[name] for name in (*draft, "name", "country_code", "default")
    }
    path = f"{ADDRESSES}/{address['id']}.json"
    changed = await shop.put(path, json={"address": {"phone": "6", "country_code": "IT"}})
    assert changed.json()["address"] == address | {"phone": "6", "country_code": "IT", "country": "Italy"}
    assert (await shop.get(path)).json() == changed.json()
    assert (await customer(shop))["updated_at"] == NOW
    assert (await shop.delete(path)).json() == {}
    assert (await shop.get(path)).status_code == 404
    assert [one["id"] for one in (await customer(shop))["addresses"]] == [1969]


async def test_there_is_one_default_address_and_it_is_repeated_on_its_own(shop: httpx.AsyncClient) -> None:
    draft = {"address": {"city": "Rivendell", "default": True}}
    address = (await shop.post(f"{ADDRESSES}.json", json=draft)).json()["address"]
    bilbo = await customer(shop)
    assert [one["default"] for one in bilbo["addresses"]] == [False, True]
    assert bilbo["default_address"] == address
    await shop.put(f"{ADDRESSES}/1969.json", json={"address": {"default": True}})
    assert (await customer(shop))["default_address"]["id"] == 1969
    await shop.delete(f"{ADDRESSES}/1969.json")
    assert (await customer(shop))["default_address"]["id"] == address["id"]
    await shop.delete(f"{ADDRESSES}/{address['id']}.json")
    assert "default_address" not in await customer(shop)


async def test_addresses_are_listed_in_pages_and_counted(
    shop: httpx.AsyncClient, other_shop: httpx.AsyncClient
) -> None:
    for city in ("Rivendell", "Dale"):
        await shop.post(f"{ADDRESSES}.json", json={"address": {"city": city}})
    listed = await shop.get(f"{ADDRESSES}.json", params={"limit": 2, "page": 2, "fields": "city"})
    assert listed.json() == {"addresses": [{"city": "Dale"}]}
    assert (await shop.get(f"{ADDRESSES}/count.json")).json() == {"count": 3}
    assert set((await other_shop.get(f"{ADDRESSES}.json")).json()) == {"addressess"}


async def test_a_searched_place_follows_its_address(shop: httpx.AsyncClient) -> None:
    await shop.put(f"{ADDRESSES}/1969.json", json={"address": {"city": "Rivendell"}})
    found = await shop.get("/api/customers/search.json", params={"query": "bilbo rivendell"})
    assert [row["id"] for row in found.json()["customers"]] == [6]


@pytest.mark.parametrize("path", ["/admin/oauth/token", "/api/oauth/token"])
async def test_a_refreshed_token_works_until_it_ends(
    shop: httpx.AsyncClient, clock: Movable, path: str
) -> None:
    app = {"client_id": KEYS["api_key"], "client_secret": KEYS["api_password"], "grant_type": "refresh_token"}
    assert (await shop.post(path, data=app, headers={"Authorization": ""})).status_code == 401
    grant = app | {"refresh_token": REFRESH_TOKEN}
    issued = (await shop.post(path, data=grant, headers={"Authorization": ""})).json()
    assert (issued["expires_in"], issued["refresh_token"]) == (TOKEN_LIFE, REFRESH_TOKEN)
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    assert (await shop.get(BILBO, headers=headers)).status_code == 200
    clock.move(TOKEN_LIFE)
    assert (await shop.get(BILBO, headers=headers)).status_code == 401
