"""The worlds of the contract tests: one sandbox for each reading of the contracts, shared since nothing is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import TypeAlias

import pytest

from gateway.sandbox import Assumptions, Sandbox, SandboxOptions, TextSearch, create_app
from tests.contract.world import World

SIZE = 120

Worlds: TypeAlias = Callable[[str, Assumptions], World]


@pytest.fixture(scope="session")
def worlds() -> Iterator[Worlds]:
    """Under the contrary reading the text searches tell accents apart, too."""
    with ExitStack() as stack:

        @cache
        def sandbox(reading: Assumptions) -> Sandbox:
            is_usual = reading is Assumptions.USUAL
            search = TextSearch.FOLDING if is_usual else TextSearch.SENSITIVE
            options = SandboxOptions(size=SIZE, rate_limits=False, text_search=search, assumptions=reading)
            return stack.enter_context(create_app(options))

        @cache
        def world(vendor: str, reading: Assumptions) -> World:
            made = World(sandbox(reading), vendor)
            asyncio.run(made.load())
            if reading is Assumptions.CONTRARY:
                known = {record.vendor_id for record in made.everyone}
                usual = world(vendor, Assumptions.USUAL).everyone
                # Deleted customers that this reading hides from a look-up by id.
                hidden = [one for one in usual if one.deleted_at and one.vendor_id not in known]
                made.everyone = [*made.everyone, *hidden]
            return made

        yield world


@pytest.fixture
def world(worlds: Worlds, vendor: str, reading: Assumptions) -> World:
    """The world of a test's own parameters."""
    return worlds(vendor, reading)
