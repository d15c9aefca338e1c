"""Writing to Tiendanube's emulation over HTTP, against the vendor's document and the marked assumptions."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.sandbox import CREDENTIALS, Sandbox, SandboxOptions, create_app

Reach = Callable[..., httpx.AsyncClient]
HEADERS = {
    "Authentication": f"bearer {CREDENTIALS['tiendanube']['access_token']}",
    "User-Agent": CREDENTIALS["tiendanube"]["user_agent"],
}
STORE = f"/{CREDENTIALS['tiendanube']['store_id']}"
NOW = "2026-07-01T09:00:00-03:00"
"""The test clock's time as a write spells it."""
CREATED = datetime(2013, 6, 1, 12, 11, 51, tzinfo=UTC)
"""The moment of the document's POST."""

FIRST_LAST: dict[str, Any] = {
    "name": "First Last",
    "email": "first.last@example.com",
    "addresses": [
        {
            "address": "My Street",
            "city": "My City",
            "country": "BR",
            "locality": "Morumbi",
            "number": "123",
            "phone": "11 1234-5678",
            "province": "São Paulo",
            "zipcode": "05653-071",
        }
    ],
    "send_email_invite": True,
    "password": "mysupersecretpassword",
}


@pytest.fixture
def shop(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, f"/tiendanube/2025-03{STORE}", HEADERS)


@pytest.fixture
def other_shop(reach: Reach, contrary: Sandbox) -> httpx.AsyncClient:
    return reach(contrary, f"/tiendanube/2025-03{STORE}", HEADERS)


@pytest.fixture
def john(sandbox: Sandbox) -> dict[str, Any]:
    """The document's customer 101."""
    return sandbox.dump("tiendanube")[0]


async def test_the_put_sample_gives_its_reply(
    shop: httpx.AsyncClient, sandbox: Sandbox, john: dict[str, Any]
) -> None:
    """But for the time, and with the id of the path: the document asks 5123 and answers 101."""
    changed = john | {"email": "john.doe+modified@example.com", "phone": "911"}
    response = await shop.put("/customers/101", json=changed | {"id": 5123})
    assert response.status_code == 200
    assert response.json() == changed | {"updated_at": NOW}
    assert sandbox.dump("tiendanube")[0] == response.json()


async def test_the_post_sample_gives_the_parts_of_its_reply_that_its_body_asks_for(reach: Reach) -> None:
    with create_app(SandboxOptions(size=5, clock=lambda: CREATED)) as sandbox:
        shop = reach(sandbox, f"/tiendanube/v1{STORE}", HEADERS)
        response = await shop.post("/customers", json=FIRST_LAST)
        created = response.json()
        stored = sandbox.dump("tiendanube")[-1]
    assert response.status_code == 201
    assert created["created_at"] == created["updated_at"] == "2013-06-01T09:11:51-03:00"
    assert created["default_address"] == created["addresses"][0]
    facts = FIRST_LAST["addresses"][0] | {"floor": None, "default": True}
    assert {name: created["addresses"][0][name] for name in facts} == facts
    assert {value for name, value in created.items() if name.startswith("billing_")} == {None}
    assert "phone" not in created
    assert not {"password", "send_email_invite"} & set(created)
    assert (stored["password"], stored["send_email_invite"]) == ("mysupersecretpassword", True)


async def test_bodies_need_their_content_type_and_must_be_json(shop: httpx.AsyncClient) -> None:
    assert (await shop.post("/customers", content=b"{}")).status_code == 415
    broken = await shop.post(
        "/customers", content=b"{", headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert (broken.status_code, broken.json()) == (400, {"error": "Problems parsing JSON"})


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        ({}, {"name", "email"}),
        ({"name": "A", "email": "a"}, {"email"}),
        ({"name": "A", "email": "JOHN.DOE@example.com"}, {"email"}),
        ({"name": 5, "email": "a@b.example"}, {"name"}),
        ({"name": "A", "email": "a@b.example", "extra": [1]}, {"extra"}),
        ({"name": "A", "email": "a@b.example", "addresses": [{"city": 5}]}, {"addresses"}),
    ],
)
async def test_a_bad_draft_is_a_map_of_field_to_messages(
    shop: httpx.AsyncClient, sandbox: Sandbox, draft: dict[str, Any], fields: set[str]
) -> None:
    response = await shop.post("/customers", json=draft)
    assert response.status_code == 422
    assert set(response.json()) == fields
    assert all(isinstance(messages, list) for messages in response.json().values())
    assert len(sandbox.dump("tiendanube")) == 62


