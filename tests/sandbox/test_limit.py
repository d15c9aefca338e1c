"""The sandbox's rate limits count by its clock."""

from datetime import UTC, datetime, timedelta

from gateway.sandbox.limit import FixedWindow, LeakyBucket, daily_quota


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_a_bucket_refuses_what_overflows_it_and_leaks_with_time() -> None:
    clock = Clock()
    bucket = LeakyBucket(3, 2.0, clock)
    assert [bucket.take().remaining for _ in range(3)] == [2, 1, 0]
    refused = bucket.take()
    assert (refused.allowed, refused.wait, refused.reset) == (False, 0.5, 1.5)
    clock.move(0.5)
    assert bucket.take().allowed
    assert not bucket.take().allowed


def test_a_refused_request_does_not_fill_the_bucket() -> None:
    clock = Clock()
    bucket = LeakyBucket(1, 1.0, clock)
    assert [bucket.take().allowed for _ in range(5)] == [True, False, False, False, False]
    clock.move(1.0)
    assert bucket.take().allowed


def test_a_window_opens_anew_at_its_boundary() -> None:
    clock = Clock()
    clock.move(50)
    window = FixedWindow(2, 60.0, clock)
    assert [window.take().allowed for _ in range(3)] == [True, True, False]
    assert window.take().wait == 10.0
    clock.move(10)
    assert window.take().remaining == 1


def test_a_daily_quota_lasts_until_midnight() -> None:
    clock = Clock()
    quota = daily_quota(1, clock)
    assert quota.take().allowed
    assert quota.take().wait == 86_400.0


def test_clearing_forgets_the_requests() -> None:
    for limit in (LeakyBucket(1, 1.0, Clock()), FixedWindow(1, 60.0, Clock())):
        limit.take()
        limit.clear()
        assert limit.take().allowed
