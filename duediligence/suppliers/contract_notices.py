"""A buyer's own contracts in published notices: Find a Tender and Contracts Finder (OCDS 1.1).

`noticeType` of its documents gives the type of a notice, never `documentType`: an
`awardNotice` can be a change of a dynamic market, a `contractNotice` the change of a contract.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import file_digest
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from duediligence.errors import Invalid, UnreadableFile, UsageError
from duediligence.formats.cells import clean
from duediligence.formats.ocds import (
    Json,
    find_object,
    list_contract_failures,
    list_objects,
    list_termination_reasons,
    merge_releases,
    open_releases,
    parse_release_time,
)
from duediligence.law.regimes import map_names_to_codes
from duediligence.matching.compare import name_similarity
from duediligence.matching.names.parties import split_alternative_names
from duediligence.model import ContractNotice, Person, Supplier, UnreadCell, company_number
from duediligence.model.supplier_information import MAY_NAME
from duediligence.model.suppliers import NoticeEvent
from duediligence.reading import regular
from duediligence.suppliers.facts import CONTRACT_FIELDS, LONGEST_NAME, ContractFacts, SupplierFacts
from duediligence.suppliers.identity import firm_name
from duediligence.suppliers.rows import mask_digits, read_facts
from duediligence.suppliers.share_codes import find_unreadable, may_hold_name
from duediligence.text.dates import long_date
from duediligence.text.folding import fold
from duediligence.text.postcodes import is_postcode

# No real notice of these was ever read: only the schema gives their form.
NEVER_TRIED = ("UK3", "UK5", "UK8", "UK9", "UK11", "UK13", "UK14", "UK16", "UK17")
# What a notice without a type is.
OLD_FORMS = ("PSR", "old form", "Contracts Finder")
_MISSED = ("below", "significantlybelow")
_FREED = ("cancelled", "unsuccessful", "withdrawn")
_LONGEST_ID, _LONGEST_SAID, _LONGEST_DESCRIPTION, _LONGEST_TEXT = 100, 500, 2_000, 5_000
_TOO_MUCH = 10**12
# What a party behind a supplier is, by a word of its role or of where it is named.
_BEHIND = {"own": "owner", "sub": "sub-contractor", "consorti": "consortium member"}
# Of two names with one number: a letter or two differ, no word.
_SLIP = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticedContract:
    """A contract as the notices of a file have it, with one of the suppliers that they name.

    `supplier` is None where the notices name none: they add to a contract that is known already.
    `award` is empty where they are about no single award. `refused` says why it is not accepted.
    """

    process: str
    award: str
    supplier: Supplier | None
    facts: ContractFacts
    notices: tuple[ContractNotice, ...]
    refused: str = ""


@dataclass(slots=True, kw_only=True)
class NoticeFile:
    """What a file of notices holds.

    `buyers` counts notices by the buyer that they name; `own` and `others` by whether it is the
    buyer that was asked for. `kinds` are types of own notices. `left_out` counts by the reason
    what could not be used. `next_page` is the address of more of them, empty for none.
    """

    file: str
    sha256: str
    contracts: list[NoticedContract] = field(default_factory=list)
    buyers: Counter[str] = field(default_factory=Counter)
    own: int = 0
    others: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    next_page: str = ""


@cache
def read_notice_words(table: str) -> Mapping[str, str]:
    """Return a table of `contract_notices.toml`."""
    text = files(__package__).joinpath("contract_notices.toml").read_text("utf-8")
    found: Mapping[str, str] = tomllib.loads(text)[table]
    return found


def is_notice_untried(kind: str) -> bool:
    """Return whether no real notice of that type was ever read."""
    return kind in NEVER_TRIED or kind not in read_notice_words("titles")


def read_contract_notices(path: Path, buyers: Collection[str], *, today: date) -> NoticeFile:
    """Return the contracts of those buyers, each named by name or procurement number (PPON).

    Raises UsageError for a file that is not there or holds no notices.
    """
    try:
        with regular(path).open("rb") as file:
            found = NoticeFile(file=path.name, sha256=file_digest(file, "sha256").hexdigest())
        processes = _sort_notices(found, path, {_fold_buyer(one) for one in buyers if one})
    except UnreadableFile as error:
        raise UsageError(error.message, hint=error.hint) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    for of_process in processes:
        try:
            found.contracts += _ProcessReader(of_process, found, today).read()
        except UnreadableFile:
            process = of_process[0]["ocid"][:_LONGEST_ID]
            found.contracts.append(_refuse(process, "Its notices cannot be put together"))
    return found


def _sort_notices(found: NoticeFile, path: Path, wanted: set[str]) -> Collection[list[Json]]:
    """Return the notices of these buyers by procurement; count them all. Raises UnreadableFile."""
    releases, found.next_page = open_releases(path)
    processes: dict[str, list[Json]] = defaultdict(list)
    for release in releases:
        named = _list_buyers(release)
        names = {name for one in named if (name := _read_text(one, "name"))}
        found.buyers.update(names)
        if wanted & {_fold_buyer(_read_text(one, key)) for one in named for key in ("id", "name")}:
            found.own += 1
            processes[release["ocid"]].append(release)
        else:
            found.others += 1
            found.left_out["notices that name no buyer"] += not names
    return processes.values()


def is_name_of(name: str, names: Iterable[str]) -> bool:
    """Return whether a name on a notice is one of these, but for legal form, marks or a slip.

    Its identifier may belong to another body: only a name that agrees is accepted.
    """
    return any(
        firm_name(one) == firm_name(held) or name_similarity(one, held, "organisation") >= _SLIP
        for one in split_alternative_names(name)
        for held in names
    )


class _NoticedValue(NamedTuple):
    """A value without and with VAT, and its currency."""

    net: Decimal | None
    gross: Decimal | None
    currency: str


class _ProcessReader:
    """Reads the contracts of one procurement out of the notices of one buyer."""

    def __init__(self, releases: list[Json], found: NoticeFile, today: date) -> None:
        releases.sort(key=parse_release_time)
        self.found, self.today, self.releases = found, today, releases
        self.process = releases[0]["ocid"][:_LONGEST_ID]
        self.intended: dict[str, Json] = {}
        self.merged = merge_releases([_set_changes_aside(one, self.intended) for one in releases])
        self.tender = find_object(self.merged, "tender")
        self.parties = list_objects(self.merged, "parties")
        self.is_psr = (
            "provider selection regime" in _read_text(self.tender, "description")[:200].casefold()
        )
        self.form = "PSR" if self.is_psr else "old form"
        if self.process.startswith("ocds-b5fd17"):
            self.form = "Contracts Finder"
        self.published = parse_release_time(releases[-1]).date()
        self.buyer = next((_read_text(one, "name") for one in _list_buyers(releases[-1])), "")
        # By award, the number of the newest notice that names suppliers, and these: merged, two of
        # one identifier would be one.
        self.awarded: dict[str, tuple[str, list[Json]]] = {}
        # By identifier, two names that one notice gives it.
        self.renamed: dict[str, tuple[str, str]] = {}
        for one in releases:
            found.kinds.update(_list_kinds(one) or {self.form})
            named = [*list_objects(one, "parties")]
            for award in list_objects(one, "awards"):
                if suppliers := list_objects(award, "suppliers"):
                    self.awarded[_read_text(award, "id")] = _read_text(one, "id"), suppliers
                    named += suppliers
            first: dict[str, str] = {}
            for party in named:
                id_, name = _read_text(party, "id"), _read_text(party, "name")
                if id_ and name and not is_name_of(name, [first.setdefault(id_, name)]):
                    self.renamed[id_] = first[id_], name
        won = [one for _, some in self.awarded.values() for one in some]
        self.won = {_read_text(one, "id") for one in won} - {""}
        self.names = {firm_name(_read_text(one, "name")) for one in won}
        known, no_supplier = (
            {*read_notice_words("known")[one].split()} for one in ("release", "roles")
        )
        more = {name: self.merged[name] for name in self.merged.keys() - known}
        self.others = self._list_others(more, "")
        for party in self.parties:
            roles = {*_list_texts(party, "roles")}
            if _read_text(party, "id") not in self.won and (not roles or roles - no_supplier):
                self.others += self._list_others(party, " ".join(sorted(roles - no_supplier)))

    def read(self) -> Iterator[NoticedContract]:
        """Yield each award to a supplier, and what is reported of awards that name none."""
        awards = {_read_text(one, "id"): one for one in list_objects(self.merged, "awards")}
        contracts: dict[str, list[Json]] = defaultdict(list)
        for one in list_objects(self.merged, "contracts"):
            contracts[_read_text(one, "awardID") or _read_text(one, "id")].append(one)
        for key in dict.fromkeys((*awards, *contracts)):
            award, held = awards.get(key, {}), contracts[key]
            value = self._read_value((*reversed(held), award))
            notices = self._read_notices(key, award, held, value)
            _, suppliers = self.awarded.get(key, ("", []))
            reports = any(one.event != "award" for one in notices)
            if _read_text(award, "status") in _FREED and not reports:
                self.found.left_out["awards that were cancelled"] += 1
                continue
            others = self._list_others([award, *held], "")
            if not suppliers and (others or (not reports and self._has_bidders())):
                yield _refuse(self.process, _UNNAMED)
            if suppliers or reports:
                facts = self._read_contract(award, held, value, is_alone=len(suppliers) == 1)
                if not facts.title:
                    facts = replace(facts, title=f"Notice {notices[0].number}")
                for named in suppliers or (None,):
                    yield from self._build_contract(key, named, facts, notices, others)
        if self.others and not self.won:
            yield _refuse(self.process, _UNNAMED)
        for document in self._list_tender_notices("UK15"):
            about = replace(self._begin_notice("", ()), event="removed from the market")
            facts = ContractFacts(title=_read_text(self.tender, "title")[:LONGEST_NAME])
            for party in self._list_parties("removedSupplier"):
                notice = self._date_notice(about, document)
                yield from self._build_contract("", party, facts, (notice,))

    def _build_contract(
        self,
        key: str,
        named: Json | None,
        facts: ContractFacts,
        notices: tuple[ContractNotice, ...],
        others: Iterable[Person | UnreadCell] = (),
    ) -> Iterator[NoticedContract]:
        """Yield the contract with a supplier, and the `others` behind that."""
        supplier = None
        if named is not None:
            id_ = _read_text(named, "id")
            if names := self.renamed.get(id_):
                yield _refuse(self.process, f"It gives the id {id_} to {' and to '.join(names)}")
                return
            party = next((one for one in self.parties if _read_text(one, "id") == id_), {})
            try:
                supplier = self._read_party({**party, **named})
            except Invalid:
                yield _refuse(self.process, "The name of its supplier cannot be read")
                return
            every = (*self.others, *others, *self._list_others({**party, **named, "name": ""}, ""))
            supplier = replace(
                supplier,
                people=tuple(dict.fromkeys(one for one in every if isinstance(one, Person))),
                unread=tuple(dict.fromkeys(one for one in every if isinstance(one, UnreadCell))),
            )
        yield NoticedContract(
            process=self.process, award=key, supplier=supplier, facts=facts, notices=notices
        )

    def _list_others(self, of: object, at: str) -> list[Person | UnreadCell]:
        """Return the parties in members that are not known, and texts that may name one."""
        return [
            one
            for one in _list_named(of, at)
            if not isinstance(one, Person) or firm_name(one.name) not in self.names
        ]

    def _has_bidders(self) -> bool:
        """Return whether there are bidders, of which one may have won."""
        bids = list_objects(find_object(self.merged, "bids"), "details")
        named = (list_objects(one, "tenderers") for one in (self.tender, *bids))
        return any(named) or bool(self._list_parties("tenderer"))

    def _read_party(self, party: Json) -> Supplier:
        """Return the supplier that a party is. Raises Invalid."""
        numbers: dict[str, Any] = {}
        identifiers = [
            find_object(party, "identifier"),
            *list_objects(party, "additionalIdentifiers"),
        ]
        for one in identifiers:
            name = read_notice_words("numbers").get(_read_text(one, "scheme"))
            number = _read_text(one, "id")
            if name == "number":
                number = company_number(number) or ""
                self.found.left_out["company numbers of another form"] += not number
            if name and number:
                numbers.setdefault(name, number.upper().removeprefix("GB-PPON-"))
        address = find_object(party, "address")
        postcode = _read_text(address, "postalCode")
        names = [_read_text(party, "name"), *(_read_text(one, "legalName") for one in identifiers)]
        names = list({firm_name(one): one for one in reversed(names) if one}.values())[::-1]
        facts = SupplierFacts(
            name=names[0] if names else "",
            trading_names=names[1:],
            address=_join(address, ", ", "streetAddress", "locality"),
            postcode=postcode if is_postcode(postcode) else "",
        )
        try:
            return read_facts(replace(facts, **numbers), today=self.today)
        except Invalid:
            self.found.left_out["identifiers or addresses of another form"] += 1
            facts = SupplierFacts(name=facts.name, trading_names=facts.trading_names)
            return read_facts(facts, today=self.today)

    def _read_contract(
        self, award: Json, held: list[Json], value: _NoticedValue, *, is_alone: bool
    ) -> ContractFacts:
        """Return the facts of a contract; a value counts if the supplier `is_alone` in it."""
        contract = held[-1] if held else {}
        every = (contract, award, self.tender)
        wanted = _list_texts(award, "relatedLots")
        lots = [one for one in list_objects(self.tender, "lots") if _read_text(one, "id") in wanted]
        period = find_object(contract, "period") or next(
            (
                found
                for of in (award, *lots, self.tender)
                if (found := find_object(of, "contractPeriod"))
            ),
            {},
        )
        start, end = (self._read_day(period, one) for one in ("startDate", "endDate"))
        if start and end and end < start:
            self.found.left_out["contracts that end before they start"] += 1
            start = end = ""
        in_pounds = value.currency in ("GBP", "")
        net, gross = (value.net, value.gross) if in_pounds else (None, None)
        classed = (
            one
            for of in (*every, *list_objects(award, "items"))
            for one in (
                find_object(of, "classification"),
                *list_objects(of, "additionalClassifications"),
            )
        )
        codes = (_read_text(one, "id") for one in classed if one.get("scheme") == "CPV")
        subjects = read_notice_words("subjects")
        named = [*_list_texts(self.tender, "specialRegime")]
        named += (_read_text(one, "mainProcurementCategory") for one in every)
        begun = (one for one in self.releases if "tender" in _list_texts(one, "tag"))
        subject: Any = next((subjects[one] for one in named if one in subjects), "")
        return ContractFacts(
            title=_find_text("title", every)[:LONGEST_NAME],
            description=_find_text("description", every)[:_LONGEST_DESCRIPTION],
            cpv=", ".join(dict.fromkeys(filter(str.isdecimal, codes))),
            value=str(net) if net and is_alone and start and end else "",
            start=start,
            end=end,
            begun=next((parse_release_time(one).date().isoformat() for one in begun), ""),
            procedure=self._read_procedure(),
            subject="health care services" if self.is_psr else subject,
            value_with_vat=str(gross) if gross else "",
        )

    def _read_notices(
        self, key: str, award: Json, held: list[Json], value: _NoticedValue
    ) -> tuple[ContractNotice, ...]:
        """Return what the notices report of one award, the value as it is now with the last."""
        ended = _read_text(award, "status") in _FREED
        typed = [one for of in (award, *held) for one in _list_documents(of)]
        typed += self._list_tender_notices("UK12") if ended else ()
        amended = {
            _read_text(one, "id"): one for of in held for one in list_objects(of, "amendments")
        }
        last, found = self._begin_notice(key, (award, *held)), list[ContractNotice]()
        if not typed and key in self.awarded:
            last = replace(last, number=self.awarded[key][0])
            found.append(last)
        for document in typed:
            last = self._date_notice(last, document)
            event: Any = read_notice_words("events").get(last.kind, "award")
            amendment = amended.get(last.number, {})
            said = _join(amendment, "; ", "rationale", "description")[:_LONGEST_SAID]
            one = replace(last, event=event, on=_parse_day(amendment, "date"), said=said)
            if change := self.intended.get(last.number, {}):
                to, end = self._read_value((change,)), find_object(change, "period")
                until = f"until {long_date(day)}" if (day := _parse_day(end, "endDate")) else ""
                said = "; ".join(filter(None, (until, said)))
                one = replace(one, value=to.gross or to.net, currency=to.currency, said=said)
            found.append(one)
        if found and found[-1].event != "change":
            found[-1] = replace(found[-1], value=value.gross or value.net, currency=value.currency)
        told_by = {one.event: one for one in found}
        reports = [one for of in held for one in _list_reports(told_by, last, of)]
        told = {one.event for one in reports}
        found = [one for one in found if one.event not in told] + reports
        return tuple(found)

    def _begin_notice(self, key: str, of: Iterable[Json]) -> ContractNotice:
        return ContractNotice(
            number="",
            process=self.process,
            award=key,
            kind=self.form,
            published=self.published,
            buyer=self.buyer,
            regime=self._find_regime(of),
        )

    def _date_notice(self, about: ContractNotice, document: Json) -> ContractNotice:
        return replace(
            about,
            number=_read_text(document, "id"),
            kind=_read_text(document, "noticeType"),
            published=_parse_day(document, "datePublished") or self.published,
        )

    def _list_tender_notices(self, kind: str) -> list[Json]:
        return [one for one in _list_documents(self.tender) if one["noticeType"] == kind]

    def _list_parties(self, role: str) -> list[Json]:
        return [one for one in self.parties if role in _list_texts(one, "roles")]

    def _read_value(self, every: Iterable[Json]) -> _NoticedValue:
        """Return the first value; what is infinite, below zero or no number is left out."""
        value = next((found for of in every if (found := find_object(of, "value"))), {})
        amounts = []
        for amount in (value.get("amount"), value.get("amountGross")):
            is_sum = (
                isinstance(amount, (int, float))
                and not isinstance(amount, bool)
                and 0 < amount < _TOO_MUCH
            )
            self.found.left_out["values that are not a sum"] += bool(amount and not is_sum)
            amounts.append(Decimal(str(amount)).quantize(Decimal("0.01")) if is_sum else None)
        return _NoticedValue(
            amounts[0], amounts[1], _read_text(value, "currency")[:10] if any(amounts) else ""
        )

    def _read_day(self, of: Json, name: str) -> str:
        day = _parse_day(of, name)
        self.found.left_out["dates that cannot be read"] += bool(day is None and of.get(name))
        return day.isoformat() if day else ""

    def _read_procedure(self) -> Any:
        details = _read_text(self.tender, "procurementMethodDetails").partition("(")[0]
        details = fold(details.removeprefix("Other - ").partition(", ")[0])
        code = read_notice_words("procedures").get(details) or map_names_to_codes().get(details)
        return code if code in CONTRACT_FIELDS["procedure"].choices else ""

    def _find_regime(self, of: Iterable[Json]) -> Any:
        """Return the law that the notices name, empty for none, and for older law in Scotland."""
        buyers = (find_object(one, "address") for one in self._list_parties("buyer"))
        region = next((_read_text(one, "region") for one in buyers), "")
        if self.is_psr:
            return "psr-wales" if region.startswith("UKL") else "psr-england"
        legal_basis = _read_text(find_object(self.tender, "legalBasis"), "id")
        law = read_notice_words("laws").get(legal_basis, "")
        if law != "pa23":
            return "" if region.startswith("UKM") else law
        below = _read_text(self.tender, "procurementMethodDetails").startswith("Below threshold")
        below = below or any(one.get("aboveThreshold") is False for one in of)
        return "below-threshold" if below else law


_UNNAMED = "It names parties, and not its suppliers: look at the notice"


def _refuse(process: str, why: str) -> NoticedContract:
    facts = ContractFacts(title=process)
    return NoticedContract(
        process=process, award="", supplier=None, facts=facts, notices=(), refused=why
    )


def _list_named(of: object, at: str) -> Iterator[Person | UnreadCell]:
    if isinstance(of, list):
        for one in of:
            yield from _list_named(one, at)
    elif isinstance(of, dict):
        if name := _read_text(of, "name")[:LONGEST_NAME]:
            role = next((role for word, role in _BEHIND.items() if word in at.casefold()), "")
            yield Person(name, role=role or "named person")
            yield from find_unreadable(f"notice: {at}", (name,))
        known = read_notice_words("known")["any"].split()
        for member, value in of.items():
            if member not in known or (member == "name" and not name):
                yield from _list_named(value, member)
    elif isinstance(of, str) and may_hold_name(of):
        yield UnreadCell(f"notice: {at}", mask_digits(of), "text", MAY_NAME)


def _list_reports(
    told_by: Mapping[NoticeEvent, ContractNotice], last: ContractNotice, contract: Json
) -> Iterator[ContractNotice]:
    """Yield failures and indicators that were missed (s.71), and the termination (s.80)."""
    told = ("requirement", "description", "penaltyTypeEntered", "penaltyType")
    failed = replace(told_by.get("performance", last), event="performance", value=None, currency="")
    for failure in list_contract_failures(contract):
        on = _parse_day(failure, "penaltyDate") or _parse_day(failure, "decisionDate")
        yield replace(failed, on=on, said=_join(failure, "; ", *told)[:_LONGEST_SAID])
    for metric in list_objects(find_object(contract, "implementation"), "metrics"):
        for seen in list_objects(metric, "observations"):
            grade = _read_text(find_object(seen, "measureClassification"), "id")
            if grade.casefold() in _MISSED:
                on = _parse_day(find_object(seen, "period"), "endDate")
                said = f"{_read_text(metric, 'title')}: {grade}"[:_LONGEST_SAID]
                yield replace(failed, on=on, said=said)
    reasons = list_termination_reasons(contract)
    if reasons or contract.get("status") == "terminated":
        on = _parse_day(find_object(contract, "period"), "endDate")
        words = "; ".join(
            _find_text("description", [one]) or _read_text(one, "id") for one in reasons
        )
        said = (words or _read_text(contract, "terminationRationale"))[:_LONGEST_SAID]
        ended = told_by.get("termination", last)
        yield replace(ended, event="termination", on=on, said=said)


def _set_changes_aside(release: Json, intended: dict[str, Json]) -> Json:
    """Return the release without the days and value of contracts that a UK10 notice is about: it
    comes before the change (s.75(1) and (3)(a)). `intended` has these contracts by its number.
    """
    contracts = []
    for one in list_objects(release, "contracts"):
        changes = [each for each in _list_documents(one) if each["noticeType"] == "UK10"]
        intended.update((_read_text(each, "id"), one) for each in changes)
        left_out = ("period", "value") if changes else ()
        contracts.append({key: one[key] for key in one if key not in left_out})
    return {**release, "contracts": contracts} if contracts else release


def _list_buyers(release: Json) -> list[Json]:
    """Return each buyer, with `id` and `name`."""
    parties = list_objects(release, "parties")
    held = [one for one in parties if "buyer" in _list_texts(one, "roles")]
    return [*filter(None, (find_object(release, "buyer"), *held))]


def _fold_buyer(text: str) -> str:
    return firm_name(text.upper().removeprefix("GB-PPON-")) if text else ""


def _list_documents(of: Json) -> list[Json]:
    return [one for one in list_objects(of, "documents") if _read_text(one, "noticeType")]


def _list_kinds(release: Json) -> set[str]:
    """Return the types of a notice, from all four places where one can be."""
    single = (find_object(release, one) for one in ("planning", "tender"))
    several = (one for name in ("awards", "contracts") for one in list_objects(release, name))
    return {
        _read_text(one, "noticeType") for of in (*single, *several) for one in _list_documents(of)
    }


def _parse_day(of: Json, name: str) -> date | None:
    """Return the day as it is written: the end of a day in summer is no day later."""
    try:
        return date.fromisoformat(_read_text(of, name)[:10])
    except ValueError:
        return None


def _find_text(name: str, every: Iterable[Json]) -> str:
    return next(filter(None, (_read_text(one, name) for one in every)), "")


def _join(of: Json, mark: str, *names: str) -> str:
    return mark.join(filter(None, dict.fromkeys(_read_text(of, one).rstrip(".") for one in names)))


def _list_texts(of: Json, name: str) -> list[str]:
    found = of.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _read_text(of: Json, name: str) -> str:
    """Return a text or number as clean text; empty for anything else."""
    found = of.get(name)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return ""
    longest = _LONGEST_ID if name in ("id", "awardID", "noticeType") else _LONGEST_TEXT
    return clean(str(found).replace("\0", "").encode("utf-8", "ignore").decode())[:longest]