async def test_the_contrary_validation_has_the_envelope_too(other_shop: httpx.AsyncClient) -> None:
    content = (await other_shop.post("/customers", json={"name": "A"})).json()
    assert (content["code"], content["email"]) == (422, ["can't be blank"])


async def test_a_put_keeps_what_it_omits_and_clears_what_is_null(shop: httpx.AsyncClient) -> None:
    former = (await shop.get("/customers/112")).json()
    await shop.put(
        "/customers/112", json={"note": "New", "phone": None, "total_spent": "1.00", "active": True}
    )
    changed = (await shop.get("/customers/112")).json()
    assert changed == former | {"note": "New", "phone": None, "updated_at": NOW}


async def test_a_put_never_removes_an_address_nor_moves_the_default(
    shop: httpx.AsyncClient, john: dict[str, Any]
) -> None:
    (home,) = john["addresses"]
    assert (await shop.put("/customers/101", json={"addresses": []})).json()["addresses"] == [home]
    drafts = [{"city": "Ogdenville", "default": True}, {"id": 1234, "city": "Shelbyville"}]
    addresses = (await shop.put("/customers/101", json={"addresses": drafts})).json()["addresses"]
    assert [(one["city"], one["default"]) for one in addresses] == [
        ("Shelbyville", True),
        ("Ogdenville", False),
    ]
    assert addresses[0] == home | {"city": "Shelbyville", "updated_at": NOW}


async def test_extra_values_become_text(shop: httpx.AsyncClient) -> None:
    changed = (await shop.put("/customers/101", json={"extra": {"number_of_children": 3}})).json()
    assert changed["extra"] == {"number_of_children": "3"}


async def test_only_a_customer_without_orders_is_deleted_and_never_its_id_given_again(
    shop: httpx.AsyncClient, reach: Reach, sandbox: Sandbox
) -> None:
    assert (await shop.delete("/customers/101")).status_code == 422
    draft = {"name": "A", "email": "a@b.example"}
    first = (await shop.post("/customers", json=draft)).json()["id"]
    old = reach(sandbox, f"/tiendanube/v1{STORE}", HEADERS)
    assert (await old.delete(f"/customers/{first}")).status_code == 405
    deleted = await shop.delete(f"/customers/{first}")
    assert (deleted.status_code, deleted.json()) == (200, {})
    assert (await shop.get(f"/customers/{first}")).status_code == 404
    assert (await shop.post("/customers", json=draft)).json()["id"] > first


async def test_a_custom_field_is_defined_set_listed_and_cleared(shop: httpx.AsyncClient) -> None:
    draft = {"name": "Size", "value_type": "text_list", "values": ["S", "M"]}
    created = await shop.post("/customers/custom-fields", json=draft)
    assert created.status_code == 201
    field = created.json()
    assert field["values"] == [{"value": "S", "created": True}, {"value": "M", "created": True}]
    values = "/customers/112/custom-fields/values"
    assert (await shop.put(values, json=[{"id": field["id"], "value": "XL"}])).status_code == 422
    assert (await shop.put(values, json=[{"id": field["id"], "value": "M"}])).status_code == 204
    assert (await shop.get("/customers/112/custom-fields")).json() == [field | {"value": "M"}]
    owners = await shop.get(f"/customers/custom-fields/{field['id']}/owners")
    assert [owner["id"] for owner in owners.json()] == [112]
    await shop.put(values, json=[{"id": field["id"], "value": None}])
    assert (await shop.get("/customers/112/custom-fields")).json() == []


async def test_a_deleted_custom_field_takes_its_values_along(shop: httpx.AsyncClient) -> None:
    (field,) = (await shop.get("/customers/101/custom-fields")).json()
    renamed = await shop.put(f"/customers/custom-fields/{field['id']}", json={"name": "Kind"})
    assert renamed.json()["name"] == "Kind"
    assert (await shop.delete(f"/customers/custom-fields/{field['id']}")).status_code == 204
    assert (await shop.get("/customers/101/custom-fields")).json() == []
    assert (await shop.get("/customers/custom-fields")).json() == []
