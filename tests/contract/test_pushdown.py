"""What a vendor gives for a filter holds everybody who satisfies it, and nobody else where that is claimed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from _pytest.mark import ParameterSet

from gateway.capabilities import Arguments, Grade, Pushdown
from gateway.query import Comparison, Operand
from gateway.sandbox import Assumptions
from gateway.vendors import SPECS
from tests.contract.value import operands
from tests.contract.world import World


def _cases(
    grades: Iterable[Grade], readings: Callable[[Pushdown], Iterable[Assumptions]]
) -> Iterator[ParameterSet]:
    for vendor, spec in SPECS.items():
        for number, pushdown in enumerate(spec.table.pushdowns):
            for reading in readings(pushdown) if pushdown.grade in grades else ():
                name = f"{vendor}-{pushdown.field}.{pushdown.operator}-{number}-{reading}"
                yield pytest.param(vendor, pushdown, reading, id=name)


SURE = [*_cases({Grade.EXACT, Grade.SUPERSET}, lambda _: Assumptions)]
LIKELY = [*_cases({Grade.LIKELY}, lambda _: [Assumptions.USUAL])]
"""A likely pushdown rests on one reading of the vendor's document, and is no promise under another."""
UNLIKELY = [
    pytest.param(*case.values, id=f"{case.id}-both") for case in _cases({Grade.LIKELY}, lambda _: Assumptions)
]


def sayable(pushdown: Pushdown, world: World) -> list[tuple[Operand, Arguments]]:
    """The operands that the vendor can be asked for, and how."""
    values = operands(pushdown.field, pushdown.operator, world.everyone)
    rendered = [(value, pushdown.render(value)) for value in values]
    return [(value, arguments) for value, arguments in rendered if arguments is not None]


@pytest.mark.parametrize(("vendor", "pushdown", "reading"), [*SURE, *LIKELY])
async def test_a_vendor_gives_everybody_who_satisfies_a_filter(world: World, pushdown: Pushdown) -> None:
    said = sayable(pushdown, world)
    wrong: list[tuple[Operand, Arguments, frozenset[str], frozenset[str]]] = []
    found = 0
    for value, arguments in said:
        meant = world.meant(Comparison(pushdown.field, pushdown.operator, value))
        given = await world.given(arguments)
        found += len(meant)
        missing = meant - given
        surplus = given - meant if pushdown.grade is Grade.EXACT else frozenset()
        if missing or surplus:
            wrong.append((value, arguments, missing, surplus))
    assert wrong == []
    assert said
    assert found, "no operand was satisfied by anybody, so nothing was held"


@pytest.mark.parametrize(("vendor", "pushdown", "reading"), UNLIKELY)
async def test_whatever_is_pushed_down_is_understood(world: World, pushdown: Pushdown) -> None:
    for _, arguments in sayable(pushdown, world):
        await world.given(arguments)
