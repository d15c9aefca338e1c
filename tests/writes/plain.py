"""Stores as plain as they can be written: what each vendor holds, refuses and shows, without a word of how."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar

Card = dict[str, Any]
"""What is known of one record: fields by the API's names, `tags` in order of their names, `places` in the store's."""

STRANGE = "no such tag"
"""A tag that no vendor has whose tags are made elsewhere."""
PLACE: Mapping[str, str] = {"line1": "Via Po 1", "city": "Torino", "postalCode": "10100", "countryCode": "IT"}


class Store:
    """What every vendor's store has in common."""

    name: str
    blank: ClassVar[Card]
    """What is held, as a new customer has it who is told nothing of."""
    untold: frozenset[str] = frozenset()
    """Held, and shown by no answer: a write of them is always sent and cannot be taken back."""
    has_made_tags = False
    """Tags are made elsewhere: one that is not there cannot be given."""
    takes_strange_tags_unheard = False
    """In a new customer, such a tag is left out."""
    is_unique = True
    """One customer for one e-mail address, who comes first stays."""
    can_restore = False
    can_remove_place = True
    parts: tuple[str, ...] = ("line1", "city")

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.gone: dict[str, tuple[str, Card]] = {}
        """Deleted and kept: the vendor's id → e-mail address and card."""

    @property
    def held(self) -> frozenset[str]:
        return frozenset(self.blank) - {"places"}

    def created(self, given: Card) -> Card:
        card = deepcopy(self.blank)
        card["places"] = [{part: PLACE.get(part, "") for part in self.parts}]
        told = {key: value for key, value in given.items() if value is not None}
        if self.takes_strange_tags_unheard and "tags" in told:
            told["tags"] = [tag for tag in told["tags"] if tag != STRANGE]
        return self.changed(card, told)

    def changed(self, card: Card, given: Card) -> Card:
        after = deepcopy(card)
        for name in self.held & given.keys():
            value = given[name]
            if name == "customFields":
                merged = {**after[name], **value}
                after[name] = {key: one for key, one in merged.items() if one is not None}
            elif name == "tags":
                after[name] = sorted(value)
            else:
                after[name] = "" if value is None else value
        return after

    def tagged(self, card: Card, tags: list[str], verb: str) -> Card:
        former, named = set(card["tags"]), set(tags)
        after = {"Add": former | named, "Remove": former - named, "Replace": named}[verb]
        return {**card, "tags": sorted(after)}

    def refuses_tags(self, tags: list[str]) -> bool:
        return self.has_made_tags and STRANGE in tags

    def finals(self, given: Card) -> int:
        """How many requests of a change cannot be taken back."""
        return len(self.untold & given.keys())

    def is_invalid(self, given: Card) -> bool:
        """Whether a change is refused before anything is called."""
        del given
        return False

    def place_added(self, card: Card, place: Card) -> Card | None:
        """None where there is no room; the same card where there is such a place."""
        if any(self.is_such(one, place) for one in card["places"]):
            return card
        fresh = {**dict.fromkeys(self.parts, ""), **self.kept(place)}
        return {**card, "places": [*deepcopy(card["places"]), fresh]}

    def place_changed(self, card: Card, at: int, place: Card) -> Card:
        after = deepcopy(card)
        after["places"][at] |= self.kept(place)
        return after

    def place_removed(self, card: Card, at: int) -> Card:
        return {**card, "places": [one for place, one in enumerate(card["places"]) if place != at]}

    def can_remove(self, at: int) -> bool:
        del at
        return self.can_remove_place

    def kept(self, place: Card) -> Card:
        return {part: place[part] or "" for part in self.parts if part in place}

    def is_such(self, one: Card, place: Card) -> bool:
        return all(one[part] == value for part, value in self.kept(place).items())

    def place_id(self, document: Card, at: int) -> str | None:
        return str(document["addresses"][at]["id"])

    def email(self, document: Card) -> str:
        return str(document["email"])

    def is_alive(self, document: Card) -> bool:
        del document
        return True

    def show(self, document: Card) -> Card:
        raise NotImplementedError


class Storeden(Store):
    name = "storeden"
    blank: ClassVar[Card] = {
        "name": "", "phone": "", "note": "", "tags": [], "acceptsMarketing": False, "customFields": {},
    }  # fmt: skip
    untold = frozenset({"note", "tags"})
    can_remove_place = False

    def place_added(self, card: Card, place: Card) -> Card | None:
        """It has one address, which is there or empty."""
        return None if any(card["places"][0].values()) else self.place_changed(card, 0, place)

    def place_id(self, document: Card, at: int) -> str | None:
        del document, at
        return None

    def show(self, document: Card) -> Card:
        return {
            "name": document["fullname"],
            "phone": document["phone"],
            "note": document["note"],
            "tags": sorted(document["tags"]),
            "acceptsMarketing": document["accept_marketing"],
            "customFields": document["custom_fields"],
            "places": [{"line1": document["address"], "city": document["city"]}],
        }


