"""Ask the register one question, and record that it was asked: never about whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.addresses import (
    LEAST_COMPANIES,
    AddressRequest,
    find_address_sharers,
    mass_addresses,
    shared_addresses,
)
from duediligence.extensions.whole_register.asking.answers import Purpose, RegisterAnswer
from duediligence.extensions.whole_register.asking.asked import AskedRegister, open_to_ask
from duediligence.extensions.whole_register.asking.changes import find_register_changes
from duediligence.extensions.whole_register.asking.circles import find_owner_circles
from duediligence.extensions.whole_register.asking.handed_over import handed_over
from duediligence.extensions.whole_register.asking.near import NearRequest, find_near_paths
from duediligence.extensions.whole_register.asking.people import LEAST as LEAST_OF_A_PERSON
from duediligence.extensions.whole_register.asking.people import find_busy_people
from duediligence.extensions.whole_register.asking.phoenixes import (
    DEFAULT_MONTHS,
    find_phoenix_companies,
)
from duediligence.model.audit import AuditEvent
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SharedAddressesRequest:
    """See `shared_addresses`."""


@dataclass(frozen=True, slots=True)
class PhoenixesRequest:
    """See `phoenixes`."""

    months: int = DEFAULT_MONTHS
    suppliers: bool = False


@dataclass(frozen=True, slots=True)
class MassAddressesRequest:
    """See `mass_addresses`."""

    least: int = LEAST_COMPANIES
    suppliers: bool = False


@dataclass(frozen=True, slots=True)
class PeopleRequest:
    """See `people`."""

    least: int = LEAST_OF_A_PERSON


@dataclass(frozen=True, slots=True)
class CirclesRequest:
    """See `circles`."""

    suppliers: bool = False


@dataclass(frozen=True, slots=True)
class ChangesRequest:
    """See `changes`."""

    since: date | None = None
    suppliers: bool = False


@dataclass(frozen=True, slots=True)
class HandedOverRequest:
    """See `handed_over`."""

    suppliers: bool = False


RegisterRequest = (
    NearRequest
    | AddressRequest
    | SharedAddressesRequest
    | PhoenixesRequest
    | MassAddressesRequest
    | PeopleRequest
    | CirclesRequest
    | ChangesRequest
    | HandedOverRequest
)


LIMIT = 100
MOST_ROWS = 100_000


@use_case("read", event="register asked")
def ask(
    workspace: Workspace,
    request: RegisterRequest,
    *,
    limit: int = LIMIT,
    purpose: Purpose = "screening",
) -> RegisterAnswer[Any]:
    """Return the first `limit` rows of an answer, the strongest first; the question is recorded.

    Raises UsageError where DuckDB is not installed, NotFound for what the register does not hold,
    Invalid for a bound out of range, Incomplete where a table is needed that is not loaded, and
    StorageError, also where the record cannot be made.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise Invalid(f"limit must be from 1 to {MOST_ROWS:,}", field="limit")
    with open_to_ask(workspace) as asked:
        answer = _answer_register_request(asked, request, limit)
    workspace.audit.add(
        AuditEvent(
            "register asked",
            workspace.now(),
            workspace.who,
            {
                "question": answer.question,
                "purpose": purpose,
                "version": answer.scope.version,
                "rows": len(answer.rows),
                "found": answer.found,
                "not_loaded": answer.scope.missing,
            },
            subject=answer.question,
        )
    )
    return answer


def _answer_register_request(
    asked: AskedRegister, request: RegisterRequest, limit: int
) -> RegisterAnswer[Any]:
    match request:
        case NearRequest():
            return find_near_paths(asked, request, limit)
        case AddressRequest():
            return find_address_sharers(asked, request, limit)
        case SharedAddressesRequest():
            return shared_addresses(asked, limit)
        case PhoenixesRequest():
            return find_phoenix_companies(
                asked, limit, months=request.months, suppliers=request.suppliers
            )
        case MassAddressesRequest():
            return mass_addresses(asked, limit, least=request.least, suppliers=request.suppliers)
        case PeopleRequest():
            return find_busy_people(asked, limit, least=request.least)
        case CirclesRequest():
            return find_owner_circles(asked, limit, suppliers=request.suppliers)
        case ChangesRequest():
            return find_register_changes(
                asked, limit, since=request.since, suppliers=request.suppliers
            )
        case HandedOverRequest():
            return handed_over(asked, limit, suppliers=request.suppliers)
    assert_never(request)
