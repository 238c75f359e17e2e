"""Nurseries, pre-schools and clubs in England: childcare that is not in a home.

The headings are those that public programs read, of 2021, of December 2025 and of 2026.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._ofsted import (
    AUTHORITY,
    GRADES,
    STANDINGS,
    build_ofsted_entry,
    drop_withheld,
    stated_as_at,
)
from duediligence.watchlists.toolkit.bodies import build_address
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.govuk import ASSETS, SITE, locate_attachment
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, RegisteredService

_ID = "ofsted-early-years"
_PAGE = (
    "government/statistical-data-sets/childcare-providers-and-inspections-management-information"
)
_STANDING = "Provider status"
_KIND = "Childcare on non-domestic premises"
_OVERALL = "EYR OEIF/CIF: Most recent: Overall effectiveness"
_OUT_OF_SCHOOL = "EYR OEIF OOSC: Most recent: Overall effectiveness"
_NO_CHILDREN = "EYR OEIF NCOR: Most recent: Overall effectiveness"
_COMPLIANCE = "CR: Compliance"
_CARD = "EYR REIF: Most recent: "
_CARD_DAY = f"{_CARD}Inspection date"
_LINES = ("address line 1", "address line 2", "address line 3", "town")
_AREAS = (
    "Inclusion",
    "Curriculum and teaching",
    "Achievement",
    "Behaviour, attitudes and establishing routines",
    "Children's welfare and wellbeing",
    "Leadership and governance",
)
_DIGITS = ("Outstanding", "Good", "Requires improvement", "Inadequate")
# The words of the overall grade, its digits, and what a club gets, which is not graded.
_OUTCOMES: dict[str, StatusMeaning] = {
    **GRADES,
    **{str(digit): GRADES[word.casefold()] for digit, word in enumerate(_DIGITS, 1)},
    "met": "neutral",
    **{
        f"not met{how}": "adverse"
        for step in ("actions", "enforcement")
        for how in ("", f" with {step}", f" (with {step})", f" ({step})")
    },
}
# The steps of a report card, the worst first, as Ofsted orders them.
_STEPS: dict[str, StatusMeaning] = {
    **dict.fromkeys(("urgent improvement", "needs attention"), "adverse"),
    **dict.fromkeys(("expected standard", "strong standard", "exceptional"), "neutral"),
}
_ORDER = tuple(_STEPS)
_LAYOUT = Layout(
    needed={
        "URN": "Provider URN",
        "name": "Provider name",
        "kind": "Provider type",
        _STANDING: _STANDING,
        "area": "Local authority",
        "Postcode": "Provider postcode | Postcode",
        _OVERALL: f"{_OVERALL} | Most recent full: Overall effectiveness",
        "inspected": "EYR OEIF: Most recent: Full inspection date | "
        "Most recent full: Inspection date",
    },
    wanted={
        "subtype": "Provider subtype",
        "registered": "Registration date",
        "registers": "Individual register combinations",
        "owner": "Registered person name",
        "owner number": "Registered person URN",
        **{one: f"Provider {one}" for one in _LINES},
        "Places": "Places",
    },
    extra={
        **{one: one for one in (_CARD_DAY, *(_CARD + area for area in _AREAS), _OUT_OF_SCHOOL)},
        "club inspected": "EYR OEIF OOSC: Most recent: Inspection date",
        _NO_CHILDREN: f"{_NO_CHILDREN} | NCOR: Overall effectiveness",
        "empty inspected": "EYR OEIF NCOR: Most recent: Inspection date | NCOR: Inspection date",
        _COMPLIANCE: f"{_COMPLIANCE} | CR: Overall effectiveness",
        "register inspected": "CR: Most recent: Inspection date | CR: Inspection date",
    },
    passed_over=tuple(
        "Web link|Telephone number|Region|Ofsted region|Parliamentary constituency|"
        "Deprivation band|Places including estimates|Quality of education|Behaviour and attitudes|"
        "Personal development|Effectiveness of leadership and management|"
        "Safeguarding is effective?".split("|")
    ),
    prefixes=tuple(
        "Provider Early Years Register|Provider Compulsory Childcare Register|"
        "Provider Voluntary Childcare Register|EYR |CR:|NCOR:|CCR |VCR |Most recent full:|"
        "Second most recent|Third most recent".split("|")
    ),
)


@watchlist(
    id=_ID,
    title="Ofsted register of nurseries and clubs",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage=f"{SITE}/{_PAGE}",
    bring=(
        "Select the link to the newest CSV file of the most recent inspections, or of the "
        "childcare provider data. Save it as childcare_providers.csv."
    ),
    feeds=(
        Feed(
            "childcare_providers.csv",
            url=f"{SITE}/api/content/{_PAGE}",
            locate=locate_attachment(
                r"(most[_ -]recent[_ -]inspections?|childcare[_ -]provider).*\.csv$"
            ),
            hosts=(ASSETS,),
        ),
    ),
    published=stated_as_at,
    max_age=timedelta(days=300),
    expect=Expect(entries=(15_000, 60_000), filled={"names": 1.0, "service": 1.0}),
    optional=True,
    known_from="code that reads it",
    known_since="2026-06",
    statuses={
        _STANDING: STANDINGS,
        _OVERALL: _OUTCOMES,
        _OUT_OF_SCHOOL: _OUTCOMES,
        _COMPLIANCE: _OUTCOMES,
        f"{_CARD}{_AREAS[0]}": _STEPS,
    },
    powers=("safeguarding",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Childcare on premises that are not a home, as Ofsted registers it in England: nurseries,
    pre-schools, holiday and out-of-school clubs, each with its latest outcome.

    Childminders, home childcarers and childcare in homes are left out: their names and addresses
    are withheld. Until November 2025 an inspection gave one overall grade. Since then it gives a
    report card with a grade for each area and none overall: the worst area is shown. Clubs, and
    places on the Childcare Register alone, have met their requirements or have not. The newest of
    these outcomes counts, by the day of its inspection.

    It cannot show what happened after its day, why a place left, or notices and prosecutions: read
    its page. Nurseries that schools run for their own pupils are not on it. A registered person can
    be an individual, and is then of unknown kind here.
    """
    for path in files.values():
        rows = read(path, _LAYOUT, files.drift)
        entries = (_build_nursery_entry(row, files.drift) for row in rows)
        yield from checked((one for one in entries if one), path.name)


