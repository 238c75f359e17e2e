"""Operators of goods and public service vehicles, as the traffic commissioners license them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from duediligence.watchlists.toolkit.bodies import company, kind_of, names_in, place
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import Address, ListEntry, Record, RecordType

_ID = "operator-licences"
_STATUS = "LicenceStatus"
_EXPORTS = "https://content.mgmt.dvsacloud.uk/olcs.app.prod.dvsa.aws/data-gov-uk-export/"
_FILE = "OLBSLicenceReport_{part}.csv"
# The traffic areas of Great Britain, as the commissioners name them.
_AREAS = (
    "East of England",
    "London and the South East of England",
    "North East of England",
    "North West of England",
    "Scotland",
    "Wales",
    "West Midlands",
    "West of England",
)
_LAYOUT = Layout(
    needed={
        "licence number": "LicenceNumber | LicNo | Licence No",
        "operator": "OperatorName | Operator | Licence Holder",
        "status": f"{_STATUS} | Status",
    },
    wanted={
        "company number": "CompanyRegNumber | Company Reg No | Company Registration Number | "
        "Company Number",
        "type": "LicenceType | Type of Licence",
        "area": "GeographicRegion | Traffic Area",
        "address": "CorrespondenceAddress | Operator Address | Address",
        "centres": "OCAddress | Operating Centre Address | Operating Centre | Op Centre Address",
        "vehicles": "NumberOfVehiclesAuthorised | Vehicles Authorised | Vehicle Authorisation",
        "operator type": "OperatorType | Organisation Type",
    },
    extra={
        "trading": "Trading Name | Trading As",
        "granted": "Granted Date | Licence Start Date | Date Granted",
        "expires": "Expiry Date | Licence Expiry Date",
    },
    # Named people who run the firm or its fleet are not kept.
    passed_over=(
        "TransportManager",
        "Transport Managers",
        "DirectorOrPartner",
        "Directors Or Partners",
        "Directors",
        "NumberOfTrailersAuthorised",
        "VehiclesSpecified",
        "TrailersSpecified",
        "ContinuationDate",
        "Contact Address",
    ),
)
# What became of an application says nothing of an operator: who has no more than that is left out.
_APPLICATIONS = ("under consideration", "not submitted", "not taken up", "withdrawn")
_ACTS: dict[str, RecordType] = {"revoked": "licence_revoked", "refused": "licence_refused"}
# The gravest first: where rows of one licence disagree, that counts.
_WORDS: dict[str, StatusMeaning] = {
    "revoked": "ended",
    "refused": "ended",
    "terminated": "ended",
    "surrendered": "ended",
    "expired": "ended",
    "continuation not sought": "ended",
    "cancelled": "ended",
    "unlicensed": "ended",
    "suspended": "adverse",
    "logically suspended": "adverse",
    "curtailed": "adverse",
    "surrender under consideration": "neutral",
    "granted": "neutral",
    "valid": "neutral",
    "active": "neutral",
    **dict.fromkeys(_APPLICATIONS, "ended"),
}
# The commissioners' system writes `lsts_valid`; these codes are not the words behind `lsts_`.
_CODES = {f"lsts_{word.replace(' ', '_')}": word for word in _WORDS} | {
    "lsts_cns": "continuation not sought",
    "lsts_consideration": "under consideration",
    "lsts_ntu": "not taken up",
    "lsts_surr_consideration": "surrender under consideration",
    "lsts_unlicenced": "unlicensed",
    "unlicenced": "unlicensed",
}
_STATUSES = _WORDS | {code: _WORDS[word] for code, word in _CODES.items()}
_FLEETS = {"O": "goods vehicles", "P": "passenger vehicles"}
_COUNTRY = re.compile(r"\s+GB(?=\s+[A-Z]{1,2}[0-9]|$)")


def _list_traffic_areas(day: date) -> tuple[str, ...]:  # noqa: ARG001
    return _AREAS


@watchlist(
    id=_ID,
    title="Operator licences for lorries, buses and coaches",
    publisher="Traffic Commissioners for Great Britain",
    licence="OGL-3.0",
    topic="register",
    homepage="https://www.data.gov.uk/search?q=operator+licence+records",
    feeds=(Feed(_FILE, url=_EXPORTS + _FILE),),
    alternates=((Feed("*licence*.csv"),),),
    max_age=timedelta(days=31),
    expect=Expect(
        # The register holds some 75,000 licences.
        entries=(50_000, 500_000),
        filled={"names": 1.0, "record": 1.0, "addresses": 0.95, "identifiers": 0.4},
        weekly_loss=0.02,
    ),
    optional=True,
    known_from="real file",
    known_since="2026-09",
    statuses={_STATUS: _STATUSES},
    powers=("licensing",),
    grounds=("PA23-7-11",),
    tracks_removals=True,
    parts=_list_traffic_areas,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who holds an operator's licence for goods vehicles, buses or coaches in Great Britain.

    The files of all eight traffic areas are fetched; the register is refused where it is too small
    for the whole country, so leave the setting `parts` of this list alone. A licence that was
    revoked or refused is shown as that, which can support professional misconduct (Procurement Act
    2023 Sch 7 para 11); one that was curtailed or suspended stands lower; one that was given up,
    ran out or is on the register no more has ended. For school transport, ask for the licence
    number: those of buses and coaches begin with P, those of lorries with O.

    It cannot show why: read the commissioners' decision, published apart. Taxis and private hire
    vehicles are licensed by councils, lorries of Northern Ireland by its own department. Directors
    and transport managers, which the file names, are not kept. Many operators are individuals, of
    unknown kind here.

    A licence has a row for each director, transport manager or operating centre, and is one entry
    here, with its numbers and all its centres; where rows disagree about its status, the gravest
    counts. A status that is not known is an error. The form is known from a row of one area; the
    names of the other areas in the addresses of their files, and some codes of status, are from
    memory. A file that is not there is reported.
    """
    rows: dict[str, list[Row]] = {}
    for path in files.matching("*.csv"):
        for row in read(path, _LAYOUT, files.drift):
            status(_STATUSES, row["status"], _STATUS, f"{row.filename}: row {row.number}")
            held = rows.setdefault(row.filled("licence number").upper(), [])
            # Two of three rows can be repeats of one before.
            if all(row.cells != other.cells for other in held):
                held.append(row)
    found = (_build_operator_entry(key, of, files.drift) for key, of in rows.items())
    return checked(filter(None, found), _ID)


