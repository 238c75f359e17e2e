"""The Individual Insolvency Register of England and Wales, as an extract that a person brings."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from duediligence.watchlists.toolkit.bodies import build_address, place
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.values import birth_date, clean, day, stated_day
from duediligence.watchlists.toolkit.xml import by_tag, one, stream_records

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats.xml import Element, local, stream
from duediligence.law.personal_insolvency import AFTER_PAYMENT
from duediligence.model import Address, InsolvencyStage, ListEntry, Name, Record

_ID = "individual-insolvency"
_FILE = "iir-extract.xml"
_ROOT, _RECORD = "ReportDetails", "ReportRequest"
_SEARCH = "https://www.insolvencydirect.bis.gov.uk/eiir/"
_TYPES: dict[str, InsolvencyStage] = {
    "bankruptcy": "bankruptcy",
    "individual voluntary arrangement": "arrangement",
    "debt relief order": "debt relief order",
}
_RESTRICTIONS: tuple[tuple[str, str, InsolvencyStage], ...] = (
    ("BankruptcyRestrictionsDetails", "Restrictions", "bankruptcy restrictions"),
    ("DebtReliefRestrictionsDetails", "DRORestrictions", "debt relief restrictions"),
)
_NOTHING = re.compile(r"no \w[\w ]* found|\(.*does not apply.*\)", re.IGNORECASE)
_ENDS = re.compile(
    r"(?:discharge will be|discharged on|completed on|failed on|terminated on|revoked on|"
    r"annulled.* on|rescinded.* on|period (?:will end|ended) on)\s+"
    r"([0-9]{1,2}(?:/[0-9]{1,2}/| [a-z]{3,9} )[0-9]{4})",
    re.IGNORECASE,
)
_UNDONE = re.compile(r"annulled|rescinded", re.IGNORECASE)
_PAID = re.compile(r"paid|arrangement|IVA", re.IGNORECASE)
# Tags that are read, then those known to be about others than the person, or to say no more.
_READ = (
    "ReportRequest ExtractDate IndividualDetails CaseNoIndividual FirstName Surname DateofBirth "
    "LastKnownAddress LastKnownPostCode OtherNames OtherName CaseDetails CaseType StartDate Status "
    "TradingNames TradingName TradingAddress BankruptcyRestrictionsDetails RestrictionsType "
    "RestrictionsStartDate RestrictionsEndDate DebtReliefRestrictionsDetails DRORestrictionsType "
    "DRORestrictionsStartDate DRORestrictionsEndDate"
)
_NOT_KEPT = (
    "CaseNoReportRequest IndividualDetailsText Title Gender Occupation CaseDetailsText CaseNoCase "
    "CaseName Court CourtNumber CaseYear CaseDescription Trading TradingDetails "
    "InsolvencyPractitionerText IP CaseNoIP MainIP MainIPFirm MainIPFirmAddress MainIPFirmPostCode "
    "MainIPFirmTelephone InsolvencyContactText InsolvencyContact CaseNoContact "
    "InsolvencyServiceOffice Contact ContactAddress ContactPostCode ContactTelephone "
    "RestrictionsCourt RestrictionsCourtNo RestrictionsCaseYear PreviousIBRO PreviousIBRONote "
    "PreviousIBROStartDate PreviousIBROEndDate"
)
_KNOWN = dict.fromkeys((*_READ.split(), *_NOT_KEPT.split()), frozenset[str]())


def _read_insolvency_extract_day(files: Files) -> date | None:
    """Return the oldest day of extraction in the file."""
    days = [
        day(one(by_tag(record), "ExtractDate")) for record in stream(files[_FILE], _ROOT, _RECORD)
    ]
    return min(filter(None, days), default=None)


@watchlist(
    id=_ID,
    title="Individual Insolvency Register (an extract)",
    publisher="Insolvency Service",
    licence="Terms of the Insolvency Service: no open licence is stated",
    topic="personal insolvency",
    homepage="https://www.gov.uk/search-bankruptcy-insolvency-register",
    feeds=(Feed(_FILE, max_bytes=2_000_000_000),),
    max_age=timedelta(days=31),
    expect=Expect(
        entries=(1, 2_000_000),
        filled={"names": 1.0, "record": 1.0, "birth_dates": 0.8},
        weekly_loss=0.10,
    ),
    optional=True,
    kept_apart=True,
    bring="No extract for councils is known. If the Insolvency Service gave you one, and your data "
    f"protection officer agreed that you may hold it, save its XML file as {_FILE}.",
    published=_read_insolvency_extract_day,
    known_from="code that reads it",
    known_since="2024-10",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Bankruptcies, arrangements with creditors, debt relief orders and restrictions on people.

    Only those who answer for a supplier are looked up: a sole trader, a partner, a director, an
    owner. A flag needs the day of birth, or its month with the postcode or the town; else it is a
    look-up record with its address, for a person. What was annulled is never a flag.

    It cannot show Scotland and Northern Ireland, which have registers of their own. The register
    loses a case three months after it ends: that somebody is not found proves nothing over the
    three or five years that a ground looks back. Each record goes when the rules take it off the
    register, and no file is kept. An address that a court withheld stays withheld (Insolvency
    (England and Wales) Rules 2016 rr.20.2 and 20.3). The form is that of the Insolvency Service's
    own program; no extract was seen.
    """
    met: Counter[str] = Counter()
    return checked(
        (
            entry
            for record in stream_records(
                files[_FILE], _ROOT, (_RECORD,), _KNOWN, files.drift, outside=(_ROOT,)
            )
            for entry in _build_person_entries(record, met, files.drift)
        ),
        _FILE,
    )


