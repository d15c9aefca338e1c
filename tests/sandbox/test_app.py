"""The sandbox around its vendors: controls, the call log, faults as a client sees them, and a real server."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn

from gateway.sandbox import (
    CREDENTIALS,
    ConnectionDropped,
    Fault,
    FaultKind,
    Sandbox,
    SandboxOptions,
    create_app,
)

Reach = Callable[..., httpx.AsyncClient]
HEADERS = CREDENTIALS["storeden"]
GROUPS = "/storeden/v1.1/customergroup/list.json"
CLIENT = "/storeden/v1.1/clients/client.json"
PERSON = {"email": "new@example.com", "fullname": "New Person"}


@pytest.fixture
def client(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, "", HEADERS)


async def test_the_overview_tells_counts_and_credentials(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    vendors = (await client.get("/_sandbox")).json()["vendors"]
    assert set(vendors) == set(sandbox.vendors)
    assert vendors["storeden"]["customers"] == len(sandbox.dump("storeden"))
    assert vendors["storeden"]["credentials"] == CREDENTIALS["storeden"]


async def test_faults_are_set_and_ended_over_http(client: httpx.AsyncClient) -> None:
    fault = {"kind": "status", "status": 502, "path": "customergroup"}
    assert (await client.put("/_sandbox/faults/storeden", json=fault)).status_code == 200
    assert (await client.get(GROUPS)).status_code == 502
    assert (await client.get("/_sandbox")).json()["vendors"]["storeden"]["faults"][0]["status"] == 502
    await client.delete("/_sandbox/faults/storeden")
    assert (await client.get(GROUPS)).status_code == 200


async def test_one_call_ends_every_vendors_faults(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for vendor in sandbox.vendors:
        sandbox.fault(vendor, Fault(kind=FaultKind.OUTAGE))
    await client.delete("/_sandbox/faults")
    assert not any(sandbox.faults(vendor).active for vendor in sandbox.vendors)


@pytest.mark.parametrize(
    ("vendor", "body", "named"),
    [
        ("storeden", '{"kind":"status","status":"no"}', "status"),
        ("storeden", '{"status":500}', "kind"),
        ("storeden", '[{"kind":"latency","second":1}]', "second"),
        ("nobody", '{"kind":"outage"}', "vendor"),
    ],
)
async def test_bad_control_input_is_400_and_names_the_field(
    client: httpx.AsyncClient, vendor: str, body: str, named: str
) -> None:
    response = await client.put(f"/_sandbox/faults/{vendor}", content=body)
    assert response.status_code == 400
    assert named in response.json()["error"]


async def test_every_call_is_counted_and_kept(client: httpx.AsyncClient) -> None:
    await client.get(GROUPS)
    await client.get(CLIENT, params={"id": "none"})
    calls = (await client.get("/_sandbox/calls")).json()["vendors"]["storeden"]
    assert calls["count"] == 2
    assert calls["counts"] == {"GET /v1.1/customergroup/list.json": 1, "GET /v1.1/clients/client.json": 1}
    assert [(call["status"], call["query"]) for call in calls["recent"]] == [(200, ""), (404, "id=none")]


async def test_calls_can_be_forgotten(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await client.get(GROUPS)
    await client.delete("/_sandbox/calls")
    assert (sandbox.calls("storeden").count, list(sandbox.calls("storeden").recent)) == (0, [])


async def test_the_most_in_flight_is_remembered(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fault("storeden", Fault(kind=FaultKind.LATENCY, seconds=0.02))
    await asyncio.gather(*(client.get(GROUPS) for _ in range(3)))
    log = sandbox.calls("storeden")
    assert (log.most_in_flight, log.in_flight) == (3, 0)


async def test_throttling_says_when_to_come_back(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fault("storeden", Fault(kind=FaultKind.THROTTLE, retry_after=7, times=1))
    response = await client.get(GROUPS)
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert (await client.get(GROUPS)).status_code == 200


async def test_broken_json_is_cut_and_keeps_its_type(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    whole = (await client.get(GROUPS)).content
    sandbox.fault("storeden", Fault(kind=FaultKind.BROKEN_JSON))
    response = await client.get(GROUPS)
    assert response.headers["content-type"] == "application/json"
    assert whole.startswith(response.content)
    assert 0 < len(response.content) < len(whole)


async def test_wrong_content_is_another_type(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fault("storeden", Fault(kind=FaultKind.WRONG_CONTENT))
    assert "text/html" in (await client.get(GROUPS)).headers["content-type"]


@pytest.mark.parametrize(("kind", "written"), [(FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1)])
async def test_a_dropped_write_was_carried_out_only_after(
    client: httpx.AsyncClient, sandbox: Sandbox, kind: FaultKind, written: int
) -> None:
    before = len(sandbox.dump("storeden"))
    sandbox.fault("storeden", Fault(kind=kind, method="POST"))
    with pytest.raises(ConnectionDropped):
        await client.post(CLIENT, data=PERSON)
    assert len(sandbox.dump("storeden")) == before + written
    assert sandbox.calls("storeden").recent[-1].status is None


async def test_a_hang_ends_in_a_drop(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fault("storeden", Fault(kind=FaultKind.HANG, seconds=0.01))
    with pytest.raises(ConnectionDropped):
        await client.get(GROUPS)


async def test_a_restart_forgets_faults_and_calls_but_no_record(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    await client.post(CLIENT, data=PERSON)
    records = sandbox.dump("storeden")
    sandbox.fault("storeden", Fault(kind=FaultKind.OUTAGE))
    sandbox.restart()
    assert (sandbox.faults("storeden").active, sandbox.calls("storeden").count) == ((), 0)
    assert sandbox.dump("storeden") == records


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, Sandbox]]:
    """A sandbox on a real socket, in a thread of its own."""
    with create_app(SandboxOptions(size=20)) as sandbox, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(sandbox.app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", sandbox
        server.should_exit = True
        thread.join()


def test_it_serves_over_a_real_socket(address: tuple[str, Sandbox]) -> None:
    assert len(httpx.get(f"{address[0]}{GROUPS}", headers=HEADERS).json()) == 3


@pytest.mark.parametrize("kind", [FaultKind.OUTAGE, FaultKind.DROP_AFTER])
def test_a_drop_closes_a_real_socket_without_an_answer(address: tuple[str, Sandbox], kind: FaultKind) -> None:
    httpx.put(f"{address[0]}/_sandbox/faults/storeden", json={"kind": kind, "times": 1})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        httpx.get(f"{address[0]}{GROUPS}", headers=HEADERS)
    assert httpx.get(f"{address[0]}{GROUPS}", headers=HEADERS).status_code == 200
