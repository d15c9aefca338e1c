"""Foodics' emulation over HTTP, against the vendor's page and the marked assumptions."""

from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest

from gateway.sandbox import CREDENTIALS, Sandbox, SandboxOptions, TextSearch, create_app

Reach = Callable[..., httpx.AsyncClient]
Clock = Callable[[], Any]
Document = dict[str, Any]
TOKENS = CREDENTIALS["foodics"]
SAMPLE: Document = {
    "house_account_balance": 0,
    "loyalty_balance": 0,
    "tags": [{"id": "fhhsd8r5"}],
    "id": "8d831",
    "name": "James Lapda",
    "dial_code": 966,
    "phone": "565445254",
    "email": "m.steuber@ecs.net",
    "gender": 1,
    "birth_date": "1986-09-17",
    "is_blacklisted": False,
    "is_house_account_enabled": True,
    "house_account_limit": 1000,
    "is_loyalty_enabled": 1,
    "created_at": "2019-04-22 14:18:54",
    "updated_at": "2019-05-02 10:14:49",
    "deleted_at": None,
    "last_order_at": "2019-11-27 09:40:35",
    "order_count": 3,
    "addresses": [{"id": "8d92cc27", "delivery_zone": {"id": "8d86ac81"}}],
}
LISTED = SAMPLE | {"addresses": [{"id": "8d92cc27"}]}
REQUEST: Document = {
    "name": "Simona",
    "dial_code": 1,
    "phone": "1234567890",
    "email": "simona@example.net",
    "gender": 1,
    "birth_date": "2016-09-17",
    "house_account_limit": 100,
    "house_account_balance": 300,
    "is_loyalty_enabled": False,
    "is_blacklisted": False,
    "is_house_account_enabled": True,
    "tags": [{"id": "8d06aaa0"}],
}
"""The body of the page's create and update samples."""
ALL = "tags,addresses,addresses.delivery_zone"


def headers(token: str = TOKENS["access_token"], agent: str = "Test (test@example.com)") -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "User-Agent": agent, "Accept": "application/json"}


@pytest.fixture
def client(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, "/foodics/v5", headers())


@pytest.fixture
def other(reach: Reach, contrary: Sandbox) -> httpx.AsyncClient:
    """A client of the sandbox with the contrary readings."""
    return reach(contrary, "/foodics/v5", headers())


def filters(**given: object) -> dict[str, str]:
    return {f"filter[{name.replace('tags_id', 'tags.id')}]": str(value) for name, value in given.items()}


async def everyone(client: httpx.AsyncClient, **params: str) -> list[Document]:
    """All pages, followed by their links."""
    rows, url = list[Document](), client.base_url.join("customers").copy_merge_params(params)
    while True:
        body = (await client.get(url)).json()
        rows += body["data"]
        if body["links"]["next"] is None:
            assert len(rows) == body["meta"]["total"]
            return rows
        url = httpx.URL(body["links"]["next"])


def ids(rows: Sequence[Document]) -> list[str]:
    return [row["id"] for row in rows]


