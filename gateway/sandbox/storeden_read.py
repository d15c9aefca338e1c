"""Storeden's lists and details of customers."""

import msgspec
from starlette.responses import Response

from gateway.sandbox.limit import FixedWindow
from gateway.sandbox.storeden_endpoint import Endpoint
from gateway.sandbox.storeden_row import detail, list_row
from gateway.sandbox.vendor import Document, Incoming, State, answer

RANGES = (("created_at_from", "created_at_to", "created"), ("updated_at_from", "updated_at_to", "updated"))
ACCOUNT_TYPES = ("guest", "registered")
NODES = ("custom_fields", "fullname", "accountType", "group", "account")
ORDERS_PAGE = 10
CONTRARY_PAGE_MAX = 50


class Reader(Endpoint):
    """The lists and the detail."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._encode = msgspec.json.Encoder().encode
        # The page names a leaky bucket without numbers; these are those of the updated-orders list.
        self._bucket = FixedWindow(5, 60.0, state.options.clock)

    def list_all(self, incoming: Incoming) -> Response:
        """Every customer in the ranges, unpaged; its order is an assumption."""
        return answer(self._rows(incoming))

    def list_page(self, incoming: Incoming) -> Response:
        """A page by ``limit`` and ``skip`` as in the orders list: all of it is an assumption."""
        limit = self._integer(incoming, "limit", ORDERS_PAGE)
        skip = self._integer(incoming, "skip", 0)
        if "account" not in self._nodes(incoming):
            return self._page(incoming, limit, skip)
        verdict = self._bucket.take()
        if verdict.allowed or not self.state.options.rate_limits:
            response = self._page(incoming, limit, skip)
        else:
            response = answer({"ok": 0, "err": "Too many requests"}, 429)
        response.headers["X-Storeden-Limit"] = f"{verdict.remaining}/{verdict.limit}"
        return response

    def client(self, incoming: Incoming) -> Response:
        """One customer by id or e-mail."""
        identifier, email = incoming.query.get("id", ""), incoming.query.get("email", "")
        if not identifier and not email:
            raise self.refuse("One of id and email is required")
        document = self.find(identifier, email)
        if document is None:
            raise self.refuse("Client not found", 404)
        return answer(detail(document))

    def _page(self, incoming: Incoming, limit: int, skip: int) -> Response:
        if not self.state.contrary:
            return answer(self._rows(incoming, limit, skip))
        where, values = self._where(incoming)
        rows = self._rows(incoming, min(limit, CONTRARY_PAGE_MAX), skip)
        return answer({"count": self.customers.count(where, values), "clients": rows})

    def _rows(self, incoming: Incoming, limit: int = -1, skip: int = 0) -> list[msgspec.Raw]:
        """The rows, encoded one by one: a list of everybody is long."""
        where, values = self._where(incoming)
        nodes = self._nodes(incoming)
        contrary = self.state.contrary
        order = "created DESC, id DESC" if contrary else "id"
        found = self.customers.stream(where, values, order=order, limit=limit, offset=skip)
        groups = {group["id"]: group for group in self.state.tables["grouping"].select()}
        rows = (
            list_row(one, nodes, self._group(one["group"], groups), contrary=contrary)
            | ({"account": {"uid": one["userUID"]}} if "account" in nodes else {})
            for one in found
        )
        return [msgspec.Raw(self._encode(row)) for row in rows]

    def _group(self, identifier: str | None, groups: dict[str, Document]) -> object:
        """The ``group`` node; its shape is documented nowhere: the bare id, or the group with its name."""
        if not self.state.contrary:
            return identifier
        group = groups.get(identifier or "")
        return "" if group is None else {"id": group["id"], "name": group["name"]}

    def _nodes(self, incoming: Incoming) -> list[str]:
        asked = incoming.query.get("nodes", "").replace(" ", "").split(",")
        return [node for node in asked if node in NODES]

    def _where(self, incoming: Incoming) -> tuple[str, list[str | int]]:
        conditions, values = ["1"], list[str | int]()
        above, below = (">=", "<=") if self.state.contrary else (">", "<")
        for begin, end, column in RANGES:
            if self._has_range(incoming, begin, end):
                conditions.append(f"{column} {above} ? AND {column} {below} ?")
                values += [self._integer(incoming, begin, 0), self._integer(incoming, end, 0)]
        account_type = incoming.query.get("accountType", "")
        if account_type:
            if account_type not in ACCOUNT_TYPES:
                raise self.refuse("accountType is guest or registered")
            conditions.append("account_type = ?")
            values.append(account_type)
        return " AND ".join(conditions), values

    def _has_range(self, incoming: Incoming, begin: str, end: str) -> bool:
        """Whether both ends are there. Half a pair is an error, or ignored: the page is silent."""
        given = [name for name in (begin, end) if incoming.query.get(name)]
        if len(given) == 1 and not self.state.contrary:
            raise self.refuse(f"{begin} must be used with {end}")
        return len(given) == 2

    def _integer(self, incoming: Incoming, name: str, default: int) -> int:
        text = incoming.query.get(name, "")
        if text and not text.removeprefix("-").isdigit():
            raise self.refuse(f"{name} must be an integer")
        return int(text) if text else default
