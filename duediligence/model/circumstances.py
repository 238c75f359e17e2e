"""What happened, as far as the law of exclusion asks: a check says it, the law judges it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from duediligence.model.entries import Party, Power, RecordType

DayOf = Literal["event", "conviction", "offence", "decision"]
# Who it happened to. That `somebody behind it` is connected, no register or supplier says.
Whom = Literal[
    "supplier",
    "connected person",
    "predecessor",
    "associated person",
    "sub-contractor",
    "somebody behind it",
]
# What shows that a business or its assets went from one company to the other.
Handover = Literal["premises", "staff", "brand", "name"]
CircumstanceKind = (
    RecordType
    | Literal[
        "insolvency of a company",
        "failed company of a director",
        "possible predecessor",
        "ceased business",
        "disqualification by a court",
        "disqualification by undertaking",
        "debarment",
        "bar of a development bank",
        "designation",
        "inquiry of a regulator",
        "annotation of the registrar",
        "link between suppliers",
        "declaration",
        "a ground that a check names",
    ]
)
# What a check wants said of the law of each contract: `law.possible_grounds` has the sentences. A
# check itself never cites a procurement law: it does not know under which a contract was bought.
LawPoint = Literal["representations", "debarment list", "misstatements", "predecessor", "labour"]
CIRCUMSTANCE_KINDS: tuple[str, ...] = tuple(
    kind for part in get_args(CircumstanceKind) for kind in get_args(part)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What happened, to whom and when. It names nobody.

    `day_of` says what `happened_on` is the day of, `known_on` when a buyer could first have known
    of it. `continues`: it goes on now, as a liquidation does. `act_section`, `power` and `wording`
    are those of a record. `stated` are the grounds, by code, that a published list or the supplier
    itself states. Of a company of a director that failed, `ended` says that the register shows
    its insolvency as one that ends its trade, and `went_over` what shows that its business or
    assets went to the supplier: with that it is a possible predecessor.
    """

    kind: CircumstanceKind
    whom: Whom = "supplier"
    happened_on: date | None = None
    day_of: DayOf = "event"
    known_on: date | None = None
    continues: bool = False
    act_section: str = ""
    power: Power = "other"
    wording: str = ""
    stated: tuple[str, ...] = ()
    ended: bool = False
    went_over: tuple[Handover, ...] = ()


def whom_of(party: Party) -> Whom:
    """Return what a party is to its supplier, as far as grounds ask."""
    if party.role.kind in ("supplier", "sole trader", "premises"):
        return "supplier"
    return "connected person" if party.connected else "somebody behind it"
