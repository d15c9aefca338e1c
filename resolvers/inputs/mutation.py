"""What the single mutations take."""

from __future__ import annotations

import strawberry

from resolvers.description import needed, optional
from resolvers.inputs.target import Manner, Placement, RecordsTarget, RecordTarget, RestoreTarget
from resolvers.profile_input import AddressInput, CustomFieldInput
from resolvers.vendor_input import CustomerFieldsInput


@strawberry.input(description="A new customer.")
class CustomerCreateInput(Placement):
    """See `Mutation.customerCreate`."""

    customer: CustomerFieldsInput = needed("The new customer's values.")


@strawberry.input(description="Changes to a customer.")
class CustomerUpdateInput(RecordsTarget):
    """See `Mutation.customerUpdate`."""

    customer: CustomerFieldsInput = needed("What changes: a field left out stays as it is, null clears it.")


@strawberry.input(description="Tags of one customer.")
class CustomerTagsInput(RecordsTarget):
    """See `Mutation.customerTagsAdd`."""

    tags: list[str] = needed("The tags by name.")


@strawberry.input(
    description="Tags of many customers; exactly one of ids, emails and allCustomers says whose."
)
class CustomersTagsInput(Manner):
    """See `Mutation.customersTagsAdd`."""

    ids: list[strawberry.ID] | None = optional("These customers.")
    emails: list[str] | None = optional("The customers with these e-mail addresses.")
    all_customers: bool | None = optional("True: every customer; needs the scope customers:bulk.")
    sources: list[str] | None = optional("Limits the write to these sources.")
    tags: list[str] | None = optional("The tags by name.")
    tag_prefixes: list[str] | None = optional(
        "Only for removing: every tag that begins so. A * is a star, never a wildcard."
    )


@strawberry.input(description="The end of a customer.")
class CustomerDeleteInput(RecordsTarget):
    """See `Mutation.customerDelete`."""


@strawberry.input(description="The return of a deleted customer.")
class CustomerRestoreInput(RestoreTarget):
    """See `Mutation.customerRestore`."""


@strawberry.input(description="A new address.")
class CustomerAddressCreateInput(RecordsTarget):
    """See `Mutation.customerAddressCreate`."""

    address: AddressInput = needed("The new address.")


@strawberry.input(description="Changes to an address of one record.")
class CustomerAddressUpdateInput(RecordTarget):
    """See `Mutation.customerAddressUpdate`."""

    address_id: str | None = optional(
        "The vendor's id of the address; left out for the only inline or billing address."
    )
    address: AddressInput = needed("What changes: a field left out stays as it is, null clears it.")


@strawberry.input(description="The end of an address of one record.")
class CustomerAddressDeleteInput(RecordTarget):
    """See `Mutation.customerAddressDelete`."""

    address_id: str = needed("The vendor's id of the address.")


@strawberry.input(description="A customer's place in a group of one source.")
class CustomerGroupAssignInput(RecordTarget):
    """See `Mutation.customerGroupAssign`."""

    group_id: str = needed("The vendor's id of the group.")


@strawberry.input(description="The end of a customer's place in a group of one source.")
class CustomerGroupUnassignInput(RecordTarget):
    """See `Mutation.customerGroupUnassign`."""

    group_id: str | None = optional("The vendor's id of the group; where left out, the one there is.")


@strawberry.input(description="A customer's consent to marketing.")
class CustomerMarketingConsentInput(RecordsTarget):
    """See `Mutation.customerMarketingConsentUpdate`."""

    accepts_marketing: bool = needed("Whether the customer accepts marketing from now on.")


@strawberry.input(description="Free-form fields of a customer.")
class CustomerCustomFieldsInput(RecordsTarget):
    """See `Mutation.customerCustomFieldsSet`."""

    custom_fields: list[CustomFieldInput] = needed("What is set, merged by key; a null value clears the key.")


@strawberry.input(description="A customer's credentials at one store.")
class CustomerAuthenticateInput:
    """See `Mutation.customerAuthenticate`."""

    source: str = needed("The source whose vendor is asked.")
    email: str = needed("The e-mail address.")
    password: str = needed("The password; it is passed on and never kept.")
