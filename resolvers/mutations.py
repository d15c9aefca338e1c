"""The root field of every write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import strawberry

from resolvers.context import Asked
from resolvers.description import told
from resolvers.enumeration import ErrorCode
from resolvers.inputs.mutation import (
    CustomerAddressCreateInput,
    CustomerAddressDeleteInput,
    CustomerAddressUpdateInput,
    CustomerAuthenticateInput,
    CustomerCreateInput,
    CustomerCustomFieldsInput,
    CustomerDeleteInput,
    CustomerGroupAssignInput,
    CustomerGroupUnassignInput,
    CustomerMarketingConsentInput,
    CustomerRestoreInput,
    CustomersTagsInput,
    CustomerTagsInput,
    CustomerUpdateInput,
)
from resolvers.types.outcome import (
    CustomerAuthenticatePayload,
    CustomerMutationPayload,
    CustomersTagsPayload,
    UserError,
)

_INPUT = strawberry.argument(name="input", description="What is to be written, and how.")

_NOTHING: Mapping[str, Any] = {"customer": None, "outcomes": []}
"""What payloads hold beside their errors where nothing was done."""


def unserved(given: type, payload: type) -> Callable[..., Awaitable[Any]]:
    """The resolver of a write that no code carries out yet: its only outcome is a user error."""

    async def resolve(info: Asked, given: object) -> object:  # noqa: ARG001  # a write's signature
        error = UserError(
            code=ErrorCode.UNSUPPORTED,
            message=f"`{info.field_name}` is not served yet.",
            path=[],
            source_name=None,
        )
        others = {name: value for name, value in _NOTHING.items() if name in payload.__annotations__}
        return payload(user_errors=[error], **others)

    resolve.__annotations__["given"] = Annotated[given, _INPUT]
    return resolve


@strawberry.type(
    description="Writes. Each goes to the vendors and answers what became of it at every source."
)
class Mutation:
    """An input is checked before any vendor is called."""

    customer_create: CustomerMutationPayload = told(
        "Creates a customer at the named sources.",
        resolver=unserved(CustomerCreateInput, CustomerMutationPayload),
    )
    customer_update: CustomerMutationPayload = told(
        "Changes a customer at its sources.", resolver=unserved(CustomerUpdateInput, CustomerMutationPayload)
    )
    customer_delete: CustomerMutationPayload = told(
        "Deletes a customer at its sources; some vendors keep it and can restore it.",
        resolver=unserved(CustomerDeleteInput, CustomerMutationPayload),
    )
    customer_restore: CustomerMutationPayload = told(
        "Restores a deleted customer where the vendor has kept it.",
        resolver=unserved(CustomerRestoreInput, CustomerMutationPayload),
    )
    customer_address_create: CustomerMutationPayload = told(
        "Adds an address.", resolver=unserved(CustomerAddressCreateInput, CustomerMutationPayload)
    )
    customer_address_update: CustomerMutationPayload = told(
        "Changes an address of one record.",
        resolver=unserved(CustomerAddressUpdateInput, CustomerMutationPayload),
    )
    customer_address_delete: CustomerMutationPayload = told(
        "Removes an address from one record.",
        resolver=unserved(CustomerAddressDeleteInput, CustomerMutationPayload),
    )
    customer_tags_add: CustomerMutationPayload = told(
        "Adds tags to a customer; those it has stay.",
        resolver=unserved(CustomerTagsInput, CustomerMutationPayload),
    )
    customer_tags_remove: CustomerMutationPayload = told(
        "Removes tags from a customer.", resolver=unserved(CustomerTagsInput, CustomerMutationPayload)
    )
    customer_tags_replace: CustomerMutationPayload = told(
        "Gives a customer these tags and no others.",
        resolver=unserved(CustomerTagsInput, CustomerMutationPayload),
    )
    customers_tags_add: CustomersTagsPayload = told(
        "Adds tags to many customers.", resolver=unserved(CustomersTagsInput, CustomersTagsPayload)
    )
    customers_tags_remove: CustomersTagsPayload = told(
        "Removes tags from many customers.", resolver=unserved(CustomersTagsInput, CustomersTagsPayload)
    )
    customers_tags_replace: CustomersTagsPayload = told(
        "Gives many customers these tags and no others.",
        resolver=unserved(CustomersTagsInput, CustomersTagsPayload),
    )
    customer_group_assign: CustomerMutationPayload = told(
        "Puts a customer into a group of one source.",
        resolver=unserved(CustomerGroupAssignInput, CustomerMutationPayload),
    )
    customer_group_unassign: CustomerMutationPayload = told(
        "Takes a customer out of a group of one source.",
        resolver=unserved(CustomerGroupUnassignInput, CustomerMutationPayload),
    )
    customer_marketing_consent_update: CustomerMutationPayload = told(
        "Writes down a customer's consent to marketing, or its end.",
        resolver=unserved(CustomerMarketingConsentInput, CustomerMutationPayload),
    )
    customer_custom_fields_set: CustomerMutationPayload = told(
        "Sets free-form fields of a customer.",
        resolver=unserved(CustomerCustomFieldsInput, CustomerMutationPayload),
    )
    customer_authenticate: CustomerAuthenticatePayload = told(
        "Asks a vendor whether an e-mail address and a password belong together; "
        "needs the scope customers:authenticate.",
        resolver=unserved(CustomerAuthenticateInput, CustomerAuthenticatePayload),
    )
