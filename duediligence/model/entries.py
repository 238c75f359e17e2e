"""Names, numbers and addresses; who is looked up, entries of lists, and records of enforcement."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final, Literal, get_args

from duediligence.model.dates import PartialDate

# org-id.guide codes for UK registers, as the Central Digital Platform uses them.
COMPANY = "GB-COH"
CHARITY_ENGLAND_WALES = "GB-CHC"
CHARITY_SCOTLAND = "GB-SC"
CHARITY_NORTHERN_IRELAND = "GB-NIC"
MUTUAL = "GB-MPR"
PROCUREMENT = "GB-PPON"
# Kinds of number that have no org-id register; the issuing country stands beside them.
PASSPORT = "passport"
NATIONAL_ID = "national-id"
TAX = "tax"
REGISTRATION = "registration"
# A registration with a regulator of care, children's services or schools: of a place or an agency.
CARE = "care"
LEI = "lei"
IMO = "imo"
SWIFT = "swift"
OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A number within a scheme: an org-id code (`GB-COH`) or a kind (`passport`, `tax`, `imo`).

    `country` is the issuer as the publisher writes it, empty where not stated. `label` is the
    publisher's own word for the kind of number, shown to people and never compared.
    """

    scheme: str
    id: str
    country: str = ""
    label: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}-{self.id}" if self.scheme.startswith("GB-") else self.id


COMPANY_PREFIXES = frozenset(
    "AC CE CS CU EN ES FC FE GE GN GS IC IP LP NA NC NF NI NL NO NP NR NV NZ OC OE PC R0 RC RS SA "
    "SC SE SF SG SI SL SO SP SR SU SZ ZC".split()
)


def company_number(text: str) -> str | None:
    """Return the eight-character Companies House number in `text`, or None where there is none.

    Pads lost zeros (`1234567` → `01234567`, `SC12345` → `SC012345`); the form is that of the
    Companies House public data API (eight characters, two-letter prefix for all but England
    and Wales companies).
    """
    compact = re.sub(r"[\s.\-/]", "", text).upper()
    if re.fullmatch(r"[0-9]{1,8}", compact):
        return compact.zfill(8) if int(compact) else None
    prefixed = re.fullmatch(r"([A-Z][A-Z0-9])([0-9]{1,6})(R?)", compact)
    if not prefixed or prefixed[1] not in COMPANY_PREFIXES:
        return None
    width = 5 if prefixed[3] else 6
    digits = prefixed[2].zfill(width)
    return prefixed[1] + digits + prefixed[3] if len(digits) == width else None


def plain_care_number(text: str) -> str:
    """Return the number of a registration of care, however it is written. A number of the CQC
    keeps its hyphen: without it, 1-234567 would be a URN.
    """
    if re.fullmatch(r"1-\d+", text):
        return text
    return re.sub(r"[^0-9A-Z]", "", text.upper()).lstrip("0")


