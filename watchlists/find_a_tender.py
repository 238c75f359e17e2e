"""Find a Tender: failures to perform public contracts, and contracts that were terminated."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from duediligence.watchlists.toolkit.bodies import build_address, kind_of, names_in
from duediligence.watchlists.toolkit.entries import derived_id
from duediligence.watchlists.toolkit.values import clean, day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.formats.ocds import (
    FETCH_AGAIN,
    Json,
    check_release,
    find_object,
    list_contract_failures,
    list_objects,
    list_termination_reasons,
    merge_releases,
    parse_release_time,
)
from duediligence.model import Address, Identifier, ListEntry, Record, company_number
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    MUTUAL,
    PROCUREMENT,
)

_ID = "find-a-tender"
_SITE = "https://www.find-tender.service.gov.uk"
_FAILURE_BY_BREACH = "Procurement Act 2023 s.71(3)"
_FAILURE_TO_IMPROVE = "Procurement Act 2023 s.71(4)"
_TERMINATION = "Procurement Act 2023 s.80"
_SCHEMES = frozenset((CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND, MUTUAL))
# Reasons for which a contract ended as it should. Any other, known or not, is shown.
_ENDED_WELL = frozenset(("contractcompleted",))
_FULL = 100  # releases in a page, as the address asks

# The members that are known, at each level at which a renamed one would hide a failure.
_KNOWN = {
    "release": frozenset(
        "id tag date ocid initiationType language parties tender buyer awards contracts buyerID "
        "bids planning description links relatedProcesses".split()
    ),
    "contract": frozenset(
        "id awardID title description status period value items dateSigned documents "
        "implementation relatedProcesses milestones amendments aboveThreshold "
        "terminationRationaleClassifications terminationRationaleClassification "
        "terminationRationale noAgreedMetricsRationale proposedAmendments agreedMetrics".split()
    ),
    "implementation": frozenset(
        "transactions milestones documents metrics performanceFailures".split()
    ),
    "award": frozenset(
        "id title description status date value suppliers items contractPeriod documents "
        "relatedLots relatedBids amendments standstillPeriod aboveThreshold hasRenewal hasOptions "
        "mainProcurementCategory additionalProcurementCategories assessmentSummariesDateSent "
        "finalStatusDate milestones renewal options".split()
    ),
    "supplier": frozenset(("id", "name")),
    "party": frozenset(
        "id name identifier additionalIdentifiers address contactPoint roles roleDetails details "
        "beneficialOwners shareholders control".split()
    ),
    "identifier": frozenset("scheme id legalName uri".split()),
    "address": frozenset("streetAddress locality region postalCode country countryName".split()),
    "reason": frozenset("scheme id description uri".split()),
    "period": frozenset("startDate endDate maxExtentDate durationInDays durationInMonths".split()),
    "performance failure": frozenset(
        "id requirement description decisionDate penaltyDate penaltyType penaltyTypeEntered "
        "penaltyValue partialTermination suppliers documents".split()
    ),
}


def next_page(path: Path, _: str) -> str:
    """Return the address that the answer in `path` calls the next; empty in the last."""
    links = _load_release_page(path).get("links")
    return json.text(links.get("next"), f"{path.name}: next") if isinstance(links, dict) else ""


def find_newest_release_day(files: Files) -> date | None:
    """Return the day of the newest release in the files."""
    return max((parse_release_time(one).date() for one in _read_releases(files)), default=None)


@watchlist(
    id=_ID,
    title="Find a Tender: failed and terminated contracts",
    publisher="Cabinet Office",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{_SITE}/",
    bring=(
        "Take the files of the months that you need (.jsonl, unpacked) from the Open "
        "Contracting Data Registry, which publishes this service's notices by year. Keep "
        "their names."
    ),
    feeds=(
        Feed(
            "releases-{page}.json",
            url=f"{_SITE}/api/1.0/ocdsReleasePackages?limit={_FULL}&updatedFrom={{since}}T00:00:00",
            next_page=next_page,
            max_pages=2_000,
        ),
    ),
    alternates=((Feed("*.jsonl", max_bytes=4_000_000_000),),),
    max_age=timedelta(days=10),
    expect=Expect(entries=(0, 200_000), filled={"names": 1.0, "record": 1.0}),
    published=find_newest_release_day,
    optional=True,
    powers=("other",),
    grounds=("PA23-7-12",),
    accumulates=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Suppliers that failed to perform a public contract, or whose contract was terminated.

    Buyers must publish within 30 days that a supplier broke a contract, and so lost it, in whole
    or part, paid damages or settled, or that it did not perform well after a chance to improve
    (Procurement Act 2023 s.71). What is published is itself a ground (Sch 7 para 12(4)). A
    contract termination notice (s.80) goes to no ground by itself: its reason is shown as
    published, and a contract that was completed is left out.

    Each refresh asks for the notices since the last one, the first for those of the last 30 days;
    what was found before is kept. The service answers 12 requests in two minutes, so a week of
    notices takes some five minutes. For earlier notices, put files with one release in a line
    (`.jsonl`, as the Open Contracting Data Registry has them by year) into a folder, and use
    `--from`.

    It cannot show failures before 24 February 2025 or under the earlier regulations, contracts too
    small for such notices, or notices from before the first refresh unless their files were
    loaded. Suppliers are found by company, charity or procurement number (PPON), else by name. A
    notice that changes an earlier one holds only what changed, so it may not name its supplier:
    such notices are counted.

    No such notice was ever seen: the form is that of the schema of the UK extension of the Open
    Contracting Data Standard 1.1.
    """
    # Read twice, so that only the few processes that count are held in memory.
    wanted = {one["ocid"] for one in _read_releases(files) if _reports_failure_or_end(one)}
    processes: dict[str, list[Json]] = {}
    for release in _read_releases(files):
        counts = release["ocid"] in wanted
        _look_for_news(release, files.drift, whole=counts)
        if counts:
            processes.setdefault(release["ocid"], []).append(release)
    found: dict[str, ListEntry] = {}
    for releases in processes.values():
        releases.sort(key=parse_release_time)
        known = next(
            parse_release_time(one).date() for one in releases if _reports_failure_or_end(one)
        )
        # What was published again later stands in for what was said before.
        found.update(
            (one.id, one)
            for one in _build_tender_entries(merge_releases(releases), known, files.drift)
        )
    yield from found.values()


