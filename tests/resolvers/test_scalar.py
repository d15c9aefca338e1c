"""The API's scalars: what is written, what is read, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from resolvers.scalar import read_day, read_decimal, read_time, write_decimal, write_time

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1902, 1, 1), datetime(2900, 1, 1), timezones=ZONES)  # noqa: DTZ001  # bounds have no zone
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)


@given(TIMES)
def test_a_time_is_written_in_utc_with_z_and_read_back_as_the_same_instant(time: datetime) -> None:
    text = write_time(time)
    assert text.endswith("Z")
    assert "+" not in text
    assert read_time(text) == time


@pytest.mark.parametrize(
    "text", ["2026-01-31T09:30:00", "2026-01-31", "2026-02-30T00:00:00Z", "now", 5, None, ""]
)
def test_a_time_without_an_offset_is_no_instant(text: Any) -> None:
    with pytest.raises(GraphQLError):
        read_time(text)


def test_an_offset_is_taken_into_account() -> None:
    assert read_time("2026-01-31t09:30:00.5+02:00") == datetime(2026, 1, 31, 7, 30, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["20260131", "2026-1-3", "2026-02-30", 20260131])
def test_a_day_has_one_form(text: Any) -> None:
    with pytest.raises(GraphQLError):
        read_day(text)


def test_a_day_is_read() -> None:
    assert read_day("2024-02-29") == date(2024, 2, 29)


@given(NUMBERS)
def test_a_decimal_keeps_every_digit(number: Decimal) -> None:
    text = write_decimal(number)
    assert "E" not in text
    assert str(read_decimal(text)) == text


@pytest.mark.parametrize("value", [1.5, "1e5", "NaN", "Infinity", "", " 1", "1,5", True, None, "9" * 31])
def test_a_decimal_is_no_float_and_has_plain_digits(value: Any) -> None:
    with pytest.raises(GraphQLError):
        read_decimal(value)
