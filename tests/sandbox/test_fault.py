"""The sandbox's faults hit the requests they speak of, and no others."""

import msgspec
import pytest

from gateway.sandbox import Fault, FaultKind, Faults


def hits(fault: Fault, requests: list[tuple[str, str]], seed: int = 1) -> list[bool]:
    faults = Faults(seed)
    faults.set((fault,))
    return [bool(faults.take(method, path)) for method, path in requests]


def test_a_fault_without_limits_hits_every_request() -> None:
    assert hits(Fault(kind=FaultKind.OUTAGE), [("GET", "/a")] * 3) == [True] * 3


def test_after_spares_the_first_and_times_bounds_the_hits() -> None:
    fault = Fault(kind=FaultKind.STATUS, after=2, times=1)
    assert hits(fault, [("GET", "/a")] * 4) == [False, False, True, False]


def test_method_and_path_narrow_a_fault_and_its_counts() -> None:
    fault = Fault(kind=FaultKind.STATUS, method="put", path="client", after=1)
    requests = [("GET", "/client"), ("PUT", "/client"), ("PUT", "/tags"), ("PUT", "/a/client.json")]
    assert hits(fault, requests) == [False, False, False, True]


def test_probability_is_the_same_for_one_seed() -> None:
    fault = Fault(kind=FaultKind.STATUS, probability=0.5)
    requests = [("GET", "/a")] * 200
    assert hits(fault, requests, 7) == hits(fault, requests, 7) != hits(fault, requests, 8)
    assert 60 < sum(hits(fault, requests, 7)) < 140


def test_added_faults_leave_the_counts_of_others() -> None:
    faults = Faults(1)
    faults.set((Fault(kind=FaultKind.STATUS, times=1),))
    faults.take("GET", "/a")
    faults.add(Fault(kind=FaultKind.HANG))
    assert [fault.kind for fault in faults.take("GET", "/a")] == [FaultKind.HANG]


def test_latency_stays_within_its_jitter() -> None:
    faults = Faults(1)
    delays = [faults.delay(Fault(kind=FaultKind.LATENCY, seconds=1.0, jitter=0.5)) for _ in range(50)]
    assert all(0.5 <= delay <= 1.5 for delay in delays)
    assert len(set(delays)) > 1


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"kind":"slow"}', "kind"),
        ('{"kind":"latency","seconds":-1}', "seconds"),
        ('{"kind":"status","status":99}', "status"),
        ('{"kind":"status","probability":2}', "probability"),
        ('{"kind":"status","secnds":2}', "secnds"),
    ],
)
def test_a_wrong_field_is_named(text: str, field: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.json.decode(text, type=Fault)
