"""What can be asked of the register, and with which bounds."""

from dataclasses import dataclass
from datetime import date

from duediligence.extensions.whole_register.asking.address import AddressRequest
from duediligence.extensions.whole_register.asking.mass_addresses import LEAST as LEAST_COMPANIES
from duediligence.extensions.whole_register.asking.near import NearRequest
from duediligence.extensions.whole_register.asking.people import LEAST as LEAST_OF_A_PERSON
from duediligence.extensions.whole_register.asking.phoenixes import DEFAULT_MONTHS


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
