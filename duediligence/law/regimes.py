"""Under which law a contract was bought, and what that law has and lacks: `data/regimes.toml`.

Every answer says how sure it is: only a person makes it `confirmed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from duediligence.errors import NotFound
from duediligence.law.grounds import Sureness, read
from duediligence.model import Contract, Procurement
from duediligence.model.suppliers import BuyerFacts, BuyerKind, Nation, ProcedureCode, RegimeCode
from duediligence.text.dates import long_date, months_between
from duediligence.text.folding import fold
from duediligence.text.money import in_pounds
from duediligence.typed_data import convert_to

# What a regime has or lacks. `termination` is a right by law that the contract need not mention;
# `replacement` the chance to replace the person who has the ground; the two notices are
# Procurement Act 2023 ss.59 and 71(5) and their like elsewhere.
RuleKind = Literal[
    "mandatory grounds",
    "discretionary grounds",
    "debarment list",
    "representations",
    "replacement",
    "associated persons",
    "connected persons",
    "sub-contractors",
    "termination",
    "termination hearing",
    "exclusion notice",
    "performance notice",
    "overriding public interest",
    "misstatements",
]
# Which events a termination by law reaches: those since the award too, those before it alone, or
# only what the contract itself says.
TerminationReach = Literal["", "later events", "at award", "contract"]
# Which table of grounds counts: Procurement Act 2023 Sch 6 and 7, SI 2015/102 reg 57,
# SI 2016/273 reg 38, SSI 2015/446 reg 58, SSI 2016/145 regs 8 and 9.
GroundTable = Literal[
    "pa23", "pcr-2015", "ccr-2016", "scotland", "scotland-regulated", "none", "unknown"
]
# `confirmed` by a person, `likely` and to be confirmed, `unknown`.
RegimeCertainty = Literal["confirmed", "likely", "unknown"]
# Facts of a contract, by their names in `Procurement`, or in `Contract` for `start`.
MissingFact = Literal[
    "regime", "begun", "framework_begun", "buyer", "nation", "subject", "value", "funding"
]


# SI 2024/716 reg 2(2).
_COMMENCEMENT = date(2025, 2, 24)
# What starts sooner than this after a law came into force may well have been begun before it.
_PROCEDURE_TAKES = timedelta(days=183)
_WITH_VAT = Decimal("1.2")
# Procurement Reform (Scotland) Act 2014 s.3: from which a contract is regulated, without VAT.
_REGULATED, _REGULATED_WORKS = Decimal(50_000), Decimal(2_000_000)
_NOT_IN_NI = " Part 6 itself does not apply in Northern Ireland (s.84)."


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeRule:
    """What a regime has or lacks of one kind, in our words.

    `at` is the provision, of the regime unless it names another statute; `days` the time for a
    notice, in days, 0 where there is none.
    """

    what: RuleKind
    has: bool
    at: str
    says: str
    sure: Sureness
    reach: TerminationReach = ""
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """One regime in one text: that for procedures that begin from `since` to `until`.

    `short` is how a sentence names it. `names` are other ways in which a register writes it.
    `nations` are those whose buyers it binds, `grounds` is the table of exclusion grounds, `source`
    the provisions that say to what it applies.
    """

    code: RegimeCode
    title: str
    short: str
    nations: tuple[Nation, ...]
    since: date
    source: str
    grounds: GroundTable
    sure: Sureness
    until: date | None = None
    names: tuple[str, ...] = ()
    rules: tuple[RegimeRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRule(RegimeRule):
    """What takes the place of a rule of those regimes, for contracts of a procedure or buyer.

    `until_award`: it is about the award alone, and says nothing of the contract that runs.
    """

    regimes: tuple[RegimeCode, ...]
    until_award: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """How a contract comes about, in the regimes that have that way, with its own rules."""

    code: ProcedureCode
    title: str
    regimes: tuple[RegimeCode, ...]
    source: str
    sure: Sureness
    names: tuple[str, ...] = ()
    rules: tuple[ProcedureRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerRow:
    """What the kind of a buyer says: whether it is a relevant authority for health care services,
    which threshold is its own, and its own rules.
    """

    kind: BuyerKind
    health_authority: bool
    band: Literal["central", "sub_central", "utility"]
    source: str
    sure: Sureness
    rules: tuple[ProcedureRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRegime:
    """The regime of one contract, how sure that is, and why.

    `procedures` are the ways in which it came about that matter for the rules: a light-touch
    contract can be a call-off too. `reason` is a sentence, `missing` the facts that would settle
    it, `begun` the day that decided about the text, where one is known. `awarded` is the last day
    on which a contract that runs can have been awarded, its first day; None before the award.
    """

    regime: Regime
    certainty: RegimeCertainty
    reason: str
    procedures: tuple[Procedure, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    begun: date | None = None
    buyer: BuyerRow | None = None
    awarded: date | None = None

    @property
    def code(self) -> RegimeCode:
        return self.regime.code

    @property
    def is_confirmed(self) -> bool:
        """Return whether a person confirmed it: only then may a letter rest on it."""
        return self.certainty == "confirmed"

    def find_rule(self, what: RuleKind) -> RegimeRule | None:
        """Return what holds for this contract, the rule of its procedure or buyer first; None of an
        unknown regime.
        """
        special = (
            rule
            for row in (*self.procedures, *((self.buyer,) if self.buyer else ()))
            for rule in row.rules
            if rule.what == what and self.code in rule.regimes
            if not (rule.until_award and self.awarded)
        )
        own = (rule for rule in self.regime.rules if rule.what == what)
        # Of two procedures that differ, the stricter counts.
        found = sorted(special, key=lambda rule: rule.has)
        return found[0] if found else next(own, None)

    def has_rule(self, what: RuleKind) -> bool | None:
        """Return whether the law of this contract has it; None of an unknown regime."""
        rule = self.find_rule(what)
        return None if rule is None else rule.has

    def precedes_award(self, event: date | None) -> bool:
        """Return whether something happened before the award of a contract that runs."""
        return bool(event and self.awarded and event <= self.awarded)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdTable:
    """Amounts in pounds with VAT from which the Procurement Act 2023 applies in full, for
    procedures that begin from `since` to `until` (Sch 1, s.123(2)).
    """

    since: date
    source: str
    sure: Sureness
    works: int
    concession: int
    light_touch: int
    light_touch_utility: int
    central: int
    sub_central: int
    utility: int
    until: date | None = None


@cache
def list_regimes() -> tuple[Regime, ...]:
    """Return every text of every regime, in the order of the data; `unknown` is the last."""
    return convert_to(tuple[Regime, ...], _load_regime_data()["regime"])


@cache
def list_procedures() -> tuple[Procedure, ...]:
    """Return every procedure, in the order of the data."""
    return convert_to(tuple[Procedure, ...], _load_regime_data()["procedure"])


@cache
def map_names_to_codes() -> Mapping[str, str]:
    """Return the code of a regime or procedure by each folded name that registers have for it."""
    rows: list[Regime | Procedure] = [*list_regimes(), *list_procedures()]
    return {fold(name): row.code for row in rows for name in (row.title, *row.names)}


@cache
def list_buyer_kinds() -> tuple[BuyerRow, ...]:
    """Return every kind of buyer, in the order of the data."""
    return convert_to(tuple[BuyerRow, ...], _load_regime_data()["buyer"])


@cache
def list_threshold_tables() -> tuple[ThresholdTable, ...]:
    """Return the tables of thresholds, the oldest first."""
    return convert_to(tuple[ThresholdTable, ...], _load_regime_data()["threshold"])


@cache
def _load_regime_data() -> dict[str, Any]:
    return read("regimes.toml")


def find_regime_text(code: RegimeCode, on: date) -> Regime:
    """Return the text of a regime for a procedure that began on that day.

    Before its first text that one, after its last the last: what was set up under it goes on.
    Raises NotFound for an unknown code.
    """
    texts = [one for one in list_regimes() if one.code == code]
    if not texts:
        raise NotFound(f"{code!r} is not the code of a regime")
    return next((one for one in reversed(texts) if one.since <= on), texts[0])


def find_regime(contract: Contract, on: date, buyer: BuyerFacts | None = None) -> ContractRegime:
    """Return under which law a contract was bought, as far as its facts say on the day `on`.

    What a person confirmed is `confirmed`, also where the facts speak for another: the reason says
    so. Everything else is `likely` at most. What no fact of the contract decides is as `buyer`
    expects, else unknown.
    """
    found = _Inference(contract, buyer or BuyerFacts(), on).find()
    confirmed = contract.procurement.regime
    if not confirmed:
        return found
    text = find_regime_text(confirmed, found.begun or contract.start or on)
    reason = "A person confirmed it."
    if found.code not in (confirmed, "unknown"):
        reason += f" The facts point to {found.regime.short}, check them: {found.reason}"
    return replace(found, regime=text, certainty="confirmed", reason=reason, missing=())


class _Inference:
    """What the facts of one contract say of its regime."""

    def __init__(self, contract: Contract, buyer: BuyerFacts, on: date) -> None:
        self.contract = contract
        self.facts = contract.procurement
        self.buyer = buyer
        self.on = on
        kind = self.facts.buyer or buyer.kind
        self.row = next((one for one in list_buyer_kinds() if one.kind == kind), None)
        self.nation = self.facts.nation or buyer.nation
        # £0 and £1 stand in fields that must hold something.
        self.value, self.yearly = (
            amount if amount and amount > 1 else None
            for amount in (self.facts.value, contract.yearly_value)
        )
        # A procedure began no later than the contract.
        self.begun = self.facts.begun
        self.latest = self.begun or contract.start
        self.missing: list[MissingFact] = []

    def find(self) -> ContractRegime:
        """Return the regime by the first fact that decides."""
        found = (
            self._by_notice()
            or self._by_funding_or_nation()
            or self._by_contradiction()
            or self._by_health_care()
            or self._by_framework()
            or self._by_day()
        )
        if found is None or (found.code == "unknown" and self._has_no_facts()):
            return self._by_expectation(found)
        return found

    def _has_no_facts(self) -> bool:
        return self.facts == replace(Procurement(), regime=self.facts.regime)

    def _by_notice(self) -> ContractRegime | None:
        """Return the law that the newest of its published notices names, if any does."""
        named = next((one for one in reversed(self.contract.notices) if one.regime), None)
        if named is None or not named.regime:
            return None
        return self._likely(named.regime, f"Its notice {named.number} names that law.")

    def _by_funding_or_nation(self) -> ContractRegime | None:
        if self.facts.funding == "grant":
            return self._likely("grant", "It is a grant or other funding.")
        # Under a framework of the Act a Scottish authority buys by the Act (s.115A).
        if self.nation != "Scotland" or self.facts.framework_regime == "pa23":
            return None
        kind = self.row.kind if self.row else ""
        if kind == "central government":
            return self._unknown(
                "buyer",
                "It is bought in Scotland by central government: a body of the United Kingdom buys "
                "under the Procurement Act 2023, a devolved one under Scottish law.",
            )
        return None if kind == "UK government body" else self._by_scottish_value()

    def _by_contradiction(self) -> ContractRegime | None:
        """Return that the law is not known where a day comes after one that it must precede."""
        days = (
            ("the procedure of its framework began", self.facts.framework_begun),
            ("its procedure began", self.begun),
            ("its first day is", self.contract.start),
            ("its last day is", self.contract.end),
        )
        known = [(words, day) for words, day in days if day]
        for (before, early), (after, late) in pairwise(known):
            if early > late:
                return self._unknown(
                    "begun",
                    f"Its days contradict each other: {before} {long_date(early)}, and {after} "
                    f"{long_date(late)}.",
                )
        return None

    def _by_scottish_value(self) -> ContractRegime:
        """Return which Scottish rules apply: SSI 2015/446 from its thresholds, the same as in the
        rest of the country; SSI 2016/145 below, for what is regulated. Call-offs and
        concessions are left with the former.
        """
        said = "The buyer is a Scottish authority"
        least, most = self._estimate_value()
        threshold = self._list_thresholds(self.latest or self.on)[0]
        if most is None or most >= threshold or self._is_called_off() or self._is_concession():
            return self._likely("scotland", f"{said}.")
        # A value with VAT may hold none, as for care; a yearly value has none.
        low, high = (most / _WITH_VAT, most) if self.value else (least, least)
        known = self.facts.subject
        lower, upper = (
            _REGULATED_WORKS if known == "works" else _REGULATED,
            _REGULATED_WORKS if known in ("works", "") else _REGULATED,
        )
        if high < lower:
            return self._likely(
                "scotland-below",
                f"{said}, and without VAT it is worth less than {in_pounds(lower)}.",
            )
        if low >= upper:
            return self._likely(
                "scotland-regulated",
                f"{said}, and its value, at most {in_pounds(most)} with VAT by what is known, is "
                f"below the threshold of {in_pounds(threshold)}.",
            )
        return self._unknown(
            "value" if known else "subject",
            f"{said}. Whether the contract is regulated depends on its value without VAT and on "
            "whether it is for works.",
        )

    def _is_concession(self) -> bool:
        return self.facts.subject == "concession"

    def _by_health_care(self) -> ContractRegime | None:
        """Return the Provider Selection Regime of England or Wales where it applies.

        SI 2023/1348 regs 3 and 29: from 1 January 2024, call-offs from older frameworks included,
        the use of older dynamic systems not. WSI 2025/99 reg 33(4): likewise from 24 February 2025.
        """
        if self.nation == "Northern Ireland":
            return None
        authority = self.row.health_authority if self.row else None
        if self.facts.subject != "health care services":
            doubtful = not self.facts.subject and self._has_health_code() and authority is not False
            if not doubtful:
                return None
            return self._unknown(
                "subject",
                "Its CPV code can be one of health care services, to which the Provider Selection "
                "Regime may apply.",
            )
        if authority is False:
            return None
        if authority is None:
            return self._unknown(
                "buyer",
                "It is about health care services. The Provider Selection Regime applies where the "
                "buyer is a council, a combined authority or an NHS body.",
            )
        if not self.nation:
            return self._unknown(
                "nation", "It is about health care services, and England and Wales differ."
            )
        code: RegimeCode = "psr-england" if self.nation == "England" else "psr-wales"
        first = find_regime_text(code, date.min).since
        said = f"It is about health care services of a council or NHS body in {self.nation}"
        if self.latest is None:
            return self._unknown("begun", f"{said}, but no day is known.")
        if self._is_dynamic() and self.facts.framework_begun and self.facts.framework_begun < first:
            return None
        if self.latest < first:
            return None
        self._want_begun()
        if self.begun is None and self.latest < first + _PROCEDURE_TAKES:
            return self._unknown(
                "begun",
                f"{said}. It starts soon after {long_date(first)}, when that regime began, so its "
                "procedure may have begun before.",
            )
        return self._likely(code, f"{said}, {self._format_latest()}.")

    def _has_health_code(self) -> bool:
        return any(
            code.startswith(tuple(_load_regime_data()["health"]["cpv"]))
            for code in self.contract.cpv
        )

    def _is_called_off(self) -> bool:
        facts = self.facts
        named = facts.framework or facts.framework_begun or facts.framework_regime
        return facts.procedure in ("call-off", "dynamic market") or bool(
            named and facts.procedure != "framework"
        )

    def _is_dynamic(self) -> bool:
        return self.facts.procedure == "dynamic market"

    def _by_framework(self) -> ContractRegime | None:
        """Return the regime of what it is called off from (SI 2024/716 regs 5 and 8; Procurement
        Act 2023 s.45).
        """
        facts = self.facts
        if not self._is_called_off():
            return None
        what = "dynamic market" if self._is_dynamic() else "framework"
        if facts.framework_regime and facts.framework_regime != "unknown":
            return self._likely(
                facts.framework_regime, f"It is called off from a {what} under that law."
            )
        if self.latest and self.latest < _COMMENCEMENT:
            return self._likely(self._old_code(), f"It is a call-off, {self._format_latest()}.")
        if facts.framework_begun is None:
            return self._unknown(
                "framework_begun",
                f"It is called off from a {what}, whose law applies, but the day on which the "
                "procedure for that began is not known.",
            )
        words = (
            f"It is called off from a {what} whose procedure began on "
            f"{long_date(facts.framework_begun)}"
        )
        if facts.framework_begun < _COMMENCEMENT:
            return self._likely(
                self._old_code(),
                f"{words}, before {long_date(_COMMENCEMENT)}: call-offs stay under its law, "
                "however late they are.",
            )
        most = self._estimate_value()[1]
        if self.latest and most is not None and most < self._list_thresholds(self.latest)[0]:
            return self._by_value(self.latest)  # it is no public contract (s.3(2))
        return self._likely("pa23", f"{words}.")

    def _old_code(self) -> RegimeCode:
        if self.row and self.row.band == "utility":
            return "ucr-2016"
        return "ccr-2016" if self.facts.subject == "concession" else "pcr-2015"

    def _by_day(self) -> ContractRegime | None:
        """Return the regime by the day on which the procedure began, else the first day.

        SI 2024/716 regs 5, 7 and 8; Procurement Act 2023 s.84 and Sch 1.
        """
        if self.facts.procedure == "modification" and self.begun is None:
            return self._unknown(
                "begun",
                "It changes an earlier contract, whose law stays, but the day on which the "
                "procedure for that began is not known.",
            )
        if self.latest is None:
            return None
        code = self._old_code()
        self._want_begun()
        if self.latest < find_regime_text(code, date.min).since:
            return self._unknown("regime", f"Older law applies: {self._format_latest()}.")
        if self.latest < _COMMENCEMENT:
            if (
                list_threshold_tables()[0].since <= self.latest
                and (below := self._by_value(self.latest)).code == "below-threshold"
            ):
                return below
            return self._likely(
                code,
                f"{self._format_latest()[0].upper()}{self._format_latest()[1:]}, before "
                f"{long_date(_COMMENCEMENT)}, when the Procurement Act 2023 came into force.",
            )
        if self.begun is None and self.latest < _COMMENCEMENT + _PROCEDURE_TAKES:
            return self._unknown(
                "begun",
                f"It starts soon after {long_date(_COMMENCEMENT)}, when the Procurement Act 2023 "
                "came into force, so its procedure may have begun before.",
            )
        return self._by_value(self.latest)

    def _by_value(self, day: date) -> ContractRegime:
        """Return whether the Act applies in full, by the thresholds of the day (Sch 1, s.84)."""
        said = self._format_latest()
        said = f"{said[0].upper()}{said[1:]}"
        lowest, highest = self._list_thresholds(day)
        least, most = self._estimate_value()
        if most is None:
            self.missing.append("value")
            return self._likely("pa23", f"{said}; whether it is below the threshold is not known.")
        worth = (
            f"its value with VAT, {in_pounds(most)},"
            if least == most
            else f"its value, at most {in_pounds(most)} with VAT by what is known,"
        )
        if least >= highest:
            return self._likely(
                "pa23", f"{said}, and {worth} is not below the threshold of {in_pounds(highest)}."
            )
        if most < lowest:
            if least != most:
                self.missing.append("value")
            return self._likely(
                "below-threshold",
                f"{said}, and {worth} is below the threshold of {in_pounds(lowest)}."
                + (_NOT_IN_NI if self.nation == "Northern Ireland" else ""),
            )
        if lowest == highest:
            return self._unknown(
                "value",
                f"{said}. Its value without VAT is known, and with VAT it may be above or below "
                f"the threshold of {in_pounds(lowest)}.",
            )
        if self.row is None:
            self.missing.append("buyer")
        return self._unknown(
            "subject",
            f"{said}. Whether {worth} is below the threshold depends on facts that are not known.",
        )

    def _list_thresholds(self, day: date) -> tuple[Decimal, Decimal]:
        """Return the lowest and highest threshold that can be its own, by what is known of it."""
        table = next(
            (one for one in reversed(list_threshold_tables()) if one.since <= day),
            list_threshold_tables()[0],
        )
        general = (
            [getattr(table, self.row.band)]
            if self.row
            else [table.central, table.sub_central, table.utility]
        )
        light = [table.light_touch_utility if self.row and self.row.band == "utility" else 0]
        light = [light[0] or table.light_touch]
        by_subject: dict[str, list[int]] = {
            "goods or other services": general,
            "health care services": light,
            "light-touch services": light,
            "works": [table.works],
            "concession": [table.concession],
        }
        found = by_subject.get(self.facts.subject) or [
            amount for amounts in by_subject.values() for amount in amounts
        ]
        return Decimal(min(found)), Decimal(max(found))

    def _estimate_value(self) -> tuple[Decimal, Decimal | None]:
        """Return the least and the most that it is worth with VAT; None where that is not known.

        A yearly value of the register counts for the time from start to end, with and without VAT
        at the standard rate: options to extend are not in it.
        """
        if self.value:
            return self.value, self.value
        yearly, start, end = self.yearly, self.contract.start, self.contract.end
        if yearly is None or start is None or end is None:
            return Decimal(0), None
        total = yearly * max(12, months_between(start, end + timedelta(days=1))) / 12
        return total, total * _WITH_VAT

    def _by_expectation(self, found: ContractRegime | None) -> ContractRegime:
        code = self.buyer.regime
        if code and code != "unknown":
            return self._likely(code, "It is what the settings expect where nothing is known.")
        if found is not None:
            return found
        return self._unknown(
            "begun", "Neither the day on which the procedure began nor the first day is known."
        )

    def _want_begun(self) -> None:
        if self.begun is None:
            self.missing.append("begun")

    def _format_latest(self) -> str:
        assert self.latest
        if self.begun:
            return f"its procedure began on {long_date(self.begun)}"
        return f"its first day is {long_date(self.latest)}"

    def _likely(self, code: RegimeCode, reason: str) -> ContractRegime:
        return self._build(code, "likely", reason)

    def _unknown(self, missing: MissingFact, reason: str) -> ContractRegime:
        self.missing.append(missing)
        return self._build("unknown", "unknown", reason)

    def _build(self, code: RegimeCode, certainty: RegimeCertainty, reason: str) -> ContractRegime:
        facts = self.facts
        ways: list[ProcedureCode] = [facts.procedure] if facts.procedure else []
        if not ways and (facts.framework or facts.framework_begun or facts.framework_regime):
            ways.append("call-off")
        if facts.subject == "light-touch services":
            ways.append("light touch")
        # Call-offs for health care are under the text of their own day, others under their
        # framework's.
        called_off = None if code in ("psr-england", "psr-wales") else facts.framework_begun
        return ContractRegime(
            regime=find_regime_text(code, called_off or self.latest or self.on),
            certainty=certainty,
            reason=reason,
            procedures=tuple(one for one in list_procedures() if one.code in ways),
            missing=tuple(dict.fromkeys(self.missing)),
            begun=called_off or self.begun,
            buyer=self.row,
            awarded=self.contract.start if self._is_running() else None,
        )

    def _is_running(self) -> bool:
        return self.contract.start is not None and self.contract.start <= self.on
