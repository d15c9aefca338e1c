"""What Storeden's endpoints share: authorisation, refusals, receipts, and finding and saving a customer."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.sandbox.credential import STOREDEN, STOREDEN_READ
from gateway.sandbox.form import Form, read_form
from gateway.sandbox.limit import Verdict
from gateway.sandbox.vendor import Document, Incoming, Refused, State, answer


def authorize(state: State, request: Request) -> None:
    """Refuse wrong header pairs, and writes with a READ pair; both bodies and statuses are assumptions."""
    given = {"key": request.headers.get("key"), "exchange": request.headers.get("exchange")}
    if given not in (STOREDEN, STOREDEN_READ):
        raise Refused(
            Response("Forbidden", 403) if state.contrary else error(state, "Invalid key or exchange", 401)
        )
    if given == STOREDEN_READ and request.method != "GET":
        raise Refused(error(state, "This key is READ only", 403))


def over_limit(_state: State, _verdict: Verdict) -> Response:
    """The daily quota's documented status and words; no Retry-After is documented."""
    return Response("Limit Exceeded", 509, media_type="text/plain")


def unknown(state: State, _request: Request, status: int) -> Response:
    """An endpoint that is not there."""
    return error(state, "Unknown endpoint", status)


def error(state: State, message: str, status: int = 400) -> Response:
    """An error in one of the two shapes that are assumed: a status with a receipt, or 200 with ``error``."""
    if state.contrary:
        return answer({"error": message})
    return answer({"ok": 0, "err": message}, status)


def receipt(modified: int, found: int = 1) -> Document:
    """A write receipt in the manner of a Mongo driver; ``found`` is its ``n``."""
    return {"ok": 1, "nModified": modified, "n": found, "err": None}


class Endpoint:
    """What the endpoints share: the form, and finding a customer."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.customers = state.customers

    def refuse(self, message: str, status: int = 400) -> Refused:
        """The refusal to raise; all its statuses and words are assumptions."""
        return Refused(error(self.state, message, status))

    def form(self, incoming: Incoming) -> Form:
        """The form in the body, with DELETE too; the query of a write is not looked at."""
        return read_form(incoming.body, incoming.request.headers.get("content-type", ""))

    def find(self, identifier: str, email: str) -> Document | None:
        """By id where there is one, else by e-mail: whatever its case, an assumption."""
        if identifier:
            return self.customers.get(identifier)
        found = self.customers.select("email_lower = ?", (email.lower(),))
        matching = (one for one in found if not self.state.contrary or one["email"] == email)
        return next(matching, None)

    def named(self, form: Form) -> Document:
        """The customer that the form's ``id`` names; refused where there is none."""
        document = self.find(form.text("id"), "") if form.text("id") else None
        if document is None:
            raise self.refuse("Client not found", 404)
        return document

    def save(self, before: Document, after: Document) -> int:
        """Store the customer where it changed; how many did (0 or 1)."""
        if after == before:
            return 0
        self.customers.put(after | {"updated": self.state.now()})
        return 1