async def test_the_samples_come_back_field_by_field(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    got = await client.get("/customers/8d831", params={"include": ALL})
    assert got.json() == {"data": SAMPLE}
    found = await client.get(
        "/customers", params={"include": "tags,addresses"} | filters(email="m.steuber@ecs.net")
    )
    assert found.json()["data"] == [LISTED]
    assert (await client.get("/customers")).json()["data"][0]["id"] == SAMPLE["id"]
    assert SAMPLE in sandbox.dump("foodics")


async def test_tags_and_addresses_are_absent_unless_included(client: httpx.AsyncClient) -> None:
    assert "tags" not in (row := (await client.get("/customers/8d831")).json()["data"])
    assert "addresses" not in row
    tagged = await everyone(client, include="tags", sort="created_at")
    assert all("tags" in row and "addresses" not in row for row in tagged)
    assert any("name" in tag for row in tagged for tag in row["tags"])


async def test_fields_are_absent_without_their_scope(reach: Reach, sandbox: Sandbox) -> None:
    read = reach(sandbox, "/foodics/v5", headers("sandbox-foodics-read-token"))
    row = (await read.get("/customers/8d831")).json()["data"]
    assert set(SAMPLE) - set(row) == {
        "house_account_limit",
        "house_account_balance",
        "loyalty_balance",
        "tags",
        "addresses",
    }


async def test_every_scope_is_asked_for(reach: Reach, sandbox: Sandbox) -> None:
    basic = reach(sandbox, "/foodics/v5", headers("sandbox-foodics-basic-token"))
    read = reach(sandbox, "/foodics/v5", headers("sandbox-foodics-read-token"))
    unauthorized = {"message": "This action is unauthorized."}
    for response in (
        await basic.delete("/customers/8d831"),
        await basic.put("/customers/8d831/restore"),
        await read.put("/customers/8d831", json={"name": "X"}),
        await read.post("/customers", json=REQUEST),
        await basic.get("/house_account_transactions"),
    ):
        assert (response.status_code, response.json()) == (403, unauthorized)
    changed = (await basic.put("/customers/8d831", json=REQUEST)).json()["data"]
    assert (changed["name"], changed["is_house_account_enabled"], changed["is_loyalty_enabled"]) == (
        "Simona",
        True,
        1,
    )


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "bearer sandbox-foodics-token",
        "Bearer guess",
        "Bearer sandbox-foodics-expired-token",
        "Basic eDp5",
    ],
)
async def test_a_wrong_token_is_refused(reach: Reach, sandbox: Sandbox, authorization: str | None) -> None:
    given = {"User-Agent": "Test"} | ({} if authorization is None else {"Authorization": authorization})
    response = await reach(sandbox, "/foodics/v5", given).get("/customers")
    assert (response.status_code, response.json()) == (401, {"message": "Unauthenticated."})


async def test_a_program_without_a_name_of_its_own_is_refused(reach: Reach, sandbox: Sandbox) -> None:
    for agent in ("", "python-httpx/0.28.1"):
        response = await reach(sandbox, "/foodics/v5", headers(agent=agent)).get("/customers")
        assert (response.status_code, response.text) == (403, "error code: 1010")