class Tiendanube(Store):
    name = "tiendanube"
    blank: ClassVar[Card] = {"name": "", "phone": "", "note": "", "customFields": {}}
    can_remove_place = False

    def show(self, document: Card) -> Card:
        return {
            "name": document["name"],
            "phone": document["phone"] or "",
            "note": document["note"] or "",
            "customFields": document["extra"],
            "places": [
                {"line1": one["address"] or "", "city": one["city"] or ""} for one in document["addresses"]
            ],
        }


class Spiffy(Store):
    """The phone number is in the first address, which is the default one, or makes one."""

    name = "spiffy"
    blank: ClassVar[Card] = {
        "lastName": "", "company": "", "note": "", "tags": [], "acceptsMarketing": False, "isWholesale": False,
        "phone": "",
    }  # fmt: skip
    parts = ("line1", "city", "phone")

    def changed(self, card: Card, given: Card) -> Card:
        after = super().changed(card, given)
        del after["phone"]
        if "phone" in given and (after["places"] or given["phone"]):
            after["places"] = after["places"] or [dict.fromkeys(self.parts, "")]
            after["places"][0]["phone"] = given["phone"] or ""
        return self._called(after)

    def place_removed(self, card: Card, at: int) -> Card:
        return self._called(super().place_removed(card, at))

    def _called(self, card: Card) -> Card:
        return {**card, "phone": card["places"][0]["phone"] if card["places"] else ""}

    def show(self, document: Card) -> Card:
        places = [{part: one[_SPIFFY[part]] or "" for part in self.parts} for one in document["addresses"]]
        assert [one["default"] for one in document["addresses"]] == [at == 0 for at in range(len(places))]
        return self._called(
            {
                "lastName": document["last_name"],
                "company": document.get("company") or "",
                "note": document["note"] or "",
                "tags": sorted(tag for tag in (document["tags"] or "").split(",") if tag),
                "acceptsMarketing": document["accepts_marketing"],
                "isWholesale": document["wholesale"],
                "places": places,
            }
        )


_SPIFFY = {"line1": "address1", "city": "city", "phone": "phone"}


class Open2b(Store):
    """The billing address is always there, one for shipping may be beside it."""

    name = "open2b"
    blank: ClassVar[Card] = {"lastName": "", "company": "", "phone": "", "locale": "it-IT", "tags": []}
    has_made_tags = True
    takes_strange_tags_unheard = True
    is_unique = False

    def place_added(self, card: Card, place: Card) -> Card | None:
        return None if len(card["places"]) > 1 else super().place_added(card, place)

    def is_such(self, one: Card, place: Card) -> bool:
        """The one for billing is none for shipping, whatever is in it."""
        del one, place
        return False

    def can_remove(self, at: int) -> bool:
        return at == 1

    def place_id(self, document: Card, at: int) -> str | None:
        del document
        return ("BILLING", "SHIPPING")[at]

    def email(self, document: Card) -> str:
        return str(document["billingAddress"]["email"])

    def show(self, document: Card) -> Card:
        billing, shipping = document["billingAddress"], document["shippingAddress"]
        return {
            "lastName": billing["lastName"],
            "company": billing["companyName"],
            "phone": billing["phoneNumber"],
            "locale": document["locale"],
            "tags": sorted(map(str, document["labels"])),
            "places": [
                {"line1": one["street1"], "city": one["city"]}
                for one in (billing, shipping)
                if one is not None
            ],
        }


class Foodics(Store):
    """Deleted customers stay, and are told apart by the time of it. An address is called as its customer then was."""

    name = "foodics"
    blank: ClassVar[Card] = {
        "name": "", "phone": "", "note": "", "tags": [], "isBlacklisted": False, "gender": "", "birthDate": "",
        "loyalty": {"isEnabled": False},
    }  # fmt: skip
    has_made_tags = True
    is_unique = False
    can_restore = True
    parts = ("line1", "name")

    def created(self, given: Card) -> Card:
        card = super().created(given)
        card["places"][0]["name"] = given["name"]
        return card

    def is_invalid(self, given: Card) -> bool:
        return given.get("phone", "") is None

    def place_added(self, card: Card, place: Card) -> Card | None:
        return super().place_added(card, {**place, "name": card["name"]})

    def is_alive(self, document: Card) -> bool:
        return document["deleted_at"] is None

    def place_id(self, document: Card, at: int) -> str | None:
        return str(self._living(document)[at]["id"])

    def _living(self, document: Card) -> list[Card]:
        return [one for one in document["addresses"] if one.get("deleted_at") is None]

    def show(self, document: Card) -> Card:
        gender = {None: "", 1: "MALE", 2: "FEMALE"}[document["gender"]]
        return {
            "name": document["name"],
            "phone": f"+{document['dial_code']} {document['phone']}",
            "note": document["notes"] or "",
            "tags": sorted(tag["id"] for tag in document["tags"]),
            "isBlacklisted": document["is_blacklisted"],
            "gender": gender,
            "birthDate": document["birth_date"] or "",
            "loyalty": {"isEnabled": bool(document["is_loyalty_enabled"])},
            "places": [
                {"line1": one["description"] or "", "name": one["name"]} for one in self._living(document)
            ],
        }


def stores() -> dict[str, Store]:
    """A new store of each vendor, in priority order."""
    return {kind.name: kind() for kind in (Storeden, Tiendanube, Spiffy, Open2b, Foodics)}
