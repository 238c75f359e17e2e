"""The chain of corporate owners, followed upward through the UK register."""

import re
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.model import Company, Officer, Owner, Parent, register_number
from duediligence.model.registers.company import RegisteredAt

# Far more than any real group needs, and an end to what a wrong record could begin.
MOST_STEPS = 100
_UK = re.compile(
    r"\b(united kingdom|u\.?k\.?|great britain|gb|england|wales|scotland|northern ireland|"
    r"companies house|cardiff|edinburgh|belfast)\b"
)
_NOT_UK = re.compile(r"\bnew south wales\b")


class Steps(Protocol):
    """A register that can be asked for a company, its owners and its officers."""

    def company(self, number: str) -> Company | None: ...
    def owners(self, number: str) -> tuple[Owner, ...]: ...
    def officers(self, number: str) -> tuple[Officer, ...]: ...


def parents(
    steps: Steps, company: Company, owners: Sequence[Owner], *, depth: int
) -> tuple[Parent, ...]:
    """Every corporate owner in office, nearest first, up to `depth` steps above the company.

    An owner is taken for the company of the number that it gives only where the names fit: the
    number is free text, and foreign ones look alike. Raises what the register raises.
    """
    found: list[Parent] = []
    waiting: deque[tuple[str, Owner, tuple[str, ...]]] = deque(
        (company.number, owner, (company.number,)) for owner in _firms(owners)
    )
    while waiting and len(found) < MOST_STEPS:
        child, owner, below = waiting.popleft()
        parent = _step(steps, child, owner, below)
        found.append(parent)
        if parent.company and not parent.circular and parent.depth < depth:
            number = parent.company.number
            waiting.extend((number, each, (*below, number)) for each in _firms(parent.owners))
    return tuple(found)


def _step(steps: Steps, child: str, owner: Owner, below: tuple[str, ...]) -> Parent:
    depth = len(below)
    number, why_not = uk_number(owner.registered_at)
    if why_not:
        return Parent(child=child, owner=owner, depth=depth, why_not=why_not)
    if number in below:
        return Parent(child=child, owner=owner, depth=depth, circular=True)
    company = steps.company(number)
    if company is None:
        why_not = f"{number} is not on the register at hand"
        return Parent(child=child, owner=owner, depth=depth, why_not=why_not)
    if not _same_name(owner.name, company):
        why_not = f"the number given, {number}, is that of {company.name}"
        return Parent(child=child, owner=owner, depth=depth, why_not=why_not)
    return Parent(
        child=child,
        owner=owner,
        depth=depth,
        company=company,
        owners=tuple(each for each in steps.owners(number) if each.active),
        officers=tuple(each for each in steps.officers(number) if each.active),
    )


def uk_number(registered: RegisteredAt | None) -> tuple[str, str]:
    """The number in the UK register that an owner gives, lost zeros put back; or why there is
    none that can be looked up.
    """
    if registered is None:
        return "", "it does not say where it is registered"
    place = registered.country or f"{registered.place} {registered.legal_authority}"
    if place.strip() and not _UK.search(_NOT_UK.sub(" ", place.casefold())):
        where = registered.country or registered.place or registered.legal_authority
        return "", f"it is registered in {where}, beyond the UK register"
    number = register_number(registered.number)
    if not number:
        return "", "it gives no registration number"
    if len(number) != 8 or not (number.isascii() and number.isalnum()):
        return "", f"{registered.number!r} is not a number of the UK register"
    return number, ""


def _firms(owners: Sequence[Owner]) -> list[Owner]:
    return [o for o in owners if o.active and not (o.person or o.super_secure)]


def _same_name(name: str, company: Company) -> bool:
    given = prepare(name, "organisation")
    names = (company.name, *(former.name for former in company.former_names))
    return any(
        compare(given, prepare(each, "organisation")).score >= DEFAULT_THRESHOLD for each in names
    )
