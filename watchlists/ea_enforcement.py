"""Enforcement actions of the Environment Agency."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._environment import next_page, rows
from duediligence.watchlists.toolkit.bodies import address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, fold, read
from duediligence.watchlists.toolkit.values import stated_pounds

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record, RecordType

_ID = "ea-enforcement"
_SITE = "https://environment.data.gov.uk/public-register/enforcement-action/registration"
_CSV = "enforcement-actions.csv"
_TYPES: dict[str, RecordType] = {
    "courtcase": "conviction",
    "caution": "caution",
    "formalcaution": "caution",
    "enforcementnotice": "notice",
}


@watchlist(
    id=_ID,
    title="Environment Agency enforcement actions",
    publisher="Environment Agency",
    licence="OGL-3.0 (from memory; see the publisher's page)",
    topic="enforcement",
    homepage="https://environment.data.gov.uk/public-register/view/search-enforcement-action",
    feeds=(
        Feed(
            "enforcement-actions-{page}.json",
            url=f"{_SITE}.json?_limit=500&_offset=0",
            next_page=next_page,
        ),
    ),
    alternates=((Feed(_CSV),),),
    max_age=timedelta(days=35),
    expect=Expect(
        entries=(1_000, 100_000), filled={"names": 1.0, "identifiers": 0.2}, weekly_loss=0.03
    ),
    optional=True,
    known_from="never seen",
    powers=("environmental_health",),
    grounds=("PA23-7-4", "PA23-7-11"),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Convictions, cautions and enforcement notices of the Environment Agency, in England.

    A conviction under the Acts on waste, water and permits can go to environmental misconduct
    (Procurement Act 2023 Sch 7 para 4), which needs significant harm, or the potential of it: the
    impacts on water, land and air are shown as published. It can support professional misconduct.

    It cannot show Wales (Natural Resources Wales), Scotland (SEPA), fly-tipping that councils
    prosecuted, civil sanctions and enforcement undertakings, which are published elsewhere, or
    cases that ended without a conviction. Where a firm gave no company number it is found by name.
    Individuals are on the register: what they were convicted of or cautioned for is not kept.

    That the service has these members and takes `_limit` and `_offset` is from memory and from
    other people's programs. A member of another name is reported as unread; without name, kind of
    action or date the list is refused. The register's own download can be brought as
    enforcement-actions.csv.
    """
    found = _actions(files, _CSV)
    return checked((_entry(row, files.drift) for row in found), "enforcement-actions")


# Enforcement actions, out of the service's answers or the register's own download.

# Headings as the service, its pages and its downloads are said to write them.
_LAYOUT = Layout(
    needed={
        "id": "@id | Registration Number | Action ID",
        "name": "offender.name | Offender",
        "type": "actionType",
        "date": "actionDate | Date of action",
    },
    wanted={
        "offence": "offence | offence.description",
        "act": "act | legislation.act | offence.act",
        "section": "section | legislation.section | offence.section",
        "number": "Company No. | companyNumber | offender.companyNumber | offender.companyNo",
        "fine": "fine | Total Fine",
        "address": "address | offender.address | offender.address.address | offender.siteAddress",
        "town": "town | offender.address.town",
        "county": "county | offender.address.county",
        "postcode": "postcode | offender.address.postcode | offender.postcode",
        "reference": "caseReference",
        "water": "waterImpact | impact.water",
        "land": "landImpact | impact.land",
        "air": "airImpact | impact.air",
    },
    passed_over=("type", "Industry Sector", "Event Reference", "agencyFunction", "offenceType"),
)


def _actions(files: Files, download: str) -> Iterator[Row]:
    """Each action, by the keys of the layout. Raises UnreadableFile."""
    if download in files:
        return read(files[download], _LAYOUT, files.drift)
    return rows(files.matching("*.json"), _LAYOUT, files.drift)


# Entries.


def _entry(row: Row, drift: Drift) -> ListEntry:
    key = row.filled("id").rstrip("/").rpartition("/")[2].partition("?")[0]
    name, what = row.filled("name"), row.filled("type")
    kind = fold(what.rstrip("/").rpartition("/")[2])
    if kind not in _TYPES:
        drift.unmapped("actionType", what)
    of: RecordType = _TYPES.get(kind, "notice")
    day = row.day("date", drift)
    if day is None:
        raise row.error("date", f"is {row['date']!r}, not a date")
    number = company(row["number"], "Company No.", drift)
    impacts = (f"{one} {row[one]}" for one in ("water", "land", "air") if row[one])
    impact = ", ".join(impacts)
    return ListEntry(
        id=key,
        list_id=_ID,
        kind=kind_of(name, numbered=bool(number)),
        names=names_in(name),
        identifiers=number,
        addresses=address(row["address"], row["town"], row["county"], postcode=row["postcode"]),
        record=Record(
            type=of,
            power="environmental_health",
            authority="Environment Agency",
            reference=row["reference"] or key,
            act_section=_cited(row["act"], row["section"]),
            event=": ".join(filter(None, (what, row["offence"][:200]))),
            event_date=None if of == "conviction" else day,
            decision_date=day,
            outcome=f"impact: {impact}" if impact else "",
            penalty_gbp=stated_pounds(row["fine"], "fine", drift),
        ),
        url=f"{_SITE}/{key}",
    )


def _cited(acts: str, sections: str) -> str:
    """Each Act with its section, where an action of several offences has as many of either."""
    parts = acts.split("; "), sections.split("; ")
    if len(parts[0]) == len(parts[1]):
        return "; ".join(f"{act} {section}".strip() for act, section in zip(*parts, strict=True))
    return f"{acts} {sections}".strip()