# Releases: what each notice says of a process, in files of either form.


def _load_release_page(path: Path) -> dict[str, Any]:
    answer = json.load(path)
    if not isinstance(answer, dict) or not isinstance(answer.get("releases"), list):
        raise UnreadableFile(f"{path.name}: has no list of releases", hint=FETCH_AGAIN)
    return answer


def _read_releases(files: Files) -> Iterator[Json]:
    """Yield each release, its time read. Raises UnreadableFile."""
    before = _FULL
    for path in files.matching("*.json"):
        page = _load_release_page(path)["releases"]
        if not page and (before < _FULL or next_page(path, "")):
            raise UnreadableFile(
                f"{path.name}: holds no release, as only a last page can", hint=FETCH_AGAIN
            )
        before = len(page)
        for at, one in enumerate(page, 1):
            yield check_release(one, f"{path.name}: release {at}")
    for path in files.matching("*.jsonl"):
        for at, one in json.read_json_lines(path):
            yield check_release(one, f"{path.name}: line {at}")


def _reports_failure_or_end(release: Json) -> bool:
    """Return whether the release says that a contract failed or ended."""
    contracts = list_objects(release, "contracts")
    return any(
        list_contract_failures(one)
        or list_termination_reasons(one)
        or one.get("status") == "terminated"
        for one in contracts
    )


def _look_for_news(release: Json, drift: Drift, *, whole: bool) -> None:
    """Report members that are not known where a failure, or whose it is, may be under another name.

    `whole`: of the parties as well, which is done only where they count.
    """
    contracts = list_objects(release, "contracts")
    failures = [failure for one in contracts for failure in list_contract_failures(one)]
    levels = {
        "release": [release],
        "contract": contracts,
        "implementation": [find_object(one, "implementation") for one in contracts],
        "performance failure": failures,
        "reason": [reason for one in contracts for reason in list_termination_reasons(one)],
    }
    if whole:
        parties, awards = list_objects(release, "parties"), list_objects(release, "awards")
        levels |= {
            "award": awards,
            "party": parties,
            "supplier": [
                one for of in (*awards, *failures) for one in list_objects(of, "suppliers")
            ],
            "identifier": [
                identifier
                for one in parties
                for identifier in (
                    find_object(one, "identifier"),
                    *list_objects(one, "additionalIdentifiers"),
                )
            ],
            "address": [find_object(one, "address") for one in parties],
            "period": [find_object(one, "period") for one in contracts],
        }
    for level, objects in levels.items():
        for one in objects:
            for name in one.keys() - _KNOWN[level]:
                drift.unread("member", f"{name} of {level}")


# Entries: one for each failure or termination and each supplier it names.


