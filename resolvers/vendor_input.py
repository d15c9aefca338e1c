"""What only one vendor can be told of a customer; everything else has a unified field."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from resolvers.description import optional
from resolvers.profile_input import UnifiedFieldsInput


@strawberry.input(description="What only Storeden takes.")
class StoredenCustomerInput:
    """Written, never read back: Storeden's answers do not carry these."""

    tax_number: str | None = optional("The tax number; where left out, the first of `taxIds`.")
    country_uid: int | None = optional("Storeden's own number of the address's country.")
    state_uid: int | None = optional("Storeden's own number of the address's state or province.")
    sdi: str | None = optional("Recipient code for electronic invoices in Italy; only when creating.")
    pec: str | None = optional("Certified e-mail address for electronic invoices; only when creating.")


@strawberry.input(description="What only Tiendanube takes.")
class TiendanubeCustomerInput:
    """The vendor's own names for what the unified fields say in a general way."""

    identification: str | None = optional(
        "Tax or identity number such as CPF or CNPJ; where left out, the first of `taxIds`."
    )
    extra: JSON | None = optional("Custom texts by key, all at once; `customFields` merges by key instead.")


@strawberry.input(description="What only Spiffy Stores takes.")
class SpiffyCustomerInput:
    """Ids of the customer in other software."""

    accounting_id: str | None = optional("The customer's id in the connected accounting software.")
    pos_id: str | None = optional("The customer's id in the connected point-of-sale software.")


@strawberry.input(description="What only Open2b takes.")
class Open2bCustomerInput:
    """Settings of the store's own account."""

    can_login: bool | None = optional("Whether the customer may sign in; needs a password.")
    collection: int | None = optional("The number of the customer's own catalogue.")
    collections: list[int] | None = optional("Numbers of further collections of products, at most 100.")
    wish_list: list[int] | None = optional("Numbers of wished-for products.")
    cart: str | None = optional("The token of the saved cart; only when updating.")
    invoice_recipient: str | None = optional(
        "Recipient code or certified e-mail address for electronic invoices."
    )
    creation_time: datetime | None = optional("When the customer was created; not in the future.")
    login_time: datetime | None = optional(
        "When the customer last signed in; not before the creation, not in the future."
    )
    password_crypted_by: str | None = optional(
        "Which application has encrypted `password`: Open2b, osCommerce, ZenCart or CRELoaded; "
        "where left out, it is in plain text."
    )


@strawberry.input(description="What only Foodics takes.")
class FoodicsCustomerInput:
    """Foodics keeps a phone number in two parts."""

    dial_code: int | None = optional(
        "The phone's country calling code, such as 966; where left out, it is taken from `phone`."
    )


@strawberry.input(
    description="A customer's values. A field left out stays as it is, null clears it. "
    "Fields that a vendor cannot hold are listed in the outcome's `ignoredFields`."
)
class CustomerFieldsInput(UnifiedFieldsInput):
    """The unified fields, and what only one vendor has in its own object."""

    storeden: StoredenCustomerInput | None = optional("What only Storeden takes.")
    tiendanube: TiendanubeCustomerInput | None = optional("What only Tiendanube takes.")
    spiffy: SpiffyCustomerInput | None = optional("What only Spiffy Stores takes.")
    open2b: Open2bCustomerInput | None = optional("What only Open2b takes.")
    foodics: FoodicsCustomerInput | None = optional("What only Foodics takes.")


OWN_INPUTS = ("storeden", "tiendanube", "spiffy", "open2b", "foodics")
"""The vendors' own objects, by their names in the domain."""