async def test_pages_have_fifty_rows_and_tell_the_total(reach: Reach) -> None:
    with create_app(SandboxOptions(size=230)) as sandbox:
        client = reach(sandbox, "/foodics/v5", headers())
        second = (await client.get("/customers", params={"page": 2, "per_page": 5})).json()
        assert len(second["data"]) == 50
        meta = second["meta"]
        living = [one for one in sandbox.dump("foodics") if one["deleted_at"] is None]
        assert (meta["current_page"], meta["from"], meta["to"], meta["per_page"]) == (2, 51, 100, 50)
        assert (meta["total"], meta["last_page"]) == (len(living), -(-len(living) // 50))
        assert meta["path"] == "http://sandbox/foodics/v5/customers"
        assert second["links"]["prev"].endswith("page=1")
        past = (await client.get("/customers", params={"page": 99})).json()
        assert (past["data"], past["meta"]["from"], past["links"]["next"]) == ([], None, None)
        assert (await client.get("/customers", params={"page": "x"})).json()["meta"]["current_page"] == 1
        assert sorted(ids(await everyone(client))) == ids(living)


async def test_links_keep_the_filters(client: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Not documented: the contrary reading drops them."""
    params = filters(has_email=1) | {"sort": "name"}
    links = (await client.get("/customers", params=params)).json()["links"]
    assert dict(httpx.URL(links["first"]).params) == params | {"page": "1"}
    links = (await other.get("/customers", params=params)).json()["links"]
    assert dict(httpx.URL(links["first"]).params) == {"page": "1"}


async def test_each_filter_gives_what_the_documents_say(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    documents = sandbox.dump("foodics")
    living = [one for one in documents if one["deleted_at"] is None]
    some = next(
        one for one in living if one["tags"] and one["email"] and one["phone"] and one["id"] != "8d831"
    )

    async def same(
        test: Callable[[Document], bool], pool: Sequence[Document] = living, **given: object
    ) -> None:
        expected = [one["id"] for one in pool if test(one)]
        assert sorted(ids(await everyone(client, **filters(**given)))) == expected, given

    await same(lambda _: True)
    await same(lambda one: one["id"] in ("8d831", some["id"]), id=f"8d831,{some['id']},nobody")
    await same(lambda one: one["email"] == some["email"], email=some["email"].upper())
    await same(lambda one: one["phone"] == some["phone"], phone=some["phone"])
    await same(lambda one: one["dial_code"] == 966, dial_code=966)
    tag = some["tags"][0]["id"]
    await same(lambda one: tag in ids(one["tags"]), tags_id=tag)
    await same(lambda one: one["is_blacklisted"], is_blacklisted="true")
    await same(lambda one: not one["is_house_account_enabled"], is_house_account_enabled=0)
    await same(lambda one: bool(one["is_loyalty_enabled"]), is_loyalty_enabled=1)
    await same(lambda one: bool(one["order_count"]), has_orders=1)
    await same(lambda one: not one["order_count"], has_orders=0)
    await same(lambda one: one["email"] is None, has_email="false")
    await same(lambda one: one["house_account_balance"] < 0, has_negative_balance=1)
    await same(lambda one: one["updated_at"] > some["updated_at"], updated_after=some["updated_at"])
    await same(lambda one: one["created_at"][:10] == "2019-04-22", created_on="2019-04-22")
    await same(lambda one: one["updated_at"][:10] == "2019-05-02", updated_on="2019-05-02")
    dead = [one for one in documents if one["deleted_at"] is not None]
    assert dead
    await same(lambda _: True, dead, is_deleted=1)
    await same(lambda _: True, is_deleted="false")
    await same(
        lambda one: one["deleted_at"][:10] == dead[0]["deleted_at"][:10],
        dead,
        deleted_on=dead[0]["deleted_at"][:10],
    )
    await same(lambda one: one["id"] == "8d831", name="james lapda", dial_code=966, is_blacklisted=0)
    await same(lambda _: True, unheard_of="1")


@pytest.mark.parametrize(
    ("name", "value"),
    [("is_deleted", "maybe"), ("created_on", "today"), ("updated_after", "x"), ("dial_code", "+1")],
)
async def test_an_unreadable_filter_is_refused(client: httpx.AsyncClient, name: str, value: str) -> None:
    response = await client.get("/customers", params=filters(**{name: value}))
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [f"filter.{name}"]


@pytest.mark.parametrize(
    "key",
    [
        "created_at",
        "updated_at",
        "last_order_at",
        "order_count",
        "is_blacklisted",
        "house_account_balance",
        "email",
    ],
)
async def test_every_order_runs_both_ways(client: httpx.AsyncClient, key: str) -> None:
    def rank(row: Document) -> tuple[bool, object]:
        value = row[key].lower() if key == "email" and row[key] else row[key]
        return value is not None, value or 0 if not isinstance(value, str) else value

    up = await everyone(client, sort=key)
    assert [rank(row) for row in up] == sorted((rank(row) for row in up), key=lambda pair: (pair[0], pair[1]))
    assert ids(await everyone(client, sort=f"-{key}")) == ids(up)[::-1]


async def test_a_created_customer_lasts_and_its_balance_is_not_taken(client: httpx.AsyncClient) -> None:
    created = await client.post("/customers", json=REQUEST, params={"include": "tags"})
    assert created.status_code == 200
    data = created.json()["data"]
    expected = REQUEST | {"house_account_balance": 0, "is_loyalty_enabled": 0}
    assert {name: data[name] for name in REQUEST} == expected
    assert (data["order_count"], data["created_at"], data["deleted_at"]) == (0, "2026-07-01 12:00:00", None)
    again = await client.get(f"/customers/{data['id']}", params={"include": "tags"})
    assert again.json()["data"] == data


REFUSED = [
    ({"name": None}, "name"),
    ({"name": ""}, "name"),
    ({"dial_code": "+1"}, "dial_code"),
    ({"phone": 1}, "phone"),
    ({"email": "nobody"}, "email"),
    ({"gender": 3}, "gender"),
    ({"birth_date": "17-09-2016"}, "birth_date"),
    ({"house_account_limit": 1.5}, "house_account_limit"),
    ({"is_blacklisted": "no"}, "is_blacklisted"),
    ({"tags": [{"id": "nothing"}]}, "tags.0.id"),
    ({"tags": ["8d06aaa0"]}, "tags"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
async def test_a_bad_field_is_refused_by_name(
    client: httpx.AsyncClient, change: Document, field: str
) -> None:
    for response in (
        await client.post("/customers", json=REQUEST | change),
        await client.put("/customers/8d831", json=change),
    ):
        assert (response.status_code, list(response.json()["errors"])) == (422, [field])


async def test_a_body_that_is_not_said_to_be_json_is_not_read(client: httpx.AsyncClient) -> None:
    response = await client.post("/customers", content=b'{"name": "Simona"}')
    assert list(response.json()["errors"]) == ["name", "dial_code", "phone"]


async def test_an_update_leaves_the_rest_and_replaces_the_tags(client: httpx.AsyncClient) -> None:
    body = {"email": None, "tags": [{"id": "8d06aaa0"}]}
    changed = (await client.put("/customers/8d831", json=body, params={"include": ALL})).json()["data"]
    assert changed == SAMPLE | body | {"updated_at": "2026-07-01 12:00:00"}


async def test_an_update_without_a_change_is_none(client: httpx.AsyncClient) -> None:
    same = (await client.put("/customers/8d831", json={"name": "James Lapda"})).json()["data"]
    assert same["updated_at"] == SAMPLE["updated_at"]


async def test_deleting_is_soft_and_can_be_taken_back(client: httpx.AsyncClient) -> None:
    response = await client.delete("/customers/8d831")
    assert (response.status_code, response.content) == (200, b"")
    assert (await client.get("/customers/8d831")).json()["data"]["deleted_at"] == "2026-07-01 12:00:00"
    assert "8d831" not in ids(await everyone(client))
    assert "8d831" in ids(await everyone(client, **filters(is_deleted=1)))
    for refused in (await client.delete("/customers/8d831"), await client.put("/customers/8d831", json={})):
        assert refused.status_code == 404
    restored = await client.put("/customers/8d831/restore")
    assert (restored.status_code, restored.content) == (200, b"")
    assert "8d831" in ids(await everyone(client))


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    for path in ("/customers/nobody", "/addresses/none", "/tags/none", "/nothing"):
        response = await client.get(path)
        assert (response.status_code, list(response.json())) == (404, ["message"])
    assert (await client.patch("/customers/8d831")).status_code == 405


async def test_ninety_requests_a_minute_are_the_most(client: httpx.AsyncClient, clock: Any) -> None:
    first = await client.get("/customers/8d831")
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("90", "89")
    for _ in range(89):
        await client.get("/customers/8d831")
    refused = await client.get("/customers/8d831")
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (429, "0")
    clock.move(int(refused.headers["retry-after"]))
    assert (await client.get("/customers/8d831")).status_code == 200


async def test_a_refresh_token_gives_a_token_that_expires(reach: Reach, sandbox: Sandbox, clock: Any) -> None:
    anyone = reach(sandbox, "/foodics", {"User-Agent": "Test"})
    grant = {"grant_type": "refresh_token"} | {k: v for k, v in TOKENS.items() if k != "access_token"}
    for is_form in (False, True):
        form, content = (grant, None) if is_form else (None, grant)
        body = (await anyone.post("/oauth/token", data=form, json=content)).json()
        assert (body["token_type"], body["expires_in"], body["refresh_token"]) == (
            "Bearer",
            3600,
            TOKENS["refresh_token"],
        )
        client = reach(sandbox, "/foodics/v5", headers(body["access_token"]))
        assert (await client.get("/whoami")).json()["data"]["business"]["country_iso_code"] == "SA"
        clock.move(3600)
        assert (await client.get("/whoami")).status_code == 401
    wrong = await anyone.post("/oauth/token", json=grant | {"client_secret": "guess"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    wrong = await anyone.post("/oauth/token", json=grant | {"refresh_token": "guess"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_grant")


async def test_contrary_refresh_tokens_work_once(reach: Reach, contrary: Sandbox) -> None:
    anyone = reach(contrary, "/foodics", {"User-Agent": "Test"})
    grant = {"grant_type": "refresh_token"} | {k: v for k, v in TOKENS.items() if k != "access_token"}
    second = (await anyone.post("/oauth/token", json=grant)).json()["refresh_token"]
    assert (await anyone.post("/oauth/token", json=grant)).status_code == 401
    assert (await anyone.post("/oauth/token", json=grant | {"refresh_token": second})).status_code == 200


async def test_addresses_are_a_resource_of_their_own(client: httpx.AsyncClient) -> None:
    mine = filters(customer_id="8d831")
    listed = (await client.get("/addresses", params=mine | {"include": "delivery_zone,customer"})).json()[
        "data"
    ]
    assert (listed[0]["id"], listed[0]["delivery_zone"]) == ("8d92cc27", {"id": "8d86ac81"})
    assert listed[0]["customer"]["name"] == "James Lapda"
    body = {"customer_id": "8d831", "name": "Office", "description": "King Road 1", "latitude": "24.7"}
    made = (await client.post("/addresses", json=body)).json()["data"]
    assert {name: made[name] for name in body} == body
    changed = await client.put(f"/addresses/{made['id']}", json={"delivery_zone_id": "8d86ac82"})
    assert changed.json()["data"]["latitude"] == "24.7"
    assert (await client.get(f"/addresses/{made['id']}")).json() == changed.json()
    row = (await client.get("/customers/8d831", params={"include": ALL})).json()["data"]
    assert ids(row["addresses"]) == ["8d92cc27", made["id"]]
    assert row["addresses"][1]["delivery_zone"] == {"id": "8d86ac82", "name": "City centre"}
    assert (await client.delete(f"/addresses/{made['id']}")).status_code == 200
    assert (await client.get(f"/addresses/{made['id']}")).status_code == 404
    assert ids((await client.get("/addresses", params=mine)).json()["data"]) == ["8d92cc27"]
    for refused in ({"customer_id": "nobody"}, {"delivery_zone_id": "none"}):
        assert (await client.post("/addresses", json=body | refused)).status_code == 422


async def test_all_addresses_are_listed_once(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    living = [one for one in sandbox.dump("foodics") if one["deleted_at"] is None]
    expected = sorted(address["id"] for one in living for address in one["addresses"])
    rows, page = list[Document](), 1
    while data := (await client.get("/addresses", params={"page": page, "sort": "-created_at"})).json()[
        "data"
    ]:
        rows, page = rows + data, page + 1
    assert sorted(ids(rows)) == expected
    assert len(set(expected)) == len(expected)


async def test_tags_are_a_resource_of_their_own(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/tags", params=filters(type=1))).json()["data"]
    assert {"fhhsd8r5", "8d06aaa0"} < set(ids(listed))
    assert {"vip", "VIP", "Città"} < {tag["name"] for tag in listed}
    made = (await client.post("/tags", json={"name": "Neu", "type": 1})).json()["data"]
    await client.put(f"/tags/{made['id']}", json={"name": "Neuer"})
    tagged = await client.put(
        "/customers/8d831", json={"tags": [{"id": made["id"]}]}, params={"include": "tags"}
    )
    assert tagged.json()["data"]["tags"] == [{"id": made["id"], "name": "Neuer"}]
    await client.delete(f"/tags/{made['id']}")
    assert made["id"] not in ids((await client.get("/tags")).json()["data"])
    await client.put(f"/tags/{made['id']}/restore")
    assert made["id"] in ids((await client.get("/tags")).json()["data"])


async def test_only_a_transaction_moves_a_house_account(client: httpx.AsyncClient) -> None:
    made = await client.post("/house_account_transactions", json={"customer_id": "8d831", "amount": -12.5})
    assert made.json()["data"]["new_balance"] == -12.5
    listed = await client.get("/house_account_transactions", params=filters(customer_id="8d831"))
    assert ids(listed.json()["data"]) == [made.json()["data"]["id"]]
    assert "8d831" in ids(await everyone(client, **filters(has_negative_balance=1)))
    assert (await client.get("/loyalty_transactions")).json()["data"] == []


def test_the_population_has_what_makes_customers_awkward() -> None:
    """Missing e-mails, one e-mail twice, equal seconds, deleted ones, and ids that are unique all the same."""
    with create_app(SandboxOptions(size=3000)) as sandbox:
        people = sandbox.dump("foodics")
    emails = [one["email"].lower() for one in people if one["email"]]
    assert len(set(emails)) < len(emails) < len(people)
    assert len({one["created_at"] for one in people}) < len(people) == len({one["id"] for one in people})
    assert any(one["deleted_at"] for one in people)
    assert all(one["created_at"] <= one["updated_at"] for one in people)
    assert all(one["created_at"] <= one["last_order_at"] for one in people if one["last_order_at"])
    assert any(one["house_account_balance"] < 0 for one in people)
    assert {one["order_count"] for one in people} > {None, 0}


@pytest.mark.parametrize(("search", "found"), [(TextSearch.FOLDING, 1), (TextSearch.SENSITIVE, 0)])
async def test_names_fold_accents_only_where_told(reach: Reach, search: TextSearch, found: int) -> None:
    with create_app(SandboxOptions(size=1, text_search=search)) as sandbox:
        client = reach(sandbox, "/foodics/v5", headers())
        await client.post("/customers", json=REQUEST | {"name": "Zoë Strauß"})
        assert (await client.get("/customers", params=filters(name="zoe STRAUSS"))).json()["meta"][
            "total"
        ] == found
        assert (await client.get("/customers", params=filters(name="ZOË strauß"))).json()["meta"][
            "total"
        ] == 1


async def test_the_contrary_readings_differ(other: httpx.AsyncClient) -> None:
    """What the page leaves open, read the other way."""
    whole = (await other.get("/customers/8d831", params={"include": ALL})).json()["data"]
    assert whole["is_loyalty_enabled"] is True
    contained = (await other.get("/customers", params=filters(email="steuber"))).json()["data"]
    assert ids(contained) == ["8d831"]
    assert (await other.get("/customers", params=filters(id="8d831"))).json()["meta"]["total"] > 1
    after = filters(updated_after=SAMPLE["updated_at"], name="Lapda")
    assert ids((await other.get("/customers", params=after)).json()["data"]) == ["8d831"]
    assert (await other.get("/customers", params={"page": 99})).status_code == 404
    assert (await other.get("/customers", params=filters(nothing=1))).status_code == 400
    assert (await other.put("/customers/8d831", json={"name": "X"})).status_code == 422
    assert (await other.post("/customers", json=REQUEST)).status_code == 201
    assert (await other.post("/customers", json=REQUEST)).json()["errors"].keys() == {"phone"}
    assert (await other.delete("/customers/8d831")).status_code == 204
    assert (await other.get("/customers/8d831")).status_code == 404
    everything = (await other.get("/customers", params=filters(is_deleted=1))).json()["data"]
    assert {row["deleted_at"] is None for row in everything} == {True, False}


async def test_what_is_dumped_can_be_loaded(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    documents = sandbox.dump("foodics")
    sandbox.load("foodics", documents)
    assert sandbox.dump("foodics") == documents
    address = next(
        one for row in documents if not row["deleted_at"] for one in row["addresses"] if "name" in one
    )
    assert (await client.get(f"/addresses/{address['id']}")).json()["data"]["name"] == address["name"]
    sandbox.load("foodics", [{"name": "A"}])
    assert [row["name"] for row in await everyone(client)] == ["A"]