def _build_person_entries(record: Element, met: Counter[str], drift: Drift) -> Iterator[ListEntry]:
    """Yield the case of a person, then the restrictions on them, which outlast it."""
    parts = by_tag(record)
    if not parts["IndividualDetails"]:
        raise UnreadableFile(f"{_FILE}: a {_RECORD} has no IndividualDetails")
    who = by_tag(parts["IndividualDetails"][0])
    number = one(who, "CaseNoIndividual")
    met[number] += 1
    home = one(who, "LastKnownAddress")
    addresses: tuple[Address, ...] = ()
    if "withheld" not in home.casefold():
        code = _stated(one(who, "LastKnownPostCode"))
        addresses = (*build_address(_stated(home), postcode=code), *_list_trading_places(record))
    born = birth_date(one(who, "DateofBirth"))
    person = ListEntry(
        id=number if met[number] == 1 else f"{number}-{met[number]}",
        list_id=_ID,
        kind="person",
        names=(
            Name(f"{one(who, 'FirstName')} {one(who, 'Surname')}".strip()),
            *(Name(text, "alias") for text in _texts_of(record, "OtherName")),
            *(Name(text, "trading") for text in _texts_of(record, "TradingName")),
        ),
        birth_dates=(born,) if born else (),
        addresses=distinct(addresses),
        url=_SEARCH,
    )
    extracted = day(one(parts, "ExtractDate"))
    if extracted is None:
        raise UnreadableFile(
            f"{_FILE}: {number} has no ExtractDate, so that how long to keep it is not known"
        )
    for case in parts["CaseDetails"]:
        yield replace(
            person, record=replace(_build_case_record(case, drift), source_date=extracted)
        )
    for tag, prefix, stage in _RESTRICTIONS:
        for fields in map(by_tag, parts[tag]):
            kept = Record(
                type="personal_insolvency",
                stage=stage,
                act_section="Insolvency Act 1986",
                event=one(fields, f"{prefix}Type").capitalize(),
                event_date=stated_day(one(fields, f"{prefix}StartDate"), tag, drift),
                expires=stated_day(one(fields, f"{prefix}EndDate"), tag, drift),
                source_date=extracted,
                handling="restricted",
            )
            yield replace(person, id=f"{person.id}-restrictions", record=kept)


def _build_case_record(case: Element, drift: Drift) -> Record:
    fields = by_tag(case)
    kind, status = one(fields, "CaseType"), one(fields, "Status")
    if (stage := _TYPES.get(kind.casefold())) is None:
        raise UnreadableFile(
            f"{_FILE}: CaseType has the value '{kind[:60]}', which is not known", word=kind[:60]
        )
    ends, undone = _ENDS.search(status), _UNDONE.search(status)
    if ends is None and re.search(r"\bon\s+[0-9]", status):
        drift.unmapped("Status", re.sub(r"[0-9]", "9", status))
    started = stated_day(one(fields, "StartDate"), "StartDate", drift)
    return Record(
        type="personal_insolvency",
        stage=stage,
        act_section=AFTER_PAYMENT if undone and _PAID.search(status) else "Insolvency Act 1986",
        event=kind,
        event_date=started,
        known_date=started,
        expires=day(ends[1]) if ends else None,
        status="quashed" if undone else "unstated",
        handling="restricted",
    )


def _stated(text: str) -> str:
    return "" if _NOTHING.search(text) else text


def _list_trading_places(record: Element) -> Iterator[Address]:
    for text in _texts_of(record, "TradingAddress"):
        yield from place(text)


def _texts_of(record: Element, tag: str) -> Iterator[str]:
    texts = (clean(one.text or "") for one in record.iter() if local(one) == tag)
    return filter(None, texts)
