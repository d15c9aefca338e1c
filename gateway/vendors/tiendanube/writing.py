"""What a Tiendanube source can write, which depends on the version in its address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gateway.change import AddressDraft, Draft
from gateway.errors import CustomerNotFound
from gateway.settings import SourceSettings
from gateway.vendors.tiendanube import place
from gateway.vendors.tiendanube.row import TiendanubeCustomer
from gateway.vendors.tiendanube.rule import FIELDS, check, ignores
from gateway.vendors.tiendanube.write import (
    TiendanubeStep,
    address_create,
    address_update,
    create,
    delete,
    update,
)
from gateway.write import Writes

_DATED: Final = re.compile(r"/20\d\d-\d\d(/|$)")
"""A version by its month: the delete is in the pages of 2025-03, and not in those of v1."""

_REASONS: Final = {
    "restore": "deletes for good",
    "address_delete": "removes no address",
    "tags_add": "has no tags",
    "tags_remove": "has no tags",
    "authenticate": "has no such call",
    "update.tags": "has no tags",
    "update.group_id": "has no groups",
    "update.accepts_marketing": "only shows the consent that a customer gave at the store",
    "update.password": "takes it only when creating",
    "update.send_invite": "takes it only when creating",
}


def writes(settings: SourceSettings) -> Writes[TiendanubeCustomer]:
    """Deleting is there from version 2025-03 on."""
    can_delete = _DATED.search(settings.base_url) is not None
    reasons = _REASONS if can_delete else {**_REASONS, "delete": "has that in versions from 2025-03 on"}

    def made(draft: Draft) -> Sequence[TiendanubeStep]:
        return create(draft, can_delete=can_delete)

    def moved(
        address_id: str | None, address: AddressDraft, row: TiendanubeCustomer
    ) -> Sequence[TiendanubeStep]:
        def missing() -> CustomerNotFound:
            return CustomerNotFound(
                f"{settings.name}: the customer has no such address.", source=settings.name
            )

        return address_update(address_id, address, row, missing=missing)

    return Writes(
        creates=FIELDS | {"password", "send_invite"},
        updates=FIELDS,
        address=place.HELD,
        own="tiendanube",
        own_creates=frozenset({"identification", "extra"}),
        own_updates=frozenset({"identification", "extra"}),
        reasons=reasons,
        check=check,
        ignores=ignores,
        create=made,
        update=update,
        delete=delete if can_delete else None,
        address_create=address_create,
        address_update=moved,
    )