Kind = Literal["person", "organisation", "vessel", "aircraft", "unknown"]
VEHICLES: Final[frozenset[Kind]] = frozenset({"vessel", "aircraft"})
NameType = Literal["primary", "variation", "alias", "former", "trading", "original-script"]
Strength = Literal["strong", "weak", "unstated"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a party. `strength` is the publisher's own word; unstated is not weak.

    `language` is a language or script as the publisher names it, often empty.
    """

    text: str
    type: NameType = "primary"
    strength: Strength = "unstated"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address on one line, with the postcode and country apart where the source has them."""

    text: str
    postcode: str = ""
    country: str = ""


Power = Literal[
    "trading_standards",
    "planning",
    "licensing",
    "environmental_health",
    "asb",
    "safeguarding",
    "housing",
    "other",
]
RecordType = Literal[
    "conviction",
    "caution",
    "prosecution_pending",
    "notice",
    "civil_penalty",
    "licence_refused",
    "licence_revoked",
    "licence_review",
    "injunction",
    "order",
    "rating",
    "warning",
    "insolvency",
    "insolvency_step",
    "winding_up",
    "prohibited_name",
    "registration",
    "contract_failure",
    "contract_termination",
    "decision",
    "payment_report",
    "personal_insolvency",
]
# What an official notice of insolvency says has happened: a start (of type `insolvency`), or
# something after it (of type `insolvency_step`).
InsolvencyStage = Literal[
    "",
    "petition",
    "order",
    "resolution",
    "liquidator",
    "administration",
    "receivership",
    "moratorium",
    "arrangement",
    "step",
    "end",
    "bankruptcy",
    "debt relief order",
    "bankruptcy restrictions",
    "debt relief restrictions",
]
RecordStatus = Literal["live", "complied", "withdrawn", "quashed", "under_appeal", "unstated"]
Handling = Literal["public", "internal", "restricted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record, in the canonical form that every register is read into.

    `power` is the council power (or that of the national body) it comes from. `event` says what
    happened, in the publisher's words. `event_date` is when it happened, `decision_date` when it
    was decided, `known_date` when a buyer could first have known of it: Procurement Act 2023
    Sch 7 para 15 runs from that day. `low` marks a rating that its own scheme calls poor.
    A `registration` is a place on a register that a supplier should be on: being there is good,
    having left it (`ended`) or standing on a lower footing (`low`) is worth a question.
    An `insolvency` begins or is asked for; an `insolvency_step` is what comes after that, its end
    included: no new insolvency. `stage` says which step it is. A `winding_up` is that of a solvent
    company, by its members. A `prohibited_name` is a notice that a business is carried on under the
    name of a company that failed: it is about its successor. A `personal_insolvency` is that of an
    individual: `expires` is when it ends, `source_date` the day of the extract that holds it. A
    tribunal or ombudsman makes a `decision` about a claim or complaint. A `payment_report` is what
    a company says of how soon it pays others; `low` where that is slow.
    `penalty_gbp` is in pounds.
    """

    # Texts of the publisher that never name a person.
    NOT_PERSONAL: ClassVar = frozenset(("authority", "act_section"))

    type: RecordType
    stage: InsolvencyStage = ""
    power: Power = "other"
    authority: str = ""
    reference: str = ""
    act_section: str = ""
    event: str = ""
    event_date: date | None = None
    decision_date: date | None = None
    known_date: date | None = None
    expires: date | None = None
    status: RecordStatus = "unstated"
    outcome: str = ""
    penalty_gbp: Decimal | None = None
    crime_types: tuple[str, ...] = ()
    handling: Handling = "public"
    source_date: date | None = None
    low: bool = False
    ended: bool = False

    @property
    def happened_on(self) -> date | None:
        """Return the day to show: of the event, else of the decision, else when it became known."""
        return self.event_date or self.decision_date or self.known_date


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredService:
    """One registration of a place or an agency on a regulator's register of care, of children's
    services or of schools.

    `number` is the registration's own (a URN, a location ID), `owner_number` that of its holder
    with the same regulator. `nation` is whose register it is. `kinds` are the publisher's words for
    what is registered, `standing` its word for how it stands (`Active`, `Dormant`, `Closed`).
    `grade` is the overall one, `graded_on` its day and never that of the registration; `grades` are
    those of parts or services, each with what it is of. `withheld`: the publisher keeps back the
    name and address of the place. A firm has no grade: it has these.
    """

    # Texts of the publisher that never name a person.
    NOT_PERSONAL: ClassVar = frozenset(
        ("number", "owner_number", "kinds", "area", "standing", "grade", "grades", "conditions")
    )

    number: str
    nation: str
    kinds: tuple[str, ...] = ()
    place: str = ""
    owner: str = ""
    owner_number: str = ""
    area: str = ""
    capacity: int | None = None
    standing: str = ""
    registered_on: date | None = None
    grade: str = ""
    graded_on: date | None = None
    grades: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    withheld: bool = False


# The lowest grades of the regulators, in lower case.
LOWEST_GRADES = frozenset(
    "inadequate|unsatisfactory|0|urgent improvement|serious or widespread weaknesses|"
    "serious or widespread weaknesses in service delivery".split("|")
)

# The list of an entry, and its id there.
EntryKey = tuple[str, str]
# What says that two entries are one party; a number by its scheme, or of a firm by any.
JoinEvidence = Literal[
    "reference",
    "imo",
    "lei",
    "GB-COH",
    "registration",
    "tax",
    "national-id",
    "passport",
    "number",
    "name and birth date",
    "name and address",
]
# The strongest first: where two joins exclude each other, the earlier one is made.
STRENGTHS: Final[tuple[JoinEvidence, ...]] = get_args(JoinEvidence)


@dataclass(frozen=True, slots=True)
class EntryJoin:
    """Two entries that are one party, and by what, the strongest first."""

    one: EntryKey
    other: EntryKey
    evidence: tuple[JoinEvidence, ...]

    @classmethod
    def stored(cls, one: EntryKey, other: EntryKey, evidence: str) -> "EntryJoin":
        """Return the join of which the evidence is written as `reference,passport`."""
        said = evidence.split(",")
        return cls(one, other, tuple(kind for kind in STRENGTHS if kind in said))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One listed party.

    `id` is the publisher's own stable key. Countries, regimes, measures and reasons stand as
    published; names are never empty strings. `references` are other publishers' keys for the
    same listing (a UN reference number on the UK list). `status` is a list's own word for what
    kind of entry this is (`mandatory`, `cross-debarred`). `record` is what a public body did,
    on lists of enforcement, ratings and licences, `service` a registration of care or children.
    """

    # Texts of the publisher that never name a person.
    NOT_PERSONAL: ClassVar = frozenset(("regimes", "measures", "grounds", "status"))

    id: str
    list_id: str
    kind: Kind
    names: tuple[Name, ...]
    birth_dates: tuple[PartialDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    gender: str = ""
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    positions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    status: str = ""
    source: str = ""
    listed_on: date | None = None
    updated_on: date | None = None
    ends_on: date | None = None
    reason: str = ""
    remarks: str = ""
    references: tuple[str, ...] = ()
    url: str = ""
    record: Record | None = None
    service: RegisteredService | None = None

    @property
    def name(self) -> str:
        """Return the name to show: the first primary one, else the first."""
        return next((n.text for n in self.names if n.type == "primary"), self.names[0].text)

    @property
    def has_urn(self) -> bool:
        """Return whether it is a registration whose number its regulator, Ofsted, calls a URN."""
        return (
            self.service is not None
            and self.record is not None
            and (self.record.authority == "Ofsted")
        )


RECORDED: Final = "recorded text"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PartyRole:
    """What a party is to the supplier, and by which of its names it was found.

    `kind` is the role alone (`supplier`, `director`, `owner`, `premises`). `of` is the firm in
    which it is held where that is not the supplier itself, `steps` how far up a parent company
    is, `source` the title of the list that says so. `recorded text` is a role of which only the
    words are known, in `text`: an earlier version stored it.

    Two roles are equal where their words are: identity does not depend on how a role is stored.
    """

    kind: str
    of: str = ""
    former: bool = False
    steps: int = 0
    source: str = ""
    name_type: NameType = "primary"
    text: str = ""

    @classmethod
    def recorded(cls, words: str) -> "PartyRole":
        """Return the role that an earlier version stored as these words, which are compared as a
        whole.
        """
        return _KNOWN.get(words) or cls(RECORDED, text=words)

    def named(self, name_type: NameType) -> "PartyRole":
        """Return the same role, of a party that was found by a name of this type."""
        return replace(self, name_type=name_type)

    def includes(self, other: "PartyRole") -> bool:
        """Return whether `other` is this role by any name, in the supplier or in a firm around
        it.
        """
        same = (self.kind, self.former, self.text) == (other.kind, other.former, other.text)
        return same and self.of in ("", other.of)

    def __str__(self) -> str:
        if self.kind == RECORDED:
            return self.text
        words = f"{'former ' if self.former else ''}{self.kind}"
        words += f" of {self.of}" if self.of else ""
        words += f", {self.steps} steps up" if self.steps > 1 else ""
        words += f" ({self.source})" if self.source else ""
        return words if self.name_type == "primary" else f"{words} ({self.name_type} name)"

    def __repr__(self) -> str:
        return repr(str(self))

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, PartyRole) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))


SUPPLIER: Final = PartyRole("supplier")
# The supplier by a name from which codes and notes were taken, and who is named with it in a cell.
WITHOUT_NOTES: Final = SUPPLIER.named("variation")
IN_NAME_CELL: Final = "named in the name cell"


# The roles whose words are the same for every supplier: those of earlier versions are known again.
_KNOWN = {
    str(role): role
    for kind in ("supplier", "director", "secretary", "owner", "trustee", "named person")
    for former in (False, True)
    for name_type in get_args(NameType)
    for role in [PartyRole(kind, former=former, name_type=name_type)]
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Someone to look up: the supplier itself, or a person or firm behind it.

    `role` is what it is to the supplier. `connected`: a connected person of the supplier
    (Procurement Act 2023 Sch 6 para 45) by what the register or its own form says, whose
    conduct can count as the supplier's own. `unproven`: the birth date may be somebody else's (see
    `Person.unproven`), so it may agree and excludes nothing; it is no part of who the party is.
    """

    names: tuple[Name, ...]
    kind: Kind
    role: PartyRole
    birth_date: PartialDate | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    connected: bool = False
    unproven: bool = field(default=False, compare=False, repr=False)
