"""Operators of goods and public service vehicles, as the traffic commissioners license them."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists.toolkit.bodies import company, kind_of, names_in, place
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, read

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record, RecordType

_ID = "operator-licences"
_LAYOUT = Layout(
    needed={
        "licence number": "Licence Number | LicNo | Licence No",
        "operator": "Operator Name | Operator | Licence Holder",
        "status": "Licence Status | Status",
    },
    wanted={
        "trading": "Trading Name | Trading As",
        "company number": "Company Reg No | Company Registration Number | Company Number",
        "type": "Licence Type | Type of Licence",
        "area": "Geographic Region | Traffic Area",
        "address": "Correspondence Address | Operator Address | Address",
        "centre": "Operating Centre Address | Operating Centre | Op Centre Address",
        "granted": "Granted Date | Licence Start Date | Date Granted",
        "expires": "Expiry Date | Licence Expiry Date",
        "vehicles": "Number Of Vehicles Authorised | Vehicles Authorised | Vehicle Authorisation",
    },
    # Named people who run the firm or its fleet are not kept.
    passed_over=(
        "Transport Manager",
        "Transport Managers",
        "Director Or Partner",
        "Directors Or Partners",
        "Directors",
        "Number Of Trailers Authorised",
        "Vehicles Specified",
        "Trailers Specified",
        "Continuation Date",
        "Organisation Type",
        "Operator Type",
        "Contact Address",
    ),
)
_LIVE = ("valid", "granted", "active")
_LOWER = ("curtailed", "suspended", "logically suspended")
_ENDED = (
    "surrendered",
    "terminated",
    "expired",
    "continuation not sought",
    "cancelled",
    "unlicensed",
)
# What became of an application says nothing of an operator.
_NEVER = ("under consideration", "not taken up", "withdrawn")
_ACTS: dict[str, RecordType] = {"revoked": "licence_revoked", "refused": "licence_refused"}


@watchlist(
    id=_ID,
    title="Operator licences for lorries, buses and coaches",
    publisher="Traffic Commissioners for Great Britain",
    licence="OGL-3.0 (from memory)",
    topic="register",
    homepage="https://www.data.gov.uk/search?q=operator+licence+records",
    feeds=(Feed("OLBSLicenceReport_{part}.csv"),),
    alternates=((Feed("*licence*.csv"),),),
    max_age=timedelta(days=45),
    expect=Expect(
        entries=(2_000, 500_000),
        filled={"names": 1.0, "record": 1.0, "addresses": 0.5},
        weekly_loss=0.02,
    ),
    optional=True,
    known_from="never seen",
    powers=("licensing",),
    grounds=("PA23-7-11",),
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who holds an operator's licence for goods vehicles, buses or coaches in Great Britain.

    A person brings this file: download those of your traffic areas from the homepage, and name
    them OLBSLicenceReport_AREA.csv; or set their addresses, and the areas as `parts`. A licence
    that was revoked or refused is shown as that, which can support professional misconduct (Sch 7
    para 11); one that was curtailed or suspended stands lower; one that was given up, ran out or
    is on the register no more has ended. For school transport, ask for the licence number.

    It cannot show why: read the commissioners' decision, published apart. Taxis and private hire
    vehicles are licensed by councils, lorries of Northern Ireland by its own department. Directors
    and transport managers, which the file names, are not kept. Many operators are individuals, of
    unknown kind here.

    The format is from memory. A licence with several operating centres has a row for each, and is
    one entry here.
    """
    rows: dict[str, list[Row]] = {}
    for path in files.matching("*.csv"):
        for row in read(path, _LAYOUT, files.drift):
            if row["status"].casefold() in _NEVER:
                files.drift.left_out(f"licence {row['status'].lower()}")
            else:
                rows.setdefault(row.filled("licence number").upper(), []).append(row)
    return checked((_entry(key, of, files.drift) for key, of in rows.items()), _ID)


def _entry(number: str, rows: list[Row], drift: Drift) -> ListEntry:
    first = rows[0]
    state = first["status"].casefold()
    if state not in (*_LIVE, *_LOWER, *_ENDED, *_ACTS):
        drift.unmapped("status", first["status"])
    identifiers = company(first["company number"], "company number", drift)
    fleet = f"vehicles authorised: {first['vehicles']}" if first["vehicles"] else ""
    granted = first.day("granted", drift)
    what = ", ".join(filter(None, (first["type"], fleet)))
    places = (one for row in rows for cell in ("address", "centre") for one in place(row[cell]))
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(first["operator"], numbered=bool(identifiers)),
        names=names_in(first.filled("operator"), *(row["trading"] for row in rows)),
        identifiers=identifiers,
        addresses=tuple(dict.fromkeys(places)),
        status=first["status"],
        record=Record(
            type=_ACTS.get(state, "registration"),
            power="licensing",
            authority=f"Traffic Commissioner{f', {area}' if (area := first['area']) else ''}",
            reference=number,
            event=f"Operator's licence {first['status'].lower()}".strip()
            + (f" ({what})" if what else ""),
            # When it was granted is not when it was lowered or ended, which the file does not say.
            event_date=granted if state in _LIVE else None,
            expires=first.day("expires", drift),
            low=state in _LOWER,
            ended=state in (*_ENDED, *_ACTS),
        ),
    )
