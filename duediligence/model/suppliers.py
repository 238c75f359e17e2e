"""What is bought from: suppliers, the parties behind them, and in what role."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Literal

from duediligence.model.dates import PartialDate
from duediligence.model.entries import (
    CARE,
    COMPANY,
    Address,
    Handling,
    Identifier,
    ListEntry,
    Party,
    PartyRole,
    plain_care_number,
)
from duediligence.model.findings import SEVERITIES, LabourSign, Severity
from duediligence.model.list_states import NotReadRow
from duediligence.model.matches import Feature, Match
from duediligence.text.dates import long_date

PartRole = Literal["sub-contractor", "consortium member", "firm of the bid"]
# The law under which something is bought: law/data/regimes.toml says what each is.
RegimeCode = Literal[
    "pa23",
    "below-threshold",
    "psr-england",
    "psr-wales",
    "pcr-2015",
    "ccr-2016",
    "ucr-2016",
    "scotland",
    "scotland-regulated",
    "scotland-below",
    "grant",
    "unknown",
]
ProcedureCode = Literal[
    "open",
    "competitive flexible",
    "other competition",
    "direct award",
    "framework",
    "call-off",
    "dynamic market",
    "light touch",
    "modification",
]
ContractSubject = Literal[
    "health care services", "light-touch services", "goods or other services", "works", "concession"
]
BuyerKind = Literal[
    "council",
    "NHS body",
    "central government",
    "UK government body",
    "other public body",
    "utility",
    "private utility",
    "school",
]
Nation = Literal["England", "Scotland", "Wales", "Northern Ireland"]
Funding = Literal["contract", "grant"]
# What a published notice reports of a contract.
NoticeEvent = Literal[
    "award",
    "change",
    "performance",
    "termination",
    "procurement ended",
    "removed from the market",
]
ContactKind = Literal["phone", "e-mail domain", "bank account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerFacts:
    """What is so of all contracts of an installation where a contract does not say otherwise.

    `regime` is the one to expect where a contract has no facts, empty for none.
    """

    kind: BuyerKind | Literal[""] = ""
    nation: Nation | Literal[""] = ""
    regime: RegimeCode | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class PeopleCell:
    """A cell that names people: its column, and its text without the digits of dates."""

    column: str
    text: str


# The role of people in a declaration of others alone.
DECLARED = "declared"
# The source of people that a form of the supplier names.
AS_STATED = "as the supplier states"


@dataclass(frozen=True, slots=True)
class Person:
    """A person named by the supplier. Of the birth date no more than year and month is kept.

    `unproven`: an earlier version read the person from a file, and may have given them the birth
    date of somebody else; None where it was stored before that was kept. `cell` is where the
    person was read. Neither makes two people of one. `stated`: the supplier's newest form names
    them as connected (Procurement Regulations 2024 reg.11); `only_stated`: nothing else does.
    `ended`: the day on which that ended; they are looked up as former for a time after it.
    """

    name: str
    birth_date: PartialDate | None = None
    role: str = "named person"
    stated: bool = field(default=False, kw_only=True)
    only_stated: bool = field(default=False, kw_only=True)
    ended: date | None = field(default=None, kw_only=True)
    unproven: bool | None = field(default=False, compare=False, repr=False)
    cell: PeopleCell | None = field(default=None, compare=False, repr=False)

    @property
    def role_words(self) -> str:
        role = f"former {self.role}" if self.ended else self.role
        return f"{role}, {AS_STATED}" if self.stated else role


@dataclass(frozen=True, slots=True)
class Repair:
    """A value that was corrected on the way in: what stood in the file, and what we read."""

    column: str
    found: str
    used: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnreadCell:
    """A cell that seems to hold something to look up, which was not read, or not wholly.

    `contract`: it should hold the value, a date or the codes of a contract; `text`: anything, which
    may name a party. `text` is what stands there, without the digits of dates of people; `reason`
    says why. `reader` is the version of what read a cell of people, 0 for others.
    """

    column: str
    text: str
    looks_like: Literal["person", "number", "name", "birth date", "contract", "text"]
    reason: str
    reader: int = 0


@dataclass(frozen=True, slots=True)
class UnreadCells:
    """The cells of one supplier that were not read."""

    cells: tuple[UnreadCell, ...]

    @property
    def personal(self) -> bool:
        """Return whether what they hold may be about a person."""
        return any(cell.looks_like != "number" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of a supplier file that cannot be used, by the row number the user sees."""

    row: int
    reason: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Procurement:
    """How a contract was bought: the facts that say under which law. Empty or None: not known.

    `begun` is the day on which its procedure began (the first notice, or the first contact with a
    supplier). `framework` names what it is called off from, a framework or a dynamic market, with
    the day on which the procedure for that began and its regime. `value` is the whole estimated
    value in pounds with VAT, options included. `regime` is what a person confirmed.
    """

    begun: date | None = None
    procedure: ProcedureCode | Literal[""] = ""
    framework: str = ""
    framework_begun: date | None = None
    framework_regime: RegimeCode | Literal[""] = ""
    buyer: BuyerKind | Literal[""] = ""
    nation: Nation | Literal[""] = ""
    subject: ContractSubject | Literal[""] = ""
    value: Decimal | None = None
    funding: Funding | Literal[""] = ""
    regime: RegimeCode | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractNotice:
    """What one published notice reports of a contract.

    `number` names the notice, `process` (the ocid) its procurement, `award` the award in it, empty
    where the notice is about no single one. `kind` is `UK1` to `UK17`, `PSR`,
    `old form` or `Contracts Finder`. `regime` is the law that it names. `on` is the day of what it
    reports, `said` the published words. `value` is in units of `currency`, with VAT where the
    notice has that.
    """

    number: str
    process: str
    award: str = ""
    kind: str
    published: date
    buyer: str = ""
    regime: RegimeCode | Literal[""] = ""
    event: NoticeEvent = "award"
    on: date | None = None
    said: str = ""
    value: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a supplier is engaged for, as the buyer's contract register has it.

    `category` is the buyer's own (ProClass, say), `cpv` are codes of the Common Procurement
    Vocabulary without their check digit (`85311000`). `yearly_value` is in pounds; None where it
    is not known. `owner` is who answers for it at the buyer: a person or a team. `procurement` says
    how it was bought. `description` is what more the register says of the work, its lots included.
    `notices` are those that were published of it, by day.
    """

    title: str = ""
    category: str = ""
    cpv: tuple[str, ...] = ()
    yearly_value: Decimal | None = None
    start: date | None = None
    end: date | None = None
    owner: str = ""
    procurement: Procurement = Procurement()
    description: str = ""
    notices: tuple[ContractNotice, ...] = ()

    def over(self, today: date) -> bool:
        """Return whether it ended before that day."""
        return self.end is not None and self.end < today


@dataclass(frozen=True, slots=True)
class PartOf:
    """Under which supplier another one works, by its reference, and as what.

    A sub-contractor is one of Procurement Act 2023 s.28 (it is to perform part of the contract); a
    consortium member is one of several suppliers that bid or perform together. A firm of the bid is
    named in a form that does not say whether it is relied on (an associated person, s.26(4)) or a
    sub-contractor.
    """

    supplier_ref: str
    role: PartRole


@dataclass(frozen=True, slots=True)
class ContactKey:
    """A phone number, e-mail domain or bank account as a keyed hash: what it was is kept nowhere.

    Two suppliers share one where their keys are equal. The hash is made with a secret of the
    installation: without that, nobody can try out which number it is of.
    """

    kind: ContactKind
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """One supplier as the buyer knows it. `ref` is the buyer's own key and unique.

    `contract` is the text that the officer is shown, that of the first of several. `contracts` is
    empty where the file says no more of it: `engagements` has each either way. `ended` is the day
    from which nothing is bought from it any more: it is kept, and not screened. `part_of` names the
    suppliers under which it works as a sub-contractor or consortium member; it is screened alike.
    `contact_keys` link it with others that have the same phone number, e-mail domain or account.
    """

    ref: str
    name: str
    trading_names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    address: Address | None = None
    people: tuple[Person, ...] = ()
    contract: str = ""
    repairs: tuple[Repair, ...] = ()
    unread: tuple[UnreadCell, ...] = ()
    contracts: tuple[Contract, ...] = ()
    ended: date | None = None
    part_of: tuple[PartOf, ...] = ()
    contact_keys: tuple[ContactKey, ...] = ()

    @property
    def engagements(self) -> tuple[Contract, ...]:
        """Return each of its contracts; where the file has only a text, one with that title."""
        return self.contracts or ((Contract(title=self.contract),) if self.contract else ())

    @property
    def named_engagements(self) -> tuple[tuple[str, Contract], ...]:
        """Return each of its contracts by its title; of several with one title by the first day,
        too, or else by its place among them.
        """
        found: dict[str, Contract] = {}
        for one in self.engagements:
            same = [each for each in self.engagements if each.title == one.title]
            starts = [each.start for each in same]
            name = one.title
            if len(same) > 1:
                name = f"{name}, number {same.index(one) + 1}"
                if one.start and starts.count(one.start) == 1:
                    name = f"{one.title}, from {long_date(one.start)}"
            found[name] = one
        return tuple(found.items())

    @property
    def unproven(self) -> tuple[Person, ...]:
        """Return the people whose birth dates may be those of others."""
        return tuple(one for one in self.people if one.unproven)

    @property
    def contract_titles(self) -> tuple[str, ...]:
        """Return under what a contract of it is found: the text of the file, then each title."""
        titles = (self.contract, *(one.title for one in self.contracts))
        return tuple(dict.fromkeys(filter(None, titles)))

    @property
    def places_named(self) -> tuple[str, ...]:
        """Return the texts that may name the authority in which it works for us."""
        return (*self.contract_titles, self.address.text if self.address else "")

    @property
    def company_number(self) -> str:
        """Return the Companies House number, or an empty string where none is known."""
        return next((i.id for i in self.identifiers if i.scheme == COMPANY), "")


# The facts that are a text each, and nothing more: what is done with one is done with all.
SUPPLIER_TEXTS = tuple(
    one.name for one in fields(Supplier) if one.type is str and one.name not in ("ref", "contract")
)

# Topics whose flags keep their severity where only a number differs: check both numbers.
_GRAVE = frozenset(("sanctions", "debarment"))
# Where the party and the entry have their premises, as far as both addresses are known.
Place = Literal["same premises", "same postcode", "elsewhere", "not known"]


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A party, the list entry that may be the same party, and the comparison of the two.

    `topic` and `list_title` are those of the list: what being on it means. `place` tells whether
    the premises are the same, on lists whose addresses are those of premises. `labour_sign` is what
    a bad record on the list can be a sign of. `our_work`: the supplier does work for us that the
    list is a register of, None where that is not known. `named`: the names are one, and more than
    alike (`1st Care` and `1 Care`).
    """

    party: Party
    entry: ListEntry
    match: Match
    topic: str
    list_title: str
    place: Place = "not known"
    labour_sign: LabourSign | None = None
    our_work: bool | None = None
    named: bool = False

    @property
    def certain(self) -> bool:
        """Return whether a number that only one party can have is the same on both sides."""
        return self.match.certain

    @property
    def numbered(self) -> bool:
        """Return whether the party gives the number of this very registration."""
        service = self.entry.service
        if service is None or not service.number or not self.certain:
            return False
        number = plain_care_number(service.number)
        given = (one for one in self.party.identifiers if one.scheme == CARE)
        return any(plain_care_number(one.id) == number for one in given)

    @property
    def may_be_own(self) -> bool:
        """Return whether a number is the same, or the name, which is not that of many people, and
        no number is another.
        """
        number = self.match.feature("identifier")
        differs = number is not None and number.verdict == "differ"
        return self.certain or (self.named and not differs and not self.match.undated)

    @property
    def certainty(self) -> str:
        """Return how sure it is that the two are one, in words."""
        if self.certain:
            return "a number is the same"
        named = self.named if self.topic == "register" else self.match.same_name
        name = "same name" if named else "similar name"
        if self.match.by_initial:
            name = "an initial for a name"
        if self.match.undated:
            name = "common name, no birth date to compare"
        if self.match.otherwise_born:
            name += ", another birth date"
        if number := self.match.feature("identifier"):
            how = "differ" if number.verdict == "differ" else "differ by one keystroke"
            name += f", numbers {how}: check both"
        return name if self.place == "not known" else f"{name}, {self.place}"

    def severity(self, severity: Severity) -> Severity:
        """Say that of a flag, lowered where what is known of the two speaks for two parties.

        Low where they were born otherwise; one step lower where the name is common and no birth
        date can be compared, and where a number differs, except on sanctions and debarment lists.
        """
        if self.match.otherwise_born:
            return "low"
        number = self.match.feature("identifier")
        differs = number is not None and number.verdict == "differ" and self.topic not in _GRAVE
        steps = SEVERITIES.index(severity) - (differs or self.match.undated)
        return SEVERITIES[max(0, steps)]

    @property
    def first_step(self) -> str:
        """Return what to find out before anything else, empty where nothing stands out."""
        if self.match.otherwise_born:
            return (
                "Compare the birth dates first: most people with the same name are not the "
                "same person. "
            )
        if self.match.undated and (self.party.birth_date is None or self.party.unproven):
            return "The name is common: ask for the birth date first. "
        if self.match.undated:
            return "The name is common and the list has no birth date: ask the publisher for it. "
        number = self.match.feature("identifier")
        return "Check both numbers first. " if number and not self.certain else ""

    @property
    def role(self) -> PartyRole:
        """Return the party's role, with the type of the name that matched."""
        matched = next((n for n in self.party.names if n.text == self.match.query_name), None)
        return self.party.role.named(matched.type) if matched else self.party.role


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A match that was set aside (see `Match.set_aside`): it raises no alert, and is listed.

    `entry_sha256` is the hash of the entry as it was compared; the names are those that were. In a
    copy for a reader who may not see it all but the supplier is empty: it is only counted.

    With `look_up`, the address where a person looks, it is a look-up record instead: name and month
    of birth do not tell who is meant. It is kept until the day `until`.
    """

    supplier_ref: str
    supplier_name: str
    subject_name: str = ""
    subject_role: str = ""
    list_id: str = ""
    entry_id: str = ""
    entry_sha256: str = ""
    entry_name: str = ""
    handling: Handling = "public"
    features: tuple[Feature, ...] = ()
    look_up: str = ""
    until: date | None = None

    @property
    def score(self) -> float:
        """Return the score of the match."""
        return Match(self.features).score

    @property
    def hidden(self) -> bool:
        """Return whether it is only counted here."""
        return not self.list_id

    def counted_only(self) -> "SetAside":
        """Return the copy for a reader who may not see it: that it is a look-up record stays."""
        return SetAside(
            supplier_ref=self.supplier_ref,
            supplier_name=self.supplier_name,
            look_up="withheld" if self.look_up else "",
        )


@dataclass(frozen=True, slots=True)
class SharedPremises:
    """A party and an entry of another name at the same premises: intelligence, never a match.

    A firm that closes and opens again under another name (a phoenix) often stays where it was.
    `address` is that of the entry.
    """

    party: Party
    entry: ListEntry
    address: Address
    list_title: str


@dataclass(frozen=True, slots=True)
class InUnreadRows:
    """A party of a supplier, and rows of a list that could not be read and seem to name it.

    Whatever those rows say of it was not compared: it is not clear of that list.
    """

    party: Party
    rows: tuple[NotReadRow, ...]
    list_title: str
