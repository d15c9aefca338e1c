"""Look-ups: by id, alone and in batches, by a spelling of an e-mail address, and with any selection of fields."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from gateway.customer import ALL_FIELDS, CustomerRecord, Json, Selection
from gateway.errors import InvalidInput
from gateway.health import HealthState
from gateway.query import match_key
from gateway.sandbox import Assumptions
from gateway.vendors import SPECS
from tests.contract.value import AWKWARD, UNKNOWN_IDS
from tests.contract.world import BARE, WHOLE, World, operation

every_reading = pytest.mark.parametrize("reading", Assumptions)
every_vendor = pytest.mark.parametrize("vendor", SPECS)


@every_reading
@every_vendor
async def test_a_batch_finds_everybody_and_says_who_does_not_exist(world: World) -> None:
    """Ids that nobody has, or that cannot be one, are None; an id given twice is one answer."""
    ids = [record.vendor_id for record in world.living]
    found = await world.source().by_ids([*ids, *UNKNOWN_IDS, *ids[:3]], BARE, operation())
    assert set(found) == {*ids, *UNKNOWN_IDS}
    assert [found[unknown] for unknown in UNKNOWN_IDS] == [None] * len(UNKNOWN_IDS)
    records = [found[vendor_id] for vendor_id in ids]
    assert [record.vendor_id for record in records if isinstance(record, CustomerRecord)] == ids


@every_reading
@every_vendor
@pytest.mark.parametrize("unknown", UNKNOWN_IDS)
async def test_an_id_that_nobody_has_is_none_alone(world: World, unknown: str) -> None:
    assert await world.source().by_ids([unknown], BARE, operation()) == {unknown: None}


@every_reading
@every_vendor
async def test_one_id_gives_the_same_as_a_batch(world: World) -> None:
    source = world.source()
    for record in world.living[::12]:
        (alone,) = (await source.by_ids([record.vendor_id], WHOLE, operation())).values()
        assert isinstance(alone, CustomerRecord)
        assert _facts(alone) == _facts(record)


@every_reading
@every_vendor
async def test_a_batch_costs_as_many_calls_as_are_declared(world: World) -> None:
    """Ids that are found need no second look, even where a vendor is not trusted to heed them."""
    table = world.source().table
    ids = [record.vendor_id for record in world.living][: table.batch_size]
    spent = operation()
    found = await world.source().by_ids(ids, BARE, spent)
    assert all(isinstance(one, CustomerRecord) for one in found.values())
    listed = {record.vendor_id for record in await world.listed({}, size=table.page_size)}
    assert set(ids) <= listed
    if world.reading is Assumptions.USUAL:
        assert spent.calls_made == 1


@every_reading
@every_vendor
async def test_another_spelling_of_an_id_is_not_that_id(world: World) -> None:
    """Ids are compared as texts, so that a customer has one global id."""
    some = [record.vendor_id for record in world.living[:3]]
    respelled = [spelling for one in some for spelling in (f"0{one}", f" {one}", f"{one} ", f"{one}.0")]
    assert await world.source().by_ids(respelled, BARE, operation()) == dict.fromkeys(respelled)
    for one in respelled:
        assert await world.source().by_ids([one], BARE, operation()) == {one: None}


def _facts(record: CustomerRecord) -> dict[str, object]:
    return {field: getattr(record, field) for field in ALL_FIELDS}


@every_reading
@every_vendor
async def test_every_field_alone_is_what_a_whole_load_says(world: World) -> None:
    source = world.source()
    some = world.living[::12]
    ids = [record.vendor_id for record in some]
    for field in sorted(ALL_FIELDS):
        found = await source.by_ids(ids, Selection(fields=frozenset({field})), operation())
        values = [getattr(found[vendor_id], field) for vendor_id in ids]
        assert values == [getattr(record, field) for record in some], field
        if field not in source.reach.known:
            assert values == [None] * len(ids), f"{field} is not declared"


@every_reading
@every_vendor
async def test_every_declared_field_has_a_value_somewhere(world: World) -> None:
    """A field that nobody ever has is a claim that nothing holds."""
    known = world.source().table.known
    assert {field for field in known if any(getattr(one, field) for one in world.everyone)} == known


@every_reading
@every_vendor
async def test_details_and_raw_bring_everything_but_secrets(world: World) -> None:
    source = world.source()
    ids = [record.vendor_id for record in world.living[::30]]
    found = await source.by_ids(ids, Selection(details=True, raw=True), operation())
    for vendor_id in ids:
        record = found[vendor_id]
        assert isinstance(record, CustomerRecord)
        assert isinstance(record.details, source.spec.row)
        assert source.spec.row_id(record.details) == vendor_id
        assert record.raw
        assert source.spec.secrets.isdisjoint(_keys(record.raw))
    (bare,) = (await source.by_ids(ids[:1], BARE, operation())).values()
    assert isinstance(bare, CustomerRecord)
    assert bare.raw is None


def _keys(raw: Json) -> Iterator[str]:
    if isinstance(raw, dict):
        yield from raw
        raw = list(raw.values())
    if isinstance(raw, list):
        for part in raw:
            yield from _keys(part)


@every_reading
@every_vendor
async def test_an_address_as_the_vendor_spells_it_finds_its_customer(world: World) -> None:
    source = world.source()
    some = [record for record in world.living if record.email is not None]
    some = [*some[::6], *(record for record in some if not str(record.email).isascii())]
    answers = await asyncio.gather(
        *(source.by_spelling(str(record.email), BARE, operation()) for record in some)
    )
    for record, found in zip(some, answers, strict=True):
        assert record.vendor_id in {one.vendor_id for one in found}, record.email


@every_reading
@every_vendor
async def test_a_text_that_is_nobodys_address_finds_nobody_with_it(world: World) -> None:
    """Whatever it means to the vendor's search: no refusal, and no record with that match key."""
    source = world.source()
    for text in AWKWARD:
        if match_key(text) is not None:
            found = await source.by_spelling(text, BARE, operation())
            assert match_key(text) not in {match_key(record.email) for record in found}


@every_reading
@every_vendor
async def test_a_text_of_any_length_is_answered_or_refused(world: World) -> None:
    source = world.source()
    with suppress(InvalidInput):
        assert await source.by_spelling("ü" * 100_000, BARE, operation()) == ()
    assert source.exchange.health.state is not HealthState.DEGRADED
