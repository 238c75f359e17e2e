"""Registrations that the work under a contract needs, and what their registers hold."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from duediligence.model.entries import Identifier, ListEntry, Party
from duediligence.model.findings import LabourSign
from duediligence.model.runs import ListStatus
from duediligence.model.suppliers import Contract, Nation, PossibleMatch, Supplier

# The status of an entry that stands for a look-up on a register which did not find the name.
NOT_FOUND: Final = "Not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A registration, licence or approval without which work of one trade is not lawful.

    `law` is what demands it. `proof` says where it can be seen: on a list (`lists`; who left it is
    on `ended_lists`, who is graded on those of `rated_on`), on a register of a council (with one of
    `register_words` in its title), or by declaration alone. `one_of_several`: another licence,
    which its lists do not show, does as well. `whole`: the lists hold every holder in the
    `nations`. `numbers` are the beginnings of the numbers that count; all do where it is empty.
    `looked_up`: its list holds what persons looked up on the register, so that an entry counts for
    a year from its `updated_on`, and one of status NOT_FOUND says that it was not there.
    `ask` is the question to a supplier, `exempt` who needs none, `elsewhere` who registers in other
    nations. `labour_sign` is what its lack can be a sign of. `registrar` registers. `services` are
    the register's words for the kinds of service that count, as far as entries say theirs; any
    where it is empty. `penalty` is what the lack of it can lead to, `pending` law whose start is
    not known.
    """

    id: str
    title: str
    law: str
    proof: Literal["list", "council register", "declaration"]
    nations: tuple[Nation, ...]
    ask: str
    exempt: str
    lists: tuple[str, ...] = ()
    ended_lists: tuple[str, ...] = ()
    rated_on: tuple[str, ...] = ()
    whole: bool = False
    numbers: tuple[str, ...] = ()
    register_words: tuple[str, ...] = ()
    elsewhere: str = ""
    labour_sign: LabourSign | None = None
    one_of_several: bool = False
    registrar: str
    services: tuple[str, ...] = ()
    penalty: str = ""
    pending: str = ""
    looked_up: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A registration, and the contracts of one supplier whose work needs it.

    Where it is not `sure`, words of the contract, or what the company does, only suggest it.
    `nation` is the nation of the contracts; None where it is not known, or where the registration
    is the same in several.
    """

    registration: Registration
    contracts: tuple[Contract, ...]
    sure: bool = True
    nation: Nation | None = None


@dataclass(frozen=True, slots=True)
class NeededRegistrations:
    """What the contracts of a supplier need, of one register, and what that holds of the supplier.

    `registers` are the lists that are in use, none where the registrations can be seen on none.
    `found` are the entries that the supplier may be, best first on each list; `more`: there are
    further ones. `nation` is where the supplier is, None where that is not known. `others` are
    registrations in another name of which it gives the number. `formed_on` is the day on which its
    company was formed, None where that is not known.
    """

    supplier: Supplier
    needs: tuple[Need, ...]
    registers: tuple[ListStatus, ...] = ()
    found: tuple[PossibleMatch, ...] = ()
    more: bool = False
    nation: Nation | None = None
    others: tuple["NumberOfAnother", ...] = ()
    formed_on: date | None = None


@dataclass(frozen=True, slots=True)
class RegistrationsToAsk:
    """All that the contracts of a supplier need, one part a register: what none of these shows is
    asked together, so that a contract is asked about once.
    """

    supplier: Supplier
    parts: tuple[NeededRegistrations, ...]


@dataclass(frozen=True, slots=True)
class OwnedRegistrations:
    """Registrations on one list that a supplier may hold as their owner, where it may hold several.

    None is known to be the place that works for us, so no grade of one is the supplier's. `own` are
    those on the list that are known to be its places. `nations` are those of its contracts, or
    without any that of its address; empty where that is not known.
    """

    supplier: Supplier
    found: tuple[PossibleMatch, ...]
    own: tuple[PossibleMatch, ...] = ()
    nations: tuple[Nation, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberOfAnother:
    """A number that a supplier gives, and the registration of which it is; no name agrees."""

    party: Party
    number: Identifier
    entry: ListEntry
    list_title: str

    @property
    def is_holder_withheld(self) -> bool:
        """Return whether the publisher does not say who holds the registration."""
        return self.entry.service is not None and not self.entry.service.owner
