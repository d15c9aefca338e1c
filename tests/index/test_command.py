"""`gateway index`, and what it holds against the vendors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.index import Entry, Share, verify
from tests.support.indexed import HandClock, indexed, synced
from tests.support.storm import Storm
from tests.support.world import TABLES, world

TABLE = "[[sources]]\n" + "\n".join(
    f"{key} = {json.dumps(value)}" for key, value in next(iter(TABLES.values())).items()
)


async def test_verifying_tells_what_is_missing_different_and_surplus() -> None:
    clock = HandClock()
    with world(40, clock=clock) as small:
        async with indexed(small) as index:
            await synced(index)
            source = small.sources[1]
            share = Share(source, clock)
            assert (await verify(index, source.name, share)).is_good
            storm, vendor = Storm(small.sandbox, 1), str(source.vendor)
            storm.create(vendor, clock.now())
            storm.move(vendor, clock.now())
            extra = Entry(vendor_id="424242", digest=None, created_at=clock.now(), updated_at=None)
            await index._store.put(source.name, [extra])
            found = await verify(index, source.name, share)
            assert (found.missing, found.different, found.surplus) == (1, 1, 1)
            assert not found.is_good


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        ("", "lives in a gateway's memory"),
        ('index = "off"', "or is off"),
        ('index = "sqlite:///match.db"', "index_secret"),
    ],
)
def test_an_index_that_does_not_last_cannot_be_built_by_hand(
    identity: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(f"[identity]\n{identity}\n{TABLE}")
    result = CliRunner().invoke(main, ["index", "build", "--config", str(file)])
    assert result.exit_code == 2
    assert told in result.output


def test_a_status_is_told_of_what_was_never_built(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    path = tmp_path / "match.db"
    file.write_text(f'[identity]\nindex = "sqlite:///{path}"\nindex_secret = "0123456789abcdef"\n{TABLE}')
    result = CliRunner().invoke(main, ["index", "status", "--config", str(file)])
    assert result.exit_code == 0, result.output
    assert "BUILDING" in result.output
    unknown = CliRunner().invoke(main, ["index", "build", "--config", str(file), "nobody"])
    assert "No source is named nobody" in unknown.output