def _build_nursery_entry(row: Row, drift: Drift) -> ListEntry | None:
    status(STANDINGS, row.filled(_STANDING), _STANDING, row.filename)
    if row.filled("kind").casefold() != _KIND.casefold():
        drift.left_out("childcare in a home")
        return None
    grade, graded_on, worst, is_low = _find_newest_outcome(row, drift)
    lines = (drop_withheld(row[one]) for one in _LINES)
    service = RegisteredService(
        number=row.filled("URN"),
        nation="England",
        kinds=tuple(filter(None, (_KIND, row["subtype"]))),
        place=drop_withheld(row["name"]),
        owner=drop_withheld(row["owner"]),
        owner_number=row["owner number"],
        area=row["area"],
        capacity=int(row["Places"]) if row["Places"].isdecimal() else None,
        standing=row[_STANDING],
        registered_on=row.day("registered", drift),
        grade=grade,
        graded_on=graded_on,
        grades=tuple((area, row[_CARD + area]) for area in _AREAS if row[_CARD + area]),
        conditions=tuple(filter(None, (row["registers"],))),
        withheld=not drop_withheld(row["name"]),
    )
    address = build_address(*lines, postcode=drop_withheld(row["Postcode"]))
    return build_ofsted_entry(_ID, service, address, drift, worst=worst, low=is_low)


def _find_newest_outcome(row: Row, drift: Drift) -> tuple[str, date | None, str, bool]:
    """Return the newest outcome, its day, the word that it is judged by, and whether it is poor.

    All are empty where there is none. Raises UnreadableFile for a word that is not known.
    """
    found: list[tuple[date, str, str, bool]] = []
    columns = [_CARD + area for area in _AREAS if row[_CARD + area].strip("-")]
    low = [status(_STEPS, row[one], one, row.filename) == "adverse" for one in columns]
    if columns:
        worst = min((row[one] for one in columns), key=lambda step: _ORDER.index(step.casefold()))
        when = row.day(_CARD_DAY, drift) or date.min
        found.append((when, f"Report card, worst area: {worst}", worst, any(low)))
    for column, day in (
        (_OVERALL, "inspected"),
        (_OUT_OF_SCHOOL, "club inspected"),
        (_NO_CHILDREN, "empty inspected"),
        (_COMPLIANCE, "register inspected"),
    ):
        if text := row[column].strip("-"):
            meaning = status(_OUTCOMES, text, column, row.filename)
            word = _DIGITS[int(text) - 1] if text in ("1", "2", "3", "4") else text
            when = row.day(day, drift) or date.min
            found.append((when, word, word, meaning == "adverse"))
    if not found:
        return "", None, "", False
    when, grade, worst, is_low = max(found, key=lambda one: one[0])
    return grade, None if when == date.min else when, worst, is_low
