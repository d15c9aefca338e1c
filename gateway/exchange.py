"""One source's conversation over HTTP: signing, pacing, retries, deadlines, and what each status means."""

from __future__ import annotations

import asyncio
import random
from typing import TypedDict, TypeVar, Unpack

import msgspec
from cachetools import TTLCache
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from gateway.call import Call, Nothing, Problem, Verdict
from gateway.clock import Clock
from gateway.errors import (
    AccessForbidden,
    CredentialsRefused,
    CustomerNotFound,
    DeadlineExceeded,
    GatewayError,
    RateLimited,
    SourceError,
    SourceTimeout,
    SourceUnavailable,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.health import FAILURES_UNTIL_DOWN, Health, HealthState
from gateway.operation import Operation, TracedCall
from gateway.pace import Pace
from gateway.settings import SourceSettings
from gateway.spec import AnySpec
from gateway.transport import Request, Response, Transport, TransportFailed

T = TypeVar("T")

ATTEMPTS = 3
REMEMBERED = 2048
"""Answers that one source's cache keeps at most."""

_STATUSES: dict[int, tuple[type[SourceError], str]] = {
    401: (CredentialsRefused, "refused the credentials; check this source's keys"),
    402: (SourceUnavailable, "says that the store is suspended"),
    403: (AccessForbidden, "says that the credentials lack a permission"),
    404: (CustomerNotFound, "has nothing at this address"),
    429: (RateLimited, "reached its rate limit"),
    509: (RateLimited, "reached its quota"),
}


class TraceFacts(TypedDict, total=False):
    """What a trace entry tells beside the request; see `TracedCall`."""

    status: int | None
    elapsed: float
    attempt: int
    served_by: str


class _GaveUp(Exception):
    """The operation that led a request had no time for another attempt; one that ends later may have."""

    def __init__(self, error: SourceError, ends_at: float) -> None:
        super().__init__(error.message)
        self.error = error
        self.ends_at = ends_at


class Exchange:
    """Sends requests for one source. Equal reads under way at the same time are sent once."""

    def __init__(
        self, settings: SourceSettings, spec: AnySpec, *, transport: Transport, clock: Clock, cache_ttl: float
    ) -> None:
        self._settings = settings
        self._spec = spec
        self._connection = spec.connect(settings)
        self.lacks = self._connection.lacks
        """Fields that the source's credentials may not read."""
        self._transport = transport
        self._clock = clock
        self._label = f"{settings.name} ({spec.vendor})"
        self._flights: dict[Request, asyncio.Task[Response]] = {}
        self._answers: TTLCache[Request, Response] | None = (
            TTLCache(REMEMBERED, cache_ttl, timer=clock.monotonic) if cache_ttl > 0 else None
        )
        self._age = 0
        """How often `forget` was called."""
        self._renewing = asyncio.Lock()
        self.health = Health(clock)
        self.pace = Pace(
            spec.table.rate, concurrency=spec.table.concurrency, factor=settings.rate_factor, clock=clock
        )

    async def ask(self, call: Call[T], operation: Operation, *, is_cached: bool = False) -> T:
        """The call's answer. `is_cached`: one of the last seconds may serve. Raises `SourceError` or a spent budget."""
        request = call.request
        remembered = self._remembered(request, operation) if is_cached else None
        if remembered is not None:
            self._trace(operation, request, status=remembered.status, served_by="cache")
            return self._read(call, remembered)
        age = self._age
        try:
            response = await self._flight(request, operation)
        except AccessForbidden as error:
            raise error.naming(call.scope) from error
        answer = self._read(call, response)
        self.health.succeeded()
        if is_cached and age == self._age:
            operation.answers[self._settings.name, request] = (age, response)
            if self._answers is not None:
                self._answers[request] = response
        return answer

    def _remembered(self, request: Request, operation: Operation) -> Response | None:
        """What the operation itself was answered since the last write, however old, or anybody a few seconds ago."""
        age, response = operation.answers.get((self._settings.name, request), (None, None))
        if age == self._age:
            return response
        return None if self._answers is None else self._answers.get(request)

    def forget(self) -> None:
        """Something was written: no answer from before it, remembered or still under way, serves a later question."""
        self._age += 1
        self._flights.clear()
        if self._answers is not None:
            self._answers.clear()

    async def _flight(self, request: Request, operation: Operation) -> Response:
        if not request.is_repeatable:
            return await self._persistent(request, operation)
        flight = self._flights.get(request)
        if flight is None:
            return await self._led(request, operation)
        self._trace(operation, request, served_by="flight")
        try:
            return await asyncio.wait_for(asyncio.shield(flight), operation.remaining())
        except _GaveUp as given_up:
            if operation.ends_at <= given_up.ends_at:
                raise given_up.error from given_up
            return await self._flight(request, operation)
        except TimeoutError as error:
            raise DeadlineExceeded(
                f"{self._label} did not answer before the operation's deadline."
            ) from error
        except (asyncio.CancelledError, GatewayError) as error:
            # The leader's own deadline, budget or end is no answer to this operation.
            if isinstance(error, SourceError) or (
                isinstance(error, asyncio.CancelledError) and not flight.cancelled()
            ):
                raise
            return await self._flight(request, operation)

    async def _led(self, request: Request, operation: Operation) -> Response:
        flight = asyncio.ensure_future(self._persistent(request, operation))
        self._flights[request] = flight

        def landed(flight: asyncio.Task[Response]) -> None:
            if self._flights.get(request) is flight:
                del self._flights[request]

        flight.add_done_callback(landed)
        try:
            return await flight
        except _GaveUp as given_up:
            raise given_up.error from given_up

    async def _persistent(self, request: Request, operation: Operation) -> Response:
        """With as many attempts as the request and the operation's time allow; `_GaveUp` where time ends them."""

        def is_worth_repeating(error: BaseException) -> bool:
            if not isinstance(error, SourceError) or not error.retryable:
                return False
            is_harmless = request.is_repeatable or not error.may_be_done
            return is_harmless and self.health.state is not HealthState.DOWN

        def is_over(state: RetryCallState) -> bool:
            if state.attempt_number >= ATTEMPTS:
                return True
            error = state.outcome.exception() if state.outcome else None
            if isinstance(error, SourceError) and state.upcoming_sleep >= operation.remaining():
                raise _GaveUp(error, operation.ends_at) from error
            return False

        retrying = AsyncRetrying(
            stop=is_over,
            retry=retry_if_exception(is_worth_repeating),
            wait=_wait,
            sleep=self._clock.sleep,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await self._attempt(request, operation, attempt.retry_state.attempt_number)
        raise AssertionError  # tenacity returns or raises

    async def _attempt(self, request: Request, operation: Operation, number: int) -> Response:
        self._refuse(self.health.admit())
        try:
            response = await self._signed(request, operation, number)
        except SourceError as error:
            self.health.failed(error)
            raise
        return response

    def _refuse(self, failure: SourceError | None) -> None:
        """Raise a source's last failure anew, where there is one."""
        if failure is not None:
            message = f"{failure.message} It has failed {FAILURES_UNTIL_DOWN} times running and is left alone for now."
            raise type(failure)(message, source=self._settings.name, status=failure.status)

    async def _signed(self, request: Request, operation: Operation, number: int) -> Response:
        """Send; a refused token that can be renewed is renewed, and the request sent once more."""
        used = self._connection.auth.headers()
        response = await self._sent(request, operation, number)
        if response.status == 401 and await self._renewed(used, operation):
            response = await self._sent(request, operation, number)
        problem = self._problem(response)
        if problem is None:
            return response
        if isinstance(problem, RateLimited) and problem.retry_after:
            self.pace.hold(problem.retry_after)
        # A server may fail after it has done its work; a refusal tells that it has not.
        problem.may_be_done = response.status >= 500 and not isinstance(problem, RateLimited)
        raise problem

    async def _renewed(self, used: object, operation: Operation) -> bool:
        auth = self._connection.auth
        async with self._renewing:
            if auth.headers() != used:
                return True
            renewal = auth.renewal()
            if renewal is None:
                return False
            headers = (*self._connection.headers, *renewal.headers)
            renewal = msgspec.structs.replace(renewal, headers=headers)
            answer = await self._timed(renewal.path, renewal, operation, 1, is_secret=True)
            return auth.accept(answer)

    async def _sent(self, request: Request, operation: Operation, number: int) -> Response:
        connection = self._connection
        headers = (*connection.headers, *connection.auth.headers(), *request.headers)
        signed = msgspec.structs.replace(request, headers=headers)
        self._pause(operation)
        was_down = self.health.state is HealthState.DOWN
        await self.pace.enter(operation.remaining())
        try:
            if not was_down and self.health.state is HealthState.DOWN:
                # Those before it in the queue have met the same: it need not be waited for once more.
                self._refuse(self.health.last_error)
            while pause := self._pause(operation):
                await self._clock.sleep(pause)
            response = await self._timed(connection.base_url + request.target, signed, operation, number)
        finally:
            self.pace.leave()
        self.pace.observe(self._spec.rate(response))
        return response

    def _pause(self, operation: Operation) -> float:
        """Seconds to wait by the vendor's own words; raises `RateLimited` where they are more than are left."""
        pause = self.pace.pause()
        if pause >= operation.remaining():
            raise RateLimited(
                f"{self._label} has told us to wait.", source=self._settings.name, retry_after=pause
            )
        return pause

    async def _timed(
        self, url: str, request: Request, operation: Operation, number: int, *, is_secret: bool = False
    ) -> Response:
        left = operation.remaining()
        operation.spend()
        started = self._clock.monotonic()
        status: int | None = None
        try:
            response = await self._transport.send(url, request, seconds=min(self._settings.timeout, left))
            status = response.status
            return response
        except TransportFailed as failure:
            raise self._failed(failure, is_deadline=left < self._settings.timeout) from failure
        finally:
            elapsed = (self._clock.monotonic() - started) * 1000
            shown = msgspec.structs.replace(request, query=(), body=b"") if is_secret else request
            self._trace(operation, shown, status=status, elapsed=elapsed, attempt=number)

    def _trace(self, operation: Operation, request: Request, **facts: Unpack[TraceFacts]) -> None:
        traced = TracedCall(
            source_name=self._settings.name,
            method=request.method,
            path=request.path,
            parameters=request.query,
            body=request.body,
            **facts,
        )
        operation.trace.append(traced)

    def _failed(self, failure: TransportFailed, *, is_deadline: bool) -> GatewayError:
        error = self._named(failure, is_deadline=is_deadline)
        error.may_be_done = failure.was_sent
        return error

    def _named(self, failure: TransportFailed, *, is_deadline: bool) -> GatewayError:
        name = self._settings.name
        if failure.is_timeout and is_deadline:
            return DeadlineExceeded(f"{self._label} did not answer before the operation's deadline.")
        if failure.is_timeout:
            error = SourceTimeout(
                f"{self._label} did not answer in {self._settings.timeout:g} s.", source=name
            )
            # Waiting as long again helps nobody who waits for the answer.
            error.retryable = not failure.was_sent
            return error
        return SourceUnavailable(f"{self._label} cannot be reached: {failure.reason}.", source=name)

    def _problem(self, response: Response) -> SourceError | None:
        verdict = self._verdict(response)
        if isinstance(verdict, Nothing) or (verdict is None and response.status < 300):
            return None
        if verdict is not None:
            return self._explained(verdict, response)
        return self._by_status(response)

    def _verdict(self, response: Response) -> Verdict:
        try:
            return self._spec.explain(response)
        except RecursionError:
            return Problem(error=VendorMisbehaved, message="sent an answer that is nested too deeply.")

    def _explained(self, problem: Problem, response: Response) -> SourceError:
        message = f"{self._label}: {problem.message}"
        if issubclass(problem.error, VendorRejected):
            return problem.error(
                message, source=self._settings.name, status=response.status, problems=problem.problems
            )
        wait = problem.retry_after if problem.retry_after is not None else retry_after(response)
        return problem.error(message, source=self._settings.name, status=response.status, retry_after=wait)

    def _by_status(self, response: Response) -> SourceError:
        status = response.status
        if status >= 500 and status != 509:
            kind: type[SourceError] = SourceUnavailable
            fact = "cannot answer now"
        elif status < 400:
            kind, fact = VendorMisbehaved, "redirects; check this source's base_url"
        else:
            kind, fact = _STATUSES.get(status, (VendorRejected, "refused the request"))
        message = f"{self._label} {fact} (HTTP {status})."
        if kind is VendorRejected:
            return VendorRejected(message, source=self._settings.name, status=status)
        return kind(message, source=self._settings.name, status=status, retry_after=retry_after(response))

    def _read(self, call: Call[T], response: Response) -> T:
        if isinstance(self._verdict(response), Nothing):
            if call.empty is None:
                raise self._by_status(response)
            return call.empty
        try:
            return call.read(response)
        except PermissionError as error:
            words = f"{self._label} has passed over what it was sent: the credentials lack a permission."
            raise AccessForbidden(words, source=self._settings.name).naming(call.scope) from error
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, ValueError, RecursionError) as error:
            problem = VendorMisbehaved(
                f"{self._label} sent an answer that is not as agreed: {_place(error)}.",
                source=self._settings.name,
            )
            problem.may_be_done = True
            self.health.failed(problem)
            raise problem from error


def _place(error: Exception) -> str:
    """Where and what kind, never the value: msgspec's validation messages hold types and a path alone."""
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    return (
        "it is no valid JSON"
        if isinstance(error, msgspec.DecodeError | UnicodeDecodeError)
        else "a part is missing"
    )


def retry_after(response: Response) -> float | None:
    """Seconds of the Retry-After header (RFC 9110 §10.2.3, the delay form); None where it is absent or a date."""
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _wait(state: RetryCallState) -> float:
    """What the vendor asked for, else a growing, jittered pause in seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, SourceError) else None
    if asked is not None:
        return asked
    return float(0.2 * 2 ** (state.attempt_number - 1) * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, no secret
