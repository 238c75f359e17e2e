"""Children's homes, supported accommodation, fostering and adoption agencies in England."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._ofsted import (
    AUTHORITY,
    GRADES,
    STANDINGS,
    build_ofsted_entry,
    drop_withheld,
    is_withheld,
    stated_as_at,
)
from duediligence.watchlists.toolkit.bodies import build_address
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.govuk import ASSETS, SITE, locate_attachment
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import status

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, RegisteredService

_ID = "ofsted-social-care"
_STANDING = "Registration status"
_OVERALL = "Overall experiences and progress of children and young people"
_SUPPORTED = "Supported Accommodation outcome"
_PAGE = "government/statistics/childrens-social-care-data-in-england-2026"
# The judgements under the overall one, by heading; earlier forms have other words for some.
_PARTS = (
    "How well children and young people are helped and protected",
    "The effectiveness of leaders and managers",
    "Outcomes in education and related learning activities",
    "Health services",
    "Outcomes for children and young people",
    "Quality of care",
)
_EARLIER = {
    _PARTS[0]: "Safeguarding children and young people",
    _PARTS[1]: "Leadership and management",
}
_LINES = ("Address 1", "Address 2", "Town", "County")
# What the publisher says of a home, with its type.
_TRAITS = ("Short-break-only children's home", "Multi-building children's home")
_LAYOUT = Layout(
    needed={
        "URN": "URN",
        "kind": "Provision type",
        _STANDING: _STANDING,
        "Name": "Name",
        "area": "Local authority",
        "owner": "Organisation which owns the provider | Organisation",
        _OVERALL: f"{_OVERALL} | Overall effectiveness",
    },
    wanted={
        **{one: one for one in (*_LINES, "Postcode", "Places")},
        "inspected": "Latest full inspection date | Inspection date",
        "published": "Latest full inspection publication date | Publication date",
        **{part: f"{part} | {earlier}" for part, earlier in _EARLIER.items()},
    },
    # Not in every year's form.
    extra={
        "registered": "Registration date",
        **{one: one for one in (*_PARTS[2:], *_TRAITS, _SUPPORTED)},
    },
    passed_over=tuple(
        "Web link|Linked Education URN|Ofsted region|Government Office Region|Sector|Event type|"
        "Parliamentary constituency|Supported accommodation premises|Event number|"
        "Latest full inspection event type|Latest full inspection event number".split("|")
    ),
)


@watchlist(
    id=_ID,
    title="Ofsted register of children's social care",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage=f"{SITE}/{_PAGE}",
    bring=(
        "Select the link to the provider level data of children's social care (CSV or ODS): its "
        "name has the words provider level in it. Keep that name. Each summer has a new page."
    ),
    feeds=(
        Feed(
            "provider_level.csv",
            url=f"{SITE}/api/content/{_PAGE}",
            locate=locate_attachment(r"provider[_ -]level.*\.csv$"),
            hosts=(ASSETS,),
        ),
    ),
    alternates=((Feed("*level*.csv"),), (Feed("*level*.ods"),)),
    published=stated_as_at,
    # As at 31 March, published in July: the next one is fifteen months after the last.
    max_age=timedelta(days=500),
    expect=Expect(entries=(2_500, 12_000), filled={"names": 1.0, "service": 1.0}),
    optional=True,
    known_from="real file",
    known_since="2025-03",
    statuses={_STANDING: STANDINGS, _OVERALL: GRADES, _SUPPORTED: GRADES},
    powers=("safeguarding",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Every provider of children's social care that Ofsted registers or inspects, one by one:
    children's homes, supported accommodation from 16 to 17 years, fostering and adoption
    agencies, residential family centres, holiday schemes for disabled children, boarding.

    A grade belongs to one registration on the day of its inspection, and never to the firm:
    two thirds of the registrations belong to an owner with several. Ofsted withholds the name and
    the address of children's homes, and the address of supported accommodation: a home is found by
    its URN, or by its owner and the local authority. Ask the supplier for the URN of the home, and
    compare it with the certificate. "Inadequate" and "Requires improvement" are poor by
    Ofsted's own scheme, and so are the two lower outcomes of supported accommodation.

    It cannot show what happened after its day (31 March of a year): new and closed homes, newer
    grades, monitoring visits, restrictions, notices and prosecutions. Read the page of the
    registration. Applications that are not decided are not on it, and no exempt service is.
    Colleges and training providers are not on any list here: of Ofsted's file of further education
    only four columns are known. Look them up on Ofsted's pages.
    """
    for path in files.values():
        rows = read(path, _LAYOUT, files.drift)
        yield from checked((_build_children_entry(row, files.drift) for row in rows), path.name)


def _build_children_entry(row: Row, drift: Drift) -> ListEntry:
    status(STANDINGS, row.filled(_STANDING), _STANDING, row.filename)
    column = _SUPPORTED if row[_SUPPORTED] else _OVERALL
    grade = row[column]
    low = bool(grade) and status(GRADES, grade, column, row.filename) == "adverse"
    lines = (drop_withheld(row[one]) for one in _LINES)
    # "Children's home" and "Children's Home" are one kind.
    kind = row.filled("kind")
    kind = "Children's home" if kind.casefold() == "children's home" else kind
    service = RegisteredService(
        number=row.filled("URN"),
        nation="England",
        kinds=(kind, *(trait.partition(" children")[0] for trait in _TRAITS if row[trait])),
        place=drop_withheld(row["Name"]),
        owner=row["owner"],
        area=row["area"],
        capacity=int(row["Places"]) if row["Places"].isdecimal() else None,
        standing=row[_STANDING],
        registered_on=row.day("registered", drift),
        grade=grade,
        graded_on=row.day("inspected", drift),
        grades=tuple((part, row[part]) for part in _PARTS if row[part]),
        withheld=is_withheld(row["Name"]) or is_withheld(row["Postcode"]),
    )
    return build_ofsted_entry(
        _ID,
        service,
        build_address(*lines, postcode=drop_withheld(row["Postcode"])),
        drift,
        low=low,
        known_on=row.day("published", drift),
    )
