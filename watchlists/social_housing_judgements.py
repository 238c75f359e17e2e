"""What the Regulator of Social Housing thinks of landlords in England: grades and notices."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from duediligence.watchlists.toolkit.bodies import names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.govuk import ASSETS, SITE, locate_attachment
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import day, status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record

_ID = "social-housing-judgements"
_FILE = "Regulatory_judgements.xlsx"
_PUBLICATION = "government/publications/regulatory-judgements-and-enforcement-notices"
_AUTHORITY = "Regulator of Social Housing"
_STATUS = "Status"
_GRADES = ("Consumer grade", "Governance Grade", "Viability Grade")
# Fewer than half of what each sheet needs: the other columns decide which sheet is read.
_NEEDED = {"number": "Reg Code", "status": _STATUS, "published": "Publication Date"}
_WANTED = {"changes": "Name and Reg Code Change Details", "publication": "Type of Publication"}
_JUDGEMENTS = Layout(
    needed={**_NEEDED, "name": "Landlord", **{heading: heading for heading in _GRADES}},
    wanted={**_WANTED, "others": "Other landlords included in the judgement"},
    passed_over=(
        "Landlord Type",
        "Consumer Grade Change",
        "Consumer Grade Date",
        "Governance Grade Change",
        "Governance Date",
        "Viability Grade Change",
        "Viability Grade Date",
        "Rent",
        "Rent Date",
        "Rent Change",
        "Engagement Process",
    ),
)
_NOTICES = Layout(
    needed={
        **_NEEDED,
        "name": "Provider",
        "route": "Route",
        "why": "Explanation",
        "noticed": "Date of Enforcement Notice",
    },
    wanted={**_WANTED, "others": "Other providers included in the notice"},
)
# `-` for what was not assessed; some grades have an asterisk. 3 and 4 say that the landlord fails a
# standard (the regulator's own words for each grade).
_NOT_ASSESSED = "-"
_POOR: dict[str, StatusMeaning] = {"1": "neutral", "2": "neutral", "3": "adverse", "4": "adverse"}
_MEANINGS: dict[str, dict[str, StatusMeaning]] = {
    heading: {
        _NOT_ASSESSED: "neutral",
        **{
            f"{heading[0].casefold()}{grade}{star}": meaning
            for grade, meaning in _POOR.items()
            for star in ("", "*")
        },
    }
    for heading in _GRADES
}
_CURRENT = "current"
_STATUSES: dict[str, StatusMeaning] = {
    _CURRENT: "neutral",
    **dict.fromkeys(("historic", "historical", "superseded", "withdrawn", "closed"), "ended"),
}
# How spreadsheets count days: from 30 December 1899. Some cells of the workbook have no format.
_FIRST_DAY = date(1899, 12, 30)


@watchlist(
    id=_ID,
    title="Regulatory judgements of social landlords",
    publisher=_AUTHORITY,
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PUBLICATION}",
    bring=f"Select the workbook of all judgements and notices, and save it as {_FILE}.",
    feeds=(
        Feed(
            _FILE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=locate_attachment(r"\.xlsx$"),
            hosts=(ASSETS,),
        ),
    ),
    max_age=timedelta(days=31),
    expect=Expect(entries=(200, 3_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="header only",
    known_since="2026-08",
    statuses={**_MEANINGS, _STATUS: _STATUSES},
    powers=("housing",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The grades of landlords with 1,000 homes or more, and the enforcement notices in effect.

    C is for the treatment of tenants and their homes, G for governance, V for viability; 1 is best.
    C3, C4, G3, G4, V3 and V4 mean that the landlord does not meet the regulator's standards: they
    are shown to the officer, the others are kept so that a fall is seen. Councils have a C grade
    only. A notice is one under section 219 of the Housing and Regeneration Act 2008.

    It cannot show smaller landlords, which have no grade, or why a grade was given: read the
    judgement on the page. Judgements that were replaced are not here. Landlords of a group that a
    judgement covers are shown with it and are not looked up by their own names. There are no
    addresses and no numbers of companies. Two names can have one registration code, after a merger:
    each judgement is an entry.

    The headings of both sheets and the grades are as in the workbook of August 2026. An unknown
    grade or status is an error.
    """
    path = files[_FILE]
    graded = (_build_graded_entry(row, files.drift) for row in read(path, _JUDGEMENTS, files.drift))
    noticed = (
        _build_enforcement_notice(row, files.drift) for row in read(path, _NOTICES, files.drift)
    )
    return checked(filter(None, chain(graded, noticed)), path.name)


def _build_graded_entry(row: Row, drift: Drift) -> ListEntry | None:
    where = f"{row.filename}: row {row.number}"
    worst, low = "", False
    grades = [(heading, row.filled(heading)) for heading in _GRADES]
    for heading, grade in grades:
        if status(_MEANINGS[heading], grade, heading, where) == "adverse":
            worst, low = max(worst, grade, key=lambda one: one[1:]), True
    given = ", ".join(grade for _, grade in grades if grade != _NOT_ASSESSED)
    record = Record(
        type="rating",
        power="housing",
        authority=_AUTHORITY,
        reference=row.filled("number"),
        event=f"{row['publication'] or 'Judgement'}: {given or 'no grade'}",
        event_date=_read_published_day(row),
        low=low,
    )
    return _build_landlord_entry(row, record, worst or given, where, drift)


def _build_enforcement_notice(row: Row, drift: Drift) -> ListEntry | None:
    record = Record(
        type="notice",
        power="housing",
        authority=_AUTHORITY,
        reference=row.filled("number"),
        act_section="Housing and Regeneration Act 2008 s.219",
        event=": ".join(filter(None, ("Enforcement notice", row["route"]))),
        event_date=_parse_workbook_day(row["noticed"]) or _read_published_day(row),
        outcome=row["why"],
        status="live",
    )
    where = f"{row.filename}: row {row.number}"
    return _build_landlord_entry(row, record, "", where, drift)


def _build_landlord_entry(
    row: Row, record: Record, grade: str, where: str, drift: Drift
) -> ListEntry | None:
    """Return the entry of a judgement or notice that is in effect; None for another."""
    if status(_STATUSES, row.filled("status"), _STATUS, where) == "ended":
        drift.left_out("judgement or notice that is not in effect")
        return None
    notes = (
        f"{what}: {text}"
        for what, text in (("Also about", row["others"]), ("Changes", row["changes"]))
        if text not in ("", _NOT_ASSESSED)
    )
    published = _read_published_day(row)
    return ListEntry(
        id=f"{record.reference}.{record.type}.{published.isoformat()}",
        list_id=_ID,
        kind="organisation",
        names=names_in(row.filled("name")),
        status=grade,
        remarks="; ".join(notes),
        record=record,
    )


def _read_published_day(row: Row) -> date:
    found = _parse_workbook_day(row.filled("published"))
    if found is None:
        raise row.error("published", f"is {row['published']!r}, not a date")
    return found


def _parse_workbook_day(text: str) -> date | None:
    """Return the day in a cell: a date, or its number in a spreadsheet."""
    if text.isdecimal() and len(text) == 5:
        return _FIRST_DAY + timedelta(days=int(text))
    return day(text.partition(" ")[0]) or day(text)
