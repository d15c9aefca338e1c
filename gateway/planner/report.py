"""What each source did for one customer, told beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.adapter import Found
from gateway.customer import SourceReport, SourceState
from gateway.errors import GatewayError, SourceError


def reports_of(names: Iterable[str], outcome: Mapping[str, GatewayError | None]) -> list[SourceReport]:
    """One for each source; who is not in the outcome was not asked."""
    reports = []
    for name in names:
        if name not in outcome:
            reports.append(SourceReport(source_name=name, state=SourceState.SKIPPED))
        elif (error := outcome[name]) is None:
            reports.append(complete(name))
        else:
            reports.append(SourceReport(source_name=name, state=SourceState.FAILED, error=error))
    return reports


def complete(source_name: str) -> SourceReport:
    """The source has told all."""
    return SourceReport(source_name=source_name, state=SourceState.COMPLETE)


def or_failed(report: SourceReport, failures: Mapping[str, GatewayError]) -> SourceReport:
    """The report, unless its source has failed since."""
    error = failures.get(report.source_name)
    if error is None:
        return report
    return SourceReport(source_name=report.source_name, state=SourceState.FAILED, error=error)


def raise_failure(found: Iterable[Found]) -> None:
    """Raise the first failure among what became of several records."""
    for one in found:
        if isinstance(one, SourceError):
            raise one


def raise_first(reports: Iterable[SourceReport]) -> None:
    """Nobody was found and somebody could not answer: then "there is none" would be a lie."""
    for report in reports:
        if report.error is not None:
            raise report.error