def _build_tender_entries(process: Json, known: date, drift: Drift) -> Iterator[ListEntry]:
    ocid = process["ocid"]
    parties = {str(one.get("id")): one for one in list_objects(process, "parties")}
    awarded = {
        str(one.get("id")): list_objects(one, "suppliers")
        for one in list_objects(process, "awards")
    }
    tender = find_object(process, "tender")
    for contract in list_objects(process, "contracts"):
        key = str(contract.get("id") or "")
        title = _text(contract, "title") or _text(tender, "title")
        suppliers = awarded.get(str(contract.get("awardID") or ""), [])
        published = {
            "reference": ocid,
            "known_date": known,
            "authority": _text(find_object(process, "buyer"), "name"),
        }
        records: list[tuple[str, Record, Sequence[Json]]] = [
            (f"failure {_failure_key(failure)}", _build_failure_record(failure, title), named)
            for failure in list_contract_failures(contract)
            for named in [list_objects(failure, "suppliers") or suppliers]
        ]
        if ended := _build_termination_record(contract, title):
            records.append(("termination", ended, suppliers))
        for what, record, named in records:
            if not named:
                drift.left_out("notice that names no supplier in these files", ocid)
            record = replace(record, **published)
            for supplier in named:
                party = {**parties.get(str(supplier.get("id")), {}), **supplier}
                yield from _build_tender_entry(f"{ocid} {key} {what}", record, party, drift)


def _failure_key(failure: Json) -> str:
    """Return what makes it the same failure when it is published again: it has no id of its own."""
    days = (_text(failure, name)[:10] for name in ("decisionDate", "penaltyDate"))
    return derived_id(next(filter(None, days), ""), _text(failure, "requirement")[:80])


def _build_failure_record(failure: Json, title: str) -> Record:
    decided, penalty = (
        _read_ocds_day(failure, "decisionDate"),
        _read_ocds_day(failure, "penaltyDate"),
    )
    breach = any(
        failure.get(name) for name in ("penaltyDate", "penaltyValue", "partialTermination")
    )
    told = (_text(failure, name) for name in ("requirement", "description", "partialTermination"))
    words = "; ".join(text.rstrip(".") for text in told if text)
    return Record(
        type="contract_failure",
        power="other",
        act_section=_FAILURE_BY_BREACH if breach else _FAILURE_TO_IMPROVE,
        event=_format_contract_event("Failure to perform a public contract", title, words),
        event_date=penalty,
        decision_date=decided,
        outcome=_text(failure, "penaltyTypeEntered") or _text(failure, "penaltyType"),
    )


def _build_termination_record(contract: Json, title: str) -> Record | None:
    """Return the termination of a contract, unless it ended as it should."""
    reasons = [
        one
        for one in list_termination_reasons(contract)
        if str(one.get("id")).casefold() not in _ENDED_WELL
    ]
    if not reasons and (
        list_termination_reasons(contract) or contract.get("status") != "terminated"
    ):
        return None
    words = "; ".join(
        filter(None, (_text(one, "description") or _text(one, "id") for one in reasons))
    )
    end = _read_ocds_day(find_object(contract, "period"), "endDate")
    return Record(
        type="contract_termination",
        power="other",
        act_section=_TERMINATION,
        event=_format_contract_event(
            "Public contract terminated", title, words or "no reason is published"
        ),
        event_date=end,
    )


def _format_contract_event(what: str, title: str, words: str) -> str:
    return f"{what}{f' ({title})' if title else ''}{f': {words}' if words else ''}"


def _build_tender_entry(key: str, record: Record, party: Json, drift: Drift) -> Iterator[ListEntry]:
    identifier = find_object(party, "identifier")
    texts = dict.fromkeys((_text(party, "name"), _text(identifier, "legalName")))
    names = [name for text in texts if usable(text) for name in names_in(text)]
    if not names:
        drift.left_out("supplier without a name")
        return
    numbers = tuple(
        _read_party_identifiers((identifier, *list_objects(party, "additionalIdentifiers")), drift)
    )
    yield ListEntry(
        id=f"{key} {_text(party, 'id') or names[0].text}",
        list_id=_ID,
        kind=kind_of(names[0].text, numbered=any(one.scheme == COMPANY for one in numbers)),
        names=tuple(dict.fromkeys(names)),
        identifiers=numbers,
        addresses=_read_party_address(find_object(party, "address")),
        url=f"{_SITE}/procurement/{record.reference}",
        record=record,
    )


def _read_party_identifiers(found: Iterable[Json], drift: Drift) -> Iterator[Identifier]:
    for one in found:
        scheme, number = _text(one, "scheme").upper(), _text(one, "id")
        if not number:
            continue
        if scheme == COMPANY:
            if whole := company_number(number):
                yield Identifier(COMPANY, whole)
            else:
                drift.unmapped(COMPANY, number)
        elif scheme == PROCUREMENT:
            yield Identifier(PROCUREMENT, number.upper().removeprefix("GB-PPON-"))
        elif scheme in _SCHEMES:
            yield Identifier(scheme, number)


def _read_party_address(found: Json) -> tuple[Address, ...]:
    return build_address(
        *(_text(found, name) for name in ("streetAddress", "locality")),
        postcode=_text(found, "postalCode"),
    )


def _text(of: Json, name: str) -> str:
    text: str = clean(json.text(of.get(name), name))
    return text


def _read_ocds_day(of: Json, name: str) -> date | None:
    found: date | None = day(_text(of, name)[:10])
    return found