def _build_operator_entry(number: str, rows: Sequence[Row], drift: Drift) -> ListEntry | None:
    first = rows[0]
    state = min(map(_read_licence_state, rows), key=list(_WORDS).index)
    if state in _APPLICATIONS:
        drift.left_out(f"licence {state}")
        return None
    if number[0] not in _FLEETS:
        drift.unmapped("licence number", number[:2])
    numbers = dict.fromkeys(row["company number"] for row in rows)
    identifiers = distinct(
        one for text in numbers for one in company(text, "company number", drift)
    )
    vehicles = f"vehicles authorised: {first['vehicles']}" if first["vehicles"] else ""
    fleet = f" for {_FLEETS[number[0]]}" if number[0] in _FLEETS else ""
    what = ", ".join(filter(None, (first["type"], vehicles)))
    meaning = _WORDS[state]
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(
            first["operator"],
            numbered=bool(identifiers) or "limited" in first["operator type"].casefold(),
        ),
        names=distinct(
            name
            for row in rows
            for name in names_in(row.filled("operator"), *(one["trading"] for one in rows))
        ),
        identifiers=identifiers,
        addresses=distinct(
            one
            for row in rows
            for cell in ("address", "centres")
            for one in _split_operator_addresses(row[cell])
        ),
        status=state.capitalize(),
        record=Record(
            type=_ACTS.get(state, "registration"),
            power="licensing",
            authority=f"Traffic Commissioner{f', {area}' if (area := first['area']) else ''}",
            reference=number,
            event=f"Operator's licence{fleet} {state}" + (f" ({what})" if what else ""),
            # When it was granted is not when it was lowered or ended, which the file does not say.
            event_date=first.day("granted", drift) if meaning == "neutral" else None,
            expires=first.day("expires", drift),
            low=meaning == "adverse",
            ended=meaning == "ended",
        ),
    )


def _read_licence_state(row: Row) -> str:
    word = row["status"].casefold()
    return _CODES.get(word, word)


def _split_operator_addresses(cell: str) -> Iterator[Address]:
    """Yield each address in a cell, without the country that stands before its postcode."""
    for text in cell.split(";"):
        yield from place(_COUNTRY.sub("", text.strip(" ,")))
